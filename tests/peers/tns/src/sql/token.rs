//! Words, literals, binds and signs of a text. Comments mean nothing.

use crate::Failure;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Without quotes, in capital letters.
    Word(String),
    /// In double quotes, which are gone.
    Quoted(String),
    /// In single quotes, which are gone.
    Text(String),
    Number(String),
    /// `:1`, `:name`; the name in capital letters.
    Bind(String),
    Sign(String),
}

impl Token {
    pub(crate) fn sign(sign: &str) -> Self {
        Token::Sign(sign.to_owned())
    }

    pub(crate) fn is(&self, sign: &str) -> bool {
        matches!(self, Token::Sign(own) if own == sign)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Token::Word(own) if own == word)
    }

    /// The name that it is, if it can be one.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Token::Word(name) | Token::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

const LONG_SIGNS: [&str; 9] = ["||", ":=", "=>", "<=", ">=", "<>", "!=", "..", "^="];

/// # Errors
/// A quote or a comment without an end, or a sign that means nothing in Oracle.
pub(crate) fn read(text: &str) -> Result<Vec<Token>, Failure> {
    let mut rest = text;
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (token, after) = if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
            continue;
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let (_, after) = comment.split_once("*/").ok_or_else(unended)?;
            rest = after;
            continue;
        } else if first == '\'' {
            let (literal, after) = quoted(rest, '\'')?;
            (Token::Text(literal), after)
        } else if first == '"' {
            let (name, after) = quoted(rest, '"')?;
            (Token::Quoted(name), after)
        } else if let Some((literal, after)) = own_quotes(rest) {
            (Token::Text(literal), after)
        } else if first.is_ascii_digit() || (first == '.' && rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit())) {
            let (number, after) = number(rest);
            (Token::Number(number), after)
        } else if first.is_alphabetic() {
            let (word, after) = while_true(rest, continues);
            (Token::Word(word.to_uppercase()), after)
        } else if let Some(sign) = LONG_SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::sign(sign), rest.get(sign.len()..).unwrap_or_default())
        } else if first == ':' {
            let after = rest.get(1..).unwrap_or_default().trim_start();
            let (name, after) = while_true(after, continues);
            if name.is_empty() {
                return Err(Failure::new(1008, "not all variables bound"));
            }
            (Token::Bind(name.to_uppercase()), after)
        } else if "()*,+-/=<>.;@%".contains(first) {
            (Token::sign(&first.to_string()), rest.get(1..).unwrap_or_default())
        } else {
            return Err(Failure::new(911, format_args!("invalid character {first}")));
        };
        tokens.push(token);
        rest = after;
    }
}

fn continues(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$' | '#')
}

fn while_true(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|letter| !wanted(letter)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn unended() -> Failure {
    Failure::new(1756, "quoted string not properly terminated")
}

/// What is between quotes; two of them stand for one.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Failure> {
    let mut content = String::new();
    let mut rest = text.strip_prefix(quote).unwrap_or(text);
    loop {
        let (part, after) = rest.split_once(quote).ok_or_else(unended)?;
        content.push_str(part);
        match after.strip_prefix(quote) {
            Some(more) => {
                content.push(quote);
                rest = more;
            }
            None => return Ok((content, after)),
        }
    }
}

/// `q'[…]'`.
fn own_quotes(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix("q'").or_else(|| text.strip_prefix("Q'"))?;
    let open = inside.chars().next()?;
    let close = match open {
        '[' => ']',
        '{' => '}',
        '(' => ')',
        '<' => '>',
        other => other,
    };
    let (content, after) = inside.get(open.len_utf8()..)?.split_once(&format!("{close}'"))?;
    Some((content.to_owned(), after))
}

fn number(text: &str) -> (String, &str) {
    let (mut digits, _) = while_true(text, |letter| letter.is_ascii_digit() || letter == '.');
    // `1..3` is a range.
    if let Some((before, _)) = digits.split_once("..") {
        digits = before;
    }
    let after = text.get(digits.len()..).unwrap_or_default();
    (digits.to_owned(), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_tokens() {
        let tokens = read("select \"Name\", 'it''s' || q'[a']' -- end\n from hr.t where a >= :Who and b=1.5 /* : */").unwrap();
        let expected = [
            Token::Word("SELECT".into()),
            Token::Quoted("Name".into()),
            Token::sign(","),
            Token::Text("it's".into()),
            Token::sign("||"),
            Token::Text("a'".into()),
            Token::Word("FROM".into()),
            Token::Word("HR".into()),
            Token::sign("."),
            Token::Word("T".into()),
            Token::Word("WHERE".into()),
            Token::Word("A".into()),
            Token::sign(">="),
            Token::Bind("WHO".into()),
            Token::Word("AND".into()),
            Token::Word("B".into()),
            Token::sign("="),
            Token::Number("1.5".into()),
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn signs_of_other_databases_are_refused() {
        for text in ["SELECT ? FROM dual", "SELECT $1 FROM dual", "SELECT `a` FROM dual"] {
            assert_eq!(read(text).unwrap_err().code, 911, "{text}");
        }
        assert_eq!(read("SELECT 'a").unwrap_err().code, 1756);
    }
}
