//! Rows as values, by the type of each column.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use sqlx::{
    Column as _, Decode, Postgres, Row as _, Type, TypeInfo as _, ValueRef as _,
    postgres::{PgColumn, PgRow, PgTypeKind},
    types::{Json, JsonRawValue},
};
use uuid::Uuid;

use crate::database::{Column, DatabaseError, ErrorKind, Value, convert};

pub(super) fn columns(columns: &[PgColumn]) -> Vec<Column> {
    let column = |column: &PgColumn| Column {
        name: column.name().to_owned(),
        type_name: column.type_info().name().to_ascii_lowercase(),
    };
    columns.iter().map(column).collect()
}

pub(super) fn row(row: &PgRow) -> Result<Vec<Value>, DatabaseError> {
    row.columns().iter().map(|column| value(row, column)).collect()
}

/// The name of the first cursor in a row.
pub(super) fn cursor(row: &PgRow) -> Option<String> {
    let is_cursor = |column: &&PgColumn| column.type_info().name().eq_ignore_ascii_case("refcursor");
    let cursors = row.columns().iter().filter(is_cursor);
    let mut names = cursors.filter_map(|column| Some(row.try_get_raw(column.ordinal()).ok()?.as_str().ok()?.to_owned()));
    names.next()
}

fn value(row: &PgRow, column: &PgColumn) -> Result<Value, DatabaseError> {
    let index = column.ordinal();
    match column.type_info().name() {
        "BOOL" => of(row, index, Value::Boolean),
        "INT2" => of(row, index, |i: i16| Value::Integer(i.into())),
        "INT4" => of(row, index, |i: i32| Value::Integer(i.into())),
        "INT8" => of(row, index, Value::Integer),
        "FLOAT4" => of(row, index, |f: f32| Value::Float(f.into())),
        "FLOAT8" => of(row, index, Value::Float),
        "NUMERIC" => of(row, index, |d: BigDecimal| convert::number(&d)),
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "UNKNOWN" => of(row, index, Value::Text),
        "BYTEA" => of(row, index, Value::Bytes),
        "DATE" => of(row, index, |date: NaiveDate| Value::Date(date.to_string())),
        "TIMESTAMP" => of(row, index, |local: NaiveDateTime| convert::timestamp(local.and_utc())),
        "TIMESTAMPTZ" => of(row, index, |instant: DateTime<Utc>| convert::timestamp(instant)),
        "UUID" => of(row, index, |uuid: Uuid| Value::Uuid(uuid.to_string())),
        "JSON" | "JSONB" => of(row, index, |json: Json<Box<JsonRawValue>>| Value::Json(json.get().to_owned())),
        "TIME" => of(row, index, |time: NaiveTime| Value::Extension {
            type_name: "time".into(),
            text: time.to_string(),
        }),
        "TEXT[]" | "VARCHAR[]" => list(row, index, |text: String| text.into()),
        "INT2[]" => list(row, index, |i: i16| i.into()),
        "INT4[]" => list(row, index, |i: i32| i.into()),
        "INT8[]" => list(row, index, |i: i64| i.into()),
        "FLOAT4[]" => list(row, index, |f: f32| f.into()),
        "FLOAT8[]" => list(row, index, |f: f64| f.into()),
        "BOOL[]" => list(row, index, |b: bool| b.into()),
        // With all their digits.
        "NUMERIC[]" => list(row, index, |d: BigDecimal| d.to_plain_string().into()),
        "DATE[]" => list(row, index, |date: NaiveDate| date.to_string().into()),
        "TIMESTAMP[]" => list(row, index, |local: NaiveDateTime| {
            convert::timestamp(local.and_utc()).to_text().into()
        }),
        "TIMESTAMPTZ[]" => list(row, index, |instant: DateTime<Utc>| {
            convert::timestamp(instant).to_text().into()
        }),
        "UUID[]" => list(row, index, |uuid: Uuid| uuid.to_string().into()),
        name => other(row, index, name),
    }
}

fn of<T>(row: &PgRow, index: usize, value: impl FnOnce(T) -> Value) -> Result<Value, DatabaseError>
where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
{
    let decoded = row
        .try_get_unchecked::<Option<T>, _>(index)
        .map_err(|error| unreadable(row, index, &error.to_string()))?;
    Ok(decoded.map_or(Value::Null, value))
}

/// An array, as one of JSON.
fn list<T>(row: &PgRow, index: usize, element: impl Fn(T) -> serde_json::Value) -> Result<Value, DatabaseError>
where
    Vec<Option<T>>: for<'r> Decode<'r, Postgres> + Type<Postgres>,
{
    of(row, index, |list: Vec<Option<T>>| {
        let list = list.into_iter().map(|found| found.map_or(serde_json::Value::Null, &element));
        Value::Json(serde_json::Value::Array(list.collect()).to_string())
    })
}

/// Enums and extension types such as citext are sent as their text; of other types the text isn't to be had in the binary
/// protocol.
fn other(row: &PgRow, index: usize, type_name: &str) -> Result<Value, DatabaseError> {
    let raw = row
        .try_get_raw(index)
        .map_err(|error| unreadable(row, index, &error.to_string()))?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let is_text = matches!(raw.type_info().kind(), PgTypeKind::Enum(_)) || type_name.eq_ignore_ascii_case("citext");
    match raw.as_str() {
        Ok(text) if is_text => Ok(Value::Text(text.to_owned())),
        Ok(text) if text.chars().all(|c| !c.is_control()) => Ok(Value::Extension {
            type_name: type_name.to_ascii_lowercase(),
            text: text.to_owned(),
        }),
        _ => Err(unreadable(
            row,
            index,
            "its type has no textual form here; select it as CAST(… AS text)",
        )),
    }
}

fn unreadable(row: &PgRow, index: usize, why: &str) -> DatabaseError {
    let column = row.columns().get(index);
    let name = column.map_or("?", |column| column.name());
    let type_name = column.map_or("?", |column| column.type_info().name());
    DatabaseError::new(
        ErrorKind::Statement,
        format!("column `{name}` of type {type_name} cannot be read: {why}"),
    )
}
