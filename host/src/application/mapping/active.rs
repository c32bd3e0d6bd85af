//! Whether an account is active: from a column, and to one.

use serde_json::Value as Json;

use super::typed::truth;
use crate::{
    application::ActiveMapping,
    database::Value,
    scim::{Document, Error, ScimType},
};

/// What the attribute is called, in documents and as an input.
pub const ACTIVE: &str = "active";

impl ActiveMapping {
    /// Whether a column's value means active. NULL does not.
    pub fn read(&self, value: &Value) -> Result<bool, String> {
        if value.is_null() {
            return Ok(false);
        }
        match &self.words {
            None => truth(value).ok_or_else(|| {
                format!(
                    "the column `{}` does not hold a boolean: set `active = {{ column = \"{}\", true = … }}` in [users]",
                    self.column, self.column
                )
            }),
            Some(words) => Ok(words.truth(value).unwrap_or(false)),
        }
    }

    /// What is bound for `:active`; `None` if the mapping doesn't say what inactive is.
    pub fn input(&self, active: bool) -> Option<Value> {
        match &self.words {
            None => Some(Value::Boolean(active)),
            Some(words) => words.of(active),
        }
    }

    /// Whether statements can name `:active`: both of its values must be known.
    pub fn is_input(&self) -> bool {
        self.words.as_ref().is_none_or(|words| words.no.is_some())
    }
}

/// What a document says about it. Some clients send the word instead of the literal.
pub fn wanted(document: &Document) -> Result<Option<bool>, Error> {
    let found = document
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(ACTIVE))
        .map(|(_, value)| value);
    match found {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Bool(active)) => Ok(Some(*active)),
        Some(Json::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Json::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(Error::bad_request(ScimType::InvalidValue, "active must be true or false")),
    }
}
