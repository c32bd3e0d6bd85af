//! Values for a statement: what its account may ask for, and what Oracle converts by itself.

use std::sync::PoisonError;

use rusqlite::types::Value as Kept;

use super::{Store, conversion};
use crate::{
    Failure, Right, Type, Value, hexadecimal,
    sql::{Translated, Verb},
};

impl Store {
    /// # Errors
    /// ORA-01031, or ORA-00942 where the account may not even know of a table.
    pub(super) fn permit(&self, statement: &Translated) -> Result<(), Failure> {
        if self.account.is_free() {
            return Ok(());
        }
        let dictionary = self.database.dictionary.read().unwrap_or_else(PoisonError::into_inner);
        let changed = match statement.verb {
            Verb::Select => None,
            Verb::Insert => Some(Right::Insert),
            Verb::Update => Some(Right::Update),
            Verb::Delete => Some(Right::Delete),
        };
        let changed = statement.table.as_ref().zip(changed);
        let read = statement.tables.iter().map(|table| (table, Right::Select));
        // Rows that are looked for, or told of, are read.
        let looks = statement.verb != Verb::Insert || !statement.returned.is_empty();
        let looked = statement.table.iter().filter(|_| looks).map(|table| (table, Right::Select));
        for (table, right) in read.chain(looked).chain(changed).filter(|(table, _)| dictionary.has(table)) {
            if !self.account.knows(table) {
                return Err(Failure::new(942, "table or view does not exist"));
            }
            let columns = matches!(right, Right::Insert | Right::Update).then_some(statement.changed.as_deref());
            if !self.account.has(table, right, columns.flatten()) {
                return Err(Failure::new(1031, "insufficient privileges"));
            }
        }
        Ok(())
    }

    /// LOBs can be read, and neither compared nor sorted by.
    ///
    /// # Errors
    /// ORA-00932.
    pub(super) fn comparable(&self, statement: &Translated) -> Result<(), Failure> {
        let dictionary = self.database.dictionary.read().unwrap_or_else(PoisonError::into_inner);
        let tables: Vec<&str> = statement.tables.iter().chain(&statement.table).map(String::as_str).collect();
        let kinds = statement
            .ordered
            .iter()
            .filter_map(|column| dictionary.type_of(Some(&tables), column));
        kinds
            .into_iter()
            .find(|kind| kind.is_lob())
            .map_or(Ok(()), |kind| Err(uncomparable(kind)))
    }

    /// Values as SQLite keeps them, each as the type of the column that it is compared with.
    ///
    /// # Errors
    /// A text that is none.
    pub(super) fn typed(&self, statement: &Translated, values: &[Value]) -> Result<Vec<Kept>, Failure> {
        let dictionary = self.database.dictionary.read().unwrap_or_else(PoisonError::into_inner);
        let tables: Vec<&str> = statement.tables.iter().chain(&statement.table).map(String::as_str).collect();
        let mut kept = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            let column = statement.compared.get(place).and_then(Option::as_deref);
            let kind = column.and_then(|column| dictionary.type_of(Some(&tables), column));
            let converted = match (value, kind) {
                (Value::Text(text), Some(kind)) if kind.is_number() => Value::text(text.as_str()).into_type(kind)?,
                (Value::Text(text), Some(kind)) if kind.is_moment() => Value::Moment(self.formats.read(text, kind)?),
                (_, Some(kind)) if kind.is_lob() && statement.verb == Verb::Select => return Err(uncomparable(kind)),
                (Value::Text(text), Some(kind)) if kind.is_bytes() => {
                    let bytes = hexadecimal::decode(text).ok_or_else(|| Failure::new(1465, "invalid hex number"))?;
                    Value::Bytes(bytes)
                }
                (other, _) => other.clone(),
            };
            kept.push(conversion::keep(&converted)?);
        }
        Ok(kept)
    }
}

fn uncomparable(kind: Type) -> Failure {
    let name = format!("{kind:?}").to_uppercase();
    Failure::new(932, format_args!("inconsistent datatypes: expected - got {name}"))
}
