//! Reads tokens one after the other.

use super::Token;
use crate::Failure;

pub(crate) struct Cursor<'t> {
    tokens: &'t [Token],
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(tokens: &'t [Token]) -> Self {
        Self { tokens }
    }

    pub(crate) fn peek(&self) -> Option<&'t Token> {
        self.tokens.first()
    }

    pub(crate) fn next(&mut self) -> Option<&'t Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Goes over words, if all of them come.
    pub(crate) fn eat(&mut self, words: &[&str]) -> bool {
        let come = words.len() <= self.tokens.len()
            && self
                .tokens
                .iter()
                .zip(words)
                .all(|(token, word)| token.is_word(word) || token.is(word));
        if come {
            self.tokens = self.tokens.get(words.len()..).unwrap_or_default();
        }
        come
    }

    /// # Errors
    /// Something else comes.
    pub(crate) fn expect(&mut self, word: &str) -> Result<(), Failure> {
        if self.eat(&[word]) {
            Ok(())
        } else {
            Err(Failure::new(900, format_args!("invalid SQL statement: expected {word}")))
        }
    }

    /// A name, without a schema in front.
    ///
    /// # Errors
    /// Something else comes.
    pub(crate) fn name(&mut self) -> Result<String, Failure> {
        let name = self.next().and_then(Token::name);
        name.map(str::to_owned).ok_or_else(|| Failure::new(903, "invalid table name"))
    }

    /// A name, perhaps behind the name of a schema.
    ///
    /// # Errors
    /// Something else comes.
    pub(crate) fn qualified(&mut self) -> Result<String, Failure> {
        let mut name = self.name()?;
        while self.eat(&["."]) {
            name = self.name()?;
        }
        Ok(name)
    }

    /// What is in brackets that open here, without them.
    ///
    /// # Errors
    /// None open here, or they do not close.
    pub(crate) fn brackets(&mut self) -> Result<&'t [Token], Failure> {
        self.expect("(")?;
        let mut depth = 1_usize;
        let end = self.tokens.iter().position(|token| {
            depth += usize::from(token.is("("));
            depth -= usize::from(token.is(")"));
            depth == 0
        });
        let end = end.ok_or_else(|| Failure::new(907, "missing right parenthesis"))?;
        let inside = self.tokens.get(..end).unwrap_or_default();
        self.tokens = self.tokens.get(end + 1..).unwrap_or_default();
        Ok(inside)
    }

    /// What comes until one of these words, or until the end, outside of brackets.
    pub(crate) fn until(&mut self, words: &[&str]) -> &'t [Token] {
        let mut depth = 0_usize;
        let end = self.tokens.iter().position(|token| {
            if depth == 0 && words.iter().any(|word| token.is_word(word) || token.is(word)) {
                return true;
            }
            depth += usize::from(token.is("("));
            depth = depth.saturating_sub(usize::from(token.is(")")));
            false
        });
        let (before, after) = self
            .tokens
            .split_at_checked(end.unwrap_or(self.tokens.len()))
            .unwrap_or_default();
        self.tokens = after;
        before
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'t [Token] {
        self.tokens
    }
}
