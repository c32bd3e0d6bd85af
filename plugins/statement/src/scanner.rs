//! A place in a text, and the ways to go on from it.

/// Goes through a text from the left, never into the middle of a character.
#[derive(Clone, Copy)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    pub(crate) at: usize,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What lies between a place and here.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next.
    pub(crate) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    pub(crate) fn eat(&mut self, prefix: &str) -> bool {
        let there = self.rest().starts_with(prefix);
        if there {
            self.at += prefix.len();
        }
        there
    }

    pub(crate) fn eat_while(&mut self, belongs: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|character| !belongs(character)).unwrap_or(rest.len());
    }

    /// Goes behind the next `end`; without one goes to the end of the text and says so.
    pub(crate) fn eat_through(&mut self, end: &str) -> bool {
        let rest = self.rest();
        match rest.find(end) {
            Some(position) => {
                self.at += position + end.len();
                true
            }
            None => {
                self.at += rest.len();
                false
            }
        }
    }

    /// Goes behind the closing quote of what was opened; a doubled quote, and with `backslash` an escaped one, is inside.
    /// Without a closing quote goes to the end of the text and says so.
    pub(crate) fn eat_quoted(&mut self, quote: char, backslash: bool) -> bool {
        while let Some(character) = self.next() {
            if backslash && character == '\\' {
                self.next();
            } else if character == quote {
                if self.peek() != Some(quote) {
                    return true;
                }
                self.next();
            }
        }
        false
    }
}
