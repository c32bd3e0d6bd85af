//! Values as typed parameters of a call of `sp_executesql`.
//!
//! Each has a declaration (`@P1 varchar(8000)`), which decides what the server compares and stores, and what is sent, which the
//! server converts to that. The sizes in a declaration are the largest there are: a smaller one would cut a value off without a
//! word, and each other one would have a plan of its own.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use tiberius::{ColumnData, IntoSql as _};

use super::sql_type::SqlType;
use crate::database::{DatabaseError, Parameter, ParameterDirection, Value, convert};

/// A parameter as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    /// The type, in T-SQL.
    pub declared: String,
    pub flow: Flow,
    pub data: ColumnData<'static>,
}

/// Whether the server tells what the parameter holds afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    In,
    Output,
}

/// The longest text, in UTF-16 units, and the longest binary or ANSI value, in bytes, of the types that have a length.
const NVARCHAR: usize = 4000;
const VARCHAR: usize = 8000;
/// The most digits of a decimal number.
const DIGITS: u64 = 38;

/// # Errors
/// `InvalidValue`, with the parameter's name and the type wanted; the value itself is not quoted.
pub(super) fn argument(parameter: Option<&Parameter>, wanted: Option<SqlType>, value: &Value) -> Result<Argument, DatabaseError> {
    let flow = match parameter.map(|parameter| parameter.direction) {
        None | Some(ParameterDirection::In) => Flow::In,
        Some(ParameterDirection::Out | ParameterDirection::InOut) => Flow::Output,
        Some(ParameterDirection::Cursor) => {
            let message = "SQL Server gives no cursor to a client; let the procedure SELECT the rows instead";
            return Err(DatabaseError::new(crate::database::ErrorKind::Statement, message));
        }
    };
    let refused = |what: &str| convert::refused(parameter, what);
    let (declared, data) = match wanted.unwrap_or_else(|| own(value)) {
        _ if value.is_null() => missing(wanted),
        SqlType::TinyInt => integer(value, "tinyint", "8-bit integer", u8::MIN, u8::MAX, &refused)?,
        SqlType::SmallInt => integer(value, "smallint", "16-bit integer", i16::MIN, i16::MAX, &refused)?,
        SqlType::Int => integer(value, "int", "32-bit integer", i32::MIN, i32::MAX, &refused)?,
        SqlType::BigInt => integer(value, "bigint", "64-bit integer", i64::MIN, i64::MAX, &refused)?,
        SqlType::Bit => sent("bit", convert::boolean(value).ok_or_else(|| refused("boolean"))?.into_sql()),
        SqlType::Decimal => decimal(value).ok_or_else(|| refused("number of at most 38 digits"))?,
        SqlType::Float => sent("float", convert::float(value).ok_or_else(|| refused("number"))?.into_sql()),
        SqlType::Text => text(value).ok_or_else(|| refused("text"))?,
        SqlType::AnsiText => ansi(value).ok_or_else(|| refused("text"))?,
        SqlType::Bytes => bytes(value).ok_or_else(|| refused("binary value"))?,
        SqlType::Date => sent(
            "date",
            convert::date(value).ok_or_else(|| refused("date (2026-11-23)"))?.into_sql(),
        ),
        SqlType::Time => sent(
            "time(7)",
            convert::time(value).ok_or_else(|| refused("time (10:00:00)"))?.into_sql(),
        ),
        SqlType::DateTime => instant(value, "datetime").ok_or_else(|| refused(TIMESTAMP))?,
        SqlType::DateTime2 => instant(value, "datetime2(7)").ok_or_else(|| refused(TIMESTAMP))?,
        SqlType::DateTimeOffset => instant(value, "datetimeoffset(7)").ok_or_else(|| refused(TIMESTAMP))?,
        SqlType::Uuid => sent(
            "uniqueidentifier",
            convert::uuid(value).ok_or_else(|| refused("UUID"))?.into_sql(),
        ),
        SqlType::Xml => sent("xml", string(value.to_text().ok_or_else(|| refused("XML document"))?)),
    };
    Ok(Argument {
        declared: declared.to_owned(),
        flow,
        data,
    })
}

