//! A statement's text with the database's placeholders, and the parameters that go with them.

use portcullis_sdk::{Parameter, ParameterDirection};

use crate::{Dialect, dialect::Placeholders, lexer::continues_word};

/// A part of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    /// One value.
    Parameter(String),
    /// As many values as a call has.
    List(String),
    /// A value that the database gives.
    Output(String),
    /// A value of a declared direction or type.
    Bound(Parameter),
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Piece::Text(text.to_owned())
    }
}

/// Puts a statement together from left to right.
pub(crate) struct Writer {
    dialect: Dialect,
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether the text ends with a placeholder.
    placed: bool,
}

impl Writer {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::new(),
            parameters: Vec::new(),
            placed: false,
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        // `?1` behind a placeholder must not become the tail of its number.
        if self.placed && text.starts_with(belongs_to_word) {
            self.text.push(' ');
        }
        self.placed &= text.is_empty();
        self.text.push_str(text);
    }

    /// A placeholder for a value that is given.
    pub(crate) fn parameter(&mut self, name: &str) {
        self.bound(Parameter::new(name));
    }

    /// A placeholder, in the way of the dialect.
    fn bound(&mut self, wanted: Parameter) {
        self.place();
        let (sign, known) = match self.dialect.placeholders() {
            Placeholders::ByName(sign) => {
                let same = |parameter: &Parameter| *parameter == wanted;
                (sign, self.parameters.iter().position(same))
            }
            Placeholders::ByPlace(sign) => (sign, None),
            Placeholders::Bare => {
                self.text.push('?');
                self.parameters.push(wanted);
                return;
            }
        };
        let index = known.unwrap_or_else(|| {
            self.parameters.push(wanted);
            self.parameters.len() - 1
        });
        self.text.push_str(sign);
        self.text.push_str(&(index + 1).to_string());
    }

    /// `a?` must not become the identifier `a$1`, nor `:` and `:1` the operator `::`.
    fn place(&mut self) {
        if self.text.ends_with(belongs_to_word) || self.dialect == Dialect::Oracle && self.text.ends_with(':') {
            self.text.push(' ');
        }
        self.placed = true;
    }

    /// Pieces, with lists of the sizes that `size` gives.
    pub(crate) fn pieces(&mut self, pieces: &[Piece], size: impl Fn(&str) -> u32) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.text(text),
                Piece::Parameter(name) => self.parameter(name),
                Piece::Output(name) => self.bound(Parameter::new(name).going(ParameterDirection::Out)),
                Piece::Bound(parameter) => self.bound(parameter.clone()),
                Piece::List(name) => {
                    for index in 1..=size(name) {
                        if index > 1 {
                            self.text(", ");
                        }
                        self.parameter(&format!("{name}.{index}"));
                    }
                }
            }
        }
    }
}

/// Whether a character before or after a placeholder would be read as one with it.
fn belongs_to_word(character: char) -> bool {
    continues_word(character) || matches!(character, '$' | '@' | '#' | '?')
}
