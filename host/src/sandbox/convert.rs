//! Between the bindings' types and the host's own. Nothing is decided here.

use super::{
    Direction, Failure, Outcome, Problem, ResultSet,
    bindings::{operation::portcullis::plugin::types as wit, transform},
};
use crate::database::{
    Access, Author, Collation, Column, ComparisonOperator, DatabaseError, ErrorKind, Execution, Paging, Parameter,
    ParameterDirection, Plan, Predicate, Projection, RowEffect, RowSource, Shape, Slot, SlotKind, Statement, Value,
};

impl From<wit::Value> for Value {
    fn from(value: wit::Value) -> Self {
        match value {
            wit::Value::Null => Value::Null,
            wit::Value::Boolean(b) => Value::Boolean(b),
            wit::Value::Integer(i) => Value::Integer(i),
            wit::Value::Float(f) => Value::Float(f),
            wit::Value::Decimal(text) => Value::Decimal(text),
            wit::Value::Text(text) => Value::Text(text),
            wit::Value::Bytes(bytes) => Value::Bytes(bytes),
            wit::Value::Date(text) => Value::Date(text),
            wit::Value::Timestamp(text) => Value::Timestamp(text),
            wit::Value::Uuid(text) => Value::Uuid(text),
            wit::Value::Json(text) => Value::Json(text),
            wit::Value::Extension(value) => Value::Extension {
                type_name: value.type_name,
                text: value.text,
            },
        }
    }
}

impl From<Value> for wit::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => wit::Value::Null,
            Value::Boolean(b) => wit::Value::Boolean(b),
            Value::Integer(i) => wit::Value::Integer(i),
            Value::Float(f) => wit::Value::Float(f),
            Value::Decimal(text) => wit::Value::Decimal(text),
            Value::Text(text) => wit::Value::Text(text),
            Value::Bytes(bytes) => wit::Value::Bytes(bytes),
            Value::Date(text) => wit::Value::Date(text),
            Value::Timestamp(text) => wit::Value::Timestamp(text),
            Value::Uuid(text) => wit::Value::Uuid(text),
            Value::Json(text) => wit::Value::Json(text),
            Value::Extension { type_name, text } => wit::Value::Extension(wit::ExtensionValue { type_name, text }),
        }
    }
}

impl From<wit::Column> for Column {
    fn from(column: wit::Column) -> Self {
        Column {
            name: column.name,
            type_name: column.type_name,
        }
    }
}

impl From<Column> for wit::Column {
    fn from(column: Column) -> Self {
        wit::Column {
            name: column.name,
            type_name: column.type_name,
        }
    }
}

fn result_set(columns: Vec<Column>, rows: Vec<Vec<Value>>) -> wit::ResultSet {
    wit::ResultSet {
        columns: columns.into_iter().map(Into::into).collect(),
        rows: rows
            .into_iter()
            .map(|row| row.into_iter().map(Into::into).collect())
            .collect(),
    }
}

impl From<ResultSet> for wit::ResultSet {
    fn from(result: ResultSet) -> Self {
        result_set(result.columns, result.rows)
    }
}

impl From<Execution> for wit::Execution {
    fn from(execution: Execution) -> Self {
        wit::Execution {
            affected: execution.affected,
            generated_id: execution.generated_id.map(Into::into),
            returned: result_set(execution.columns, execution.rows),
            outputs: execution
                .outputs
                .into_iter()
                .map(|(name, value)| wit::NamedValue {
                    name,
                    value: value.into(),
                })
                .collect(),
        }
    }
}

impl From<DatabaseError> for wit::DatabaseError {
    fn from(error: DatabaseError) -> Self {
        wit::DatabaseError {
            kind: match error.kind {
                ErrorKind::Unique => wit::ErrorKind::Unique,
                ErrorKind::ForeignKey => wit::ErrorKind::ForeignKey,
                ErrorKind::NotNull => wit::ErrorKind::NotNull,
                ErrorKind::Check => wit::ErrorKind::Check,
                ErrorKind::TooLong => wit::ErrorKind::TooLong,
                ErrorKind::InvalidValue => wit::ErrorKind::InvalidValue,
                ErrorKind::Conflict => wit::ErrorKind::Conflict,
                ErrorKind::Permission => wit::ErrorKind::Permission,
                ErrorKind::Timeout => wit::ErrorKind::Timeout,
                ErrorKind::Unavailable => wit::ErrorKind::Unavailable,
                ErrorKind::Statement => wit::ErrorKind::Statement,
                ErrorKind::RowEffect => wit::ErrorKind::RowEffect,
                ErrorKind::NotPlanned => wit::ErrorKind::NotPlanned,
                ErrorKind::MissingValue => wit::ErrorKind::MissingValue,
                ErrorKind::Other => wit::ErrorKind::Other,
            },
            code: error.code,
            constraint: error.constraint,
            message: error.message,
        }
    }
}

impl From<wit::Plan> for Plan {
    fn from(plan: wit::Plan) -> Self {
        Plan {
            statements: plan.statements.into_iter().map(Into::into).collect(),
            memo: plan.memo,
        }
    }
}

