//! An expression in SQLite's words, with what SQL Server knows of it.

use super::collation::Collation;
use crate::{
    types::{SqlType, Storage},
    wire::tokens::Origin,
};

/// An expression that has been translated.
#[derive(Clone, Debug)]
pub struct Typed {
    pub sql: String,
    pub kind: Kind,
    /// `None` for what has no collation of its own.
    pub collation: Option<Collation>,
    /// Whether it said its collation itself, by COLLATE.
    pub collates: bool,
    pub nullable: bool,
    pub origin: Origin,
    /// The name that it has as a column.
    pub name: String,
    /// Whether it is the same for every row.
    pub constant: bool,
}

/// What is known of its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Known(SqlType),
    /// The word NULL.
    Null,
    /// A parameter that nobody has declared: what is asked for is its type.
    Undeclared(String),
}

impl Typed {
    pub fn expression(sql: String, of: SqlType) -> Self {
        Self {
            sql,
            kind: Kind::Known(of),
            collation: None,
            collates: false,
            nullable: true,
            origin: Origin::Expression,
            name: String::new(),
            constant: false,
        }
    }

    pub fn constant(sql: String, of: SqlType) -> Self {
        Self {
            constant: true,
            nullable: false,
            ..Self::expression(sql, of)
        }
    }

    pub fn not_null(self) -> Self {
        Self { nullable: false, ..self }
    }

    pub fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The type that it has in a result.
    pub fn of(&self) -> SqlType {
        match self.kind {
            Kind::Known(of) => of,
            Kind::Null | Kind::Undeclared(_) => SqlType::Int,
        }
    }

    pub fn known(&self) -> Option<SqlType> {
        match self.kind {
            Kind::Known(of) => Some(of),
            Kind::Null | Kind::Undeclared(_) => None,
        }
    }

    /// The collation in which two texts are compared.
    pub fn common_collation(&self, other: &Typed) -> Collation {
        let explicit = [self, other].into_iter().find(|side| side.collates);
        let implicit = || [self, other].into_iter().find(|side| side.collation.is_some());
        explicit
            .or_else(implicit)
            .and_then(|side| side.collation)
            .unwrap_or(Collation::CaseInsensitive)
    }
}

/// The collation in SQLite by which values of a type are compared; `None` for numbers and bytes.
pub fn collating(of: SqlType, text: Collation) -> Option<&'static str> {
    match of.storage() {
        Storage::Text => Some(text.sqlite()),
        Storage::Decimal => Some("tsql_decimal"),
        Storage::Instant => Some("tsql_instant"),
        Storage::Guid => Some("tsql_guid"),
        Storage::Integer | Storage::Real | Storage::Blob | Storage::Moment => None,
    }
}

/// An identifier in SQLite's quotes.
pub fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// A text literal in SQLite.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
