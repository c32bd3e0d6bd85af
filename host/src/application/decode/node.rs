//! A value in a configuration file, with its place. What it should be is for the caller to ask; what it is instead is
//! reported here.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    log::{Decoded, Log, Reported},
    nearest::suggest,
    problem::Problem,
    source::{Show, Source},
    table::Table,
};
use crate::application::Location;

/// A file that is being decoded.
#[derive(Clone, Copy)]
pub struct File<'s> {
    pub source: &'s Source,
    pub log: &'s Log,
}

/// A value and where it stands.
#[derive(Clone)]
pub struct Node<'s> {
    pub file: File<'s>,
    /// With the tables that it stands in; empty for the whole file.
    pub key: String,
    /// `None`: a section that isn't there, or the whole file.
    pub span: Option<Range<usize>>,
    /// Of its key; `None` where it has none of its own: in a list, or a section that isn't there.
    pub key_span: Option<Range<usize>>,
    pub value: Option<&'s DeValue<'s>>,
}

impl<'s> Node<'s> {
    /// The whole file.
    pub fn root(file: File<'s>) -> Self {
        Self {
            file,
            key: String::new(),
            span: None,
            key_span: None,
            value: None,
        }
    }

    /// A value inside this one.
    pub fn inner(&self, key: String, key_span: Option<Range<usize>>, value: &'s Spanned<DeValue<'s>>) -> Self {
        Self {
            file: self.file,
            key,
            span: Some(value.span()),
            key_span,
            value: Some(value.get_ref()),
        }
    }

    /// The last part of the key, as it is written in front of the equals sign.
    pub fn name(&self) -> &str {
        match self.key.strip_suffix('"').and_then(|key| key.rfind('"')) {
            Some(quote) => self.key.get(quote..).unwrap_or_default(),
            None => self.key.rsplit('.').next().unwrap_or_default(),
        }
    }

    /// The same for what is wrong with the key and not with the value.
    pub fn at_key(&self) -> Self {
        Self {
            span: self.key_span.clone().or_else(|| self.span.clone()),
            ..self.clone()
        }
    }

    pub fn problem(&self, message: impl Into<String>, remedy: impl Into<String>) -> Reported {
        self.file.log.problem(self.finding(Show::Line, message, remedy))
    }

    /// A problem whose excerpt must not show what the key is set to.
    pub fn problem_of_key(&self, message: impl Into<String>, remedy: impl Into<String>) -> Reported {
        self.file.log.problem(self.finding(Show::KeyOnly, message, remedy))
    }

    /// A problem whose excerpt must not show the value.
    pub fn problem_of_value(&self, message: impl Into<String>, remedy: impl Into<String>) -> Reported {
        self.file.log.problem(self.finding(Show::BeforeValue, message, remedy))
    }

    pub fn warning(&self, message: impl Into<String>, remedy: impl Into<String>) {
        self.file.log.warning(self.finding(Show::Line, message, remedy));
    }

    pub fn finding(&self, show: Show, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            file: self.file.source.file.clone(),
            place: self.span.as_ref().map(|span| self.file.source.place(span, show)),
            key: self.key.clone(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    pub fn location(&self) -> Location {
        Location {
            file: self.file.source.file.clone(),
            line: self.span.as_ref().map_or(1, |span| self.file.source.line(span.start)),
            key: self.key.clone(),
        }
    }

    /// The location of a string's text: that of a multi-line string begins on the line below its quotes.
    pub fn text_location(&self) -> Location {
        let mut location = self.location();
        let written = self
            .span
            .clone()
            .and_then(|span| self.file.source.text.get(span))
            .unwrap_or_default();
        let inner = written.strip_prefix("\"\"\"").or_else(|| written.strip_prefix("'''"));
        if inner.is_some_and(|inner| inner.starts_with('\n') || inner.starts_with("\r\n")) {
            location.line += 1;
        }
        location
    }

    pub fn text(&self) -> Decoded<&'s str> {
        self.text_or("a string", "\"…\"")
    }

    /// A string that stands for something which has a name of its own.
    pub fn text_or(&self, expected: &str, example: &str) -> Decoded<&'s str> {
        match self.value {
            Some(DeValue::String(text)) => Ok(text),
            _ => Err(self.mismatch(expected, example)),
        }
    }

