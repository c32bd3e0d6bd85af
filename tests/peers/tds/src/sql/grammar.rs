//! What T-SQL has around SQL: variables, transactions, conditions, blocks, calls. SQL itself is read by the parser.

use sqlparser::{
    ast::Expr,
    dialect::MsSqlDialect,
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::{Token, TokenWithSpan, Word},
};

use super::{
    declaration::sql_type,
    statement::{Execute, Passed, Statement, StatementKind},
};
use crate::error::ServerError;

type Result<T> = std::result::Result<T, ServerError>;

/// Reads statement after statement.
pub(super) struct Statements<'a> {
    parser: Parser<'a>,
}

fn syntax(error: ParserError) -> ServerError {
    match error {
        ParserError::ParserError(words) | ParserError::TokenizerError(words) => ServerError::syntax(words),
        ParserError::RecursionLimitExceeded => ServerError::syntax("too deep"),
    }
}

impl<'a> Statements<'a> {
    pub fn new(dialect: &'a MsSqlDialect, tokens: Vec<TokenWithSpan>) -> Self {
        Self {
            parser: Parser::new(dialect).with_tokens_with_locations(tokens),
        }
    }

    /// All that there are.
    pub fn all(mut self) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            while self.skip(&Token::SemiColon) {}
            if self.peek(0) == Token::EOF {
                return Ok(statements);
            }
            statements.push(self.statement()?);
        }
    }
}

