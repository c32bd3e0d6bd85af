//! Procedures and functions: their arguments, and what they do.

use std::{collections::HashMap, sync::Arc};

use super::Call;
use crate::{Failure, Type};

/// How a value passes through an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
    InOut,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// In capital letters.
    pub(crate) name: String,
    pub(crate) direction: Direction,
    pub(crate) kind: Type,
    /// May be left out of a call, and is NULL then.
    pub(crate) optional: bool,
}

pub(super) type Body = dyn Fn(&mut Call<'_>) -> Result<(), Failure> + Send + Sync;

/// A stored procedure or function, its body in Rust.
#[derive(Clone)]
pub struct Procedure {
    pub(crate) name: String,
    pub(super) parameters: Vec<Parameter>,
    /// The type of what a function returns.
    pub(super) returns: Option<Type>,
    pub(super) body: Arc<Body>,
}

impl Procedure {
    /// With the name that it is called by, perhaps behind those of a schema and a package: `hr.deactivate_user`. It does
    /// nothing until [`Procedure::does`] says what.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_uppercase(),
            parameters: Vec::new(),
            returns: None,
            body: Arc::new(|_| Ok(())),
        }
    }

    /// A further argument.
    #[must_use]
    pub fn argument(mut self, name: &str, direction: Direction, kind: Type) -> Self {
        self.parameters.push(Parameter {
            name: name.to_uppercase(),
            direction,
            kind,
            optional: false,
        });
        self
    }

    /// A further argument that a call may leave out, as `p_x IN NUMBER DEFAULT NULL`.
    #[must_use]
    pub fn optional(mut self, name: &str, kind: Type) -> Self {
        self.parameters.push(Parameter {
            name: name.to_uppercase(),
            direction: Direction::In,
            kind,
            optional: true,
        });
        self
    }

    /// Makes it a function.
    #[must_use]
    pub fn returns(mut self, kind: Type) -> Self {
        self.returns = Some(kind);
        self
    }

    /// What it does.
    #[must_use]
    pub fn does(mut self, body: impl Fn(&mut Call<'_>) -> Result<(), Failure> + Send + Sync + 'static) -> Self {
        self.body = Arc::new(body);
        self
    }
}

/// All that there are, by their names without the schema.
#[derive(Clone, Default)]
pub(crate) struct Procedures(HashMap<String, Procedure>);

impl Procedures {
    pub(crate) fn add(&mut self, procedure: Procedure, schema: &str) {
        self.0.insert(plain(&procedure.name, schema).to_owned(), procedure);
    }

    /// # Errors
    /// PLS-00201: there is none of that name.
    pub(super) fn find(&self, name: &str, schema: &str) -> Result<&Procedure, Failure> {
        self.0
            .get(plain(name, schema))
            .ok_or_else(|| wrong(format_args!("PLS-00201: identifier '{name}' must be declared")))
    }
}

fn plain<'n>(name: &'n str, schema: &str) -> &'n str {
    name.strip_prefix(schema)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(name)
}

/// An error of PL/SQL's compiler.
pub(super) fn wrong(what: impl std::fmt::Display) -> Failure {
    Failure::new(
        6550,
        format_args!("line 1, column 7:\n{what}\nORA-06550: line 1, column 7:\nPL/SQL: Statement ignored"),
    )
}
