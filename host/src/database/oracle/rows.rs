//! Rows as values, by the type of each column.

use oracledb::{FromDbValue, JsonValue, Metadata, OracleIntervalDS, OracleIntervalYM, OracleNumber, OracleTimestamp, Row};

use super::{errors, json, moment, number};
use crate::database::{Column, DatabaseError, ErrorKind, Value};

pub(super) fn columns(columns: &[Metadata]) -> Vec<Column> {
    let column = |column: &Metadata| Column {
        name: column.name().to_owned(),
        type_name: column.data_type().to_ascii_lowercase(),
    };
    columns.iter().map(column).collect()
}

pub(super) fn row(mut row: Row) -> Result<Vec<Value>, DatabaseError> {
    (0..row.columns().len()).map(|index| value(&mut row, index)).collect()
}

/// The value at a place of a row. An empty string is NULL to Oracle.
pub(super) fn value(row: &mut Row, index: usize) -> Result<Value, DatabaseError> {
    let Some(column) = row.columns().get(index) else {
        return Ok(Value::Null);
    };
    let (scale, type_name) = (column.scale(), column.db_type().name().to_owned());
    match type_name.as_str() {
        "DB_TYPE_NUMBER" | "DB_TYPE_BINARY_INTEGER" => {
            of(row, index, |number: OracleNumber| Some(number::to_value(&number, scale)))
        }
        "DB_TYPE_BINARY_FLOAT" => of(row, index, |float: f32| Some(Value::Float(shortest(float)))),
        "DB_TYPE_BINARY_DOUBLE" => of(row, index, |float| Some(Value::Float(float))),
        "DB_TYPE_BOOLEAN" => of(row, index, |truth| Some(Value::Boolean(truth))),
        "DB_TYPE_DATE" | "DB_TYPE_TIMESTAMP" | "DB_TYPE_TIMESTAMP_TZ" | "DB_TYPE_TIMESTAMP_LTZ" => {
            of(row, index, |time: OracleTimestamp| moment::to_value(time))
        }
        "DB_TYPE_RAW" | "DB_TYPE_LONG_RAW" => of(row, index, |bytes| Some(Value::Bytes(bytes))),
        "DB_TYPE_JSON" => of(row, index, |document: JsonValue| Some(Value::Json(json::text(&document)))),
        "DB_TYPE_INTERVAL_DS" => of(row, index, |interval: OracleIntervalDS| extension("interval", &interval)),
        "DB_TYPE_INTERVAL_YM" => of(row, index, |interval: OracleIntervalYM| extension("interval", &interval)),
        "DB_TYPE_VARCHAR"
        | "DB_TYPE_NVARCHAR"
        | "DB_TYPE_CHAR"
        | "DB_TYPE_NCHAR"
        | "DB_TYPE_LONG"
        | "DB_TYPE_LONG_NVARCHAR"
        | "DB_TYPE_ROWID"
        | "DB_TYPE_UROWID" => of(row, index, |text| Some(Value::Text(text))),
        _ => Err(unreadable(
            row,
            index,
            "its type has no form here; select it as TO_CHAR(…) or JSON_SERIALIZE(…)",
        )),
    }
}

fn of<T>(row: &mut Row, index: usize, value: impl FnOnce(T) -> Option<Value>) -> Result<Value, DatabaseError>
where
    T: for<'r> FromDbValue<'r>,
{
    match row.take::<Option<T>>(index) {
        Ok(None) => Ok(Value::Null),
        Ok(Some(found)) => value(found).ok_or_else(|| unreadable(row, index, "it holds what is in no calendar")),
        Err(error) => Err(unreadable(row, index, &errors::classify(&error).message)),
    }
}

/// The double that is written like this.
fn shortest(float: f32) -> f64 {
    float.to_string().parse().unwrap_or(f64::from(float))
}

fn extension(type_name: &str, value: &impl ToString) -> Option<Value> {
    Some(Value::Extension {
        type_name: type_name.to_owned(),
        text: value.to_string(),
    })
}

fn unreadable(row: &Row, index: usize, why: &str) -> DatabaseError {
    let column = row.columns().get(index);
    let name = column.map_or("?", Metadata::name);
    let type_name = column.map(Metadata::data_type).unwrap_or_default();
    DatabaseError::new(
        ErrorKind::Statement,
        format!("column `{name}` of type {type_name} cannot be read: {why}"),
    )
}
