//! Takes a text apart: what is literal, comment or identifier, and what can be a parameter.
//!
//! Loses nothing: the tokens, one after the other, are the text, whatever the text is. What does not end goes to the end of
//! the text and is a [`Mistake`] besides.

use crate::{Dialect, Token, TokenKind, operators, scanner::Scanner};

/// Something that does not end, or that hides what this lexer must see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The byte where it begins.
    pub offset: usize,
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

/// Takes `text` apart.
pub fn lex(dialect: Dialect, text: &str) -> (Vec<Token<'_>>, Vec<Mistake>) {
    let mut lexer = Lexer {
        dialect,
        scanner: Scanner::new(text),
        mistakes: Vec::new(),
    };
    if let Some(offset) = text.find('\0') {
        lexer.mistake(
            offset,
            "the text has a NUL character, where databases stop reading",
            "leave it out",
        );
    }
    let mut tokens = Vec::new();
    while let Some(first) = lexer.scanner.peek() {
        let offset = lexer.scanner.at;
        let kind = lexer.token(first);
        tokens.push(Token {
            kind,
            offset,
            text: lexer.scanner.since(offset),
        });
    }
    (tokens, lexer.mistakes)
}

struct Lexer<'t> {
    dialect: Dialect,
    scanner: Scanner<'t>,
    mistakes: Vec<Mistake>,
}

