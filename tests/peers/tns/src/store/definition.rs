//! Statements that make tables, sequences and indexes. Each of them commits, before and after.

use super::Store;
use crate::{
    Failure,
    sql::{Cursor, Token, hidden, read_table, translate},
};

impl Store {
    /// # Errors
    /// This peer can't make that.
    pub(crate) fn define(&mut self, tokens: &[Token]) -> Result<(), Failure> {
        self.may_define()?;
        self.commit()?;
        self.change()?;
        let done = self.defined(tokens);
        match &done {
            Ok(()) => self.commit()?,
            Err(_) => self.rollback()?,
        }
        done
    }

    /// # Errors
    /// ORA-01031: the account may not.
    pub(crate) fn may_define(&self) -> Result<(), Failure> {
        if self.account.is_free() {
            Ok(())
        } else {
            Err(Failure::new(1031, "insufficient privileges"))
        }
    }

    fn defined(&mut self, tokens: &[Token]) -> Result<(), Failure> {
        let mut cursor = Cursor::new(tokens);
        if cursor.eat(&["CREATE", "TABLE"]) {
            let table = read_table(cursor.rest(), self.database.schema())?;
            for statement in table.statements() {
                self.batch(&statement).map_err(existing)?;
            }
            self.dictionary(|dictionary| dictionary.add(table));
            Ok(())
        } else if cursor.eat(&["CREATE", "SEQUENCE"]) {
            let name = hidden(&cursor.qualified()?);
            cursor.until(&["START"]);
            let start = match (cursor.eat(&["START", "WITH"]), cursor.next()) {
                (true, Some(Token::Number(start))) => start.parse().unwrap_or(1),
                _ => 1,
            };
            self.database.add_sequence(name, start);
            Ok(())
        } else if cursor.eat(&["CREATE", "UNIQUE", "INDEX"]) {
            self.index(&mut cursor, "UNIQUE INDEX")
        } else if cursor.eat(&["CREATE", "INDEX"]) {
            self.index(&mut cursor, "INDEX")
        } else if cursor.eat(&["CREATE", "VIEW"]) || cursor.eat(&["CREATE", "OR", "REPLACE", "VIEW"]) {
            let name = hidden(&cursor.qualified()?);
            cursor.expect("AS")?;
            let query = translate(cursor.rest(), self.database.schema())?;
            self.batch(&format!(
                "DROP VIEW IF EXISTS \"{name}\"; CREATE VIEW \"{name}\" AS {}",
                query.text
            ))?;
            self.dictionary(|dictionary| dictionary.add_view(name));
            Ok(())
        } else if cursor.eat(&["ALTER", "TABLE"]) {
            self.alter(&mut cursor)
        } else if cursor.eat(&["DROP", "TABLE"]) {
            let name = hidden(&cursor.qualified()?);
            self.batch(&format!("DROP TABLE \"{name}\""))?;
            self.dictionary(|dictionary| dictionary.remove(&name));
            Ok(())
        } else if cursor.eat(&["TRUNCATE", "TABLE"]) {
            let name = hidden(&cursor.qualified()?);
            self.batch(&format!("DELETE FROM \"{name}\""))
        } else {
            Err(Failure::unsupported("this CREATE, ALTER or DROP"))
        }
    }

    /// `ADD`s columns, or takes a constraint away.
    fn alter(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Failure> {
        let name = hidden(&cursor.qualified()?);
        let known = {
            let dictionary = self.database.dictionary.read();
            let dictionary = dictionary.unwrap_or_else(std::sync::PoisonError::into_inner);
            dictionary.table(&name).cloned()
        };
        let mut table = known.ok_or_else(|| Failure::new(942, "table or view does not exist"))?;
        let statements = if cursor.eat(&["DROP", "CONSTRAINT"]) {
            vec![table.drop_constraint(&hidden(&cursor.name()?))?]
        } else if cursor.eat(&["ADD"]) {
            let added = match cursor.peek() {
                Some(token) if token.is("(") => cursor.brackets()?,
                _ => cursor.until(&[]),
            };
            table.add_columns(added, self.database.schema())?
        } else {
            return Err(Failure::unsupported("ALTER TABLE otherwise than with ADD or DROP CONSTRAINT"));
        };
        for statement in statements {
            self.batch(&statement)?;
        }
        self.dictionary(|dictionary| dictionary.add(table));
        Ok(())
    }

    fn index(&mut self, cursor: &mut Cursor<'_>, kind: &str) -> Result<(), Failure> {
        let name = hidden(&cursor.qualified()?);
        cursor.expect("ON")?;
        let table = hidden(&cursor.qualified()?);
        let inside = cursor.brackets()?;
        if inside.iter().any(|token| token.is("(")) {
            return Err(Failure::unsupported("indexes of expressions"));
        }
        let columns: Vec<String> = inside.iter().filter_map(Token::name).map(hidden).collect();
        let listed: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        self.batch(&format!("CREATE {kind} \"{name}\" ON \"{table}\" ({})", listed.join(", ")))
            .map_err(existing)?;
        if kind.starts_with("UNIQUE") {
            self.dictionary(|dictionary| dictionary.add_index(table, columns, name));
        }
        Ok(())
    }

    fn dictionary(&self, change: impl FnOnce(&mut super::dictionary::Dictionary)) {
        let dictionary = self.database.dictionary.write();
        change(&mut dictionary.unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

fn existing(failure: Failure) -> Failure {
    if failure.message.contains("already exists") {
        Failure::new(955, "name is already used by an existing object")
    } else {
        failure
    }
}
