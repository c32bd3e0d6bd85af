//! Values as the driver sends them.
//!
//! Oracle does not say what type a parameter has. A value is sent as what the statement's author says it is, or else as its
//! own type, and Oracle converts it to what the column is: text to numbers as well, and to dates by the formats that every
//! session is given ([`super::connect`]). NULL goes to a column of any type.

use oracledb::{DbType, ToDbValue};

use super::{moment, number};
use crate::database::{DatabaseError, Parameter, ParameterDirection, Value, convert};

/// A value for a placeholder, by the placeholder's name.
pub(super) type Bound = (String, Box<dyn ToDbValue>);

/// The values of a statement, one for each of its parameters.
///
/// # Errors
/// `InvalidValue`: one is not of the type that its author wants.
pub(super) fn bound(parameters: &[Parameter], values: &[Value]) -> Result<Vec<Bound>, DatabaseError> {
    let named = parameters.iter().zip(values).enumerate();
    named
        .map(|(index, (parameter, value))| Ok(((index + 1).to_string(), one(parameter, value)?)))
        .collect()
}

fn one(parameter: &Parameter, value: &Value) -> Result<Box<dyn ToDbValue>, DatabaseError> {
    let kind = Kind::of(parameter.type_hint.as_deref());
    match parameter.direction {
        ParameterDirection::Cursor => Ok(Box::new(oracledb::DB_TYPE_CURSOR)),
        ParameterDirection::Out => Ok(Box::new(kind.out())),
        ParameterDirection::In | ParameterDirection::InOut if value.is_null() => Ok(match kind {
            Kind::Own | Kind::Text => Box::new(None::<String>),
            typed => Box::new(typed.out()),
        }),
        ParameterDirection::In | ParameterDirection::InOut => {
            let converted = kind.convert(value);
            converted.map_err(|wanted| convert::refused(Some(parameter), wanted))
        }
    }
}

/// What a parameter's author says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing, or nothing that is known here.
    Own,
    Number,
    Float,
    Text,
    Bytes,
    Date,
    Timestamp,
    Boolean,
}

impl Kind {
    /// From the first word of a type, such as `number(10, 2)` or `timestamp with time zone`.
    fn of(hint: Option<&str>) -> Self {
        let hint = hint.unwrap_or_default().trim().to_ascii_lowercase();
        let word = hint.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        match word.unwrap_or_default() {
            "number" | "integer" | "int" | "bigint" | "smallint" | "decimal" | "numeric" => Kind::Number,
            "float" | "double" | "real" | "binary_double" | "binary_float" => Kind::Float,
            "text" | "varchar2" | "varchar" | "char" | "nvarchar2" | "nchar" | "clob" | "nclob" | "string" | "json" | "uuid" => {
                Kind::Text
            }
            "raw" | "blob" | "bytes" | "binary" | "varbinary" => Kind::Bytes,
            "date" => Kind::Date,
            "timestamp" | "timestamptz" | "datetime" => Kind::Timestamp,
            "boolean" | "bool" => Kind::Boolean,
            _ => Kind::Own,
        }
    }

    /// What stands for a value that comes from the database, and for NULL.
    fn out(self) -> &'static DbType {
        match self {
            Kind::Own | Kind::Text => oracledb::DB_TYPE_VARCHAR,
            Kind::Number => oracledb::DB_TYPE_NUMBER,
            Kind::Float => oracledb::DB_TYPE_BINARY_DOUBLE,
            Kind::Bytes => oracledb::DB_TYPE_RAW,
            Kind::Date => oracledb::DB_TYPE_DATE,
            Kind::Timestamp => oracledb::DB_TYPE_TIMESTAMP,
            Kind::Boolean => oracledb::DB_TYPE_BOOLEAN,
        }
    }

    /// The error says what the value is not.
    fn convert(self, value: &Value) -> Result<Box<dyn ToDbValue>, &'static str> {
        match self {
            Kind::Own => own(value),
            Kind::Number => boxed(number::to_oracle(&counted(value)), "number of at most 38 digits"),
            Kind::Float => boxed(convert::float(value), "number"),
            Kind::Text => boxed(value.to_text(), "text"),
            Kind::Bytes => boxed(convert::bytes(value), "binary value"),
            Kind::Date => boxed(convert::date(value).and_then(moment::of_date), "date (2026-11-23)"),
            Kind::Timestamp => boxed(
                convert::instant(value).and_then(moment::of_instant),
                "timestamp (2026-11-23T10:00:00Z)",
            ),
            Kind::Boolean => boxed(convert::boolean(value), "boolean"),
        }
    }
}

