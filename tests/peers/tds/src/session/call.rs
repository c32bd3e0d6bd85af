//! Procedures that tests write: T-SQL, or Rust that runs T-SQL.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{Result, Session, Stop};
use crate::{
    error::ServerError,
    sql::{
        compiler::Variables,
        convert::{self, Purpose},
        declaration::{self, Declaration},
    },
    value::Value,
};

type Code = dyn Fn(&mut Call<'_>) -> Result<i32> + Send + Sync;

/// A stored procedure.
#[derive(Clone)]
pub struct Procedure {
    pub(super) parameters: Vec<Declaration>,
    pub(super) body: Body,
}

#[derive(Clone)]
pub(super) enum Body {
    Text(String),
    Code(Arc<Code>),
}

impl Procedure {
    /// `parameters` as T-SQL declares them: `@p_id bigint, @p_count int = 0 OUTPUT`. What the code gives is the return status.
    ///
    /// # Panics
    /// If the parameters can't be read: a mistake of the test's.
    pub fn new(parameters: &str, code: impl Fn(&mut Call<'_>) -> Result<i32> + Send + Sync + 'static) -> Self {
        let parameters = declaration::declarations(parameters).unwrap_or_else(|error| panic!("{error} in: {parameters}"));
        Self {
            parameters,
            body: Body::Code(Arc::new(code)),
        }
    }

    pub(super) fn of_text(parameters: Vec<Declaration>, body: String) -> Self {
        Self {
            parameters,
            body: Body::Text(body),
        }
    }
}

/// A call of a procedure, as its code sees it.
pub struct Call<'s> {
    pub(super) session: &'s mut Session,
    pub(super) variables: &'s mut Variables,
}

impl Call<'_> {
    /// What a parameter holds.
    ///
    /// # Panics
    /// If the procedure has no such parameter.
    pub fn value(&self, name: &str) -> Value {
        self.variables
            .get(&name.to_lowercase())
            .unwrap_or_else(|| panic!("no parameter {name}"))
            .1
            .clone()
    }

    /// Changes what a parameter holds; the caller sees it where it is an OUTPUT parameter.
    ///
    /// # Errors
    /// A value that can't become one of the parameter's type.
    ///
    /// # Panics
    /// If the procedure has no such parameter.
    pub fn set(&mut self, name: &str, value: Value) -> Result<()> {
        let slot = self
            .variables
            .get_mut(&name.to_lowercase())
            .unwrap_or_else(|| panic!("no parameter {name}"));
        slot.1 = convert::convert(&value, slot.0, slot.0, Purpose::Cast)?;
        Ok(())
    }

    /// Runs T-SQL in which the parameters can be named. Its results go to the client.
    ///
    /// # Errors
    /// The first error.
    pub fn run(&mut self, text: &str) -> Result<()> {
        self.session.attempts += 1;
        let done = self.session.run_text(text, self.variables);
        self.session.attempts -= 1;
        done.map(drop)
    }

    /// An error of the procedure's own, as THROW makes it.
    ///
    /// # Errors
    /// Always.
    pub fn throw(&self, number: i32, message: &str) -> Result<i32> {
        Err(Stop::Error(
            ServerError::new(number, 16, message).ends(crate::error::Ends::Batch),
        ))
    }
}

/// The procedures of a database, by their name without `dbo.` and in lower case.
#[derive(Default)]
pub struct Procedures(RwLock<HashMap<String, Procedure>>);

impl Procedures {
    pub fn add(&self, name: &str, procedure: Procedure) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(bare(name), procedure);
    }

    pub fn remove(&self, name: &str) -> bool {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&bare(name))
            .is_some()
    }

    pub fn get(&self, name: &str) -> Option<Procedure> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&bare(name))
            .cloned()
    }
}

/// The name without brackets and the schema that everything is in.
pub(super) fn bare(name: &str) -> String {
    let name = name.replace(['[', ']'], "").to_lowercase();
    name.strip_prefix("dbo.")
        .or_else(|| name.strip_prefix("sys."))
        .map_or(name.clone(), str::to_owned)
}
