//! Rows as values, by the type of each column.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::{
    Column as _, Decode, MySql, Row as _, Type, TypeInfo as _, ValueRef as _,
    mysql::{MySqlColumn, MySqlRow},
    types::{Json, JsonRawValue},
};

use crate::database::{Column, DatabaseError, ErrorKind, Value, convert};

pub(super) fn columns(columns: &[MySqlColumn]) -> Vec<Column> {
    let column = |column: &MySqlColumn| Column {
        name: column.name().to_owned(),
        type_name: type_name(column).to_ascii_lowercase(),
    };
    columns.iter().map(column).collect()
}

pub(super) fn row(row: &MySqlRow) -> Result<Vec<Value>, DatabaseError> {
    row.columns().iter().map(|column| value(row, column)).collect()
}

fn value(row: &MySqlRow, column: &MySqlColumn) -> Result<Value, DatabaseError> {
    let index = column.ordinal();
    match type_name(column) {
        "BOOLEAN" => of(row, index, |i: i8| Value::Boolean(i != 0)),
        "BIGINT UNSIGNED" => of(row, index, |u: u64| {
            i64::try_from(u).map_or_else(|_| Value::Decimal(u.to_string()), Value::Integer)
        }),
        "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "MEDIUMINT UNSIGNED" | "INT UNSIGNED" | "YEAR" | "BIT" => {
            of(row, index, |u: u64| {
                i64::try_from(u).map_or_else(|_| Value::Decimal(u.to_string()), Value::Integer)
            })
        }
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => of(row, index, Value::Integer),
        "FLOAT" | "DOUBLE" => of(row, index, Value::Float),
        "DECIMAL" => of(row, index, |d: BigDecimal| convert::number(&d)),
        "CHAR" | "VARCHAR" | "TINYTEXT" | "TEXT" | "MEDIUMTEXT" | "LONGTEXT" | "ENUM" | "SET" => of(row, index, Value::Text),
        "BINARY" | "VARBINARY" | "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" => of(row, index, Value::Bytes),
        "DATE" => of(row, index, |date: NaiveDate| Value::Date(date.to_string())),
        "DATETIME" => of(row, index, |local: NaiveDateTime| convert::timestamp(local.and_utc())),
        "TIMESTAMP" => of(row, index, |instant: DateTime<Utc>| convert::timestamp(instant)),
        "JSON" => of(row, index, |json: Json<Box<JsonRawValue>>| Value::Json(compact(json.get()))),
        "NULL" => Ok(Value::Null),
        "TIME" => of(row, index, |time: chrono::NaiveTime| Value::Extension {
            type_name: "time".into(),
            text: time.to_string(),
        }),
        other => {
            let raw = row
                .try_get_raw(index)
                .map_err(|error| unreadable(row, index, &error.to_string()))?;
            if raw.is_null() {
                return Ok(Value::Null);
            }
            Err(unreadable(
                row,
                index,
                &format!("type {other} has no textual form here; select it as CAST(… AS CHAR)"),
            ))
        }
    }
}

/// The driver takes text that compares letter for letter (`utf8mb4_bin`, as MariaDB's JSON does) for bytes.
fn type_name(column: &MySqlColumn) -> &str {
    let info = column.type_info();
    match info.name() {
        name if !<str as Type<MySql>>::compatible(info) => name,
        "BINARY" => "CHAR",
        "VARBINARY" => "VARCHAR",
        "TINYBLOB" => "TINYTEXT",
        "BLOB" => "TEXT",
        "MEDIUMBLOB" => "MEDIUMTEXT",
        "LONGBLOB" => "LONGTEXT",
        name => name,
    }
}

/// A document without blanks between its parts. MySQL writes documents its own way, so that they are nobody's; the digits of numbers stay.
fn compact(document: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let is_part = |letter: &char| {
        let is_part = inside || !letter.is_ascii_whitespace();
        inside ^= *letter == '"' && !escaped;
        escaped = inside && *letter == '\\' && !escaped;
        is_part
    };
    document.chars().filter(is_part).collect()
}

fn of<T>(row: &MySqlRow, index: usize, value: impl FnOnce(T) -> Value) -> Result<Value, DatabaseError>
where
    T: for<'r> Decode<'r, MySql> + sqlx::Type<MySql>,
{
    let decoded = row
        .try_get_unchecked::<Option<T>, _>(index)
        .map_err(|error| unreadable(row, index, &error.to_string()))?;
    Ok(decoded.map_or(Value::Null, value))
}

fn unreadable(row: &MySqlRow, index: usize, why: &str) -> DatabaseError {
    let name = row.columns().get(index).map_or("?", |column| column.name());
    DatabaseError::new(ErrorKind::Statement, format!("column `{name}` cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn only_blanks_between_parts_go() {
        let written = r#"{"a b": [1, 2.50, " \\\" x "], "c": "\\\\"}"#;
        assert_eq!(compact(written), r#"{"a b":[1,2.50," \\\" x "],"c":"\\\\"}"#);
    }
}
