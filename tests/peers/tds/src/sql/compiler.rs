//! From T-SQL to SQLite, with the types that SQL Server gives to everything. What isn't known here is an error, so that nothing
//! is done by other rules than SQL Server's.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
};

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::{
    catalogue::{Catalogue, Table},
    collation::Collation,
    typed::{Kind, Typed, quoted},
};
use crate::{error::ServerError, types::SqlType, value::Value};

pub type Result<T> = std::result::Result<T, ServerError>;

/// Variables and parameters, by their name in lower case.
pub type Variables = HashMap<String, (SqlType, Value)>;

/// What a statement can ask of its session.
#[derive(Clone, Debug)]
pub struct Facts {
    pub database: String,
    pub user: String,
    pub process: u16,
    pub transactions: u32,
    pub rows: i64,
    /// The id that the last INSERT of this scope made.
    pub identity: Option<i64>,
    /// The same for the session.
    pub last_identity: Option<i64>,
    /// The table for which `SET IDENTITY_INSERT` is on.
    pub identity_insert: Option<String>,
    pub error: i32,
    /// Whether nothing is forbidden.
    pub unrestricted: bool,
}

/// What parameters are that nobody has declared.
#[derive(Default)]
pub struct Inference {
    /// By name in lower case: the name as it was written, and its type.
    found: BTreeMap<String, (String, Option<SqlType>)>,
}

pub struct Compiler<'a> {
    pub catalogue: &'a Catalogue,
    pub variables: &'a Variables,
    pub facts: &'a Facts,
    /// What SQLite's `?1`, `?2` … are.
    pub bound: RefCell<Vec<Value>>,
    /// Present where undeclared parameters are what is asked for.
    pub inference: Option<RefCell<Inference>>,
    pub(super) scopes: RefCell<Vec<Scope>>,
    /// What the parameters of the function are whose body is being read.
    pub(super) within: RefCell<Vec<HashMap<String, Typed>>>,
    /// The queries that stand in WITH.
    pub(super) named: RefCell<Vec<(String, Vec<Typed>)>>,
    /// Columns outside of aggregates in the select list that is being read, where there is a GROUP BY or an aggregate.
    pub(super) bare: RefCell<Vec<String>>,
    pub(super) aggregates: RefCell<Aggregates>,
    /// Whether a hint keeps others from what is read until the transaction's end.
    pub locks: Cell<bool>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Aggregates {
    pub seen: usize,
    pub inside: usize,
}

/// What names in an expression can mean.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub sources: Vec<Source>,
}

/// A table, or what stands for one.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    /// Goes in front of a column's name: `"u".`
    pub prefix: String,
    pub columns: Vec<Typed>,
}

impl<'a> Compiler<'a> {
    pub fn new(catalogue: &'a Catalogue, variables: &'a Variables, facts: &'a Facts) -> Self {
        Self {
            catalogue,
            variables,
            facts,
            bound: RefCell::default(),
            inference: None,
            scopes: RefCell::default(),
            within: RefCell::default(),
            named: RefCell::default(),
            bare: RefCell::default(),
            aggregates: RefCell::default(),
            locks: Cell::default(),
        }
    }

    /// A value that SQLite gets beside the statement.
    pub fn bind(&self, value: Value) -> String {
        let mut bound = self.bound.borrow_mut();
        bound.push(value);
        format!("?{}", bound.len())
    }

    /// `@name`
    pub(super) fn variable(&self, name: &str) -> Result<Typed> {
        if let Some(parameters) = self.within.borrow().last() {
            let known = parameters.get(&name.to_lowercase()).cloned();
            return known.ok_or_else(|| ServerError::undeclared(name));
        }
        if let Some((of, value)) = self.variables.get(&name.to_lowercase()) {
            let sql = self.bind(value.clone());
            return Ok(Typed {
                constant: true,
                ..Typed::expression(sql, *of)
            });
        }
        let Some(inference) = &self.inference else {
            return Err(ServerError::undeclared(name));
        };
        let known = inference
            .borrow_mut()
            .found
            .insert(name.to_lowercase(), (name.to_owned(), None));
        if known.is_some() {
            let message = format!("The undeclared parameter '{name}' is used more than once in the batch being analyzed.");
            return Err(ServerError::new(11508, 16, message));
        }
        Ok(Typed::constant(self.bind(Value::Null), SqlType::Int).of_kind(Kind::Undeclared(name.to_owned())))
    }

    /// That an undeclared parameter is used where this type is wanted.
    pub(super) fn infer(&self, name: &str, of: SqlType) {
        if let Some(inference) = &self.inference {
            let found = &mut inference.borrow_mut().found;
            found.insert(name.to_lowercase(), (name.to_owned(), Some(of)));
        }
    }

