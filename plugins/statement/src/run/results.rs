//! What the steps of a call have given so far.

use portcullis_sdk::{Execution, Failure, NamedValue, ResultSet, Value};

use crate::{
    memo::{Given, Step, Way},
    procedure::RETURN_CODE,
};

pub(super) struct Results<'c> {
    operation: &'c str,
    known: Vec<NamedValue>,
    /// The id of what was created.
    id: Option<Id>,
}

/// An id, and how surely it is one: what a procedure's argument says that it is comes before a column's value.
struct Id {
    value: Value,
    certainty: Certainty,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Certainty {
    /// The first value that came back, or what the database reports by itself.
    Found,
    /// An argument with `value = "id"`, or the id's column.
    Declared,
}

impl<'c> Results<'c> {
    pub(super) fn new(operation: &'c str) -> Self {
        Self {
            operation,
            known: Vec::new(),
            id: None,
        }
    }

    /// The results that a step binds.
    ///
    /// # Errors
    /// One is not there.
    pub(super) fn taken(&self, step: &Step) -> Result<Vec<NamedValue>, Failure> {
        let taken = step.takes.iter().map(|name| {
            if name == "id"
                && let Some(id) = &self.id
            {
                return Ok(NamedValue::new("id", id.value.clone()));
            }
            self.known.iter().find(|known| known.name == *name).cloned().ok_or_else(|| {
                let what = match name.as_str() {
                    "id" => "no statement before it gave the new id".to_owned(),
                    name => format!("no row gave it a value for :{name}"),
                };
                let detail = format!(
                    "statement `{}` of {} cannot run: {what}; nothing was kept",
                    step.name, self.operation
                );
                match name.as_str() {
                    "id" => Failure::new(500, detail),
                    _ => Failure::new(400, detail).of_type("invalidValue"),
                }
            })
        });
        taken.collect()
    }

    /// What a step would have given that did not run is NULL.
    pub(super) fn skip(&mut self, step: &Step) {
        let gives = step.gives.iter().filter(|given| given.name != "id");
        self.known
            .extend(gives.map(|given| NamedValue::new(given.name.as_str(), Value::Null)));
    }

    /// # Errors
    /// The procedure's return code is not the one that means success.
    pub(super) fn hold_code(&self, step: &Step, execution: &Execution) -> Result<(), Failure> {
        let Some(code) = &step.code else {
            return Ok(());
        };
        let found = execution.output(RETURN_CODE).or_else(|| first(&execution.returned));
        let number = found.and_then(|value| match value {
            Value::Integer(number) => Some(*number),
            Value::Boolean(truth) => Some(i64::from(*truth)),
            Value::Decimal(text) | Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        });
        if number == Some(code.success) {
            return Ok(());
        }
        let found = number.map_or_else(|| "no code".to_owned(), |number| format!("code {number}"));
        let (procedure, success) = (&code.procedure, code.success);
        Err(Failure::new(
            500,
            format!("procedure {procedure} gave {found}, and {success} is success; nothing was kept"),
        ))
    }

    /// # Errors
    /// A column that later steps may name is not in the result.
    pub(super) fn add(&mut self, step: &Step, execution: Execution) -> Result<(), Failure> {
        for given in &step.gives {
            let value = match find(given, &execution) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(lacking) => {
                    let detail = format!("statement `{}` of {} {lacking}", step.name, self.operation);
                    return Err(Failure::new(500, detail));
                }
            };
            match given.name.as_str() {
                "id" => self.offer(value, Certainty::Declared),
                name => self.known.push(NamedValue::new(name, value)),
            }
        }
        // What was only looked up is no id, and a function's value may be its code.
        let is_code = step.code.is_some() && execution.output(RETURN_CODE).is_none();
        if is_code || step.way != Way::Execute {
            return Ok(());
        }
        let found = first(&execution.returned).cloned().or(execution.generated_id);
        if let Some(value) = found {
            self.offer(value, Certainty::Found);
        }
        Ok(())
    }

    fn offer(&mut self, value: Value, certainty: Certainty) {
        if !value.is_null() && self.id.as_ref().is_none_or(|id| id.certainty < certainty) {
            self.id = Some(Id { value, certainty });
        }
    }

    pub(super) fn into_id(self) -> Option<Value> {
        self.id.map(|id| id.value)
    }
}

fn first(returned: &ResultSet) -> Option<&Value> {
    returned.rows.first().and_then(|row| row.first())
}

/// The value of a result; `None`: there is no row.
fn find(given: &Given, execution: &Execution) -> Result<Option<Value>, String> {
    let output = given.output.as_deref().or(given.column.as_deref());
    if let Some(value) = output.and_then(|output| execution.output(output)) {
        return Ok(Some(value.clone()));
    }
    let Some(row) = execution.returned.rows.first() else {
        return Ok(None);
    };
    let columns = &execution.returned.columns;
    let by_name = |name: &str| columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
    let at = match &given.column {
        Some(name) => by_name(name).ok_or_else(|| format!("gives no `{name}`")),
        None => given.place.ok_or_else(|| format!("gives no `{}`", given.name)),
    };
    Ok(row.get(at?).cloned())
}
