//! The protocol, from bytes to requests and from results to bytes. Written after the public description [MS-TDS], version 7.4.

pub mod bytes;
pub mod headers;
pub mod login;
pub mod moment;
pub mod packet;
pub mod prelogin;
pub mod rpc;
pub mod tls;
pub mod tokens;
pub mod transaction;
pub mod type_info;
pub mod values;
pub mod windows;
