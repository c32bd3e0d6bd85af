//! What a column holds, as far as the mapping says so: `{ column = "hired_on", type = "date" }`.

use super::ValueType;
use crate::database::Value;

/// What the mapping says of a column's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Holds {
    /// Nothing: they are what the column is.
    #[default]
    AsItIs,
    One(Stored),
    /// A boolean, in two words.
    Words(Words),
    /// Any number of values: an array of the database's, or an array in a JSON document.
    Several(Stored),
}

impl Holds {
    /// The SQL type of a parameter for such a value. Only where that says more than the value itself does, and is right for every
    /// column that can hold it.
    pub fn parameter_type(&self) -> Option<&'static str> {
        match self {
            Holds::One(Stored::Integer) => Some("bigint"),
            Holds::One(Stored::Decimal) => Some("decimal"),
            Holds::One(Stored::Date) => Some("date"),
            Holds::One(Stored::Timestamp) => Some("timestamp"),
            _ => None,
        }
    }

    /// What the attribute is, where no RFC says that.
    pub fn value_type(&self) -> Option<ValueType> {
        match self {
            Holds::AsItIs => None,
            Holds::Words(_) => Some(ValueType::Boolean),
            Holds::One(stored) | Holds::Several(stored) => Some(match stored {
                Stored::Integer => ValueType::Integer,
                Stored::Decimal => ValueType::Decimal,
                Stored::Boolean => ValueType::Boolean,
                Stored::Timestamp => ValueType::DateTime,
                Stored::Binary => ValueType::Binary,
                Stored::String | Stored::Date | Stored::Uuid | Stored::Json => ValueType::Text,
            }),
        }
    }
}

/// The type of one value in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    String,
    Integer,
    Decimal,
    Boolean,
    /// A day without a time.
    Date,
    /// A point in time.
    Timestamp,
    Uuid,
    Binary,
    Json,
}

impl Stored {
    pub const ALL: [Stored; 9] = [
        Stored::String,
        Stored::Integer,
        Stored::Decimal,
        Stored::Boolean,
        Stored::Date,
        Stored::Timestamp,
        Stored::Uuid,
        Stored::Binary,
        Stored::Json,
    ];

    /// What `type = "…"` calls it.
    pub fn word(self) -> &'static str {
        match self {
            Stored::String => "string",
            Stored::Integer => "integer",
            Stored::Decimal => "decimal",
            Stored::Boolean => "boolean",
            Stored::Date => "date",
            Stored::Timestamp => "timestamp",
            Stored::Uuid => "uuid",
            Stored::Binary => "binary",
            Stored::Json => "json",
        }
    }

    /// In a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Stored::String => "a string",
            Stored::Integer => "a whole number of 64 bits",
            Stored::Decimal => "a number",
            Stored::Boolean => "true or false",
            Stored::Date => "a date, such as 2026-11-23",
            Stored::Timestamp => "a date with time, such as 2026-11-23T10:00:00Z",
            Stored::Uuid => "a UUID, such as 6f9619ff-8b86-d011-b42d-00c04fc964ff",
            Stored::Binary => "bytes in base64",
            Stored::Json => "a JSON document in a string",
        }
    }
}

/// The two values of a column that is a boolean in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub yes: Word,
    /// `None`: whatever else the column holds.
    pub no: Option<Word>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Text(String),
    Integer(i64),
}

impl Words {
    /// What a column's value means; `None`: neither.
    pub fn truth(&self, value: &Value) -> Option<bool> {
        match &self.no {
            _ if self.yes.is(value) => Some(true),
            None => Some(false),
            Some(no) => no.is(value).then_some(false),
        }
    }

    /// Whether both could be in a column of numbers.
    pub fn are_numbers(&self) -> bool {
        let is_number = |word: &Word| word.to_string().trim().parse::<i64>().is_ok();
        is_number(&self.yes) && self.no.as_ref().is_none_or(is_number)
    }

    /// What is bound for a truth; `None`: the mapping doesn't say.
    pub fn of(&self, truth: bool) -> Option<Value> {
        match truth {
            true => Some(self.yes.value()),
            false => self.no.as_ref().map(Word::value),
        }
    }
}

impl Word {
    pub fn value(&self) -> Value {
        match self {
            Word::Text(text) => Value::Text(text.clone()),
            Word::Integer(integer) => Value::Integer(*integer),
        }
    }

    /// CHAR columns pad with blanks, some databases compare without regard to case, and a driver may have made a boolean of 1 and 0.
    pub fn is(&self, value: &Value) -> bool {
        let folded = |text: &str| text.trim().to_lowercase();
        match (value, self) {
            (Value::Boolean(_) | Value::Bytes(_), Word::Integer(_)) => super::truth(value) == super::truth(&self.value()),
            _ => value.to_text().is_some_and(|text| folded(&text) == folded(&self.to_string())),
        }
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Word::Text(text) => f.write_str(text),
            Word::Integer(integer) => write!(f, "{integer}"),
        }
    }
}
