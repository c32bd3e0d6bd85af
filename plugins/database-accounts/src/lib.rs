//! A component of an administrator's own: the accounts and roles of a database server as users and entitlements.
//!
//! `CREATE ROLE` and its like take no placeholders: their statements have slots, which the host fills with quoted values. No
//! password ever passes through here. Only what the settings name is managed, and never an account that could manage the
//! server itself.

mod failures;
mod prepare;
mod query;
mod run;
mod settings;
mod statements;

use portcullis_sdk::{Call, Failure, Host, Operation, Outcome, Plan, Problem, Settings};

struct DatabaseAccounts;

impl Operation for DatabaseAccounts {
    fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
        prepare::prepare(operation, settings)
    }

    fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
        run::run(call, host)
    }
}

portcullis_sdk::export_operation!(DatabaseAccounts);

#[cfg(test)]
mod tests;