impl From<wit::Statement> for Statement {
    fn from(statement: wit::Statement) -> Self {
        Statement {
            name: statement.name,
            text: statement.text.into(),
            parameters: statement
                .parameters
                .into_iter()
                .map(|parameter| Parameter {
                    name: parameter.name,
                    type_hint: parameter.type_hint,
                    direction: parameter.direction.into(),
                })
                .collect(),
            access: match statement.access {
                wit::Access::Read => Access::Read,
                wit::Access::Write => Access::Write,
            },
            effect: match statement.effect {
                wit::RowEffect::Any => RowEffect::Any,
                wit::RowEffect::Exactly(n) => RowEffect::Exactly(n),
                wit::RowEffect::AtMost(n) => RowEffect::AtMost(n),
            },
            rows_from: match statement.rows_from {
                wit::RowSource::Result => RowSource::Result,
                wit::RowSource::Cursor => RowSource::Cursor,
            },
            slots: statement.slots.into_iter().map(Into::into).collect(),
            author: Author::Plugin,
        }
    }
}

impl From<wit::ParameterDirection> for ParameterDirection {
    fn from(direction: wit::ParameterDirection) -> Self {
        match direction {
            wit::ParameterDirection::In => ParameterDirection::In,
            wit::ParameterDirection::Out => ParameterDirection::Out,
            wit::ParameterDirection::InOut => ParameterDirection::InOut,
            wit::ParameterDirection::Cursor => ParameterDirection::Cursor,
        }
    }
}

impl From<wit::Slot> for Slot {
    fn from(slot: wit::Slot) -> Self {
        Slot {
            offset: slot.offset as usize,
            name: slot.name,
            kind: match slot.kind {
                wit::SlotKind::Identifier => SlotKind::Identifier,
                wit::SlotKind::Literal => SlotKind::Literal,
            },
        }
    }
}

impl From<wit::Problem> for Problem {
    fn from(problem: wit::Problem) -> Self {
        Problem {
            key: problem.key,
            offset: problem.offset,
            message: problem.message,
            remedy: problem.remedy,
        }
    }
}

impl From<wit::Outcome> for Outcome {
    fn from(outcome: wit::Outcome) -> Self {
        Outcome {
            generated_id: outcome.generated_id.map(Into::into),
        }
    }
}

impl From<wit::Failure> for Failure {
    fn from(failure: wit::Failure) -> Self {
        Failure {
            status: failure.status,
            scim_type: failure.scim_type,
            detail: failure.detail,
        }
    }
}

impl From<Direction> for transform::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::ToApplication => transform::Direction::ToApplication,
            Direction::FromApplication => transform::Direction::FromApplication,
        }
    }
}

impl From<Collation> for wit::Collation {
    fn from(rule: Collation) -> Self {
        match rule {
            Collation::Native => wit::Collation::Native,
            Collation::Exact => wit::Collation::Exact,
            Collation::Insensitive => wit::Collation::Insensitive,
            Collation::Instant => wit::Collation::Instant,
        }
    }
}

impl From<ComparisonOperator> for wit::ComparisonOperator {
    fn from(operator: ComparisonOperator) -> Self {
        match operator {
            ComparisonOperator::Eq => wit::ComparisonOperator::Eq,
            ComparisonOperator::Ne => wit::ComparisonOperator::Ne,
            ComparisonOperator::Co => wit::ComparisonOperator::Co,
            ComparisonOperator::Sw => wit::ComparisonOperator::Sw,
            ComparisonOperator::Ew => wit::ComparisonOperator::Ew,
            ComparisonOperator::Gt => wit::ComparisonOperator::Gt,
            ComparisonOperator::Ge => wit::ComparisonOperator::Ge,
            ComparisonOperator::Lt => wit::ComparisonOperator::Lt,
            ComparisonOperator::Le => wit::ComparisonOperator::Le,
        }
    }
}

impl From<&Predicate> for wit::Predicate {
    fn from(predicate: &Predicate) -> Self {
        match predicate {
            Predicate::Compare(comparison) => wit::Predicate::Compare(wit::Comparison {
                column: comparison.column.clone(),
                operator: comparison.operator.into(),
                collation: comparison.collation.into(),
                parameter: comparison.parameter.clone(),
            }),
            Predicate::Present(column) => wit::Predicate::Present(column.clone()),
            Predicate::And(n) => wit::Predicate::And(*n),
            Predicate::Or(n) => wit::Predicate::Or(*n),
            Predicate::Not => wit::Predicate::Not,
        }
    }
}

impl From<&Shape> for wit::Shape {
    fn from(shape: &Shape) -> Self {
        wit::Shape {
            projection: match shape.projection {
                Projection::Rows => wit::Projection::Rows,
                Projection::Count => wit::Projection::Count,
            },
            filter: shape.filter.iter().map(Into::into).collect(),
            sort: shape
                .sort
                .iter()
                .map(|key| wit::SortKey {
                    column: key.column.clone(),
                    descending: key.descending,
                    collation: key.collation.into(),
                })
                .collect(),
            paged: shape.paging == Paging::Window,
            lists: shape
                .lists
                .iter()
                .map(|list| wit::ListSize {
                    parameter: list.parameter.clone(),
                    size: list.size,
                })
                .collect(),
            assign: shape.assign.clone(),
        }
    }
}