const TIMESTAMP: &str = "timestamp (2026-11-23T10:00:00Z)";

/// The type of a value that the server does not say another one for.
fn own(value: &Value) -> SqlType {
    match value {
        Value::Boolean(_) => SqlType::Bit,
        Value::Integer(_) => SqlType::BigInt,
        Value::Float(_) => SqlType::Float,
        Value::Decimal(_) => SqlType::Decimal,
        Value::Bytes(_) => SqlType::Bytes,
        Value::Date(_) => SqlType::Date,
        Value::Timestamp(_) => SqlType::DateTime2,
        Value::Uuid(_) => SqlType::Uuid,
        Value::Null | Value::Text(_) | Value::Json(_) | Value::Extension { .. } => SqlType::Text,
    }
}

fn sent(declared: &'static str, data: ColumnData<'static>) -> (String, ColumnData<'static>) {
    (declared.to_owned(), data)
}

fn string(text: String) -> ColumnData<'static> {
    ColumnData::String(Some(text.into()))
}

/// NULL of a type that the server can convert to the declared one: it has opinions on the type of NULL.
fn missing(wanted: Option<SqlType>) -> (String, ColumnData<'static>) {
    match wanted.unwrap_or(SqlType::Text) {
        SqlType::TinyInt => sent("tinyint", ColumnData::U8(None)),
        SqlType::SmallInt => sent("smallint", ColumnData::I16(None)),
        SqlType::Int => sent("int", ColumnData::I32(None)),
        SqlType::BigInt => sent("bigint", ColumnData::I64(None)),
        SqlType::Bit => sent("bit", ColumnData::Bit(None)),
        SqlType::Decimal => sent("decimal(38,10)", ColumnData::I32(None)),
        SqlType::Float => sent("float", ColumnData::F64(None)),
        SqlType::Text => sent("nvarchar(4000)", ColumnData::I32(None)),
        SqlType::AnsiText => sent("varchar(8000)", ColumnData::I32(None)),
        SqlType::Bytes => sent("varbinary(8000)", ColumnData::I32(None)),
        SqlType::Date => sent("date", ColumnData::Date(None)),
        SqlType::Time => sent("time(7)", ColumnData::Time(None)),
        SqlType::DateTime => sent("datetime", ColumnData::DateTime2(None)),
        SqlType::DateTime2 => sent("datetime2(7)", ColumnData::DateTime2(None)),
        SqlType::DateTimeOffset => sent("datetimeoffset(7)", ColumnData::DateTimeOffset(None)),
        SqlType::Uuid => sent("uniqueidentifier", ColumnData::Guid(None)),
        SqlType::Xml => sent("xml", ColumnData::String(None)),
    }
}

fn integer<T>(
    value: &Value,
    declared: &'static str,
    what: &str,
    least: T,
    most: T,
    refused: &impl Fn(&str) -> DatabaseError,
) -> Result<(String, ColumnData<'static>), DatabaseError>
where
    i64: From<T>,
{
    let range = i64::from(least)..=i64::from(most);
    let integer = convert::integer(value)
        .filter(|integer| range.contains(integer))
        .ok_or_else(|| refused(what))?;
    Ok(sent(declared, ColumnData::I64(Some(integer))))
}

/// As many places behind the point as the value has, so that none is rounded away.
fn decimal(value: &Value) -> Option<(String, ColumnData<'static>)> {
    let decimal = convert::decimal(value)?;
    let (_, scale) = decimal.as_bigint_and_exponent();
    let decimal = if scale < 0 { decimal.with_scale(0) } else { decimal };
    let scale = scale.max(0);
    if decimal.digits() > DIGITS || scale > DIGITS as i64 {
        return None;
    }
    Some((format!("decimal({DIGITS},{scale})"), numeric(decimal)?))
}

fn numeric(decimal: BigDecimal) -> Option<ColumnData<'static>> {
    let (digits, scale) = decimal.into_bigint_and_exponent();
    let digits: i128 = digits.to_string().parse().ok()?;
    let numeric = tiberius::numeric::Numeric::new_with_scale(digits, u8::try_from(scale).ok()?);
    Some(ColumnData::Numeric(Some(numeric)))
}

