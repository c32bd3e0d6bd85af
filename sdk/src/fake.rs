//! A host for tests: answers as scripted, holds a component to its plan, and remembers what was asked of it.

use std::collections::{HashMap, VecDeque};

use crate::{
    Access, Column, Database, DatabaseError, DynamicSql, ErrorKind, Execution, Level, Log, NamedValue, Output, Plan, ResultSet,
    Row, RowEffect, Value,
};

/// Something that a component did.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// `query`, with the values that were passed.
    Query(String, Vec<NamedValue>),
    /// `execute`, with the values that were passed.
    Execute(String, Vec<NamedValue>),
    /// `forward`, with the values that were passed.
    Forward(String, Vec<NamedValue>),
    /// A statement of the component's own that reads.
    QueryText(String, Vec<Value>),
    /// A statement of the component's own that writes.
    ExecuteText(String, Vec<Value>),
    /// The columns of the rows that follow.
    Begin(Vec<Column>),
    /// Rows.
    Emit(Vec<Row>),
    /// A line of the log.
    Line(Level, String),
}

/// A database that answers as a test says it shall.
///
/// Each statement has a queue of answers. A statement without one left is refused, and so is one that the plan does not
/// have, that writes where it must not, or that has a parameter without a value; rows changed are held against the
/// declared effect. Statements of the component's own are known by their text.
#[derive(Clone, Debug, Default)]
pub struct FakeDatabase {
    plan: Option<Plan>,
    known: Vec<String>,
    answers: HashMap<String, VecDeque<Result<Execution, DatabaseError>>>,
    recorded: Vec<Recorded>,
}

impl FakeDatabase {
    /// A database that knows no plan and so holds nobody to it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A database that runs the statements of `plan` only. `inputs` are the names of the values that the call has, secrets
    /// among them.
    pub fn of_plan(plan: &Plan, inputs: &[&str]) -> Self {
        Self {
            plan: Some(plan.clone()),
            known: inputs.iter().map(|&name| name.to_owned()).collect(),
            ..Self::default()
        }
    }

    /// The next answer to a statement that is queried or forwarded.
    #[must_use]
    pub fn answering(self, statement: &str, result: ResultSet) -> Self {
        self.executing(
            statement,
            Execution {
                returned: result,
                ..Execution::default()
            },
        )
    }

    /// The next answer to a statement that is executed: so many rows changed.
    #[must_use]
    pub fn affecting(self, statement: &str, affected: u64) -> Self {
        self.executing(
            statement,
            Execution {
                affected,
                ..Execution::default()
            },
        )
    }

    /// The next answer to a statement that is executed, in full.
    #[must_use]
    pub fn executing(mut self, statement: &str, execution: Execution) -> Self {
        self.queue(statement).push_back(Ok(execution));
        self
    }

    /// The next answer to a statement is an error.
    #[must_use]
    pub fn failing(mut self, statement: &str, error: DatabaseError) -> Self {
        self.queue(statement).push_back(Err(error));
        self
    }

    /// All that was done, in order.
    pub fn recorded(&self) -> &[Recorded] {
        &self.recorded
    }

    fn queue(&mut self, statement: &str) -> &mut VecDeque<Result<Execution, DatabaseError>> {
        self.answers.entry(statement.to_owned()).or_default()
    }

    fn answer(&mut self, statement: &str) -> Result<Execution, DatabaseError> {
        self.queue(statement).pop_front().unwrap_or_else(|| {
            Err(DatabaseError::new(
                ErrorKind::Other,
                format!("the test has no answer left for `{statement}`"),
            ))
        })
    }

