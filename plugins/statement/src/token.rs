//! The pieces that a text falls into.

/// What a piece is, as far as parameters and wrapping depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// White space.
    Space,
    /// A comment, its marks included.
    Comment,
    /// A string literal, its quotes and prefix included; nothing in it is a parameter.
    Literal,
    /// An identifier in quotes.
    Quoted,
    /// A keyword or an identifier.
    Word,
    /// A number.
    Number,
    /// A `:` that begins neither `::` nor `:=`. A name may follow.
    Colon,
    /// A `?`.
    Question,
    /// A placeholder of the database's own (`$1`, `?1`, `@p`), which no text may have.
    Native,
    /// A `;`.
    Semicolon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`, where it does not begin an identifier.
    OpenBracket,
    /// `]`
    CloseBracket,
    /// Anything else.
    Operator,
}

/// A piece of a text. The pieces of a text, one after the other, are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    pub kind: TokenKind,
    /// The byte where it begins.
    pub offset: usize,
    pub text: &'t str,
}

impl Token<'_> {
    /// The byte after it.
    pub fn end(&self) -> usize {
        self.offset + self.text.len()
    }

    /// Whether it is neither white space nor a comment.
    pub fn is_significant(&self) -> bool {
        !matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }

    /// Whether it is a comment that takes along what follows in its line.
    pub(crate) fn is_line_comment(&self) -> bool {
        self.kind == TokenKind::Comment && !self.text.ends_with("*/")
    }

    /// Whether it is this keyword. Keywords have no case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it can be the end of an operand, so that what follows is an operator.
    pub(crate) fn ends_operand(&self) -> bool {
        matches!(
            self.kind,
            TokenKind::Literal
                | TokenKind::Quoted
                | TokenKind::Word
                | TokenKind::Number
                | TokenKind::Close
                | TokenKind::CloseBracket
                | TokenKind::Native
        )
    }
}
