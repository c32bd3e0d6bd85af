//! A peer for tests that speaks Oracle's protocol (TNS and TTC), where no Oracle is to be had.
//!
//! ```no_run
//! use portcullis_tns_peer::{Direction, Peer, Procedure, Type};
//!
//! let peer = Peer::builder()
//!     .account("hr", "a password")
//!     .procedure(
//!         Procedure::new("hr.deactivate_user")
//!             .argument("p_id", Direction::In, Type::Number)
//!             .does(|call| {
//!                 let id = call.input("p_id");
//!                 call.run("UPDATE app_user SET status = 'INACTIVE' WHERE user_id = :1", &[id]).map(drop)
//!             }),
//!     )
//!     .start()
//!     .expect("a free port");
//! peer.run("CREATE TABLE app_user (user_id NUMBER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status VARCHAR2(10))")
//!     .expect("a table");
//! // Clients connect to 127.0.0.1:{peer.port()}/ORCLPDB1 as hr.
//! for recorded in peer.recorded() {
//!     println!("{recorded:?}");
//! }
//! ```
//!
//! Without code: `PASSWORD=secret cargo run -p portcullis-tns-peer -- hr [SCRIPT.sql]` prints the port, and ends with its
//! standard input.
//!
//! # What it is
//!
//! It was written from what the public says about the protocol, and python-oracledb in its thin mode, which nobody here wrote,
//! accepts it (`tests/python_oracledb.rs`); the program's driver, on Oracle's own crate, is tested with it. It shows itself as Oracle 19: no booleans in SQL, no `SELECT`
//! without `FROM`, one row for each `VALUES`, and TTC's fields as of that version.
//!
//! It connects by service name and SID, over TCP or TLS; verifies passwords (O5LOGON with verifiers of 12c) and proves to the
//! client that it knows them; describes, executes and fetches; takes values in and gives values out, cursors among them;
//! keeps transactions, in which changes of one session at a time wait for each other; and can be broken off.
//!
//! Its tables are in an SQLite of its own, to which a small part of Oracle's SQL is translated.
//!
//! # What it is not
//!
//! An error with code ORA-03001 says that Oracle could do what this peer cannot: locators of LOBs (clients get these as LONG and LONG RAW), objects, JSON, vectors, arrays,
//! `MERGE`, `CONNECT BY`, `ROWNUM`, sums of dates, `DECLARE`, branches and what else PL/SQL has beyond calls, cursors, changes and
//! assignments (`CREATE PROCEDURE` takes what blocks take, and `RETURN` at the end of a function), several errors
//! of one batch, DRCP, pipelines. Known differences that are no errors:
//!
//! - Numbers with more than 15 digits, or 19 if they are whole, are kept and given back, and not calculated with.
//! - A time with a zone is kept in UTC and comes back in it. The session's zone is UTC whatever the client sets.
//! - Whoever changes something waits for all others who do, and not for those of the same row. So there are no deadlocks but
//!   those that a test asks for ([`Fault::Fail`]).
//! - A table's name alone means it to every account, as if it had a public synonym.
//! - Texts become numbers and dates where a column is compared with a bind, or gets its value; in other comparisons a text is
//!   not equal to any number.
//! - `RETURNING` gives the values of an INSERT as they were written, before they are rounded to what the column keeps.
//! - `MIN`, `MAX` and other expressions over no rows have the type VARCHAR2 in their description.

mod account;
mod connect;
mod connection;
mod decimal;
mod declared;
mod failure;
mod fault;
mod hexadecimal;
mod logon;
mod negotiation;
mod peer;
mod plsql;
mod record;
mod session;
mod sql;
mod store;
mod value;
mod wire;

pub use account::{Account, Right};
pub use decimal::Decimal;
pub use failure::Failure;
pub use fault::Fault;
pub use peer::{Builder, Peer};
pub use plsql::{Call, Direction, Procedure};
pub use record::{Bound, Recorded, Request};
pub use value::{Type, Value};
