//! What the server says of a statement without running it.
//!
//! Which type each parameter has is asked once for a statement's text and kept: what `WHERE username = @P1` compares decides
//! whether an index of a `varchar` column can serve it, and NULL and dates need to be told their type. Where the server can't
//! say (a parameter in a place without a type, dynamic SQL), values go by their own types.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    arguments::{self, Argument},
    client::{Client, Item},
    errors,
    sql_type::SqlType,
};
use crate::database::{Column, DatabaseError, Description, ErrorKind, Statement, Value};

/// More texts than an application's plans and shapes come to; a plugin that makes up texts must not fill the memory.
const MOST: usize = 2000;

/// The types of the parameters of statements, by text.
#[derive(Default)]
pub(super) struct Types(Mutex<HashMap<Arc<str>, Told>>);

/// A type for each parameter, where the server knows one.
pub(super) type Told = Arc<[Option<SqlType>]>;

impl Types {
    /// The types of a statement's parameters that the author or else the server says.
    pub async fn of(&self, client: &mut Client, statement: &Statement) -> Result<Told, DatabaseError> {
        let hints = statement
            .parameters
            .iter()
            .map(|parameter| parameter.type_hint.as_deref().and_then(SqlType::named));
        let mut types: Vec<Option<SqlType>> = hints.collect();
        // A text with what was in slots is not kept.
        if types.iter().all(Option::is_some) || !statement.slots.is_empty() {
            return Ok(types.into());
        }
        let known = self.kept().get(&statement.text).cloned();
        let told = match known {
            Some(told) => told,
            None => {
                let told: Told = asked(client, &statement.text).await?.unwrap_or_default().into();
                let mut kept = self.kept();
                if kept.len() >= MOST {
                    kept.clear();
                }
                kept.insert(statement.text.clone(), told.clone());
                told
            }
        };
        for (index, wanted) in types.iter_mut().enumerate() {
            *wanted = wanted.or_else(|| told.get(index).copied().flatten());
        }
        Ok(types.into())
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The arguments for a statement, of these types.
///
/// # Errors
/// A value that is none of its type.
pub(super) fn arguments(types: &Told, statement: &Statement, values: &[Value]) -> Result<Vec<Argument>, DatabaseError> {
    let argument = |(index, value): (usize, &Value)| {
        let wanted = types.get(index).copied().flatten();
        arguments::argument(statement.parameters.get(index), wanted, value)
    };
    values.iter().enumerate().map(argument).collect()
}

/// Errors that say nothing of the statement that was asked about.
const ENDS: [ErrorKind; 3] = [ErrorKind::Unavailable, ErrorKind::Conflict, ErrorKind::Timeout];

/// The types that the server finds for `@P1`, `@P2` …; `None` if it can't say.
async fn asked(client: &mut Client, text: &str) -> Result<Option<Vec<Option<SqlType>>>, DatabaseError> {
    let rows = match table(client, "sp_describe_undeclared_parameters", &[("@tsql", text)]).await {
        Ok(rows) => rows,
        // What ended the transaction, or may have, is no answer: the statement would be kept by itself.
        Err(error) if error.code.is_none() || ENDS.contains(&error.kind) => return Err(error),
        Err(_) => return Ok(None),
    };
    let mut types = Vec::new();
    for row in rows {
        let number = row.text("name").and_then(|name| name.get(2..)?.parse::<usize>().ok());
        let Some(index) = number.and_then(|number| number.checked_sub(1)).filter(|index| *index < MOST) else {
            continue;
        };
        if types.len() <= index {
            types.resize(index + 1, None);
        }
        if let Some(place) = types.get_mut(index) {
            *place = row.text("suggested_system_type_name").and_then(|name| SqlType::named(&name));
        }
    }
    Ok(Some(types))
}

/// Has the server compile a statement.
pub(super) async fn describe(client: &mut Client, statement: &Statement) -> Result<Description, DatabaseError> {
    let types = asked(client, &statement.text).await?;
    let counted = types.as_ref().map_or(statement.parameters.len(), Vec::len);
    let missing = vec![Value::Null; counted.max(statement.parameters.len())];
    let types = types.unwrap_or_default();
    let mut declared = Vec::new();
    for (index, value) in missing.iter().enumerate() {
        let parameter = statement.parameters.get(index);
        let hint = parameter.and_then(|parameter| SqlType::named(parameter.type_hint.as_deref()?));
        let wanted = hint.or_else(|| types.get(index).copied().flatten());
        declared.push(arguments::argument(parameter, wanted, value)?);
    }
    let declarations = super::client::declarations(&declared);
    let asked = [("@tsql", &*statement.text), ("@params", declarations.as_str())];
    let rows = match table(client, "sp_describe_first_result_set", &asked).await {
        Ok(rows) => rows,
        // Dynamic SQL and temporary tables: what comes of them is known when they have run.
        Err(error) if undescribed(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    let columns = rows
        .iter()
        .filter(|row| row.value("is_hidden") != Some(&Value::Boolean(true)));
    let column = |row: &Row| Column {
        name: row.text("name").unwrap_or_default(),
        type_name: row
            .text("system_type_name")
            .unwrap_or_default()
            .split('(')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase(),
    };
    Ok(Description {
        parameters: counted,
        columns: columns.map(column).collect(),
    })
}

fn undescribed(error: &DatabaseError) -> bool {
    let number = error.code.as_deref().and_then(|code| code.parse().ok());
    number.is_some_and(|number: u32| errors::UNDESCRIBED.contains(&number))
}

/// A row of a system procedure, by the names of its columns.
struct Row {
    columns: Arc<[Column]>,
    values: Vec<Value>,
}

impl Row {
    fn value(&self, name: &str) -> Option<&Value> {
        let index = self
            .columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case(name))?;
        self.values.get(index)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.to_text()
    }
}

async fn table(client: &mut Client, procedure: &'static str, texts: &[(&'static str, &str)]) -> Result<Vec<Row>, DatabaseError> {
    let mut reply = client.call(procedure, texts).await?;
    let mut columns: Arc<[Column]> = Arc::new([]);
    let mut rows = Vec::new();
    while let Some(item) = reply.next().await? {
        match item {
            Item::Columns(found) => columns = found.into(),
            Item::Row(values) => rows.push(Row {
                columns: columns.clone(),
                values,
            }),
            _ => {}
        }
    }
    Ok(rows)
}