impl Statements<'_> {
    fn peek(&self, index: usize) -> Token {
        self.parser.peek_nth_token(index).token
    }

    fn is(&self, index: usize, word: &str) -> bool {
        self.peek(index).to_string().eq_ignore_ascii_case(word)
    }

    fn skip(&mut self, token: &Token) -> bool {
        self.parser.consume_token(token)
    }

    /// Steps over a word if it comes next.
    fn word(&mut self, word: &str) -> bool {
        let comes = self.is(0, word);
        if comes {
            self.parser.next_token();
        }
        comes
    }

    fn expect(&mut self, word: &str) -> Result<()> {
        if self.word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> ServerError {
        let mut error = ServerError::syntax(format!("near '{}'", self.peek(0)));
        error.line = self.parser.peek_token().span.start.line.max(1) as u32;
        error
    }

    fn expression(&mut self) -> Result<Expr> {
        self.parser.parse_expr().map_err(syntax)
    }

    /// A name of one or more parts, without brackets.
    fn name(&mut self) -> Result<String> {
        let mut name = self.identifier()?;
        while self.skip(&Token::Period) {
            name = format!("{name}.{}", self.identifier()?);
        }
        Ok(name)
    }

    fn identifier(&mut self) -> Result<String> {
        match self.peek(0) {
            Token::Word(word) => {
                self.parser.next_token();
                Ok(word.value)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `@name`
    fn is_variable(&self, index: usize) -> bool {
        self.peek(index).to_string().starts_with('@')
    }

    fn statement(&mut self) -> Result<Statement> {
        let line = self.parser.peek_token().span.start.line.max(1) as u32;
        let kind = self.kind().map_err(|error| ServerError {
            line: error.line.max(line),
            ..error
        })?;
        Ok(Statement { line, kind })
    }

    fn kind(&mut self) -> Result<StatementKind> {
        let word = match self.peek(0) {
            Token::Word(word) => word.value.to_ascii_uppercase(),
            Token::LParen => return self.sql(),
            _ => return Err(self.unexpected()),
        };
        match word.as_str() {
            "SET" if self.is_variable(1) => {
                self.parser.next_token();
                let variable = self.identifier()?;
                self.expect("=")?;
                Ok(StatementKind::Assign {
                    variable,
                    value: self.expression()?,
                })
            }
            "SET" => self.option(),
            "DECLARE" => self.declare(),
            "BEGIN" if self.is(1, "TRY") => self.attempt(),
            "BEGIN" if self.is(1, "TRAN") || self.is(1, "TRANSACTION") => self.transaction(StatementKind::Begin),
            "COMMIT" => self.transaction(StatementKind::Commit),
            "ROLLBACK" => self.transaction(StatementKind::Rollback),
            "BEGIN" => {
                self.parser.next_token();
                Ok(StatementKind::Block(self.until("END")?))
            }
            "IF" => {
                self.parser.next_token();
                let condition = self.expression()?;
                let then = Box::new(self.statement()?);
                // A semicolon may stand before ELSE only where it ends the statement.
                if self.is(0, ";") && self.is(1, "ELSE") {
                    self.parser.next_token();
                }
                let otherwise = if self.word("ELSE") {
                    Some(Box::new(self.statement()?))
                } else {
                    None
                };
                Ok(StatementKind::If {
                    condition,
                    then,
                    otherwise,
                })
            }
            "RETURN" => {
                self.parser.next_token();
                let ends = matches!(self.peek(0), Token::EOF | Token::SemiColon) || self.is(0, "END");
                Ok(StatementKind::Return(if ends { None } else { Some(self.expression()?) }))
            }
            "PRINT" => {
                self.parser.next_token();
                Ok(StatementKind::Print(self.expression()?))
            }
            "RAISERROR" => {
                self.parser.next_token();
                self.expect("(")?;
                let message = self.expression()?;
                self.expect(",")?;
                let class = self.expression()?;
                self.expect(",")?;
                let state = self.expression()?;
                self.expect(")")?;
                Ok(StatementKind::RaiseError { message, class, state })
            }
            "THROW" => {
                self.parser.next_token();
                if matches!(self.peek(0), Token::EOF | Token::SemiColon) || self.is(0, "END") {
                    return Ok(StatementKind::Throw(None));
                }
                let number = self.expression()?;
                self.expect(",")?;
                let message = self.expression()?;
                self.expect(",")?;
                Ok(StatementKind::Throw(Some((number, message, self.expression()?))))
            }
            "WAITFOR" => {
                self.parser.next_token();
                self.expect("DELAY")?;
                Ok(StatementKind::WaitFor(self.expression()?))
            }
            "USE" => {
                self.parser.next_token();
                Ok(StatementKind::Use(self.identifier()?))
            }
            "EXEC" | "EXECUTE" => self.execute(),
            "DROP"
                if ["PROCEDURE", "PROC", "TRIGGER", "FUNCTION"]
                    .iter()
                    .any(|word| self.is(1, word)) =>
            {
                self.parser.next_token();
                let what = self.peek(0).to_string().to_ascii_uppercase();
                self.parser.next_token();
                if self.word("IF") {
                    self.expect("EXISTS")?;
                }
                let name = self.name()?;
                Ok(match what.as_str() {
                    "TRIGGER" => StatementKind::DropTrigger { name },
                    "FUNCTION" => StatementKind::DropFunction { name },
                    _ => StatementKind::DropProcedure { name },
                })
            }
            _ => self.sql(),
        }
    }

    fn sql(&mut self) -> Result<StatementKind> {
        self.parser
            .parse_statement()
            .map(Box::new)
            .map(StatementKind::Sql)
            .map_err(syntax)
    }

    fn until(&mut self, word: &str) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            while self.skip(&Token::SemiColon) {}
            if self.word(word) {
                return Ok(statements);
            }
            if self.peek(0) == Token::EOF {
                return Err(self.unexpected());
            }
            statements.push(self.statement()?);
        }
    }

    /// `BEGIN TRY … END TRY BEGIN CATCH … END CATCH`
    fn attempt(&mut self) -> Result<StatementKind> {
        self.expect("BEGIN")?;
        self.expect("TRY")?;
        let body = self.until("END")?;
        self.expect("TRY")?;
        self.skip(&Token::SemiColon);
        self.expect("BEGIN")?;
        self.expect("CATCH")?;
        let catch = self.until("END")?;
        self.expect("CATCH")?;
        Ok(StatementKind::Try { body, catch })
    }

    fn transaction(&mut self, kind: StatementKind) -> Result<StatementKind> {
        self.parser.next_token();
        let _ = self.word("TRAN") || self.word("TRANSACTION") || self.word("WORK");
        if let Token::Word(Word {
            keyword: Keyword::NoKeyword,
            value,
            ..
        }) = self.peek(0)
        {
            return Err(ServerError::cannot(format!("the transaction named {value}")));
        }
        Ok(kind)
    }

    fn option(&mut self) -> Result<StatementKind> {
        self.parser.next_token();
        let mut words = vec![self.identifier()?.to_ascii_uppercase()];
        let count = match words[0].as_str() {
            "TRANSACTION" => {
                self.expect("ISOLATION")?;
                self.expect("LEVEL")?;
                let two = self.is(0, "READ") || self.is(0, "REPEATABLE");
                if two { 2 } else { 1 }
            }
            "IDENTITY_INSERT" => {
                words.push(self.name()?);
                1
            }
            _ => 1,
        };
        for _ in 0..count {
            let sign = if self.skip(&Token::Minus) { "-" } else { "" };
            words.push(format!("{sign}{}", self.parser.next_token().token).to_ascii_uppercase());
        }
        Ok(StatementKind::Option(words))
    }

    fn declare(&mut self) -> Result<StatementKind> {
        self.parser.next_token();
        let mut variables = Vec::new();
        loop {
            if !self.is_variable(0) {
                return Err(self.unexpected());
            }
            let name = self.identifier()?;
            self.word("AS");
            let of = sql_type(&self.parser.parse_data_type().map_err(syntax)?.to_string())?;
            let value = if self.skip(&Token::Eq) {
                Some(self.expression()?)
            } else {
                None
            };
            variables.push((name, of, value));
            if !self.skip(&Token::Comma) {
                return Ok(StatementKind::Declare(variables));
            }
        }
    }

    fn execute(&mut self) -> Result<StatementKind> {
        self.parser.next_token();
        let returns = if self.is_variable(0) && self.is(1, "=") {
            let name = self.identifier()?;
            self.expect("=")?;
            Some(name)
        } else {
            None
        };
        let procedure = self.name()?;
        let mut arguments = Vec::new();
        while !matches!(self.peek(0), Token::EOF | Token::SemiColon) && !self.begins() {
            let name = if self.is_variable(0) && self.is(1, "=") {
                let name = self.identifier()?;
                self.expect("=")?;
                Some(name)
            } else {
                None
            };
            let value = if self.word("DEFAULT") {
                None
            } else {
                Some(self.expression()?)
            };
            let output = self.word("OUTPUT") || self.word("OUT");
            arguments.push(Passed { name, value, output });
            if !self.skip(&Token::Comma) {
                break;
            }
        }
        Ok(StatementKind::Execute(Execute {
            returns,
            procedure,
            arguments,
        }))
    }

    /// Whether the next word begins a statement.
    fn begins(&self) -> bool {
        const WORDS: [&str; 19] = [
            "SELECT",
            "INSERT",
            "UPDATE",
            "DELETE",
            "SET",
            "DECLARE",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "IF",
            "ELSE",
            "END",
            "RETURN",
            "PRINT",
            "RAISERROR",
            "THROW",
            "WAITFOR",
            "EXEC",
            "EXECUTE",
        ];
        WORDS.iter().any(|word| self.is(0, word))
    }
}
