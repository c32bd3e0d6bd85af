//! A peer for clients of SQL Server, for tests where no SQL Server is to be had: a small server of its protocol, TDS 7.4, with a
//! database behind it.
//!
//! ```no_run
//! use portcullis_tds_peer::{Peer, Procedure, Settings};
//!
//! let peer = Peer::start(Settings::default());       // on a free port of this machine; ends when it is dropped
//! peer.run("CREATE TABLE app_user (user_id bigint IDENTITY PRIMARY KEY, username nvarchar(500) NOT NULL UNIQUE)");
//! peer.procedure("dbo.rename", Procedure::new("@p_id bigint, @p_name nvarchar(500), @p_was nvarchar(500) OUTPUT", |call| {
//!     call.run("SELECT @p_was AS was; UPDATE app_user SET username = @p_name WHERE user_id = @p_id")?;
//!     Ok(0)                                           // the return status
//! }));
//! let (port, user) = (peer.port(), &peer.settings().user);
//! // … a client connects, and then:
//! for recorded in peer.record() {
//!     println!("{:?}", recorded.request);             // what it really sent, decoded
//! }
//! ```
//!
//! `cargo run -p portcullis-tds-peer` starts one by itself, and says on which port.
//!
//! # What it does
//!
//! Prelogin, TLS (of everything, of the login alone, none, or before the first byte), the login with user, password and database;
//! batches, calls of procedures with typed parameters, `sp_executesql`, `sp_prepare` and its relatives,
//! `sp_describe_first_result_set`, `sp_describe_undeclared_parameters`; results, counts, return status, OUT parameters;
//! transactions by text and by the transaction manager; attentions; the reset of a session; errors with number, class, state,
//! procedure and line.
//!
//! T-SQL is read, given SQL Server's types, and run on SQLite with SQL Server's rules for conversion, collation, keys and NULL.
//!
//! # What it does not do
//!
//! Anything else is an error, mostly 59999, and never a guess: cursors, MARS, bulk loading, XML, MERGE, views, temporary tables,
//! triggers that look at `inserted` and `deleted`, savepoints, money columns, arithmetic on decimals other than plus and minus,
//! tables made in a transaction.
//! Known differences: one transaction that writes at a time (a second one waits, and is chosen as the deadlock's victim after
//! 30 seconds), and what it reads before is not locked; ids of rolled back rows are given again; the order of text under a
//! collation that isn't binary is by code point of the folded letters; errors 2627 and 2601 name the value where one row is
//! written.

mod connection;
pub mod error;
mod inside;
mod interrupt;
mod peer;
pub mod record;
mod rules;
mod session;
mod settings;
mod shared;
mod sql;
mod types;
mod value;
mod wire;

pub use error::ServerError;
pub use peer::Peer;
pub use record::{Encrypted, Login, Recorded, Request};
pub use rules::{Behaviour, Times};
pub use session::{Call, Procedure, Result, Stop};
pub use settings::{Encryption, Identity, Settings};
pub use types::{Length, SqlType};
pub use value::Value;
pub use wire::{
    packet::Reset,
    rpc::{Argument, Call as RemoteCall, Direction},
    transaction::{Request as TransactionRequest, Then},
};
