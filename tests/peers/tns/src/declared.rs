//! Types as tables declare them: with sizes and precisions.

use crate::{Failure, Type, sql::Token};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) kind: Type,
    /// Bytes, or characters if [`Declared::characters`] says so. 0 if the type has no size.
    pub(crate) size: u32,
    pub(crate) characters: bool,
    pub(crate) precision: u8,
    /// -127 where a NUMBER has neither precision nor scale.
    pub(crate) scale: i8,
}

/// The longest string in SQL.
const LONGEST: u32 = 4000;

impl Declared {
    /// Of a value about which nothing but its type is known.
    pub(crate) fn of(kind: Type) -> Self {
        let (size, precision, scale) = match kind {
            Type::Varchar | Type::Nvarchar | Type::Char | Type::Nchar => (LONGEST, 0, 0),
            Type::Raw => (2000, 0, 0),
            Type::Number => (0, 0, -127),
            Type::Timestamp | Type::TimestampTz | Type::TimestampLtz => (0, 0, 6),
            _ => (0, 0, 0),
        };
        Self {
            kind,
            size,
            characters: false,
            precision,
            scale,
        }
    }

    /// From a type as it stands in `CREATE TABLE` or `CAST`.
    ///
    /// # Errors
    /// ORA-00902 for what is no type, ORA-03001 for one that this peer doesn't have.
    pub(crate) fn read(tokens: &[Token]) -> Result<Self, Failure> {
        let words: Vec<&str> = tokens.iter().filter_map(Token::name).collect();
        let numbers: Vec<i32> = tokens.iter().filter_map(number).collect();
        let first = words.first().copied().unwrap_or_default();
        let kind = match first {
            "VARCHAR2" | "VARCHAR" => Type::Varchar,
            "NVARCHAR2" => Type::Nvarchar,
            "CHAR" => Type::Char,
            "NUMBER" | "INTEGER" | "INT" | "SMALLINT" | "NUMERIC" | "DECIMAL" => Type::Number,
            "BINARY_DOUBLE" => Type::BinaryDouble,
            "BINARY_FLOAT" => Type::BinaryFloat,
            "DATE" => Type::Date,
            "TIMESTAMP" if words.contains(&"LOCAL") => Type::TimestampLtz,
            "TIMESTAMP" if words.contains(&"ZONE") => Type::TimestampTz,
            "TIMESTAMP" => Type::Timestamp,
            "RAW" => Type::Raw,
            "CLOB" => Type::Clob,
            "NCLOB" => Type::Nclob,
            "BLOB" => Type::Blob,
            "LONG" | "NCHAR" | "FLOAT" | "ROWID" | "XMLTYPE" | "JSON" | "BOOLEAN" => {
                return Err(Failure::unsupported(format_args!("columns of type {first}")));
            }
            _ => return Err(Failure::new(902, "invalid datatype")),
        };
        let mut declared = Self::of(kind);
        let size = numbers.first().and_then(|size| u32::try_from(*size).ok());
        match kind {
            Type::Varchar | Type::Nvarchar | Type::Raw => {
                declared.size = size.ok_or_else(|| Failure::new(906, "missing left parenthesis"))?;
                declared.characters = words.contains(&"CHAR") || kind == Type::Nvarchar;
            }
            // What is shorter would be filled up with spaces.
            Type::Char if size.unwrap_or(1) == 1 => declared.size = 1,
            Type::Char => return Err(Failure::unsupported("CHAR of more than one character")),
            Type::Number => {
                let integer = first != "NUMBER" && numbers.is_empty();
                let small = |number: &i32| i8::try_from(*number).ok();
                match (numbers.first(), numbers.get(1)) {
                    (None, _) if integer => (declared.precision, declared.scale) = (38, 0),
                    (None, _) => {}
                    (Some(precision), scale) => {
                        declared.precision = u8::try_from(*precision).unwrap_or(38);
                        declared.scale = scale.and_then(small).unwrap_or(0);
                    }
                }
            }
            Type::Timestamp | Type::TimestampTz | Type::TimestampLtz => {
                declared.scale = size.and_then(|digits| i8::try_from(digits).ok()).unwrap_or(6);
            }
            _ => {}
        }
        Ok(declared)
    }

    /// The size of a value's buffer in a description; never 0, which would say that it is always NULL.
    pub(crate) fn buffer(&self) -> u32 {
        match self.kind {
            Type::Varchar | Type::Char if self.characters => self.size * 4,
            Type::Nvarchar | Type::Nchar => self.size * 2,
            Type::Varchar | Type::Char | Type::Raw | Type::Long | Type::LongNvarchar | Type::LongRaw => self.size.max(1),
            Type::Clob | Type::Nclob | Type::Blob => LONGEST,
            Type::Number | Type::BinaryInteger => 22,
            Type::BinaryFloat | Type::Boolean | Type::Cursor => 4,
            Type::BinaryDouble => 8,
            Type::Date => 7,
            Type::Timestamp | Type::TimestampLtz => 11,
            Type::TimestampTz => 13,
        }
    }
}

fn number(token: &Token) -> Option<i32> {
    match token {
        Token::Number(number) => number.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read;

    #[test]
    fn types_are_read() {
        let declared = |text: &str| Declared::read(&read(text).unwrap());
        let varchar = declared("varchar2(50 char)").unwrap();
        assert_eq!((varchar.kind, varchar.size, varchar.buffer()), (Type::Varchar, 50, 200));
        let number = declared("NUMBER(10, 2)").unwrap();
        assert_eq!((number.precision, number.scale), (10, 2));
        assert_eq!(declared("number").unwrap().scale, -127);
        assert_eq!(declared("TIMESTAMP(3) WITH TIME ZONE").unwrap().kind, Type::TimestampTz);
        let document = declared("CLOB").unwrap();
        assert_eq!((document.kind, document.size, document.buffer()), (Type::Clob, 0, 4000));
        assert_eq!(declared("XMLTYPE").unwrap_err().code, 3001);
        assert_eq!(declared("TEXT").unwrap_err().code, 902);
    }
}
