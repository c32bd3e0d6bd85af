//! Rows as values. A value in SQLite has a type of its own; what the column was declared as says how text is meant.

use sqlx::{
    Column as _, Row as _, TypeInfo as _, Value as _, ValueRef as _,
    sqlite::{SqliteColumn, SqliteRow},
};

use crate::database::{Column, DatabaseError, ErrorKind, Value, convert};

pub(super) fn columns(columns: &[SqliteColumn]) -> Vec<Column> {
    let column = |column: &SqliteColumn| Column {
        name: column.name().to_owned(),
        type_name: column.type_info().name().to_ascii_lowercase(),
    };
    columns.iter().map(column).collect()
}

pub(super) fn row(row: &SqliteRow) -> Result<Vec<Value>, DatabaseError> {
    row.columns()
        .iter()
        .map(|column| {
            value(row, column).map_err(|error| {
                let message = format!("column `{}` cannot be read: {error}", column.name());
                DatabaseError::new(ErrorKind::Statement, message)
            })
        })
        .collect()
}

fn value(row: &SqliteRow, column: &SqliteColumn) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(column.ordinal())?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let value = raw.to_owned();
    let declared = column.type_info().name();
    let value = match value.type_info().name() {
        "INTEGER" | "INT8" | "BOOLEAN" => Value::Integer(value.try_decode_unchecked()?),
        "REAL" => Value::Float(value.try_decode_unchecked()?),
        "BLOB" => Value::Bytes(value.try_decode_unchecked()?),
        _ => Value::Text(value.try_decode_unchecked()?),
    };
    Ok(match (declared, value) {
        ("BOOLEAN", Value::Integer(i)) => Value::Boolean(i != 0),
        ("DATETIME" | "TIMESTAMP", text @ Value::Text(_)) => convert::instant(&text).map_or(text, convert::timestamp),
        ("DATE", Value::Text(text)) => match convert::date(&Value::Text(text.clone())) {
            Some(date) => Value::Date(date.to_string()),
            None => Value::Text(text),
        },
        (_, value) => value,
    })
}