fn text(value: &Value) -> Option<(String, ColumnData<'static>)> {
    let text = value.to_text()?;
    let declared = if text.encode_utf16().count() <= NVARCHAR {
        "nvarchar(4000)"
    } else {
        "nvarchar(max)"
    };
    Some(sent(declared, string(text)))
}

/// What a code page may not have a letter for stays Unicode, since the server would take the nearest one, `L` for `Ł`, and find
/// somebody else. An index of the column serves the rest.
fn ansi(value: &Value) -> Option<(String, ColumnData<'static>)> {
    let written = value.to_text()?;
    if !written.is_ascii() {
        return text(value);
    }
    let declared = if written.len() <= VARCHAR {
        "varchar(8000)"
    } else {
        "varchar(max)"
    };
    Some(sent(declared, string(written)))
}

fn bytes(value: &Value) -> Option<(String, ColumnData<'static>)> {
    let bytes = convert::bytes(value)?;
    let declared = if bytes.len() <= VARCHAR {
        "varbinary(8000)"
    } else {
        "varbinary(max)"
    };
    Some(sent(declared, ColumnData::Binary(Some(bytes.into()))))
}

/// Types without a zone hold UTC.
fn instant(value: &Value, declared: &'static str) -> Option<(String, ColumnData<'static>)> {
    let instant: DateTime<Utc> = convert::instant(value)?;
    let data = if declared.starts_with("datetimeoffset") {
        instant.fixed_offset().into_sql()
    } else {
        NaiveDateTime::new(instant.date_naive(), hundreds(instant.time())).into_sql()
    };
    Some(sent(declared, data))
}

