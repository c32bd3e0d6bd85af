//! What has a body of T-SQL, and is a batch by itself: procedures and triggers.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{
    catalogue::{Function, Gives},
    declaration::Reader,
    statement::{self, Statement, StatementKind},
};
use crate::{error::ServerError, types::SqlType, wire::tokens::Command};

type Result<T> = std::result::Result<T, ServerError>;

/// `CREATE [OR ALTER] PROCEDURE …` or `CREATE [OR ALTER] TRIGGER …`, if the batch is one.
pub(super) fn read(tokens: &[TokenWithSpan], text: &str) -> Result<Option<StatementKind>> {
    let plain: Vec<Token> = tokens.iter().map(|token| token.token.clone()).collect();
    let mut reader = Reader::new(&plain);
    let creates = reader.skip("CREATE") || reader.skip("ALTER");
    if creates && reader.skip("OR") {
        reader.skip("ALTER");
    }
    let body = |reader: &mut Reader<'_>, name: &str| {
        if !reader.skip("AS") {
            return Err(ServerError::syntax(format!("{name} needs AS in front of what it does")));
        }
        Ok(match tokens.get(reader.position) {
            None => String::new(),
            Some(token) => from(text, token.span.start.line, token.span.start.column),
        })
    };
    if creates && (reader.skip("PROCEDURE") || reader.skip("PROC")) {
        let name = name(&mut reader);
        let brackets = reader.skip("(");
        let parameters = reader.declarations()?;
        if brackets {
            reader.skip(")");
        }
        let body = body(&mut reader, &name)?;
        return Ok(Some(StatementKind::CreateProcedure { name, parameters, body }));
    }
    if creates && reader.skip("FUNCTION") {
        let name = name(&mut reader);
        reader.skip("(");
        let parameters = reader.declarations()?;
        if !reader.skip(")") || !reader.skip("RETURNS") {
            return Err(ServerError::syntax(format!(
                "the function {name} needs its parameters in brackets, and RETURNS"
            )));
        }
        let of = if reader.skip("TABLE") {
            None
        } else {
            Some(reader.sql_type()?)
        };
        let body = body(&mut reader, &name)?;
        let name = name.rsplit('.').next().unwrap_or(&name).to_owned();
        let gives = gives(&name, of, &body)?;
        return Ok(Some(StatementKind::CreateFunction(Function { name, parameters, gives })));
    }
    if creates && reader.skip("TRIGGER") {
        let trigger = name(&mut reader);
        if !reader.skip("ON") {
            return Err(ServerError::syntax("a trigger needs ON and a table"));
        }
        let table = name(&mut reader);
        if !reader.skip("AFTER") && !reader.skip("FOR") {
            return Err(ServerError::cannot("a trigger that is not one AFTER a change"));
        }
        let events = events(&mut reader)?;
        let body = body(&mut reader, &trigger)?;
        let table = table.rsplit('.').next().unwrap_or(&table).to_owned();
        return Ok(Some(StatementKind::CreateTrigger {
            name: trigger,
            table,
            events,
            body,
        }));
    }
    Ok(None)
}

/// `RETURN (SELECT …)`, or `BEGIN RETURN … END`.
fn gives(name: &str, of: Option<SqlType>, body: &str) -> Result<Gives> {
    let unknown = || ServerError::cannot(format!("a function of more than one RETURN: {name}"));
    let Some(of) = of else {
        let query = body.trim_start().get(..6).filter(|word| word.eq_ignore_ascii_case("RETURN"));
        let query = query.and(body.trim_start().get(6..)).ok_or_else(unknown)?;
        return match statement::statements(query)?.as_slice() {
            [
                Statement {
                    kind: StatementKind::Sql(sql),
                    ..
                },
            ] => match &**sql {
                sqlparser::ast::Statement::Query(query) => Ok(Gives::Rows(query.clone())),
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        };
    };
    match statement::statements(body)?.as_slice() {
        [
            Statement {
                kind: StatementKind::Block(inside),
                ..
            },
        ] => match inside.as_slice() {
            [
                Statement {
                    kind: StatementKind::Return(Some(value)),
                    ..
                },
            ] => Ok(Gives::Value(of, Box::new(value.clone()))),
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

fn events(reader: &mut Reader<'_>) -> Result<Vec<Command>> {
    let mut events = Vec::new();
    loop {
        let event = reader.next().map(ToString::to_string).unwrap_or_default();
        events.push(match event.to_ascii_uppercase().as_str() {
            "INSERT" => Command::Insert,
            "UPDATE" => Command::Update,
            "DELETE" => Command::Delete,
            _ => return Err(ServerError::syntax(format!("near '{event}' in a trigger"))),
        });
        if !reader.skip(",") {
            return Ok(events);
        }
    }
}

/// A name of one or more parts, without brackets.
fn name(reader: &mut Reader<'_>) -> String {
    const BEHIND: [&str; 4] = ["AS", "ON", "AFTER", "FOR"];
    let mut name = String::new();
    while let Some(token) = reader.peek().filter(|token| matches!(token, Token::Word(_) | Token::Period)) {
        let word = token.to_string();
        if word.starts_with('@') || BEHIND.iter().any(|end| word.eq_ignore_ascii_case(end)) {
            break;
        }
        name += word.trim_matches(['[', ']']);
        reader.next();
    }
    name
}

/// The text from a place on; lines and columns count from 1.
fn from(text: &str, line: u64, column: u64) -> String {
    let lines = text.split('\n').skip(line.saturating_sub(1) as usize);
    let rest: Vec<&str> = lines.collect();
    rest.join("\n").chars().skip(column.saturating_sub(1) as usize).collect()
}
