//! `CREATE PROCEDURE` and `CREATE FUNCTION`: a body is a block whose binds are the arguments and variables.

use super::{Block, Call, Direction, Procedure, block::RESULT, procedure::wrong};
use crate::{
    Failure, Type, Value,
    declared::Declared,
    sql::{Cursor, Token},
};

/// Whether a text makes a procedure or a function.
pub(crate) fn is_source(tokens: &[Token]) -> bool {
    let mut cursor = Cursor::new(tokens);
    head(&mut cursor).is_some()
}

/// Whether it is a function.
fn head(cursor: &mut Cursor<'_>) -> Option<bool> {
    if !cursor.eat(&["CREATE"]) {
        return None;
    }
    cursor.eat(&["OR", "REPLACE"]);
    if cursor.eat(&["PROCEDURE"]) {
        Some(false)
    } else {
        cursor.eat(&["FUNCTION"]).then_some(true)
    }
}

/// What a text makes.
///
/// # Errors
/// Oracle would not compile it, or this peer doesn't understand it.
pub(crate) fn read_source(tokens: &[Token], schema: &str) -> Result<Procedure, Failure> {
    let mut cursor = Cursor::new(tokens);
    let is_function = head(&mut cursor).ok_or_else(|| Failure::new(900, "invalid SQL statement"))?;
    let mut name = cursor.name()?;
    while cursor.eat(&["."]) {
        name = format!("{name}.{}", cursor.name()?);
    }
    let mut procedure = Procedure::new(&name);
    if cursor.peek().is_some_and(|token| token.is("(")) {
        let mut arguments = Cursor::new(cursor.brackets()?);
        while !arguments.is_empty() {
            procedure = argument(procedure, arguments.until(&[","]))?;
            arguments.next();
        }
    }
    if is_function {
        cursor.expect("RETURN").map_err(|_| unexpected("IS"))?;
        procedure = procedure.returns(kind(cursor.until(&["AS", "IS"]))?);
    }
    if !cursor.eat(&["AS"]) && !cursor.eat(&["IS"]) {
        return Err(unexpected("BEGIN"));
    }
    let mut names: Vec<String> = procedure.parameters.iter().map(|parameter| parameter.name.clone()).collect();
    let mut variables = Cursor::new(cursor.until(&["BEGIN"]));
    while !variables.is_empty() {
        let mut variable = Cursor::new(variables.until(&[";"]));
        variables.next();
        names.push(variable.name()?);
        kind(variable.rest())?;
    }
    let body = without_name(cursor.rest(), &name);
    let block = Block::read(&returning(bound(&body, &names))?, schema)?;
    let defined = schema.to_owned();
    Ok(procedure.does(move |call| run(&block, call, &name, &defined)))
}

/// `p_id IN OUT NUMBER DEFAULT NULL`.
fn argument(procedure: Procedure, tokens: &[Token]) -> Result<Procedure, Failure> {
    let mut cursor = Cursor::new(tokens);
    let name = cursor.name()?;
    let direction = if cursor.eat(&["IN", "OUT"]) {
        Direction::InOut
    } else if cursor.eat(&["OUT"]) {
        Direction::Out
    } else {
        cursor.eat(&["IN"]);
        Direction::In
    };
    let kind = kind(cursor.until(&["DEFAULT", ":="]))?;
    match (cursor.rest(), direction) {
        ([], _) => Ok(procedure.argument(&name, direction, kind)),
        ([_, null], Direction::In) if null.is_word("NULL") => Ok(procedure.optional(&name, kind)),
        _ => Err(Failure::unsupported("a default of an argument that is not NULL")),
    }
}

/// A type of PL/SQL; those of arguments have no length.
fn kind(tokens: &[Token]) -> Result<Type, Failure> {
    match tokens {
        [word] if word.is_word("SYS_REFCURSOR") => Ok(Type::Cursor),
        [word] if word.is_word("PLS_INTEGER") || word.is_word("BINARY_INTEGER") => Ok(Type::BinaryInteger),
        [word] if word.is_word("BOOLEAN") => Ok(Type::Boolean),
        [word] if word.is_word("VARCHAR2") || word.is_word("VARCHAR") => Ok(Type::Varchar),
        [word] if word.is_word("NVARCHAR2") => Ok(Type::Nvarchar),
        [word] if word.is_word("RAW") => Ok(Type::Raw),
        _ => Declared::read(tokens).map(|declared| declared.kind),
    }
}

/// The body with a bind wherever an argument or a variable is named.
fn bound(tokens: &[Token], names: &[String]) -> Vec<Token> {
    let mut bound: Vec<Token> = Vec::with_capacity(tokens.len());
    for (place, token) in tokens.iter().enumerate() {
        let qualifies = |other: Option<&Token>| other.is_some_and(|other| other.is("."));
        let alone = !qualifies(tokens.get(place + 1)) && !qualifies(place.checked_sub(1).and_then(|before| tokens.get(before)));
        let names_argument = tokens.get(place + 1).is_some_and(|next| next.is("=>"));
        bound.push(match token {
            Token::Word(word) if alone && !names_argument && names.contains(word) => Token::Bind(word.clone()),
            other => other.clone(),
        });
    }
    bound
}

/// The name may stand once more behind the last END.
fn without_name(tokens: &[Token], name: &str) -> Vec<Token> {
    let mut kept = tokens.to_vec();
    let plain = name.rsplit('.').next().unwrap_or(name);
    if let [.., end, last, _] = tokens
        && end.is_word("END")
        && last.is_word(plain)
    {
        kept.remove(tokens.len() - 2);
    }
    kept
}

/// `RETURN x` as an assignment. It must be the last statement, since nothing is left early.
fn returning(mut tokens: Vec<Token>) -> Result<Vec<Token>, Failure> {
    let begins = |pair: &[Token]| pair.first().is_some_and(|before| before.is(";") || before.is_word("BEGIN"));
    let place = tokens
        .windows(2)
        .position(|pair| begins(pair) && pair.last().is_some_and(|word| word.is_word("RETURN")));
    let Some(place) = place else { return Ok(tokens) };
    let mut after = Cursor::new(tokens.get(place + 1..).unwrap_or_default());
    after.until(&[";"]);
    if !(after.eat(&[";", "END", ";"]) && after.is_empty()) {
        return Err(Failure::unsupported("RETURN before the end"));
    }
    tokens.splice(place + 1..place + 2, [Token::Bind(RESULT.to_owned()), Token::sign(":=")]);
    Ok(tokens)
}

fn run(block: &Block, call: &mut Call<'_>, name: &str, schema: &str) -> Result<(), Failure> {
    let values = block
        .binds
        .iter()
        .map(|bind| call.inputs.get(bind).cloned().unwrap_or(Value::Null))
        .collect();
    let results = block.run(call.store, call.procedures, schema, values);
    // Where it happened comes behind what happened.
    let mut results = results.map_err(|failure| Failure {
        message: format!("{}\nORA-06512: at \"{schema}.{name}\", line 1", failure.message),
        ..failure
    })?;
    for (place, bind) in block.binds.iter().enumerate() {
        let value = results.values.get(place).cloned().unwrap_or(Value::Null);
        let cursor = results.cursors.remove(&place);
        if bind == RESULT {
            call.result = value;
            call.result_cursor = cursor;
        } else if let Some(rows) = cursor {
            call.cursors.insert(bind.clone(), rows);
        } else {
            call.outputs.insert(bind.clone(), value);
        }
    }
    Ok(())
}

fn unexpected(symbol: &str) -> Failure {
    wrong(format_args!("PLS-00103: Encountered the symbol \"{symbol}\""))
}
