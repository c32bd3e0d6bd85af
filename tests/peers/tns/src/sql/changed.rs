//! Which columns a change writes to, for who may write to some of them.

use super::{Cursor, Token, Verb, hidden};

/// Their names, as SQLite has them; `None`: all, or none that could be told.
pub(super) fn columns(verb: Verb, tokens: &[Token]) -> Option<Vec<String>> {
    let mut cursor = Cursor::new(tokens);
    match verb {
        Verb::Insert => {
            cursor.until(&["INTO"]);
            cursor.next();
            cursor.qualified().ok()?;
            let listed = cursor.peek()?.is("(").then(|| cursor.brackets().ok())??;
            Some(listed.iter().filter_map(Token::name).map(hidden).collect())
        }
        Verb::Update => {
            cursor.until(&["SET"]);
            cursor.next();
            let mut set = Cursor::new(cursor.until(&["WHERE", "RETURNING"]));
            let mut names = Vec::new();
            while !set.is_empty() {
                let assignment = set.until(&[","]);
                set.next();
                names.push(assignment.first()?.name().map(hidden)?);
            }
            Some(names)
        }
        Verb::Select | Verb::Delete => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found() {
        let columns = |verb, text: &str| super::columns(verb, &crate::sql::read(text).unwrap());
        let named = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            columns(Verb::Insert, "INSERT INTO hr.t (a, b) VALUES (:1, :2)"),
            named(&["A", "B"])
        );
        assert_eq!(columns(Verb::Insert, "INSERT INTO t VALUES (:1)"), None);
        assert_eq!(
            columns(Verb::Update, "UPDATE t SET a = NVL(:1, b), c = 1 WHERE d = :2"),
            named(&["A", "C"])
        );
    }
}