    /// That a variable is used where a value of a type comes out.
    ///
    /// # Errors
    /// 11508 for one that is used elsewhere too.
    pub fn declare(&self, name: &str, of: SqlType) -> Result<()> {
        let value = self.variable(name)?;
        self.of_type(value, of);
        Ok(())
    }

    /// That an expression is used where a value of a type is wanted.
    ///
    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn expect(&self, expression: &sqlparser::ast::Expr, of: SqlType) -> Result<()> {
        let value = self.value(expression)?;
        self.of_type(value, of);
        Ok(())
    }

    /// # Errors
    /// 11503 for a parameter whose type nothing tells.
    pub fn inferred(self) -> Result<Vec<(String, SqlType)>> {
        let found = self
            .inference
            .map(|inference| inference.into_inner().found)
            .unwrap_or_default();
        found
            .into_values()
            .map(|(name, of)| {
                let message = format!("The parameter type cannot be deduced because nothing tells what '{name}' is.");
                Ok((name, of.ok_or_else(|| ServerError::new(11503, 16, message))?))
            })
            .collect()
    }

    /// # Errors
    /// 208 for a table that there isn't, 229 for one that the login may not use.
    pub fn table(&self, name: &ObjectName, permission: &str) -> Result<&'a Table> {
        let bare = self.object(name)?;
        let table = self
            .catalogue
            .table(&bare)
            .ok_or_else(|| ServerError::no_object(&name.to_string()))?;
        if !self.facts.unrestricted && self.catalogue.is_denied(permission, &bare) {
            return Err(ServerError::denied(permission, &table.name, &self.facts.database));
        }
        Ok(table)
    }

    /// The name of an object in this database's only schema.
    pub fn object(&self, name: &ObjectName) -> Result<String> {
        let parts = parts(name)?;
        let is = |part: &str, wanted: &str| part.is_empty() || part.eq_ignore_ascii_case(wanted);
        match parts.as_slice() {
            [object] => Ok(object.clone()),
            [schema, object] if is(schema, "dbo") => Ok(object.clone()),
            [database, schema, object] if is(database, &self.facts.database) && is(schema, "dbo") => Ok(object.clone()),
            _ => Err(ServerError::no_object(&name.to_string())),
        }
    }

    /// A column by its name, from the innermost scope outwards.
    pub(super) fn column(&self, qualifier: Option<&str>, name: &str) -> Result<Typed> {
        let scopes = self.scopes.borrow();
        for (depth, scope) in scopes.iter().rev().enumerate() {
            let sources = scope
                .sources
                .iter()
                .filter(|source| qualifier.is_none_or(|wanted| super::catalogue::same(&source.name, wanted)));
            let mut found = Vec::new();
            for source in sources {
                for column in source
                    .columns
                    .iter()
                    .filter(|column| super::catalogue::same(&column.name, name))
                {
                    found.push(Typed {
                        sql: format!("{}{}", source.prefix, quoted(&column.name)),
                        ..column.clone()
                    });
                }
            }
            match found.len() {
                0 => {}
                1 => {
                    let column = found.remove(0);
                    if depth == 0 && self.aggregates.borrow().inside == 0 {
                        self.bare.borrow_mut().push(column.sql.to_lowercase());
                    }
                    return Ok(column);
                }
                _ => return Err(ServerError::new(209, 16, format!("Ambiguous column name '{name}'."))),
            }
        }
        match qualifier {
            None => Err(ServerError::no_column(name)),
            Some(qualifier) => {
                let message = format!("The multi-part identifier \"{qualifier}.{name}\" could not be bound.");
                Err(ServerError::new(4104, 16, message))
            }
        }
    }
}

impl Source {
    /// A table under a name.
    pub fn table(table: &Table, name: &str, prefix: String) -> Self {
        use crate::wire::tokens::Origin;
        let columns = table.columns.iter().map(|column| Typed {
            collation: column.of.is_text().then_some(column.collation),
            nullable: column.nullable,
            origin: if column.identity { Origin::Identity } else { Origin::Table },
            name: column.name.clone(),
            ..Typed::expression(quoted(&column.name), column.of)
        });
        Self {
            name: name.to_owned(),
            prefix,
            columns: columns.collect(),
        }
    }
}

/// The parts of a name, without their brackets.
pub fn parts(name: &ObjectName) -> Result<Vec<String>> {
    let part = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(Ident { value, .. }) => Ok(value.clone()),
        other => Err(ServerError::cannot(format!("the name {other}"))),
    };
    name.0.iter().map(part).collect()
}

/// The collation of text that has none of its own.
pub const UNCOLLATED: Collation = Collation::CaseInsensitive;
