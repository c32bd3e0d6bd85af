//! Where the rows of an operation that reads arrive, and which of them are kept.

use super::matcher::Matcher;
use crate::{
    database::{Column, RowSink, Stop, Value},
    sandbox::ServiceError,
};

/// Bytes of rows that are held at once. A page has at most `max-results` rows, so that only very wide rows come here, or a list
/// that the host has to put in order itself.
pub const PAGE_BYTES: usize = 32 << 20;

/// Which of the rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All.
    Everything,
    /// Those from `skip` on, at most `take`; the others are only counted.
    Page { skip: u64, take: u64 },
}

/// The one column that is kept.
struct Only {
    column: String,
    index: usize,
}

/// Collects rows, from `forward` or from `emit`.
pub struct Output {
    kept: Kept,
    only: Option<Only>,
    matcher: Option<Matcher>,
    columns: Vec<Column>,
    begun: bool,
    rows: Vec<Vec<Value>>,
    bytes: usize,
    /// How many rows there were, kept or not, that the matcher let through.
    total: u64,
    /// What was kept became too large, and is no longer there.
    overflowed: bool,
    error: Option<ServiceError>,
}

/// The rows of a call.
#[derive(Debug, Default)]
pub struct Rows {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// How many rows there were, kept or not.
    pub total: u64,
    /// The rows were more than the host holds at once, and are not here.
    pub overflowed: bool,
}

impl Output {
    pub fn new(kept: Kept, matcher: Option<Matcher>) -> Self {
        Self {
            kept,
            only: None,
            matcher,
            columns: Vec::new(),
            begun: false,
            rows: Vec::new(),
            bytes: 0,
            total: 0,
            overflowed: false,
            error: None,
        }
    }

    /// All rows, and one column of them.
    pub fn only(column: &str, matcher: Option<Matcher>) -> Self {
        Self {
            only: Some(Only {
                column: column.to_owned(),
                index: 0,
            }),
            ..Self::new(Kept::Everything, matcher)
        }
    }

    pub fn into_rows(self) -> Rows {
        Rows {
            columns: self.columns,
            rows: self.rows,
            total: self.total,
            overflowed: self.overflowed,
        }
    }

    /// Why the last row was refused.
    pub fn take_error(&mut self) -> Option<ServiceError> {
        self.error.take()
    }

    pub fn begin(&mut self, columns: &[Column]) -> Result<(), ServiceError> {
        if self.begun {
            return Err(ServiceError::Misuse("it named the columns of its output twice".into()));
        }
        self.begun = true;
        self.columns = columns.to_vec();
        if let Some(only) = &mut self.only {
            let found = columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(&only.column));
            only.index = found.ok_or_else(|| ServiceError::Misuse(format!("its rows have no column `{}`", only.column)))?;
        }
        match &mut self.matcher {
            Some(matcher) => matcher.bind(&self.columns).map_err(ServiceError::Misuse),
            None => Ok(()),
        }
    }

    pub fn push(&mut self, row: Vec<Value>) -> Result<(), ServiceError> {
        if !self.begun {
            return Err(ServiceError::Misuse("it put out a row before it named the columns".into()));
        }
        if row.len() != self.columns.len() {
            let (values, columns) = (row.len(), self.columns.len());
            return Err(ServiceError::Misuse(format!(
                "it put out a row of {values} values for {columns} columns"
            )));
        }
        if self.matcher.as_ref().is_some_and(|matcher| !matcher.matches(&row)) {
            return Ok(());
        }
        let kept = match self.kept {
            Kept::Everything => true,
            Kept::Page { skip, take } => self.total >= skip && self.total - skip < take,
        };
        self.total += 1;
        if kept {
            let row = match &self.only {
                Some(only) => row.into_iter().skip(only.index).take(1).collect(),
                None => row,
            };
            self.bytes += size_of_val(&row) + row.iter().map(Value::size).sum::<usize>();
            if self.bytes > PAGE_BYTES {
                self.overflowed = true;
                self.rows = Vec::new();
            } else {
                self.rows.push(row);
            }
        }
        Ok(())
    }
}

impl RowSink for Output {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.begin(columns).map_err(|error| {
            self.error = Some(error);
            Stop
        })
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.push(row).map_err(|error| {
            self.error = Some(error);
            Stop
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component can put out rows of no columns, or of nothing but NULL, for as long as it likes.
    #[test]
    fn rows_of_nothing_take_room() {
        for width in [0, 1, 12] {
            let mut output = Output::new(Kept::Everything, None);
            let column = Column {
                name: "column".to_owned(),
                type_name: "text".to_owned(),
            };
            output.begin(&vec![column; width]).unwrap();
            let mut most = 0;
            while !output.overflowed {
                output.push(vec![Value::Null; width]).unwrap();
                most = most.max(output.rows.len());
            }
            let held = most * (size_of::<Vec<Value>>() + width * size_of::<Value>());
            assert!(held < 8 * PAGE_BYTES, "{width} columns: {} MiB are held", held >> 20);
            output.push(vec![Value::Null; width]).unwrap();
            assert!(output.rows.is_empty());
        }
    }
}
