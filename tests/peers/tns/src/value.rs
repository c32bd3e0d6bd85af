//! Values and their types.

use chrono::NaiveDateTime;

use crate::{Decimal, Failure};

/// A value, as a client bound it or a row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Number(Decimal),
    Text(String),
    Bytes(Vec<u8>),
    /// A DATE or a TIMESTAMP; one with a time zone is in UTC.
    Moment(NaiveDateTime),
    Boolean(bool),
}

/// A type, by what it is called in Oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Varchar,
    Nvarchar,
    Char,
    Nchar,
    Long,
    LongNvarchar,
    Clob,
    Nclob,
    Blob,
    Number,
    BinaryInteger,
    BinaryFloat,
    BinaryDouble,
    Date,
    Timestamp,
    TimestampTz,
    TimestampLtz,
    Raw,
    LongRaw,
    Boolean,
    Cursor,
}

impl Type {
    /// By the number that it has on the wire and the form of its characters (2 is the national character set).
    pub(crate) fn from_wire(number: u8, form: u8) -> Option<Self> {
        Some(match (number, form) {
            (1, 2) => Type::Nvarchar,
            (1, _) => Type::Varchar,
            (96, 2) => Type::Nchar,
            (96, _) => Type::Char,
            (8, 2) => Type::LongNvarchar,
            (8, _) => Type::Long,
            (112, 2) => Type::Nclob,
            (112, _) => Type::Clob,
            (113, _) => Type::Blob,
            (2, _) => Type::Number,
            (3, _) => Type::BinaryInteger,
            (100, _) => Type::BinaryFloat,
            (101, _) => Type::BinaryDouble,
            (12, _) => Type::Date,
            (180, _) => Type::Timestamp,
            (181, _) => Type::TimestampTz,
            (231, _) => Type::TimestampLtz,
            (23, _) => Type::Raw,
            (24, _) => Type::LongRaw,
            (252, _) => Type::Boolean,
            (102, _) => Type::Cursor,
            _ => return None,
        })
    }

    /// The number on the wire and the form of its characters.
    pub(crate) fn to_wire(self) -> (u8, u8) {
        match self {
            Type::Varchar => (1, 1),
            Type::Nvarchar => (1, 2),
            Type::Char => (96, 1),
            Type::Nchar => (96, 2),
            Type::Long => (8, 1),
            Type::LongNvarchar => (8, 2),
            Type::Clob => (112, 1),
            Type::Nclob => (112, 2),
            Type::Blob => (113, 0),
            Type::Number => (2, 0),
            Type::BinaryInteger => (3, 0),
            Type::BinaryFloat => (100, 0),
            Type::BinaryDouble => (101, 0),
            Type::Date => (12, 0),
            Type::Timestamp => (180, 0),
            Type::TimestampTz => (181, 0),
            Type::TimestampLtz => (231, 0),
            Type::Raw => (23, 0),
            Type::LongRaw => (24, 0),
            Type::Boolean => (252, 0),
            Type::Cursor => (102, 0),
        }
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Type::Varchar
                | Type::Nvarchar
                | Type::Char
                | Type::Nchar
                | Type::Long
                | Type::LongNvarchar
                | Type::Clob
                | Type::Nclob
        )
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(
            self,
            Type::Number | Type::BinaryInteger | Type::BinaryFloat | Type::BinaryDouble
        )
    }

    pub(crate) fn is_moment(self) -> bool {
        matches!(self, Type::Date | Type::Timestamp | Type::TimestampTz | Type::TimestampLtz)
    }

    pub(crate) fn is_bytes(self) -> bool {
        matches!(self, Type::Raw | Type::LongRaw | Type::Blob)
    }

    /// What is kept apart from its row: it can be read and written, and neither compared nor sorted by.
    pub(crate) fn is_lob(self) -> bool {
        matches!(self, Type::Clob | Type::Nclob | Type::Blob)
    }

    /// In UTF-16.
    pub(crate) fn is_wide(self) -> bool {
        matches!(self, Type::Nvarchar | Type::Nchar | Type::LongNvarchar | Type::Nclob)
    }
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    /// As a value of a type, where Oracle converts without being asked. Moments and texts would need a session's format, so
    /// they are not converted into each other.
    ///
    /// # Errors
    /// ORA-01722 where a text is no number, ORA-00932 where types do not go together.
    pub fn into_type(self, wanted: Type) -> Result<Self, Failure> {
        let fits = match &self {
            Value::Null => true,
            Value::Text(text) if text.is_empty() => return Ok(Value::Null),
            Value::Text(_) => wanted.is_text(),
            Value::Number(_) => wanted.is_number(),
            Value::Moment(_) => wanted.is_moment(),
            Value::Bytes(_) => wanted.is_bytes(),
            Value::Boolean(_) => wanted == Type::Boolean,
        };
        if fits {
            return Ok(self);
        }
        match self {
            Value::Text(text) if wanted.is_number() => {
                let number = Decimal::parse(&text).ok_or_else(|| Failure::new(1722, "invalid number"))?;
                Ok(Value::Number(number))
            }
            Value::Number(number) if wanted.is_text() => Ok(Value::Text(number.to_string())),
            Value::Text(_) if wanted.is_moment() => Err(Failure::new(1861, "literal does not match format string")),
            other => Err(Failure::new(
                932,
                format_args!("inconsistent datatypes: expected {wanted:?} got {}", other.kind()),
            )),
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Number(_) => "NUMBER",
            Value::Text(_) => "VARCHAR2",
            Value::Bytes(_) => "RAW",
            Value::Moment(_) => "TIMESTAMP",
            Value::Boolean(_) => "BOOLEAN",
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}
