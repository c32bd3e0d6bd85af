//! Types and parameters as T-SQL writes them: `nvarchar(50)`, `@P1 int, @P2 nvarchar(max) OUTPUT`.

use std::{cell::RefCell, collections::HashMap};

use sqlparser::{
    dialect::MsSqlDialect,
    tokenizer::{Token, Tokenizer},
};

use crate::{
    error::ServerError,
    types::{Length, SqlType},
};

type Result<T> = std::result::Result<T, ServerError>;

/// A parameter of a statement or procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// With the `@`.
    pub name: String,
    pub of: SqlType,
    pub output: bool,
    /// The literal that stands for it where a call leaves it out.
    pub default: Option<String>,
}

/// Tokens without white space and comments.
pub fn tokens(text: &str) -> Result<Vec<Token>> {
    let tokens = Tokenizer::new(&MsSqlDialect {}, text)
        .tokenize()
        .map_err(ServerError::syntax)?;
    Ok(tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect())
}

/// `@P1 int, @P2 nvarchar(max) OUTPUT`
///
/// # Errors
/// What can't be read, or a type that the peer doesn't have.
pub fn declarations(text: &str) -> Result<Vec<Declaration>> {
    let tokens = tokens(text)?;
    let mut reader = Reader::new(&tokens);
    let list = reader.declarations()?;
    match reader.peek() {
        None => Ok(list),
        Some(token) => Err(ServerError::syntax(format!(
            "near '{token}' in the declaration of parameters"
        ))),
    }
}

/// `nvarchar(50)`
///
/// # Errors
/// A type that the peer doesn't have.
pub fn sql_type(text: &str) -> Result<SqlType> {
    // Functions are told types by their names, for every row.
    thread_local!(static KNOWN: RefCell<HashMap<String, SqlType>> = RefCell::default());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(text).copied()) {
        return Ok(known);
    }
    let tokens = tokens(text)?;
    let found = Reader::new(&tokens).sql_type()?;
    KNOWN.with_borrow_mut(|known| known.insert(text.to_owned(), found));
    Ok(found)
}

/// Reads tokens one by one.
pub struct Reader<'t> {
    tokens: &'t [Token],
    pub position: usize,
}

impl<'t> Reader<'t> {
    pub fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, position: 0 }
    }

    pub fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.position)
    }

    pub fn next(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.position);
        self.position += 1;
        token
    }

    /// Steps over a word or sign if it comes next.
    pub fn skip(&mut self, text: &str) -> bool {
        let comes = self.peek().is_some_and(|token| token.to_string().eq_ignore_ascii_case(text));
        self.position += usize::from(comes);
        comes
    }

    /// As many declarations as there are.
    pub fn declarations(&mut self) -> Result<Vec<Declaration>> {
        let mut list = Vec::new();
        while self.peek().is_some_and(|token| token.to_string().starts_with('@')) {
            let name = self.next().map(Token::to_string).unwrap_or_default();
            self.skip("AS");
            let of = self.sql_type()?;
            let default = if self.skip("=") {
                let sign = if self.skip("-") { "-" } else { "" };
                self.next().map(|token| format!("{sign}{token}"))
            } else {
                None
            };
            let output = self.skip("OUTPUT") || self.skip("OUT");
            self.skip("READONLY");
            list.push(Declaration {
                name,
                of,
                output,
                default,
            });
            if !self.skip(",") {
                break;
            }
        }
        Ok(list)
    }

    /// A type, with what belongs to it in brackets.
    pub fn sql_type(&mut self) -> Result<SqlType> {
        let name = self
            .next()
            .map(|token| token.to_string().trim_matches(['[', ']']).to_ascii_lowercase())
            .unwrap_or_default();
        if name == "double" {
            self.skip("PRECISION");
        }
        let mut arguments = Vec::new();
        if self.skip("(") {
            while let Some(token) = self.next() {
                match token {
                    Token::RParen => break,
                    Token::Comma => {}
                    other => arguments.push(other.to_string().to_ascii_lowercase()),
                }
            }
        }
        from_name(&name, &arguments).ok_or_else(|| {
            let arguments = if arguments.is_empty() {
                String::new()
            } else {
                format!("({})", arguments.join(","))
            };
            ServerError::cannot(format!("the type {name}{arguments}"))
        })
    }
}

fn from_name(name: &str, arguments: &[String]) -> Option<SqlType> {
    let number = |index: usize, default: u8| match arguments.get(index) {
        None => Some(default),
        Some(text) => text.parse::<u8>().ok(),
    };
    let scale = || number(0, 7).filter(|scale| *scale <= 7);
    let length = |most: u16| match arguments.first().map(String::as_str) {
        None => Some(Length::Of(1)),
        Some("max") => Some(Length::Max),
        Some(text) => text.parse().ok().filter(|length| (1..=most).contains(length)).map(Length::Of),
    };
    let fixed = |most: u16| match length(most)? {
        Length::Of(length) => Some(length),
        Length::Max => None,
    };
    Some(match name {
        "bit" => SqlType::Bit,
        "tinyint" => SqlType::TinyInt,
        "smallint" => SqlType::SmallInt,
        "int" | "integer" => SqlType::Int,
        "bigint" => SqlType::BigInt,
        "real" => SqlType::Real,
        "float" if number(0, 53)? <= 24 => SqlType::Real,
        "float" | "double" => SqlType::Float,
        "decimal" | "dec" | "numeric" => {
            let (precision, scale) = (number(0, 18)?, number(1, 0)?);
            if !(1..=38).contains(&precision) || scale > precision {
                return None;
            }
            SqlType::Decimal { precision, scale }
        }
        "char" | "character" => SqlType::Char(fixed(8000)?),
        "nchar" => SqlType::NChar(fixed(4000)?),
        "varchar" => SqlType::VarChar(length(8000)?),
        "nvarchar" => SqlType::NVarChar(length(4000)?),
        "sysname" => SqlType::NVarChar(Length::Of(128)),
        "varbinary" => SqlType::VarBinary(length(8000)?),
        "date" => SqlType::Date,
        "time" => SqlType::Time(scale()?),
        "datetime" => SqlType::DateTime,
        "datetime2" => SqlType::DateTime2(scale()?),
        "datetimeoffset" => SqlType::DateTimeOffset(scale()?),
        "uniqueidentifier" => SqlType::UniqueIdentifier,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_they_are_written() {
        for text in [
            "bit",
            "tinyint",
            "smallint",
            "int",
            "bigint",
            "real",
            "float",
            "numeric(10,2)",
            "char(3)",
            "nchar(3)",
            "varchar(8000)",
            "varchar(max)",
            "nvarchar(4000)",
            "varbinary(max)",
            "date",
            "time(3)",
            "datetime",
            "datetime2(7)",
            "datetimeoffset(0)",
            "uniqueidentifier",
        ] {
            assert_eq!(sql_type(text).unwrap().to_string(), text);
        }
        for text in [
            "nvarchar(4001)",
            "money",
            "numeric(39,0)",
            "datetime2(8)",
            "char(max)",
            "geography",
        ] {
            assert!(sql_type(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_are_read() {
        let list = declarations("@P1 int, @P2 AS NVARCHAR(MAX) OUTPUT,@p3 bit = 1").unwrap();
        assert_eq!(list.len(), 3);
        assert!(list[1].output && list[1].of == SqlType::NVarChar(Length::Max));
        assert_eq!(list[2].default.as_deref(), Some("1"));
        assert!(declarations("@P1 int @P2 int").is_err());
    }
}
