//! Stored procedures: from a name and its arguments to the statement that calls it.
//!
//! What is the same everywhere is here: which value each argument has, and what later steps call what comes back. How a call
//! is written is a file for each database. A dialect whose driver binds parameters that go out writes them as
//! [`Piece::Bound`]; one whose database gives their values as a row leaves them out of the text, and `run` finds them in the
//! row by name or by place.

mod arguments;
mod mysql;
mod oracle;
mod postgresql;
mod sqlserver;

use portcullis_sdk::{Parameter, ParameterDirection, Problem, Procedure, Routine, RowSource, Step, serde_json::Value as Json};

use crate::{Dialect, Token, identifier, lex, memo::Given, parameters::Source, scope::Scope, writer::Piece};

/// What a return code is called among the parameters that go out.
pub(crate) const RETURN_CODE: &str = "return-code";

/// A call, with every argument's value found.
pub(crate) struct Call<'s> {
    /// As it is to be written: a name, whatever the administrator gave.
    pub(crate) name: &'s str,
    pub(crate) routine: Routine,
    pub(crate) arguments: Vec<Argument<'s>>,
    /// The return code that means success.
    pub(crate) success: Option<i64>,
}

/// An argument of a call.
pub(crate) struct Argument<'s> {
    /// What the procedure calls it; `None`: it is passed by its place.
    pub(crate) name: Option<&'s str>,
    /// The type that the administrator writes.
    pub(crate) type_name: Option<&'s str>,
    /// What the plan calls it, with its direction and type.
    pub(crate) parameter: Parameter,
}

/// How a database has a call written.
pub(crate) struct Written {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) rows_from: RowSource,
    /// Whether it is a SELECT, from which others can be derived.
    pub(crate) form: Form,
}

/// What a call is, for who derives statements from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Select,
    Call,
}

/// A call as part of a plan.
pub(crate) struct Prepared {
    pub(crate) source: Source<'static>,
    pub(crate) gives: Vec<Given>,
    /// Values of the configuration, by the parameters that take them.
    pub(crate) constants: Vec<(String, Json)>,
}

/// Reads what is configured and has the dialect write it.
pub(crate) fn prepare(dialect: Dialect, operation: &str, scope: &Scope, step: &Step, procedure: &Procedure) -> Prepared {
    let mut found = arguments::read(dialect, operation, scope, step, procedure);
    if !identifier::is_qualified(dialect, &procedure.name) {
        let message = format!("`{}` is not the name of a procedure", procedure.name);
        let remedy = "write its name alone, with the schema in front if need be, and list its arguments in `arguments`";
        found.problems.push(Problem::new("procedure", message, remedy));
    }
    let call = Call {
        name: &procedure.name,
        routine: procedure.routine,
        arguments: found.arguments,
        success: procedure.success,
    };
    let written = match dialect {
        Dialect::Sqlite => Err(Problem::new(
            "procedure",
            "SQLite has no stored procedures",
            "write `sql`, or several `statements`",
        )),
        Dialect::Postgresql => postgresql::write(&call, step),
        Dialect::Mysql => mysql::write(&call, step),
        Dialect::Oracle => oracle::write(operation, &call, step),
        Dialect::Sqlserver => sqlserver::write(operation, &call, step),
    };
    let (pieces, rows_from, form) = match written {
        Ok(written) => (written.pieces, written.rows_from, written.form),
        Err(problem) => {
            found.problems.push(problem);
            (Vec::new(), RowSource::Result, Form::Call)
        }
    };
    Prepared {
        source: Source {
            tokens: words(dialect, form),
            pieces,
            problems: found.problems,
            rows_from,
        },
        gives: found.gives,
        constants: found.constants,
    }
}

/// What the statement begins with, for who decides by that what can be derived from it.
fn words(dialect: Dialect, form: Form) -> Vec<Token<'static>> {
    let word = match form {
        Form::Select => "SELECT",
        Form::Call => "CALL",
    };
    lex(dialect, word).0
}

impl Call<'_> {
    /// The first argument that goes this way.
    pub(crate) fn going(&self, direction: ParameterDirection) -> Option<(usize, &Argument<'_>)> {
        self.arguments
            .iter()
            .enumerate()
            .find(|(_, argument)| argument.parameter.direction == direction)
    }
}