/// The server's clock has no more than seven digits.
fn hundreds(time: NaiveTime) -> NaiveTime {
    use chrono::Timelike as _;
    time.with_nanosecond(time.nanosecond() / 100 * 100).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(wanted: Option<SqlType>, value: Value) -> Result<(String, ColumnData<'static>), String> {
        let parameter = Parameter::new("hired_on");
        argument(Some(&parameter), wanted, &value)
            .map(|argument| (argument.declared, argument.data))
            .map_err(|error| error.message)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn declared(wanted: Option<SqlType>, value: Value) -> String {
        sent(wanted, value).unwrap().0
    }

    #[test]
    fn values_go_by_their_own_types_where_nothing_is_known() {
        for (value, wanted) in [
            (text("x"), "nvarchar(4000)"),
            (text(&"é".repeat(4000)), "nvarchar(4000)"),
            (text(&"x".repeat(4001)), "nvarchar(max)"),
            (Value::Null, "nvarchar(4000)"),
            (Value::Integer(1), "bigint"),
            (Value::Boolean(true), "bit"),
            (Value::Decimal("-12.50".into()), "decimal(38,2)"),
            (Value::Float(0.5), "float"),
            (Value::Bytes(vec![0; 8001]), "varbinary(max)"),
            (Value::Date("2026-11-23".into()), "date"),
            (Value::Timestamp("2026-11-23T10:00:00Z".into()), "datetime2(7)"),
            (Value::Uuid("6f9619ff-8b86-d011-b42d-00c04fc964ff".into()), "uniqueidentifier"),
            (Value::Json("{}".into()), "nvarchar(4000)"),
        ] {
            assert_eq!(declared(None, value.clone()), wanted, "{value:?}");
        }
    }

    #[test]
    fn text_becomes_what_is_asked_for() {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(
            sent(Some(SqlType::Date), text("2026-11-23")),
            Ok(("date".into(), date.into_sql()))
        );
        assert_eq!(
            sent(Some(SqlType::Int), text("7")),
            Ok(("int".into(), ColumnData::I64(Some(7))))
        );
        assert_eq!(
            sent(Some(SqlType::Bit), text("true")),
            Ok(("bit".into(), ColumnData::Bit(Some(true))))
        );
        let wrong = |what: &str| Err(format!("the value of `hired_on` is not a {what}"));
        assert_eq!(sent(Some(SqlType::TinyInt), Value::Integer(256)), wrong("8-bit integer"));
        assert_eq!(sent(Some(SqlType::Date), text("soon")), wrong("date (2026-11-23)"));
        assert_eq!(sent(Some(SqlType::Uuid), text("x")), wrong("UUID"));
        assert_eq!(
            sent(Some(SqlType::Decimal), text(&"9".repeat(39))),
            wrong("number of at most 38 digits")
        );
    }

    #[test]
    fn a_time_without_a_zone_is_utc_and_has_seven_digits() {
        let (declared, data) = sent(Some(SqlType::DateTime2), text("2026-11-23T12:00:00.123456789+02:00")).unwrap();
        let wanted = NaiveDateTime::parse_from_str("2026-11-23 10:00:00.1234567", "%Y-%m-%d %H:%M:%S%.f").unwrap();
        assert_eq!((declared.as_str(), data), ("datetime2(7)", wanted.into_sql()));
        let (declared, data) = sent(Some(SqlType::DateTimeOffset), text("2026-11-23T12:00:00+02:00")).unwrap();
        assert_eq!(declared, "datetimeoffset(7)");
        assert_eq!(
            data,
            convert::instant(&text("2026-11-23T10:00:00Z"))
                .unwrap()
                .fixed_offset()
                .into_sql()
        );
    }

    #[test]
    fn decimals_keep_their_digits() {
        let sent = |written: &str| sent(Some(SqlType::Decimal), Value::Decimal(written.into())).unwrap();
        let numeric = |value, scale| ColumnData::Numeric(Some(tiberius::numeric::Numeric::new_with_scale(value, scale)));
        assert_eq!(sent("-12.50"), ("decimal(38,2)".into(), numeric(-1250, 2)));
        assert_eq!(sent("1E+3"), ("decimal(38,0)".into(), numeric(1000, 0)));
        assert_eq!(sent("0.000000000000000000000000000000000001").0, "decimal(38,36)");
    }

    /// Where a code page lacks a letter, the server takes the nearest one that it has, and would find somebody else.
    #[test]
    fn only_ascii_is_narrowed() {
        assert_eq!(declared(Some(SqlType::AnsiText), text("Lukasz")), "varchar(8000)");
        assert_eq!(declared(Some(SqlType::AnsiText), text("Łukasz")), "nvarchar(4000)");
        assert_eq!(declared(Some(SqlType::AnsiText), text(&"x".repeat(8001))), "varchar(max)");
        assert_eq!(declared(Some(SqlType::AnsiText), Value::Null), "varchar(8000)");
    }

    #[test]
    fn what_comes_back_is_said_so() {
        let out = Parameter {
            type_hint: None,
            direction: ParameterDirection::Out,
            ..Parameter::new("return-code")
        };
        let argument = argument(Some(&out), Some(SqlType::Int), &Value::Null).unwrap();
        assert_eq!(
            (argument.declared.as_str(), argument.flow, argument.data),
            ("int", Flow::Output, ColumnData::I32(None))
        );
        let cursor = Parameter {
            direction: ParameterDirection::Cursor,
            ..Parameter::new("rows")
        };
        assert!(super::argument(Some(&cursor), None, &Value::Null).is_err());
    }
}
