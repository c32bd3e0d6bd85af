//! The columns and constraints of `CREATE TABLE`.

use super::{
    Column, Cursor, Rule, Table, Token,
    emit::{emit, plain},
    hidden, reserved,
};
use crate::{Failure, declared::Declared};

const AFTER_TYPE: [&str; 9] = [
    "DEFAULT",
    "GENERATED",
    "CONSTRAINT",
    "NOT",
    "NULL",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
];

pub(super) fn column(table: &mut Table, part: &mut Cursor<'_>, schema: &str) -> Result<(), Failure> {
    if let Some(Token::Word(word)) = part.peek()
        && reserved::is_reserved(word)
    {
        return Err(Failure::new(904, ": invalid identifier"));
    }
    let name = hidden(&part.name()?);
    let written = part.until(&AFTER_TYPE);
    let mut column = Column {
        name: name.clone(),
        declared: Declared::read(written)?,
        written: written.iter().map(plain).collect::<Vec<_>>().join(" "),
        required: false,
        default: None,
        identity: false,
    };
    let mut constraint = None;
    let mut rules = Vec::new();
    while !part.is_empty() {
        if part.eat(&["DEFAULT"]) {
            if column.required || constraint.is_some() || !rules.is_empty() {
                // It comes in front of all constraints, until 23ai.
                return Err(Failure::new(907, "missing right parenthesis"));
            }
            column.default = Some(emit(part.until(&AFTER_TYPE), schema)?);
        } else if part.eat(&["GENERATED"]) {
            let how = part.until(&["IDENTITY"]);
            part.expect("IDENTITY")?;
            if part.peek().is_some_and(|token| token.is("(")) {
                part.brackets()?;
            }
            if !how.iter().any(|token| token.is_word("AS")) {
                return Err(Failure::unsupported("columns generated otherwise than AS IDENTITY"));
            }
            column.identity = true;
            column.required = true;
        } else if part.eat(&["CONSTRAINT"]) {
            constraint = Some(hidden(&part.name()?));
        } else if part.eat(&["NOT", "NULL"]) {
            column.required = true;
        } else if part.eat(&["NULL"]) {
        } else if part.eat(&["PRIMARY", "KEY"]) {
            column.required = true;
            rules.push((constraint.take(), Rule::Primary(vec![name.clone()])));
        } else if part.eat(&["UNIQUE"]) {
            rules.push((constraint.take(), Rule::Unique(vec![name.clone()])));
        } else if part.eat(&["CHECK"]) {
            rules.push((constraint.take(), Rule::Check(emit(part.brackets()?, schema)?)));
        } else if part.peek().is_some_and(|token| token.is_word("REFERENCES")) {
            rules.push((constraint.take(), references(vec![name.clone()], part)?));
        } else {
            return Err(unknown(part));
        }
    }
    table.columns.push(column);
    for (name, rule) in rules {
        table.add(name, rule);
    }
    Ok(())
}

pub(super) fn constraint(table: &mut Table, part: &mut Cursor<'_>, schema: &str) -> Result<(), Failure> {
    let name = match part.eat(&["CONSTRAINT"]) {
        true => Some(hidden(&part.name()?)),
        false => None,
    };
    let rule = if part.eat(&["PRIMARY", "KEY"]) {
        let key = names(part)?;
        for column in table.columns.iter_mut().filter(|column| key.contains(&column.name)) {
            column.required = true;
        }
        Rule::Primary(key)
    } else if part.eat(&["UNIQUE"]) {
        Rule::Unique(names(part)?)
    } else if part.eat(&["FOREIGN", "KEY"]) {
        let columns = names(part)?;
        references(columns, part)?
    } else if part.eat(&["CHECK"]) {
        Rule::Check(emit(part.brackets()?, schema)?)
    } else {
        return Err(unknown(part));
    };
    if !part.is_empty() {
        return Err(unknown(part));
    }
    table.add(name, rule);
    Ok(())
}

fn references(columns: Vec<String>, part: &mut Cursor<'_>) -> Result<Rule, Failure> {
    part.expect("REFERENCES")?;
    let parent = hidden(&part.qualified()?);
    let parents = match part.peek() {
        Some(token) if token.is("(") => names(part)?,
        _ => Vec::new(),
    };
    let deleted = if part.eat(&["ON", "DELETE", "CASCADE"]) {
        " ON DELETE CASCADE"
    } else if part.eat(&["ON", "DELETE", "SET", "NULL"]) {
        " ON DELETE SET NULL"
    } else {
        ""
    };
    Ok(Rule::Foreign {
        columns,
        parent,
        parents,
        deleted,
    })
}

fn names(part: &mut Cursor<'_>) -> Result<Vec<String>, Failure> {
    let inside = part.brackets()?;
    Ok(inside.iter().filter_map(Token::name).map(hidden).collect())
}

fn unknown(part: &Cursor<'_>) -> Failure {
    let rest: Vec<String> = part.rest().iter().map(plain).collect();
    Failure::unsupported(format_args!("{} in CREATE TABLE", rest.join(" ")))
}
