//! INSERT, UPDATE and DELETE.

use rusqlite::params_from_iter;

use super::{Store, conversion, violation};
use crate::{
    Failure, Value,
    sql::{Translated, Verb},
};

/// What a change did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changed {
    pub(crate) rows: u64,
    /// What `RETURNING` gave: a list of values for each changed row.
    pub(crate) returned: Vec<Vec<Value>>,
}

impl Store {
    /// # Errors
    /// The statement is wrong.
    pub(crate) fn compile(&self, change: &Translated) -> Result<(), Failure> {
        self.permit(change)?;
        self.prepare(&change.text).map(drop)
    }

    /// # Errors
    /// A constraint doesn't hold, the statement is wrong, or its client broke it off. Nothing is changed then.
    pub(crate) fn change_rows(&mut self, change: &Translated, values: &[Value]) -> Result<Changed, Failure> {
        self.compile(change)?;
        let kept = self.typed(change, values)?;
        let within = self.is_changing();
        self.change()?;
        let result = self.whole(|store| Ok(store.changed(change, &kept)));
        let result = result.and_then(|done| done.map_err(|error| self.explained(change, &kept, &error)));
        // What changed nothing begins no transaction.
        if result.is_err() && !within {
            self.rollback()?;
        }
        result
    }

    fn changed(&mut self, change: &Translated, kept: &[rusqlite::types::Value]) -> rusqlite::Result<Changed> {
        let mut statement = self.connection.prepare(&change.text)?;
        if change.returned.is_empty() {
            let rows = statement.execute(params_from_iter(kept))?;
            return Ok(Changed {
                rows: u64::try_from(rows).unwrap_or(u64::MAX),
                returned: Vec::new(),
            });
        }
        let width = statement.column_count();
        let mut found = statement.query(params_from_iter(kept))?;
        let mut returned = Vec::new();
        while let Some(row) = found.next()? {
            let mut values = Vec::with_capacity(width);
            for place in 0..width {
                let value = conversion::shown(row.get_ref(place)?);
                values.push(value.map_err(|failure| rusqlite::Error::UserFunctionError(Box::new(failure)))?);
            }
            returned.push(values);
        }
        Ok(Changed {
            rows: u64::try_from(returned.len()).unwrap_or(u64::MAX),
            returned,
        })
    }

    /// Oracle's error for SQLite's.
    fn explained(&mut self, change: &Translated, kept: &[rusqlite::types::Value], error: &rusqlite::Error) -> Failure {
        if violation::is_foreign(error) {
            return self.foreign(change, kept).unwrap_or_else(|| violation::other(error));
        }
        let dictionary = self
            .database
            .dictionary
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        violation::of_change(error, change.verb, &dictionary, self.database.schema())
    }

    /// SQLite doesn't say which foreign key it was: so the change is made once more without them, and looked at.
    fn foreign(&mut self, change: &Translated, kept: &[rusqlite::types::Value]) -> Option<Failure> {
        self.batch("SAVEPOINT \"ora foreign\"; PRAGMA defer_foreign_keys = ON").ok()?;
        let broken = self.changed(change, kept).ok().and_then(|_| {
            let mut statement = self.connection.prepare("PRAGMA foreign_key_check").ok()?;
            let first = statement.query_row([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(3)?)));
            first.ok()
        });
        let columns = broken.as_ref().and_then(|(table, number)| {
            let mut statement = self
                .connection
                .prepare(&format!("PRAGMA foreign_key_list(\"{table}\")"))
                .ok()?;
            let all = statement
                .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(3)?)))
                .ok()?;
            let own = all.flatten().filter(|(id, _)| id == number).map(|(_, column)| column);
            Some(own.collect::<Vec<_>>())
        });
        self.batch("ROLLBACK TO \"ora foreign\"; RELEASE \"ora foreign\"; PRAGMA defer_foreign_keys = OFF")
            .ok()?;
        let (table, columns) = (broken?.0, columns?);
        let dictionary = self
            .database
            .dictionary
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = format!("{}.{}", self.database.schema(), dictionary.foreign(&table, &columns)?);
        Some(
            if change.verb != Verb::Delete && change.table.as_deref() == Some(table.as_str()) {
                Failure::new(
                    2291,
                    format_args!("integrity constraint ({name}) violated - parent key not found"),
                )
            } else {
                Failure::new(
                    2292,
                    format_args!("integrity constraint ({name}) violated - child record found"),
                )
            },
        )
    }
}
