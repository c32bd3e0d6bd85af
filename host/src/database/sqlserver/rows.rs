//! Rows as values, by the type of each column.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound as _};
use tiberius::{ColumnData, ColumnType, FromSql};

use crate::database::{Column, DatabaseError, ErrorKind, Value, convert};

pub(super) fn columns(columns: &[tiberius::Column]) -> Vec<Column> {
    let column = |column: &tiberius::Column| Column {
        name: column.name().to_owned(),
        type_name: type_name(column.column_type()).to_owned(),
    };
    columns.iter().map(column).collect()
}

pub(super) fn row(row: &tiberius::Row) -> Result<Vec<Value>, DatabaseError> {
    row.cells()
        .map(|(column, data)| {
            value(column.column_type(), data).map_err(|why| {
                let message = format!("column `{}` cannot be read: {why}", column.name());
                DatabaseError::new(ErrorKind::Statement, message)
            })
        })
        .collect()
}

/// The server's name for a type. Its size is not told apart where nothing depends on it.
fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Bit | ColumnType::Bitn => "bit",
        ColumnType::Int1 => "tinyint",
        ColumnType::Int2 => "smallint",
        ColumnType::Int4 | ColumnType::Intn => "int",
        ColumnType::Int8 => "bigint",
        ColumnType::Float4 => "real",
        ColumnType::Float8 | ColumnType::Floatn => "float",
        ColumnType::Decimaln | ColumnType::Numericn => "decimal",
        ColumnType::Money | ColumnType::Money4 => "money",
        ColumnType::Datetime4 => "smalldatetime",
        ColumnType::Datetime | ColumnType::Datetimen => "datetime",
        ColumnType::Daten => "date",
        ColumnType::Timen => "time",
        ColumnType::Datetime2 => "datetime2",
        ColumnType::DatetimeOffsetn => "datetimeoffset",
        ColumnType::Guid => "uniqueidentifier",
        ColumnType::BigVarBin => "varbinary",
        ColumnType::BigBinary => "binary",
        ColumnType::Image => "image",
        ColumnType::BigVarChar => "varchar",
        ColumnType::BigChar => "char",
        ColumnType::Text => "text",
        ColumnType::NVarchar => "nvarchar",
        ColumnType::NChar => "nchar",
        ColumnType::NText => "ntext",
        ColumnType::Xml => "xml",
        ColumnType::Udt => "udt",
        ColumnType::SSVariant => "sql_variant",
        ColumnType::Null => "null",
    }
}

/// What a column or a parameter holds. The error is the rest of a sentence.
pub(super) fn value(kind: ColumnType, data: &ColumnData<'static>) -> Result<Value, String> {
    Ok(match data {
        ColumnData::U8(Some(n)) => Value::Integer((*n).into()),
        ColumnData::I16(Some(n)) => Value::Integer((*n).into()),
        ColumnData::I32(Some(n)) => Value::Integer((*n).into()),
        ColumnData::I64(Some(n)) => Value::Integer(*n),
        // The driver gives money as a double, which holds its four places up to a trillion.
        ColumnData::F64(Some(n)) if matches!(kind, ColumnType::Money | ColumnType::Money4) => Value::Decimal(format!("{n:.4}")),
        ColumnData::F32(Some(n)) => Value::Float((*n).into()),
        ColumnData::F64(Some(n)) => Value::Float(*n),
        ColumnData::Bit(Some(bit)) => Value::Boolean(*bit),
        ColumnData::String(Some(text)) => Value::Text(text.clone().into_owned()),
        ColumnData::Xml(Some(xml)) => Value::Extension {
            type_name: "xml".into(),
            text: xml.as_ref().clone().into_string(),
        },
        ColumnData::Guid(Some(uuid)) => Value::Uuid(uuid.to_string()),
        ColumnData::Binary(Some(bytes)) => Value::Bytes(bytes.clone().into_owned()),
        ColumnData::Numeric(Some(numeric)) => Value::Decimal(decimal(numeric.value(), numeric.scale())),
        ColumnData::Date(Some(_)) => Value::Date(of::<NaiveDate>(data)?.to_string()),
        ColumnData::Time(Some(_)) => Value::Extension {
            type_name: "time".into(),
            text: of::<NaiveTime>(data)?.to_string(),
        },
        // Three hundredths of a second are written with three digits, as the server writes them.
        ColumnData::DateTime(Some(_)) => convert::timestamp(of::<NaiveDateTime>(data)?.round_subsecs(3).and_utc()),
        ColumnData::SmallDateTime(Some(_)) | ColumnData::DateTime2(Some(_)) => {
            convert::timestamp(of::<NaiveDateTime>(data)?.and_utc())
        }
        // What goes over the wire is UTC (MS-TDS 2.2.5.5.1.9); of the driver's two readings one takes it for local time.
        ColumnData::DateTimeOffset(Some(_)) => convert::timestamp(of::<DateTime<FixedOffset>>(data)?.to_utc()),
        _ => Value::Null,
    })
}

