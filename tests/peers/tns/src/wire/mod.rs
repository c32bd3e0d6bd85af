//! How things are written on the wire: packets of TNS, and in them the numbers, strings and values of TTC.

mod moment;
mod number;
mod packet;
mod reader;
mod value;
mod writer;

pub(crate) use packet::{Packets, kind};
pub(crate) use reader::{Reader, Trouble};
pub(crate) use value::{read_value, write_value};
pub(crate) use writer::Writer;
