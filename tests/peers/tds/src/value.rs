//! Values, and how SQLite holds them.

use bigdecimal::BigDecimal;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use rusqlite::types::{Value as Stored, ValueRef};
use uuid::Uuid;

use crate::{
    error::ServerError,
    types::{SqlType, Storage},
};

/// A value of some type, or NULL.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bit(bool),
    Integer(i64),
    Float(f64),
    Decimal(BigDecimal),
    Text(String),
    Bytes(Vec<u8>),
    Date(NaiveDate),
    Time(NaiveTime),
    DateTime(NaiveDateTime),
    Instant(DateTime<FixedOffset>),
    Uuid(Uuid),
}

const DATE: &str = "%Y-%m-%d";
const TIME: &str = "%H:%M:%S%.9f";
const DATE_TIME: &str = "%Y-%m-%d %H:%M:%S%.9f";

impl Value {
    /// What SQLite is given.
    pub fn stored(&self) -> Stored {
        match self {
            Value::Null => Stored::Null,
            Value::Bit(value) => Stored::Integer((*value).into()),
            Value::Integer(value) => Stored::Integer(*value),
            Value::Float(value) => Stored::Real(*value),
            Value::Decimal(value) => Stored::Text(value.to_plain_string()),
            Value::Text(value) => Stored::Text(value.clone()),
            Value::Bytes(value) => Stored::Blob(value.clone()),
            Value::Date(value) => Stored::Text(value.format(DATE).to_string()),
            Value::Time(value) => Stored::Text(value.format(TIME).to_string()),
            Value::DateTime(value) => Stored::Text(value.format(DATE_TIME).to_string()),
            Value::Instant(value) => Stored::Text(format!(
                "{}|{}",
                value.naive_utc().format(DATE_TIME),
                value.offset().local_minus_utc() / 60
            )),
            Value::Uuid(value) => Stored::Text(value.hyphenated().to_string().to_uppercase()),
        }
    }

    /// What SQLite gives for an expression of a type.
    ///
    /// # Errors
    /// SQLite came to another kind of value: the peer has translated something wrongly, and says so.
    pub fn from_stored(stored: ValueRef<'_>, of: SqlType) -> Result<Self, ServerError> {
        let surprise = || ServerError::cannot(format!("what to make of {stored:?} as {of}"));
        let text = || stored.as_str().map_err(|_| surprise());
        Ok(match (of.storage(), stored) {
            (_, ValueRef::Null) => Value::Null,
            (Storage::Integer, ValueRef::Integer(value)) if of == SqlType::Bit => Value::Bit(value != 0),
            (Storage::Integer, ValueRef::Integer(value)) => Value::Integer(value),
            (Storage::Real, ValueRef::Real(value)) => Value::Float(value),
            (Storage::Real, ValueRef::Integer(value)) => Value::Float(value as f64),
            (Storage::Text, ValueRef::Text(_)) => Value::Text(text()?.to_owned()),
            (Storage::Blob, ValueRef::Blob(bytes)) => Value::Bytes(bytes.to_vec()),
            (Storage::Decimal, ValueRef::Text(_)) => Value::Decimal(text()?.parse().map_err(|_| surprise())?),
            (Storage::Decimal, ValueRef::Integer(value)) => Value::Decimal(value.into()),
            (Storage::Guid, ValueRef::Text(_)) => Value::Uuid(Uuid::parse_str(text()?).map_err(|_| surprise())?),
            (Storage::Moment, ValueRef::Text(_)) => match of {
                SqlType::Date => Value::Date(NaiveDate::parse_from_str(text()?, DATE).map_err(|_| surprise())?),
                SqlType::Time(_) => Value::Time(NaiveTime::parse_from_str(text()?, "%H:%M:%S%.f").map_err(|_| surprise())?),
                _ => Value::DateTime(NaiveDateTime::parse_from_str(text()?, "%Y-%m-%d %H:%M:%S%.f").map_err(|_| surprise())?),
            },
            (Storage::Instant, ValueRef::Text(_)) => Value::Instant(instant(text()?).ok_or_else(surprise)?),
            _ => return Err(surprise()),
        })
    }

    pub fn is_null(&self) -> bool {
        *self == Value::Null
    }

    /// As a person reads it; `None` for NULL.
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Value::Null => return None,
            Value::Bit(value) => u8::from(*value).to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Decimal(value) => value.to_plain_string(),
            Value::Text(value) => value.clone(),
            Value::Bytes(bytes) => bytes.iter().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02X}")),
            Value::Date(value) => value.format(DATE).to_string(),
            Value::Time(value) => value.format("%H:%M:%S%.f").to_string(),
            Value::DateTime(value) => value.format("%Y-%m-%d %H:%M:%S%.f").to_string(),
            Value::Instant(value) => value.format("%Y-%m-%d %H:%M:%S%.f %:z").to_string(),
            Value::Uuid(value) => value.hyphenated().to_string().to_uppercase(),
        })
    }
}

/// `2024-02-29 12:00:00.000000000|120`: the time in UTC, and minutes east of it.
fn instant(stored: &str) -> Option<DateTime<FixedOffset>> {
    let (time, minutes) = stored.split_once('|')?;
    let time = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    let offset = FixedOffset::east_opt(minutes.parse::<i32>().ok()? * 60)?;
    Some(Utc.from_utc_datetime(&time).with_timezone(&offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn keeps(value: Value, of: SqlType) {
        let stored = value.stored();
        let back = Value::from_stored((&stored).into(), of).unwrap();
        assert_eq!(back, value);
    }

    #[test]
    fn sqlite_gives_back_what_it_was_given() {
        let time = NaiveDate::from_ymd_opt(2024, 2, 29)
            .unwrap()
            .and_hms_nano_opt(23, 59, 59, 123_456_700)
            .unwrap();
        let instant = FixedOffset::east_opt(-5 * 3600 - 1800).unwrap().from_utc_datetime(&time);
        keeps(Value::Bit(true), SqlType::Bit);
        keeps(Value::Integer(i64::MIN), SqlType::BigInt);
        keeps(
            Value::Decimal("12345678901234567890.123".parse().unwrap()),
            SqlType::Decimal { precision: 38, scale: 3 },
        );
        keeps(Value::Date(time.date()), SqlType::Date);
        keeps(Value::Time(time.time()), SqlType::Time(7));
        keeps(Value::DateTime(time), SqlType::DateTime2(7));
        keeps(Value::Instant(instant), SqlType::DateTimeOffset(7));
        keeps(Value::Uuid(Uuid::from_u128(0x0123_4567_89ab_cdef)), SqlType::UniqueIdentifier);
        keeps(Value::Bytes(vec![0, 255]), SqlType::VarBinary(crate::types::Length::Max));
    }

    #[test]
    fn another_kind_of_value_than_the_type_says_is_an_error() {
        assert!(Value::from_stored(ValueRef::Text(b"x"), SqlType::Int).is_err());
        assert!(Value::from_stored(ValueRef::Integer(1), SqlType::TEXT).is_err());
    }
}