impl Lexer<'_> {
    /// Goes over one token, at least a character long.
    fn token(&mut self, first: char) -> TokenKind {
        let start = self.scanner.at;
        if first.is_whitespace() {
            self.scanner.eat_while(char::is_whitespace);
            return TokenKind::Space;
        }
        if self.comment(start) {
            return TokenKind::Comment;
        }
        match first {
            '\'' => self.string(start, '\'', self.dialect == Dialect::Mysql),
            '"' if self.dialect == Dialect::Mysql => self.string(start, '"', true),
            '"' => self.identifier(start, '"'),
            '`' if matches!(self.dialect, Dialect::Sqlite | Dialect::Mysql) => self.identifier(start, '`'),
            '[' if self.dialect == Dialect::Sqlserver => self.identifier(start, ']'),
            '@' if self.dialect == Dialect::Sqlserver => self.variable(start),
            '[' if self.dialect == Dialect::Sqlite => self.bracketed(start),
            '$' if self.dialect == Dialect::Postgresql => self.dollar(start),
            'e' | 'E' if self.dialect == Dialect::Postgresql && self.scanner.peek_second() == Some('\'') => {
                self.scanner.next();
                self.escape_string(start)
            }
            'q' | 'Q' | 'n' | 'N' if self.dialect == Dialect::Oracle && self.alternative() => self.alternative_string(start),
            _ if begins_word(first) => {
                self.word();
                TokenKind::Word
            }
            _ if first.is_ascii_digit() => self.number(),
            _ => operators::scan(self.dialect, &mut self.scanner),
        }
    }

    fn word(&mut self) {
        let others: &[char] = match self.dialect {
            Dialect::Sqlserver => &['$', '@', '#'],
            Dialect::Oracle => &['$', '#'],
            _ => &['$'],
        };
        self.scanner
            .eat_while(|character| continues_word(character) || others.contains(&character));
    }

    /// A variable of SQL Server's is a word, unless it has the name of a placeholder.
    fn variable(&mut self, start: usize) -> TokenKind {
        self.scanner.next();
        self.word();
        let name = self.scanner.since(start);
        match name.get(1..2) {
            None => TokenKind::Operator,
            Some("p" | "P") if name.len() > 2 && name.bytes().skip(2).all(|byte| byte.is_ascii_digit()) => TokenKind::Native,
            Some(_) => TokenKind::Word,
        }
    }

    fn comment(&mut self, start: usize) -> bool {
        let mysql = self.dialect == Dialect::Mysql;
        if mysql && self.scanner.eat("#") {
            self.line();
            return true;
        }
        if self.scanner.rest().starts_with("--") {
            // MySQL reads `5--1` as a subtraction: there, a space must follow.
            let third = self.scanner.rest().chars().nth(2);
            if !mysql || third.is_none_or(|third| third.is_whitespace() || third.is_control()) {
                self.line();
                return true;
            }
        }
        if !self.scanner.eat("/*") {
            return false;
        }
        if mysql && ["!", "M!"].iter().any(|mark| self.scanner.rest().starts_with(mark)) {
            self.mistake(
                start,
                "the comment is one that the database executes, so it would hide SQL from every check",
                "write the SQL without the comment's marks, or leave it out",
            );
        }
        if !self.block() {
            self.mistake(start, "the comment does not end", "end it with */");
        }
        true
    }

    fn line(&mut self) {
        self.scanner.eat_while(|character| character != '\n');
    }

    fn block(&mut self) -> bool {
        if !matches!(self.dialect, Dialect::Postgresql | Dialect::Sqlserver) {
            return self.scanner.eat_through("*/");
        }
        let mut depth = 1_usize;
        while depth > 0 {
            if self.scanner.eat("/*") {
                depth += 1;
            } else if self.scanner.eat("*/") {
                depth -= 1;
            } else if self.scanner.next().is_none() {
                return false;
            }
        }
        true
    }

    fn string(&mut self, start: usize, quote: char, backslash: bool) -> TokenKind {
        self.scanner.next();
        if !self.scanner.eat_quoted(quote, backslash) {
            let remedy = format!("end it with {quote}; a {quote} inside is written twice");
            self.mistake(start, "the string does not end", remedy);
        }
        TokenKind::Literal
    }

    /// Whether `q'` or `nq'` stands here.
    fn alternative(&self) -> bool {
        let rest = self.scanner.rest();
        let rest = rest.strip_prefix(['n', 'N']).unwrap_or(rest);
        rest.strip_prefix(['q', 'Q']).is_some_and(|rest| rest.starts_with('\''))
    }

    /// `q'[…]'`: goes on to the character that closes it with a quote behind it, and whatever else stands between.
    fn alternative_string(&mut self, start: usize) -> TokenKind {
        self.scanner.eat_through("'");
        let end = match self.scanner.next() {
            Some('[') => "]'".to_owned(),
            Some('{') => "}'".to_owned(),
            Some('(') => ")'".to_owned(),
            Some('<') => ">'".to_owned(),
            Some(other) => format!("{other}'"),
            None => String::new(),
        };
        if end.is_empty() || !self.scanner.eat_through(&end) {
            let end = if end.is_empty() { "[…]'" } else { &end };
            self.mistake(start, "the string does not end", format!("end it with {end}"));
        }
        TokenKind::Literal
    }

    /// `E'…'`. A string that goes on in a next line goes on with backslashes, so it is one token with it.
    fn escape_string(&mut self, start: usize) -> TokenKind {
        let kind = self.string(start, '\'', true);
        while let Some(quote) = self.continuation() {
            self.scanner.at = quote;
            self.string(start, '\'', true);
        }
        kind
    }

    /// Where the string goes on: a quote after white space that has a line end, comments between.
    fn continuation(&self) -> Option<usize> {
        let mut ahead = self.scanner;
        let mut line_ended = false;
        loop {
            match ahead.peek()? {
                '\'' => return line_ended.then_some(ahead.at),
                '\n' | '\r' => line_ended = true,
                character if character.is_whitespace() => {}
                '-' if ahead.rest().starts_with("--") => {
                    ahead.eat_while(|character| character != '\n');
                    continue;
                }
                _ => return None,
            }
            ahead.next();
        }
    }

    fn identifier(&mut self, start: usize, quote: char) -> TokenKind {
        self.scanner.next();
        if !self.scanner.eat_quoted(quote, false) {
            self.mistake(start, "the quoted name does not end", format!("end it with {quote}"));
        }
        TokenKind::Quoted
    }

    fn bracketed(&mut self, start: usize) -> TokenKind {
        if !self.scanner.eat_through("]") {
            self.mistake(start, "the quoted name does not end", "end it with ]");
        }
        TokenKind::Quoted
    }

    /// `$$…$$`, `$tag$…$tag$`, or `$1`.
    fn dollar(&mut self, start: usize) -> TokenKind {
        self.scanner.next();
        let tag = self.scanner.at;
        if self.scanner.peek().is_some_and(|first| first.is_ascii_digit()) {
            self.scanner.eat_while(|character| character.is_ascii_digit());
            return TokenKind::Native;
        }
        if self.scanner.peek().is_some_and(begins_word) {
            self.scanner.eat_while(continues_word);
        }
        if !self.scanner.eat("$") {
            self.scanner.at = tag;
            return TokenKind::Operator;
        }
        let mark = self.scanner.since(start);
        if !self.scanner.eat_through(mark) {
            self.mistake(start, "the dollar-quoted string does not end", format!("end it with {mark}"));
        }
        TokenKind::Literal
    }

    fn number(&mut self) -> TokenKind {
        self.scanner
            .eat_while(|character| character.is_ascii_alphanumeric() || character == '_');
        // `1.5`, but not the dots of `1..2`.
        if self.scanner.peek() == Some('.') && self.scanner.peek_second().is_some_and(|next| next.is_ascii_digit()) {
            self.scanner.next();
            self.scanner
                .eat_while(|character| character.is_ascii_alphanumeric() || character == '_');
        }
        TokenKind::Number
    }

    fn mistake(&mut self, offset: usize, message: &str, remedy: impl Into<String>) {
        self.mistakes.push(Mistake {
            offset,
            message: message.to_owned(),
            remedy: remedy.into(),
        });
    }
}

/// Databases take every letter beyond ASCII as one of an identifier.
pub(crate) fn begins_word(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || !character.is_ascii() && !character.is_whitespace()
}

/// Apart from `$`, which identifiers may have but tags of dollar quotes have not.
pub(crate) fn continues_word(character: char) -> bool {
    begins_word(character) || character.is_ascii_digit()
}
