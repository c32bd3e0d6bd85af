//! Several statements one after the other, or one that needs more than the call's inputs.

use portcullis_sdk::{Call, Execution, Failure, Host, NamedValue, Outcome};

use super::results::Results;
use crate::{
    memo::{self, Rows, Step, Way},
    sequence::MAIN,
};

/// Runs the steps that their conditions allow.
///
/// # Errors
/// What the database says, in SCIM's terms; a result that is not there; a return code that means no success.
pub(super) fn run(call: &Call, host: &mut impl Host, steps: &[Step]) -> Result<Outcome, Failure> {
    let creates = call.operation.starts_with("create-");
    let mut results = Results::new(&call.operation);
    for step in steps {
        if step.when.as_ref().is_some_and(|condition| !condition.holds(call)) {
            results.skip(step);
            continue;
        }
        let mut values = results.taken(step)?;
        let constants = step.constants.iter();
        values.extend(constants.map(|(name, constant)| NamedValue::new(name.as_str(), memo::value(constant))));
        // A derived statement takes the place of the one that it is derived from.
        let statement = match step.statement.as_str() {
            MAIN => &call.statement,
            other => other,
        };
        let execution = match step.way {
            Way::Forward => {
                host.forward(statement, &values)?;
                continue;
            }
            Way::Query(rows) => {
                let returned = host.query(statement, &values)?;
                hold(call, step, rows, returned.rows.len())?;
                Execution {
                    returned,
                    ..Execution::default()
                }
            }
            Way::Execute => host.execute(statement, &values)?,
        };
        results.hold_code(step, &execution)?;
        results.add(step, execution)?;
    }
    Ok(Outcome {
        generated_id: if creates { results.into_id() } else { None },
    })
}

/// A step that reads must give as many rows as it declares. Finding none is most often a matter of what the client sent.
fn hold(call: &Call, step: &Step, wanted: Rows, found: usize) -> Result<(), Failure> {
    if wanted.allows(found as u64) {
        return Ok(());
    }
    let detail = format!(
        "statement `{}` of {} found {found} rows where it must find {}; nothing was kept",
        step.name,
        call.operation,
        match wanted {
            Rows::Any => "any number".to_owned(),
            Rows::Exactly(rows) => format!("exactly {rows}"),
            Rows::AtMost(rows) => format!("at most {rows}"),
        }
    );
    match found {
        0 => Err(Failure::new(400, detail).of_type("invalidValue")),
        _ => Err(Failure::new(500, detail)),
    }
}
