//! A call: the host binds the call's inputs, so there is nothing to do but to say which statements.

mod results;
mod steps;

use portcullis_sdk::{Call, Execution, Failure, Host, Outcome};

use crate::memo::Memo;

/// Runs the call's statement, or all its steps. An operation that reads puts its rows out; one that creates tells the id that
/// the database made.
///
/// # Errors
/// What the database says, in SCIM's terms.
pub fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
    if !call.memo.is_empty() {
        let memo = Memo::read(&call.memo).map_err(|message| Failure::new(500, message))?;
        return steps::run(call, host, &memo.steps);
    }
    if call.operation.starts_with("get-") {
        host.forward(&call.statement, &[])?;
        return Ok(Outcome::default());
    }
    let execution = host.execute(&call.statement, &[])?;
    Ok(Outcome {
        generated_id: if call.operation.starts_with("create-") {
            made(execution)
        } else {
            None
        },
    })
}

/// What came back as `id`, else the first value that the statement returned, else what the database reports by itself.
fn made(execution: Execution) -> Option<portcullis_sdk::Value> {
    let output = execution
        .output("id")
        .or_else(|| execution.outputs.first().map(|output| &output.value));
    let row = execution.returned.rows.first().and_then(|row| row.first());
    output.or(row).cloned().or(execution.generated_id)
}

#[cfg(test)]
mod tests {
    use portcullis_sdk::{Column, DatabaseError, ErrorKind, FakeDatabase, Recorded, ResultSet, Value};

    use super::*;

    fn call(operation: &str, statement: &str) -> Call {
        Call {
            operation: operation.into(),
            statement: statement.into(),
            request_id: "r1".into(),
            inputs: Vec::new(),
            changed: Vec::new(),
            memo: String::new(),
        }
    }

    #[test]
    fn reading_forwards_the_statement_asked_for() {
        let rows = ResultSet::new([Column::new("id", "int")], [vec![Value::Integer(1)]]);
        let mut database = FakeDatabase::new().answering("main-7", rows);
        assert_eq!(run(&call("get-users", "main-7"), &mut database).unwrap(), Outcome::default());
        assert_eq!(database.recorded(), [Recorded::Forward("main-7".into(), vec![])]);
    }

    #[test]
    fn writing_executes() {
        let mut database = FakeDatabase::new().affecting("main", 1);
        assert_eq!(run(&call("update-user", "main"), &mut database).unwrap(), Outcome::default());
        assert_eq!(database.recorded(), [Recorded::Execute("main".into(), vec![])]);
    }

    #[test]
    fn what_was_returned_is_the_id_else_what_the_database_reports() {
        let execution = |rows: Vec<Vec<Value>>| Execution {
            affected: 1,
            generated_id: Some(Value::Integer(9)),
            returned: ResultSet::new([Column::new("user_id", "int4")], rows),
            ..Execution::default()
        };
        for (rows, id) in [(vec![vec![Value::Integer(7), Value::Null]], 7), (vec![], 9)] {
            for operation in ["create-user", "create-group"] {
                let mut database = FakeDatabase::new().executing("main", execution(rows.clone()));
                assert_eq!(run(&call(operation, "main"), &mut database).unwrap(), Outcome::created(id));
            }
        }
    }

    #[test]
    fn an_error_of_the_database_is_one_of_scim() {
        let mut database = FakeDatabase::new().failing("main", DatabaseError::new(ErrorKind::Unique, "taken"));
        let failure = run(&call("create-user", "main"), &mut database).unwrap_err();
        assert_eq!((failure.status, failure.scim_type.as_deref()), (409, Some("uniqueness")));
    }
}
