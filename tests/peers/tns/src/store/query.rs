//! Queries, and what their columns are.

use std::sync::atomic::Ordering;

use rusqlite::{Statement, params_from_iter};

use super::{Store, conversion, violation};
use crate::{
    Failure, Type, Value,
    declared::Declared,
    sql::{Translated, shown},
};

/// A column of a query.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) name: String,
    pub(crate) declared: Declared,
    pub(crate) nullable: bool,
}

/// What a query found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) columns: Vec<Described>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Store {
    /// What the columns of a query are, as far as that can be known without asking it.
    ///
    /// # Errors
    /// The query is wrong.
    pub(crate) fn describe(&mut self, query: &Translated) -> Result<Vec<Described>, Failure> {
        self.permit(query)?;
        self.comparable(query)?;
        let statement = self.prepare(&query.text)?;
        self.columns(&statement, &query.types, &[])
    }

    /// # Errors
    /// The query is wrong, or broken off.
    pub(crate) fn query(&mut self, query: &Translated, values: &[Value]) -> Result<Rows, Failure> {
        self.permit(query)?;
        if query.locks {
            self.change()?;
        }
        self.querying.store(true, Ordering::SeqCst);
        let found = self.found(query, values);
        self.querying.store(false, Ordering::SeqCst);
        self.broken.check()?;
        found
    }

    fn found(&mut self, query: &Translated, values: &[Value]) -> Result<Rows, Failure> {
        self.comparable(query)?;
        let kept = self.typed(query, values)?;
        let mut statement = self.prepare(&query.text)?;
        let width = statement.column_count();
        let mut rows = Vec::new();
        let mut found = statement
            .query(params_from_iter(kept))
            .map_err(|error| violation::of_query(&error))?;
        while let Some(row) = found.next().map_err(|error| violation::of_query(&error))? {
            self.broken.check()?;
            let mut values = Vec::with_capacity(width);
            for place in 0..width {
                let value = row.get_ref(place).map_err(|error| violation::of_query(&error))?;
                values.push(conversion::shown(value)?);
            }
            rows.push(values);
        }
        drop(found);
        let columns = self.columns(&statement, &query.types, &rows)?;
        Ok(Rows { columns, rows })
    }

    pub(super) fn prepare(&self, text: &str) -> Result<Statement<'_>, Failure> {
        self.connection.prepare(text).map_err(|error| violation::of_query(&error))
    }

    fn columns(&self, statement: &Statement<'_>, types: &[Option<Type>], rows: &[Vec<Value>]) -> Result<Vec<Described>, Failure> {
        let dictionary = self
            .database
            .dictionary
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut columns = Vec::new();
        for (place, column) in statement.columns_with_metadata().into_iter().enumerate() {
            let origin = column.table_name().zip(column.origin_name());
            let known = origin.and_then(|(table, name)| dictionary.column(table, name));
            let declared = match (known, types.get(place).copied().flatten()) {
                (Some(known), _) => known.declared.clone(),
                (None, Some(kind)) => Declared::of(kind),
                (None, None) => Declared::of(kind(rows, place)?),
            };
            columns.push(Described {
                name: shown(column.name()),
                declared,
                nullable: !known.is_some_and(|known| known.required),
            });
        }
        Ok(columns)
    }
}

/// The type of an expression, by what came of it.
fn kind(rows: &[Vec<Value>], place: usize) -> Result<Type, Failure> {
    let mut found = None;
    for value in rows.iter().filter_map(|row| row.get(place)) {
        let kind = match value {
            Value::Null => continue,
            Value::Number(_) => Type::Number,
            Value::Moment(_) => Type::Timestamp,
            Value::Bytes(_) => Type::Raw,
            Value::Text(_) | Value::Boolean(_) => Type::Varchar,
        };
        match found {
            Some(other) if other != kind => return Err(Failure::unsupported("an expression of several types")),
            _ => found = Some(kind),
        }
    }
    Ok(found.unwrap_or(Type::Varchar))
}
