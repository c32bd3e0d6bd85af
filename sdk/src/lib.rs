//! What a Portcullis component is written with. `README.md` beside this crate is the guide.
//!
//! A component is an ordinary `cdylib` crate for the target `wasm32-unknown-unknown`. It implements one of four traits and
//! exports it with the macro of the same name:
//!
//! | trait | macro | what it does | what it may import |
//! |---|---|---|---|
//! | [`Transform`] | [`export_transform!`] | changes SCIM documents | `log` |
//! | [`PasswordHash`] | [`export_password_hash!`] | hashes new passwords | nothing |
//! | [`Operation`] | [`export_operation!`] | runs planned statements | `log`, `database`, `output` |
//! | [`DynamicOperation`] | [`export_dynamic_operation!`] | also makes statements of its own | and `dynamic-sql` |
//!
//! A component imports only what its code calls: one that never logs imports `log` all the same, since a panic is reported
//! there (WebAssembly without WASI has no stderr). One that hashes passwords has no `log`, and its panics have no words.
//!
//! The traits take what they talk to as a parameter, [`Host`], so that the same code runs in `cargo test` against a
//! [`FakeDatabase`]. `?` on a [`DatabaseError`] in [`Operation::run`] gives the SCIM error that fits.
//!
//! ```
//! use portcullis_sdk::{Call, Failure, Host, Operation, Outcome, Parameter, Plan, Problem, RowEffect, Settings, Statement};
//!
//! struct Touch;
//!
//! impl Operation for Touch {
//!     fn prepare(_: &str, _: &Settings) -> Result<Plan, Vec<Problem>> {
//!         let text = "UPDATE app_user SET touched = now() WHERE user_id = $1";
//!         let statement = Statement::write("main", text, [Parameter::new("id")], RowEffect::Exactly(1));
//!         Ok(Plan::new([statement]))
//!     }
//!
//!     fn run(_: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
//!         host.execute("main", &[])?;
//!         Ok(Outcome::default())
//!     }
//! }
//!
//! portcullis_sdk::export_operation!(Touch);
//! ```
//!
//! The stack of a component is what the linker makes it: 1 MiB unless told otherwise. Smaller is cheaper, since every call
//! has a fresh memory: `rustflags = ["-C", "link-arg=-zstack-size=65536"]` for the target in `.cargo/config.toml`.

#[doc(hidden)]
pub mod bindings;
mod construct;
#[doc(hidden)]
pub mod export;
mod failure;
#[cfg(not(target_arch = "wasm32"))]
mod fake;
mod host;
mod operation;
mod password_hash;
mod settings;
mod slotted;
mod transform;
mod value;

include!(concat!(env!("OUT_DIR"), "/world.rs"));

pub use bindings::portcullis::plugin::{
    log::Level,
    types::{
        Access, Call, Collation, Column, Comparison, ComparisonOperator, DatabaseError, ErrorKind, Execution, ExtensionValue,
        Failure, ListSize, NamedValue, Outcome, Parameter, ParameterDirection, Plan, Predicate, Problem, Projection, ResultSet,
        Row, RowEffect, RowSource, Shape, Slot, SlotKind, SortKey, Statement, Value,
    },
};
#[cfg(not(target_arch = "wasm32"))]
pub use fake::{FakeDatabase, Recorded};
pub use host::{Database, DynamicSql, Host, Log, Output};
pub use operation::{DynamicOperation, Operation};
pub use password_hash::{PasswordHash, Refusal, SALT};
pub use serde_json;
pub use settings::{Action, Argument, Input, NewId, Procedure, Routine, Settings, Source, Step};
pub use slotted::Slotted;
pub use transform::{Direction, Document, Transform};
#[doc(hidden)]
pub use wit_bindgen;
