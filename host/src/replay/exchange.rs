//! What a component asks its host for, and what it is answered.

use serde::{Deserialize, Serialize};

use super::value::{Named, Written};
use crate::database::{Column, DatabaseError, ErrorKind};

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    pub asked: Asked,
    pub answer: Answered,
}

/// What a component asked its imports for. Rows that it put out are no question, unless they were refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Asked {
    Query {
        statement: String,
        values: Vec<Named>,
    },
    Execute {
        statement: String,
        values: Vec<Named>,
    },
    Forward {
        statement: String,
        values: Vec<Named>,
    },
    DynamicQuery {
        text: String,
        values: Vec<Written>,
    },
    DynamicExecute {
        text: String,
        values: Vec<Written>,
    },
    /// The call of `output.begin` or `output.emit`, counted from 1.
    Output {
        call: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answered {
    Result {
        columns: Vec<WrittenColumn>,
        rows: Vec<Vec<Written>>,
    },
    #[serde(rename_all = "kebab-case")]
    Execution {
        affected: u64,
        generated_id: Option<Written>,
        columns: Vec<WrittenColumn>,
        rows: Vec<Vec<Written>>,
        outputs: Vec<Named>,
    },
    /// How many rows were sent on.
    Forwarded(u64),
    DatabaseError {
        kind: ErrorKind,
        code: Option<String>,
        constraint: Option<String>,
        message: String,
    },
    /// The result had more `rows` or `result-bytes` than one may have.
    Limit(Exceeded),
    /// The host found that the contract was broken.
    Misuse(String),
    /// The call ended before there was an answer.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exceeded {
    Rows,
    ResultBytes,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrittenColumn {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: String,
}

impl From<&Column> for WrittenColumn {
    fn from(column: &Column) -> Self {
        Self {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
        }
    }
}

impl From<WrittenColumn> for Column {
    fn from(column: WrittenColumn) -> Self {
        Column {
            name: column.name,
            type_name: column.type_name,
        }
    }
}

impl From<DatabaseError> for Answered {
    fn from(error: DatabaseError) -> Self {
        Answered::DatabaseError {
            kind: error.kind,
            code: error.code,
            constraint: error.constraint,
            message: error.message,
        }
    }
}