fn of<'a, T: FromSql<'a>>(data: &'a ColumnData<'static>) -> Result<T, String> {
    match T::from_sql(data) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err("it is empty".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// All digits, with as many behind the point as the type has.
fn decimal(digits: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
    let (whole, part) = text.split_at(text.len() - scale);
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use tiberius::{
        numeric::Numeric,
        time::{Date, DateTime as SqlDateTime, DateTime2, DateTimeOffset, Time},
    };

    use super::*;

    fn timestamp(text: &str) -> Value {
        Value::Timestamp(text.into())
    }

    #[test]
    fn what_is_read_is_what_the_server_holds() {
        // 2026-11-23 is day 739942 of the calendar, and 46347 since 1900.
        let (date, ten) = (Date::new(739_942), Time::new(360_000_000_000, 7));
        for (kind, data, wanted) in [
            (ColumnType::Int1, ColumnData::U8(Some(255)), Value::Integer(255)),
            (ColumnType::Int8, ColumnData::I64(Some(i64::MIN)), Value::Integer(i64::MIN)),
            (ColumnType::Bitn, ColumnData::Bit(Some(true)), Value::Boolean(true)),
            (ColumnType::Bitn, ColumnData::Bit(None), Value::Null),
            (
                ColumnType::Money,
                ColumnData::F64(Some(1234.5)),
                Value::Decimal("1234.5000".into()),
            ),
            (ColumnType::Float8, ColumnData::F64(Some(1234.5)), Value::Float(1234.5)),
            (
                ColumnType::Decimaln,
                ColumnData::Numeric(Some(Numeric::new_with_scale(-5, 2))),
                Value::Decimal("-0.05".into()),
            ),
            (
                ColumnType::Decimaln,
                ColumnData::Numeric(Some(Numeric::new_with_scale(120, 0))),
                Value::Decimal("120".into()),
            ),
            (
                ColumnType::NVarchar,
                ColumnData::String(Some("é ".into())),
                Value::Text("é ".into()),
            ),
            (
                ColumnType::BigVarBin,
                ColumnData::Binary(Some(vec![0, 255].into())),
                Value::Bytes(vec![0, 255]),
            ),
            (
                ColumnType::Daten,
                ColumnData::Date(Some(date)),
                Value::Date("2026-11-23".into()),
            ),
            (
                ColumnType::Datetime2,
                ColumnData::DateTime2(Some(DateTime2::new(date, ten))),
                timestamp("2026-11-23T10:00:00Z"),
            ),
            (
                ColumnType::Datetimen,
                ColumnData::DateTime(Some(SqlDateTime::new(46_347, 10 * 3600 * 300 + 1))),
                timestamp("2026-11-23T10:00:00.003Z"),
            ),
            (
                ColumnType::DatetimeOffsetn,
                ColumnData::DateTimeOffset(Some(DateTimeOffset::new(DateTime2::new(date, ten), 120))),
                timestamp("2026-11-23T10:00:00Z"),
            ),
        ] {
            assert_eq!(value(kind, &data), Ok(wanted), "{data:?}");
        }
    }
}
