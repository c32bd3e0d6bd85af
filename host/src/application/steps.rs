//! What an operation does in the database: its statements, procedures and generated updates, in their order.

use super::Location;
use crate::database::{ParameterDirection, RowEffect};

/// One of them. All of an operation's are done in the request's one transaction.
#[derive(Clone, Debug)]
pub struct Step {
    /// What later ones call it: its results are `:name.column` to them.
    pub name: String,
    pub action: Action,
    /// How many rows it must change.
    pub effect: RowEffect,
    /// On which condition it is done.
    pub when: Option<String>,
    /// The columns of its result that later ones may name.
    pub returns: Vec<String>,
    /// The key of what it does in the operation's table: `sql`, `statements[1].procedure`.
    pub key: String,
}

/// What a step does. Names, conditions and texts are for the component to judge.
#[derive(Clone, Debug)]
pub enum Action {
    /// `sql = "…"`
    Statement {
        text: String,
        /// What each `?` stands for; empty where the text names its parameters.
        parameters: Vec<String>,
    },
    /// `procedure = "…"`
    Procedure {
        name: String,
        routine: Routine,
        arguments: Vec<Argument>,
        /// The only return code that means success, if its code means anything.
        success: Option<i64>,
    },
    /// `update = { table = "…" }`: a statement that sets the mapped columns.
    Update { table: String },
}

/// The two kinds of stored routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routine {
    Procedure,
    Function,
}

/// An argument of a procedure.
#[derive(Clone, Debug)]
pub struct Argument {
    /// What the procedure calls it; `None`: it is passed by its place.
    pub name: Option<String>,
    pub source: Option<Source>,
    pub direction: ParameterDirection,
    pub type_name: Option<String>,
}

/// Where the value of an argument comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// An attribute, `id`, or the result of an earlier step.
    Named(String),
    Constant(serde_json::Value),
}

/// The value of a key in an operation's table, for what a component says of it.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Where the value stands; of a multi-line string that is the line below its quotes.
    pub location: Location,
    /// The value, if it is text: a component's offsets count in it.
    pub text: Option<String>,
}
