//! Statements of a batch. T-SQL needs no semicolons between them, and has words of its own around SQL.

use sqlparser::{
    ast::{Expr, Statement as Sql},
    dialect::MsSqlDialect,
    tokenizer::{Token, TokenWithSpan, Tokenizer, Word},
};

use super::{catalogue::Function, declaration::Declaration, grammar::Statements, module};
use crate::{error::ServerError, types::SqlType, wire::tokens::Command};

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
    CreateFunction(Function),
    DropFunction {
        name: String,
    },
    CreateTrigger {
        name: String,
        table: String,
        events: Vec<Command>,
        body: String,
    },
    DropTrigger {
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
    if let Some(kind) = module::read(&tokens, text)? {
        return Ok(vec![Statement { line: 1, kind }]);
    }
    Statements::new(&dialect, adapted(tokens)).all()
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
    fn a_trigger_is_a_batch() {
        let text = "CREATE TRIGGER note ON dbo.app_user AFTER INSERT, DELETE AS INSERT INTO written VALUES (1)";
        let StatementKind::CreateTrigger { table, events, body, .. } = statements(text).unwrap().remove(0).kind else {
            panic!()
        };
        assert_eq!(
            (table.as_str(), body.as_str()),
            ("app_user", "INSERT INTO written VALUES (1)")
        );
        assert_eq!(events, [Command::Insert, Command::Delete]);
    }

    #[test]
    fn lines_are_counted() {
        let all = statements("SELECT 1\n\nSELECT 2").unwrap();
        assert_eq!(all[1].line, 3);
        assert_eq!(statements("SELECT 1\nSELECT FROM").unwrap_err().number, 102);
    }
}