/// A value as what it is. Tables had no booleans before 23ai, and have numbers for them; a number is as good since.
fn own(value: &Value) -> Result<Box<dyn ToDbValue>, &'static str> {
    match value {
        Value::Null => Ok(Box::new(None::<String>)),
        Value::Boolean(_) | Value::Integer(_) | Value::Decimal(_) => Kind::Number.convert(value),
        Value::Float(float) => match number::to_oracle(value) {
            Some(number) => Ok(Box::new(number)),
            None => Ok(Box::new(*float)),
        },
        Value::Bytes(_) => Kind::Bytes.convert(value),
        Value::Date(_) => Kind::Date.convert(value),
        Value::Timestamp(_) => Kind::Timestamp.convert(value),
        Value::Text(_) | Value::Uuid(_) | Value::Json(_) | Value::Extension { .. } => Kind::Text.convert(value),
    }
}

fn counted(value: &Value) -> Value {
    match value {
        Value::Boolean(truth) => Value::Integer(i64::from(*truth)),
        other => other.clone(),
    }
}

fn boxed<T: ToDbValue + 'static>(value: Option<T>, wanted: &'static str) -> Result<Box<dyn ToDbValue>, &'static str> {
    match value {
        Some(value) => Ok(Box::new(value)),
        None => Err(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_of(hint: Option<&str>, direction: ParameterDirection, value: &Value) -> Result<String, String> {
        let parameter = Parameter {
            type_hint: hint.map(str::to_owned),
            direction,
            ..Parameter::new("p")
        };
        let bound = one(&parameter, value).map_err(|error| error.message)?;
        Ok(bound.db_type().name().to_owned())
    }

    #[test]
    fn values_are_sent_as_what_they_are() {
        for (value, wanted) in [
            (Value::Null, "DB_TYPE_VARCHAR"),
            (Value::Boolean(true), "DB_TYPE_NUMBER"),
            (Value::Integer(1), "DB_TYPE_NUMBER"),
            (Value::Float(0.5), "DB_TYPE_NUMBER"),
            (Value::Float(1e300), "DB_TYPE_BINARY_DOUBLE"),
            (Value::Decimal("1.5".into()), "DB_TYPE_NUMBER"),
            (Value::Text("x".into()), "DB_TYPE_VARCHAR"),
            (Value::Bytes(vec![1]), "DB_TYPE_RAW"),
            (Value::Date("2026-11-23".into()), "DB_TYPE_TIMESTAMP"),
            (Value::Timestamp("2026-11-23T10:00:00Z".into()), "DB_TYPE_TIMESTAMP"),
            (Value::Uuid("x".into()), "DB_TYPE_VARCHAR"),
            (Value::Json("{}".into()), "DB_TYPE_VARCHAR"),
        ] {
            assert_eq!(
                type_of(None, ParameterDirection::In, &value).as_deref(),
                Ok(wanted),
                "{value:?}"
            );
        }
    }

    #[test]
    fn an_author_says_what_they_are() {
        let text = |text: &str| Value::Text(text.into());
        for (hint, value, wanted) in [
            ("NUMBER(10, 2)", text("10.5"), "DB_TYPE_NUMBER"),
            ("date", text("2026-11-23"), "DB_TYPE_TIMESTAMP"),
            ("date", Value::Null, "DB_TYPE_DATE"),
            (
                "timestamp with time zone",
                text("2026-11-23T10:00:00+01:00"),
                "DB_TYPE_TIMESTAMP",
            ),
            ("boolean", text("no"), "DB_TYPE_BOOLEAN"),
            ("raw(16)", Value::Bytes(vec![1]), "DB_TYPE_RAW"),
            ("varchar2", Value::Integer(5), "DB_TYPE_VARCHAR"),
            ("double", text("1.5"), "DB_TYPE_BINARY_DOUBLE"),
            ("hr.address", text("x"), "DB_TYPE_VARCHAR"),
        ] {
            assert_eq!(
                type_of(Some(hint), ParameterDirection::In, &value).as_deref(),
                Ok(wanted),
                "{hint}"
            );
        }
        assert_eq!(
            type_of(Some("date"), ParameterDirection::In, &text("soon")),
            Err("the value of `p` is not a date (2026-11-23)".into())
        );
        let long = Value::Decimal("1".repeat(39));
        assert_eq!(
            type_of(None, ParameterDirection::In, &long),
            Err("the value of `p` is not a number of at most 38 digits".into())
        );
    }

    #[test]
    fn what_comes_back_has_a_type() {
        for (hint, direction, wanted) in [
            (None, ParameterDirection::Out, "DB_TYPE_VARCHAR"),
            (Some("integer"), ParameterDirection::Out, "DB_TYPE_NUMBER"),
            (Some("timestamp"), ParameterDirection::Out, "DB_TYPE_TIMESTAMP"),
            (None, ParameterDirection::Cursor, "DB_TYPE_CURSOR"),
            (Some("date"), ParameterDirection::InOut, "DB_TYPE_DATE"),
        ] {
            assert_eq!(type_of(hint, direction, &Value::Null).as_deref(), Ok(wanted), "{hint:?}");
        }
    }

    #[test]
    fn placeholders_have_the_numbers_of_their_parameters() {
        let parameters = [Parameter::new("id"), Parameter::new("name")];
        let bound = bound(&parameters, &[Value::Integer(1), Value::Null]).unwrap();
        let names: Vec<&str> = bound.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["1", "2"]);
    }
}
