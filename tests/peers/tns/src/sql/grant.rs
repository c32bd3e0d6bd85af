//! `CREATE USER` and `GRANT`.

use super::{Cursor, Token, hidden};
use crate::{Account, Failure, Right, account::Granted};

/// What is granted, and to whom.
pub(crate) struct Grant {
    /// `CREATE SESSION`.
    pub(crate) session: bool,
    pub(crate) tables: Vec<Granted>,
    pub(crate) to: String,
}

/// `CREATE USER name IDENTIFIED BY "password"`: an account that may do nothing yet.
///
/// # Errors
/// It is something else.
pub(crate) fn read_user(tokens: &[Token]) -> Result<Account, Failure> {
    let mut cursor = Cursor::new(tokens);
    cursor.expect("CREATE")?;
    cursor.expect("USER")?;
    let name = cursor.name()?;
    cursor.expect("IDENTIFIED")?;
    cursor.expect("BY")?;
    let password = cursor
        .name()
        .map_err(|_| Failure::new(988, "missing or invalid password(s)"))?;
    if cursor.is_empty() {
        Ok(Account::without_rights(&name, &password))
    } else {
        Err(Failure::unsupported("CREATE USER with more than a password"))
    }
}

/// # Errors
/// This peer doesn't know such a right.
pub(crate) fn read_grant(tokens: &[Token]) -> Result<Grant, Failure> {
    let mut cursor = Cursor::new(tokens);
    cursor.expect("GRANT")?;
    let session = cursor.eat(&["CREATE", "SESSION"]);
    let mut rights = Vec::new();
    if !session {
        loop {
            rights.push(right(&mut cursor)?);
            if !cursor.eat(&[","]) {
                break;
            }
        }
        cursor.expect("ON")?;
    }
    let table = if session {
        String::new()
    } else {
        hidden(&cursor.qualified()?)
    };
    cursor.expect("TO")?;
    let to = cursor.name()?;
    if !cursor.is_empty() {
        return Err(Failure::unsupported("GRANT to several, or with an option"));
    }
    let granted = |(right, columns)| Granted {
        table: table.clone(),
        right,
        columns,
    };
    Ok(Grant {
        session,
        tables: rights.into_iter().map(granted).collect(),
        to,
    })
}

fn right(cursor: &mut Cursor<'_>) -> Result<(Right, Option<Vec<String>>), Failure> {
    let known = [
        ("SELECT", Right::Select),
        ("INSERT", Right::Insert),
        ("UPDATE", Right::Update),
        ("DELETE", Right::Delete),
    ];
    let found = known.into_iter().find(|(word, _)| cursor.eat(&[word]));
    let Some((_, right)) = found else {
        return Err(Failure::unsupported("GRANT of another right than to a table"));
    };
    let listed = cursor.peek().is_some_and(|token| token.is("("));
    if !listed {
        return Ok((right, None));
    }
    // Reading and deleting are for whole rows.
    if matches!(right, Right::Select | Right::Delete) {
        return Err(Failure::new(969, "missing ON keyword"));
    }
    let names = cursor.brackets()?.iter().filter_map(Token::name).map(hidden);
    Ok((right, Some(names.collect())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read;

    #[test]
    fn grants_are_read() {
        let grant = |text: &str| read_grant(&read(text).unwrap());
        let of_columns = grant("GRANT DELETE, UPDATE (a, \"B\") ON hr.t TO x").unwrap();
        assert_eq!((of_columns.tables.len(), of_columns.to.as_str()), (2, "X"));
        assert_eq!(
            of_columns.tables[1],
            Granted {
                table: "T".into(),
                right: Right::Update,
                columns: Some(vec!["A".into(), "B".into()]),
            }
        );
        assert!(grant("GRANT CREATE SESSION TO x").unwrap().session);
        assert_eq!(grant("GRANT SELECT (a) ON t TO x").err().unwrap().code, 969);
        assert_eq!(grant("GRANT DBA TO x").err().unwrap().code, 3001);
    }
}
