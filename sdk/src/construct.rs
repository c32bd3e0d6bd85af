//! Short ways to make the contract's records.

use crate::{
    Access, Call, Column, DatabaseError, ErrorKind, Execution, Failure, NamedValue, Outcome, Parameter, ParameterDirection, Plan,
    Problem, ResultSet, Row, RowEffect, RowSource, Statement, Value,
};

impl Plan {
    /// A plan without a memo.
    pub fn new(statements: impl Into<Vec<Statement>>) -> Self {
        Self {
            statements: statements.into(),
            memo: String::new(),
        }
    }

    /// The statement of this name.
    pub fn statement(&self, name: &str) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.name == name)
    }
}

impl Statement {
    /// A statement that only reads.
    pub fn read(name: impl Into<String>, text: impl Into<String>, parameters: impl Into<Vec<Parameter>>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            parameters: parameters.into(),
            access: Access::Read,
            effect: RowEffect::Any,
            rows_from: RowSource::Result,
            slots: Vec::new(),
        }
    }

    /// A statement that writes, and how many rows it must change.
    pub fn write(
        name: impl Into<String>,
        text: impl Into<String>,
        parameters: impl Into<Vec<Parameter>>,
        effect: RowEffect,
    ) -> Self {
        Self {
            access: Access::Write,
            effect,
            ..Self::read(name, text, parameters)
        }
    }
}

impl Parameter {
    /// A parameter of whatever type the database asks for.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            type_hint: None,
            direction: ParameterDirection::In,
        }
    }

    /// The same parameter of another direction.
    #[must_use]
    pub fn going(mut self, direction: ParameterDirection) -> Self {
        self.direction = direction;
        self
    }

    /// The same parameter of a type that the author asks for.
    #[must_use]
    pub fn of_type(mut self, type_name: impl Into<String>) -> Self {
        self.type_hint = Some(type_name.into());
        self
    }
}

impl ParameterDirection {
    /// Whether a value must be given.
    pub fn takes_value(self) -> bool {
        matches!(self, Self::In | Self::InOut)
    }
}

impl Problem {
    /// A mistake without a place in the value of `key`.
    pub fn new(key: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            offset: None,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The same mistake, at a byte of the value.
    #[must_use]
    pub fn at(mut self, byte: usize) -> Self {
        self.offset = u32::try_from(byte).ok();
        self
    }
}

impl NamedValue {
    /// A value with the name that statements know it by.
    pub fn new(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

impl Column {
    /// A column by its name and the database's name for its type.
    pub fn new(name: impl Into<String>, type_name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            type_name: type_name.into(),
        }
    }
}

impl ResultSet {
    /// A result.
    pub fn new(columns: impl Into<Vec<Column>>, rows: impl Into<Vec<Row>>) -> Self {
        Self {
            columns: columns.into(),
            rows: rows.into(),
        }
    }
}

impl Default for ResultSet {
    /// Neither columns nor rows.
    fn default() -> Self {
        Self::new([], [])
    }
}

impl Default for Execution {
    /// Nothing changed, nothing returned.
    fn default() -> Self {
        Self {
            affected: 0,
            generated_id: None,
            returned: ResultSet::default(),
            outputs: Vec::new(),
        }
    }
}

impl Execution {
    /// What an output parameter holds afterwards.
    pub fn output(&self, name: &str) -> Option<&Value> {
        self.outputs
            .iter()
            .find(|output| output.name == name)
            .map(|output| &output.value)
    }
}

impl Call {
    /// The value of an input; `None` if the call has none of this name, or it is a secret.
    pub fn input(&self, name: &str) -> Option<&Value> {
        self.inputs.iter().find(|input| input.name == name).map(|input| &input.value)
    }
}

impl Outcome {
    /// A user was created, and the database made this id.
    pub fn created(id: impl Into<Value>) -> Self {
        Self {
            generated_id: Some(id.into()),
        }
    }
}

impl Default for Outcome {
    /// Done, with nothing more to say.
    fn default() -> Self {
        Self { generated_id: None }
    }
}

impl Failure {
    /// A failure without a `scimType`.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
        }
    }

    /// The same failure with a `scimType` (RFC 7644 §3.12, table 9).
    #[must_use]
    pub fn of_type(mut self, scim_type: impl Into<String>) -> Self {
        self.scim_type = Some(scim_type.into());
        self
    }
}

impl DatabaseError {
    /// An error without a code or constraint.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            constraint: None,
            message: message.into(),
        }
    }
}