    fn planned(&mut self, name: &str, values: &[NamedValue], access: Access) -> Result<Execution, DatabaseError> {
        let mut effect = RowEffect::Any;
        if let Some(plan) = &self.plan {
            let Some(statement) = plan.statement(name) else {
                let message = format!("the plan has no statement `{name}`");
                return Err(DatabaseError::new(ErrorKind::NotPlanned, message));
            };
            if access == Access::Read && statement.access == Access::Write {
                let message = format!("`{name}` writes: execute it");
                return Err(DatabaseError::new(ErrorKind::NotPlanned, message));
            }
            let has_value =
                |name: &str| values.iter().any(|value| value.name == name) || self.known.iter().any(|known| known == name);
            let mut bound = statement
                .parameters
                .iter()
                .filter(|parameter| parameter.direction.takes_value())
                .map(|parameter| &parameter.name)
                .chain(statement.slots.iter().map(|slot| &slot.name));
            if let Some(missing) = bound.find(|name| !has_value(name)) {
                let message = format!("`{name}` has no value for `{missing}`");
                return Err(DatabaseError::new(ErrorKind::MissingValue, message));
            }
            effect = statement.effect;
        }
        let execution = self.answer(name)?;
        let allowed = match effect {
            RowEffect::Any => true,
            RowEffect::Exactly(rows) => execution.affected == rows,
            RowEffect::AtMost(rows) => execution.affected <= rows,
        };
        if !allowed {
            let message = format!("`{name}` changed {} rows, declared {effect:?}", execution.affected);
            return Err(DatabaseError::new(ErrorKind::RowEffect, message));
        }
        Ok(execution)
    }
}

impl Database for FakeDatabase {
    fn query(&mut self, statement: &str, values: &[NamedValue]) -> Result<ResultSet, DatabaseError> {
        self.recorded.push(Recorded::Query(statement.to_owned(), values.to_vec()));
        self.planned(statement, values, Access::Read)
            .map(|execution| execution.returned)
    }

    fn execute(&mut self, statement: &str, values: &[NamedValue]) -> Result<Execution, DatabaseError> {
        self.recorded.push(Recorded::Execute(statement.to_owned(), values.to_vec()));
        self.planned(statement, values, Access::Write)
    }
}

impl Output for FakeDatabase {
    fn forward(&mut self, statement: &str, values: &[NamedValue]) -> Result<u64, DatabaseError> {
        self.recorded.push(Recorded::Forward(statement.to_owned(), values.to_vec()));
        self.planned(statement, values, Access::Read)
            .map(|execution| execution.returned.rows.len() as u64)
    }

    fn begin(&mut self, columns: &[Column]) {
        self.recorded.push(Recorded::Begin(columns.to_vec()));
    }

    fn emit(&mut self, rows: &[Row]) {
        self.recorded.push(Recorded::Emit(rows.to_vec()));
    }
}

impl DynamicSql for FakeDatabase {
    fn query_text(&mut self, text: &str, values: &[Value]) -> Result<ResultSet, DatabaseError> {
        self.recorded.push(Recorded::QueryText(text.to_owned(), values.to_vec()));
        self.answer(text).map(|execution| execution.returned)
    }

    fn execute_text(&mut self, text: &str, values: &[Value]) -> Result<Execution, DatabaseError> {
        self.recorded.push(Recorded::ExecuteText(text.to_owned(), values.to_vec()));
        self.answer(text)
    }
}

impl Log for FakeDatabase {
    fn write(&mut self, level: Level, message: &str) {
        self.recorded.push(Recorded::Line(level, message.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Parameter, Statement};

    fn plan() -> Plan {
        Plan::new([Statement::write(
            "main",
            "DELETE FROM u WHERE id = ?",
            [Parameter::new("id")],
            RowEffect::Exactly(1),
        )])
    }

    #[test]
    fn answers_in_order_and_then_no_more() {
        let mut database = FakeDatabase::new().affecting("main", 1).affecting("main", 2);
        assert_eq!(database.execute("main", &[]).unwrap().affected, 1);
        assert_eq!(database.execute("main", &[]).unwrap().affected, 2);
        assert_eq!(database.execute("main", &[]).unwrap_err().kind, ErrorKind::Other);
        assert_eq!(database.recorded().len(), 3);
    }

    #[test]
    fn holds_to_the_plan() {
        let answered = |inputs: &[&str]| FakeDatabase::of_plan(&plan(), inputs).affecting("main", 2);
        assert_eq!(
            answered(&["id"]).execute("other", &[]).unwrap_err().kind,
            ErrorKind::NotPlanned
        );
        assert_eq!(answered(&["id"]).query("main", &[]).unwrap_err().kind, ErrorKind::NotPlanned);
        assert_eq!(answered(&[]).execute("main", &[]).unwrap_err().kind, ErrorKind::MissingValue);
        assert_eq!(answered(&["id"]).execute("main", &[]).unwrap_err().kind, ErrorKind::RowEffect);
        let id = [NamedValue::new("id", 7)];
        assert_eq!(answered(&[]).execute("main", &id).unwrap_err().kind, ErrorKind::RowEffect);
    }
}