    /// A string with something in it.
    pub fn filled_text(&self) -> Decoded<&'s str> {
        match self.text()? {
            text if text.trim().is_empty() => {
                Err(self.problem("is empty", format!("write a value, or remove `{}`", self.name())))
            }
            text if text.contains('\0') => Err(self.problem("contains a NUL character", "remove the character")),
            text => Ok(text),
        }
    }

    pub fn boolean(&self) -> Decoded<bool> {
        match self.value {
            Some(DeValue::Boolean(value)) => Ok(*value),
            _ => Err(self.mismatch("true or false", "true")),
        }
    }

    /// The integer, if it is one that 64 bits hold.
    pub fn integer(&self) -> Option<i64> {
        match self.value {
            Some(DeValue::Integer(integer)) => i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
            _ => None,
        }
    }

    pub fn array(&self) -> Decoded<Vec<Node<'s>>> {
        match self.value {
            Some(DeValue::Array(array)) => Ok(array
                .iter()
                .enumerate()
                .map(|(n, value)| self.inner(format!("{}[{n}]", self.key), None, value))
                .collect()),
            _ => Err(self.mismatch("a list", "[\"…\"]")),
        }
    }

    pub fn is_table(&self) -> bool {
        matches!(self.value, Some(DeValue::Table(_)))
    }

    fn entries(&self) -> Decoded<&'s DeTable<'s>> {
        match self.value {
            Some(DeValue::Table(table)) => Ok(table),
            _ => Err(self.mismatch("a table", "{ … }")),
        }
    }

    /// Decodes a table with a fixed set of keys: those that `decode` asks for. Any other is a mistake.
    pub fn table<T>(&self, decode: impl FnOnce(&Table<'s>) -> Decoded<T>) -> Decoded<T> {
        Table::new(self.clone(), Some(self.entries()?)).decode(decode)
    }

    /// Gives the entries of a table whose keys are the administrator's to choose.
    pub fn named(&self) -> Decoded<Vec<(String, Node<'s>)>> {
        Ok(Table::new(self.clone(), Some(self.entries()?)).all())
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(&self, choices: &[(&'static str, T)]) -> Decoded<T> {
        let words = choices.iter().map(|(word, _)| *word);
        let written = match self.value {
            Some(DeValue::String(text)) => text,
            _ => return Err(self.mismatch("a word", &format!("\"{}\"", words.clone().next().unwrap_or_default()))),
        };
        let found = choices.iter().find(|(word, _)| word == written).map(|(_, choice)| *choice);
        found.ok_or_else(|| {
            self.problem(
                format!("`{written}` is not known here"),
                suggest(written, words, "possible are"),
            )
        })
    }

    /// Reports a value of the wrong type.
    pub fn mismatch(&self, expected: &str, example: &str) -> Reported {
        let remedy = if self.key.ends_with(']') {
            format!("write {example}")
        } else {
            format!("write `{} = {example}`", self.name())
        };
        self.problem(format!("must be {expected}, and is {}", self.kind()), remedy)
    }

    fn kind(&self) -> &'static str {
        match self.value {
            Some(DeValue::String(_)) => "a string",
            Some(DeValue::Integer(_)) => "an integer",
            Some(DeValue::Float(_)) => "a number",
            Some(DeValue::Boolean(_)) => "a boolean",
            Some(DeValue::Datetime(_)) => "a date or time",
            Some(DeValue::Array(_)) => "a list",
            Some(DeValue::Table(_)) => "a table",
            None => "missing",
        }
    }
}
