//! The types of values that SCIM knows (RFC 7643 §2.3).

/// The type of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    String,
    Boolean,
    /// A number with a fraction.
    Decimal,
    Integer,
    /// A point in time, as `xsd:dateTime`.
    DateTime,
    /// Bytes, in base64.
    Binary,
}

impl DataType {
    /// The word for it in a schema.
    pub fn word(self) -> &'static str {
        match self {
            DataType::String => "string",
            DataType::Boolean => "boolean",
            DataType::Decimal => "decimal",
            DataType::Integer => "integer",
            DataType::DateTime => "dateTime",
            DataType::Binary => "binary",
        }
    }

    /// In a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            DataType::String => "a string",
            DataType::Boolean => "true or false",
            DataType::Decimal => "a number",
            DataType::Integer => "a whole number",
            DataType::DateTime => "a date with time, such as 2026-11-23T10:00:00Z",
            DataType::Binary => "bytes in base64",
        }
    }

    /// Whether letters that differ in case only are the same. What is no text is compared by its own notion of equality, and
    /// base64 letter for letter (RFC 7643 §2.3.6).
    pub fn is_case_exact(self) -> bool {
        self != DataType::String
    }
}
