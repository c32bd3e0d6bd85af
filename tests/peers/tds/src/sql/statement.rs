//! Statements of a batch. T-SQL needs no semicolons between them, and has words of its own around SQL.

use sqlparser::{
    ast::{Expr, Statement as Sql},
    dialect::MsSqlDialect,
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::{Token, TokenWithSpan, Tokenizer, Word},
};

use super::declaration::{Declaration, Reader, sql_type};
use crate::{error::ServerError, types::SqlType};

type Result<T> = std::result::Result<T, ServerError>;

/// A statement, and the line that it begins in.
#[derive(Clone, Debug)]
pub struct Statement {
    pub line: u32,
    pub kind: StatementKind,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    /// SELECT, INSERT, UPDATE, DELETE, and what defines tables.
    Sql(Box<Sql>),
    /// `SET NOCOUNT ON`: the words behind SET.
    Option(Vec<String>),
    Assign {
        variable: String,
        value: Expr,
    },
    Declare(Vec<(String, SqlType, Option<Expr>)>),
    Begin,
    Commit,
    Rollback,
    Execute(Execute),
    If {
        condition: Expr,
        then: Box<Statement>,
        otherwise: Option<Box<Statement>>,
    },
    Block(Vec<Statement>),
    Try {
        body: Vec<Statement>,
        catch: Vec<Statement>,
    },
    Return(Option<Expr>),
    Print(Expr),
    RaiseError {
        message: Expr,
        class: Expr,
        state: Expr,
    },
    Throw(Option<(Expr, Expr, Expr)>),
    WaitFor(Expr),
    Use(String),
    CreateProcedure {
        name: String,
        parameters: Vec<Declaration>,
        body: String,
    },
    DropProcedure {
        name: String,
    },
}

/// `EXEC @returns = procedure @name = value OUTPUT`
#[derive(Clone, Debug)]
pub struct Execute {
    pub returns: Option<String>,
    pub procedure: String,
    pub arguments: Vec<Passed>,
}

/// A value that is passed to a procedure.
#[derive(Clone, Debug)]
pub struct Passed {
    pub name: Option<String>,
    /// `None` for `DEFAULT`.
    pub value: Option<Expr>,
    pub output: bool,
}

/// All statements of a batch.
///
/// # Errors
/// 102, for what the parser doesn't take.
pub fn statements(text: &str) -> Result<Vec<Statement>> {
    let dialect = MsSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text)
        .tokenize_with_location()
        .map_err(ServerError::syntax)?;
    let tokens: Vec<TokenWithSpan> = tokens
        .into_iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .collect();
    if let Some(procedure) = create_procedure(&tokens, text)? {
        return Ok(vec![procedure]);
    }
    let mut parser = Statements {
        parser: Parser::new(&dialect).with_tokens_with_locations(adapted(tokens)),
    };
    let mut statements = Vec::new();
    loop {
        while parser.skip(&Token::SemiColon) {}
        if parser.peek(0) == Token::EOF {
            return Ok(statements);
        }
        statements.push(parser.statement()?);
    }
}

/// What the parser doesn't know of T-SQL, in words that it knows.
fn adapted(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let is = |token: Option<&TokenWithSpan>, words: &[&str]| {
        token.is_some_and(|token| words.iter().any(|word| token.token.to_string().eq_ignore_ascii_case(word)))
    };
    let mut index = 0;
    while index < tokens.len() {
        // FETCH NEXT @P1 ROWS
        if is(tokens.get(index), &["FETCH"])
            && is(tokens.get(index + 1), &["NEXT", "FIRST"])
            && let Some(Token::Word(Word { value, .. })) = tokens.get(index + 2).map(|token| &token.token)
        {
            tokens[index + 2].token = Token::Placeholder(value.clone());
        }
        // DELETE table
        let before = index.checked_sub(1).and_then(|index| tokens.get(index));
        if is(tokens.get(index), &["DELETE"])
            && !is(before, &["ON", "GRANT", "REVOKE", "DENY", ","])
            && matches!(tokens.get(index + 1).map(|token| &token.token), Some(Token::Word(_)))
            && !is(tokens.get(index + 1), &["FROM", "TOP"])
        {
            let span = tokens[index].span;
            tokens.insert(
                index + 1,
                TokenWithSpan {
                    token: Token::make_keyword("FROM"),
                    span,
                },
            );
        }
        index += 1;
    }
    tokens
}

struct Statements<'a> {
    parser: Parser<'a>,
}

