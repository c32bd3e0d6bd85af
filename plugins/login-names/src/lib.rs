//! A component of an administrator's own: makes the login name of a new user from its other attributes, and one that is free.
//!
//! Ada Lovelace becomes `alovelace`; where somebody is called so already, `alovelace2`. What is asked of the table and what is inserted
//! are the administrator's own statements: the second has `:login` among its parameters.
//!
//! Two requests at the same time can both find a name free. The table's unique constraint then refuses the second, whose client hears
//! 409 `uniqueness` and tries again.

mod candidates;
mod pattern;
mod settings;

use portcullis_sdk::{Call, Failure, Host, NamedValue, Operation, Outcome, Plan, Problem, Settings, Value};
use portcullis_statement::Giving;

use crate::{candidates::Candidates, settings::Rules};

struct LoginNames;

impl Operation for LoginNames {
    fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
        if operation != "create-user" {
            let message = format!("login-names does not do {operation}");
            return Err(vec![Problem::new("plugin", message, "use it for create-user only")]);
        }
        settings::plan(settings)
    }

    fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
        let rules = Rules::of_memo(&call.memo)?;
        let wanted = rules.pattern.fill(|name| call.input(name));
        let candidates = Candidates::new(&wanted, rules.longest).ok_or_else(|| {
            Failure::new(400, "the attributes that the login name is made of are empty").of_type("invalidValue")
        })?;
        let like = [NamedValue::new("candidates", candidates.like())];
        let rows = host.query("taken", &like)?.rows;
        let taken = rows.into_iter().filter_map(|row| match row.into_iter().next() {
            Some(Value::Text(name)) => Some(name),
            _ => None,
        });
        let login = candidates
            .first_beside(taken)
            .ok_or_else(|| Failure::new(409, "no login name like that of this user is free").of_type("uniqueness"))?;
        let call = Call {
            memo: rules.memo,
            ..call.clone()
        };
        let values = vec![NamedValue::new("login", login)];
        portcullis_statement::run(&call, &mut Giving { host, values })
    }
}

portcullis_sdk::export_operation!(LoginNames);

#[cfg(test)]
mod tests;
