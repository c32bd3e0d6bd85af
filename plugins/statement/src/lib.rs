//! An administrator's SQL, read, checked and turned into plans: what the built-in components of the databases share.
//!
//! [`prepare`] reads the steps of an operation once, when the configuration is loaded, and gives a statement for each with the
//! database's own placeholders, or every mistake in them. [`refine`] derives from the one named `main`, by a shape, the same
//! rows filtered, sorted, counted or paged, or sized to lists, or an update of less. [`run`] does a call.
//!
//! A component that adds values of its own to what a call has wraps these three, and hands its values over by [`Giving`].
//!
//! Nothing here sees a value: what a statement will be run with is known to the host only.
//!
//! # Parameters
//! By name: `:userName`, `:name.givenName`, `:entitlement-id`, or the column's name, `:email`. Which names there are is
//! declared in the settings (`inputs`), and the longest declared name that stands at a colon is the one that is meant: with
//! `entitlement-id` declared, `:entitlement-id` is that one; without it, `:entitlement-id` would be `:entitlement` minus
//! `id`. Letters, digits, `_`, and `.` before a letter always belong to a name, so `:ident` is never `:id`.
//!
//! Or by position: `?`, with a list of names beside the text. A `?` that is an operator is then written `??`. Without a
//! list, `?` is an operator on PostgreSQL and a mistake elsewhere.

mod columns;
mod comparison;
mod condition;
mod dialect;
mod everybody;
mod giving;
mod identifier;
mod lexer;
mod memo;
mod names;
mod operators;
mod oracle;
mod parameters;
mod predicate;
mod prepare;
mod procedure;
mod refine;
mod repeat;
mod returning;
mod rules;
mod run;
mod scanner;
mod scope;
mod sequence;
mod sqlserver;
mod step;
mod suggestion;
mod token;
mod update;
mod writer;

pub use dialect::Dialect;
pub use giving::{Giving, with_input};
pub use lexer::{Mistake, lex};
pub use prepare::prepare;
pub use refine::refine;
pub use run::run;
pub use token::{Token, TokenKind};

/// Implements [`Operation`](portcullis_sdk::Operation) for a type by a dialect.
#[macro_export]
macro_rules! statement_operation {
    ($type:ty, $dialect:expr) => {
        impl portcullis_sdk::Operation for $type {
            fn prepare(
                operation: &str,
                settings: &portcullis_sdk::Settings,
            ) -> Result<portcullis_sdk::Plan, Vec<portcullis_sdk::Problem>> {
                $crate::prepare($dialect, operation, settings)
            }

            fn refine(
                operation: &str,
                settings: &portcullis_sdk::Settings,
                statement: &str,
                shape: &portcullis_sdk::Shape,
            ) -> Result<portcullis_sdk::Statement, String> {
                $crate::refine($dialect, operation, settings, statement, shape)
            }

            fn run(
                call: &portcullis_sdk::Call,
                host: &mut impl portcullis_sdk::Host,
            ) -> Result<portcullis_sdk::Outcome, portcullis_sdk::Failure> {
                $crate::run(call, host)
            }
        }
    };
}

#[cfg(test)]
mod tests;