fn syntax(error: ParserError) -> ServerError {
    match error {
        ParserError::ParserError(words) | ParserError::TokenizerError(words) => ServerError::syntax(words),
        ParserError::RecursionLimitExceeded => ServerError::syntax("too deep"),
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
            "DROP" if self.is(1, "PROCEDURE") || self.is(1, "PROC") => {
                self.parser.next_token();
                self.parser.next_token();
                if self.word("IF") {
                    self.expect("EXISTS")?;
                }
                Ok(StatementKind::DropProcedure { name: self.name()? })
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
        // SET ANSI_NULLS, QUOTED_IDENTIFIER ON
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

/// `CREATE [OR ALTER] PROCEDURE name parameters AS body`, which is a batch by itself.
fn create_procedure(tokens: &[TokenWithSpan], text: &str) -> Result<Option<Statement>> {
    let plain: Vec<Token> = tokens.iter().map(|token| token.token.clone()).collect();
    let mut reader = Reader::new(&plain);
    let creates = reader.skip("CREATE") || reader.skip("ALTER");
    if creates && reader.skip("OR") {
        reader.skip("ALTER");
    }
    if !creates || !(reader.skip("PROCEDURE") || reader.skip("PROC")) {
        return Ok(None);
    }
    let mut name = String::new();
    while let Some(token) = reader.peek().filter(|token| matches!(token, Token::Word(_) | Token::Period)) {
        if token.to_string().starts_with('@') || token.to_string().eq_ignore_ascii_case("AS") {
            break;
        }
        name += token.to_string().trim_matches(['[', ']']);
        reader.next();
    }
    let brackets = reader.skip("(");
    let parameters = reader.declarations()?;
    if brackets {
        reader.skip(")");
    }
    if !reader.skip("AS") {
        return Err(ServerError::syntax(format!(
            "a procedure needs AS in front of what it does: {name}"
        )));
    }
    let body = match tokens.get(reader.position) {
        None => String::new(),
        Some(token) => from(text, token.span.start.line, token.span.start.column),
    };
    Ok(Some(Statement {
        line: 1,
        kind: StatementKind::CreateProcedure { name, parameters, body },
    }))
}

/// The text from a place on; lines and columns count from 1.
fn from(text: &str, line: u64, column: u64) -> String {
    let lines = text.split('\n').skip(line.saturating_sub(1) as usize);
    let rest: Vec<&str> = lines.collect();
    rest.join("\n").chars().skip(column.saturating_sub(1) as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn count(text: &str, statements_in_it: usize) {
        let statements = statements(text).unwrap();
        assert_eq!(statements.len(), statements_in_it, "{statements:#?}");
    }

    #[test]
    fn statements_need_no_semicolons() {
        count("SET NOCOUNT ON SELECT 1", 2);
        count("SELECT 1\nSELECT 2", 2);
        count("IF @@TRANCOUNT > 0 ROLLBACK", 1);
        count("IF 1 = 1 BEGIN SELECT 1 SELECT 2 END ELSE SELECT 3; SELECT 4", 2);
        count(
            "DECLARE @rc int, @x nvarchar(10) = N'a'; EXEC @rc = dbo.x @p = 1, @q = @x OUTPUT SELECT @rc",
            3,
        );
        count("BEGIN TRY DELETE t WHERE a = 1 END TRY BEGIN CATCH THROW END CATCH", 1);
        count("BEGIN TRAN; COMMIT TRANSACTION; ROLLBACK", 3);
        count("SELECT a FROM t ORDER BY a OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY", 1);
        count("CREATE TABLE t (a int REFERENCES u(a) ON DELETE CASCADE)", 1);
    }

    #[test]
    fn a_procedure_is_a_batch() {
        let text = "CREATE OR ALTER PROCEDURE [dbo].[x] @a int, @b nvarchar(20) = N'z' OUTPUT\nAS\nSET NOCOUNT ON; SELECT @a";
        let mut all = statements(text).unwrap();
        let StatementKind::CreateProcedure { name, parameters, body } = all.remove(0).kind else {
            panic!()
        };
        assert_eq!(
            (name.as_str(), parameters.len(), body.as_str()),
            ("dbo.x", 2, "SET NOCOUNT ON; SELECT @a")
        );
    }

    #[test]
    fn lines_are_counted() {
        let all = statements("SELECT 1\n\nSELECT 2").unwrap();
        assert_eq!(all[1].line, 3);
        assert_eq!(statements("SELECT 1\nSELECT FROM").unwrap_err().number, 102);
    }
}
