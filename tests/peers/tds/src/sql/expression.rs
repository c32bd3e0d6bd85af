//! Expressions that have a value.

use sqlparser::ast::{BinaryOperator, CaseWhen, CastKind, Expr, UnaryOperator};

use super::{
    collation::Collation,
    compiler::{Compiler, Result, parts},
    convert::{self, Purpose},
    declaration,
    typed::{Kind, Typed, literal},
};
use crate::{
    error::ServerError,
    types::{Length, SqlType, Storage},
};

impl Compiler<'_> {
    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn value(&self, expression: &Expr) -> Result<Typed> {
        match expression {
            Expr::Identifier(name) if name.value.starts_with("@@") => self.global(&name.value),
            Expr::Identifier(name) if name.value.starts_with('@') && name.quote_style.is_none() => self.variable(&name.value),
            Expr::Identifier(name) => self.column(None, &name.value),
            Expr::CompoundIdentifier(path) => match path.as_slice() {
                [source, name] => self.column(Some(&source.value), &name.value),
                [_, source, name] => self.column(Some(&source.value), &name.value),
                _ => Err(ServerError::cannot(format!("the name {expression}"))),
            },
            Expr::Nested(inner) => {
                let inner = self.value(inner)?;
                Ok(Typed {
                    sql: format!("({})", inner.sql),
                    ..inner
                })
            }
            Expr::Value(value) => self.literal(&value.value),
            Expr::Collate { expr, collation } => {
                let inner = self.value(expr)?;
                if inner.known().is_some_and(|of| !of.is_text()) {
                    return Err(ServerError::new(447, 16, "Expression type is invalid for COLLATE clause."));
                }
                let name = parts(collation)?.pop().unwrap_or_default();
                let inner = self.in_type(inner, SqlType::TEXT);
                Ok(Typed {
                    collation: Some(Collation::named(&name)?),
                    collates: true,
                    ..inner
                })
            }
            Expr::UnaryOp { op, expr } => {
                let inner = self.value(expr)?;
                match (op, inner.of().storage()) {
                    (UnaryOperator::Plus, Storage::Integer | Storage::Real | Storage::Decimal) => Ok(inner),
                    (UnaryOperator::Minus, Storage::Integer | Storage::Real) => Ok(Typed {
                        sql: format!("(-{})", inner.sql),
                        ..inner
                    }),
                    (UnaryOperator::Minus, Storage::Decimal) => Ok(Typed {
                        sql: format!("tsql_decimal('-', '0', {})", inner.sql),
                        ..inner
                    }),
                    _ => Err(ServerError::cannot(format!("{expression}"))),
                }
            }
            Expr::BinaryOp { left, op, right } => self.operation(left, op, right),
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(operand.as_deref(), conditions, else_result.as_deref()),
            Expr::Cast {
                kind,
                expr,
                data_type,
                format: None,
            } => {
                let purpose = if *kind == CastKind::TryCast { "try" } else { "cast" };
                self.cast(expr, &data_type.to_string(), purpose)
            }
            Expr::Convert {
                is_try,
                expr,
                data_type: Some(data_type),
                charset: None,
                styles,
                ..
            } => {
                let iso = ["120", "121", "126", "127", "0"];
                if let Some(style) = styles.first()
                    && !(self.value(expr)?.of().is_text() && iso.contains(&style.to_string().as_str()))
                {
                    return Err(ServerError::cannot(format!("CONVERT with style {style}")));
                }
                self.cast(expr, &data_type.to_string(), if *is_try { "try" } else { "cast" })
            }
            Expr::Function(function) => self.function(function),
            Expr::Substring {
                expr,
                substring_from: Some(from),
                substring_for: Some(length),
                ..
            } => self.substring(expr, from, length),
            Expr::Trim {
                trim_where: None,
                trim_what: None,
                expr,
                trim_characters: None,
            } => {
                let text = self.text(expr)?;
                Ok(Typed {
                    sql: format!("tsql_ltrim(tsql_rtrim({}))", text.sql),
                    ..text.derived()
                })
            }
            Expr::Subquery(query) => {
                let query = self.query(query, super::query::Place::Subquery)?;
                match query.columns.as_slice() {
                    [column] => Ok(Typed {
                        sql: format!("({})", query.sql),
                        nullable: true,
                        ..column.clone().derived()
                    }),
                    _ => Err(ServerError::new(
                        116,
                        16,
                        "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
                    )),
                }
            }
            _ => Err(ServerError::cannot(format!("the expression {expression}"))),
        }
    }

    fn operation(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Typed> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        let (left, right, of) = self.together(left, right)?;
        let nullable = left.nullable || right.nullable;
        let constant = left.constant && right.constant;
        let sign = op.to_string();
        let sql = match (of.storage(), sign.as_str()) {
            (Storage::Text, "+") => format!("({} || {})", left.sql, right.sql),
            (Storage::Integer, "+" | "-" | "*" | "&" | "|") if of != SqlType::Bit => {
                format!("({} {sign} {})", left.sql, right.sql)
            }
            (Storage::Integer, "/" | "%") if of != SqlType::Bit => format!("tsql_divide('{sign}', {}, {})", left.sql, right.sql),
            (Storage::Real, "+" | "-" | "*") => format!("({} {sign} {})", left.sql, right.sql),
            (Storage::Decimal, "+" | "-") => format!("tsql_decimal('{sign}', {}, {})", left.sql, right.sql),
            _ => return Err(ServerError::cannot(format!("{sign} between values of the type {of}"))),
        };
        let of = match (of, left.known(), right.known()) {
            (SqlType::NVarChar(_) | SqlType::VarChar(_), Some(one), Some(other)) if sign == "+" => joined(of, one, other),
            (SqlType::Decimal { precision, scale }, ..) => SqlType::Decimal {
                precision: (precision + 1).min(38),
                scale,
            },
            _ => of,
        };
        let collation = of.is_text().then(|| left.common_collation(&right));
        Ok(Typed {
            nullable,
            constant,
            collation,
            ..Typed::expression(sql, of)
        })
    }

    fn case(&self, operand: Option<&Expr>, conditions: &[CaseWhen], otherwise: Option<&Expr>) -> Result<Typed> {
        let mut results = Vec::new();
        for case in conditions {
            results.push(self.value(&case.result)?);
        }
        if let Some(otherwise) = otherwise {
            results.push(self.value(otherwise)?);
        }
        let of = self.common_type(&results)?;
        let nullable = otherwise.is_none() || results.iter().any(|result| result.nullable);
        let collation = results.iter().find_map(|result| result.collation);
        let mut sql = "CASE".to_owned();
        let mut values = results
            .into_iter()
            .map(|result| self.coerced(result, of, "operand"))
            .collect::<Result<Vec<_>>>()?
            .into_iter();
        for case in conditions {
            let condition = match operand {
                None => self.condition(&case.condition)?,
                Some(operand) => self.comparison(operand, "=", &case.condition)?,
            };
            sql += &format!(
                " WHEN {condition} THEN {}",
                values.next().map(|value| value.sql).unwrap_or_default()
            );
        }
        if let Some(value) = values.next() {
            sql += &format!(" ELSE {}", value.sql);
        }
        Ok(Typed {
            nullable,
            collation,
            ..Typed::expression(sql + " END", of)
        })
    }

    fn cast(&self, expression: &Expr, to: &str, purpose: &str) -> Result<Typed> {
        let to = match declaration::sql_type(to)? {
            // Without a length a cast makes thirty characters.
            SqlType::NVarChar(Length::Of(1)) if !to.contains('(') => SqlType::NVarChar(Length::Of(30)),
            SqlType::VarChar(Length::Of(1)) if !to.contains('(') => SqlType::VarChar(Length::Of(30)),
            SqlType::VarBinary(Length::Of(1)) if !to.contains('(') => SqlType::VarBinary(Length::Of(30)),
            other => other,
        };
        let inner = self.value(expression)?;
        let nullable = inner.nullable || purpose == "try";
        let inner = match inner.known() {
            Some(from) => Typed {
                sql: conversion(&inner.sql, from, to, purpose, ""),
                ..inner
            },
            None => self.of_type(inner, to),
        };
        let collation = if inner.collates { inner.collation } else { None };
        Ok(Typed {
            kind: Kind::Known(to),
            nullable,
            collation,
            ..inner.derived()
        })
    }

    /// Two operands in the type in which they are compared or joined.
    pub(super) fn together(&self, left: Typed, right: Typed) -> Result<(Typed, Typed, SqlType)> {
        let of = match (left.known(), right.known()) {
            (Some(one), Some(other)) => one.wider(other),
            (Some(of), None) | (None, Some(of)) => of,
            (None, None) if matches!((&left.kind, &right.kind), (Kind::Undeclared(_), Kind::Undeclared(_))) => {
                let message = "The parameter type cannot be deduced because both operands are undeclared parameters.";
                return Err(ServerError::new(11509, 16, message));
            }
            (None, None) => SqlType::Int,
        };
        Ok((self.coerced(left, of, "operand")?, self.coerced(right, of, "operand")?, of))
    }

    /// The type in which all of them can be.
    pub(super) fn common_type(&self, all: &[Typed]) -> Result<SqlType> {
        let types = all.iter().filter_map(Typed::known);
        types.reduce(SqlType::wider).ok_or_else(|| {
            ServerError::new(8133, 16, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.")
        })
    }

    /// In another type, by the rules for a purpose: `operand`, or `cast`.
    pub(super) fn coerced(&self, value: Typed, to: SqlType, purpose: &str) -> Result<Typed> {
        let Some(from) = value.known() else {
            return Ok(self.in_type(value, to));
        };
        let alike = from.is_text() || from.is_integer();
        if from == to || (purpose == "operand" && alike && from.storage() == to.storage()) {
            return Ok(value);
        }
        // A literal that can't be converted is found out without looking at any row.
        if let Some(text) = value
            .constant
            .then(|| value.sql.strip_prefix('\'')?.strip_suffix('\''))
            .flatten()
            && from.is_text()
        {
            convert::convert(
                &crate::value::Value::Text(text.replace("''", "'")),
                from,
                to,
                Purpose::Operand,
            )?;
        }
        Ok(Typed {
            sql: conversion(&value.sql, from, to, purpose, ""),
            kind: Kind::Known(to),
            ..value
        })
    }

    /// Gives a value that has no type that of what it is compared or joined with; text as long as can be.
    pub(super) fn in_type(&self, value: Typed, of: SqlType) -> Typed {
        let widest = match of {
            SqlType::NVarChar(Length::Of(_)) => SqlType::TEXT,
            SqlType::VarChar(Length::Of(_)) => SqlType::VarChar(Length::Of(8000)),
            other => other,
        };
        match value.kind {
            Kind::Undeclared(_) => self.of_type(value, widest),
            _ => self.of_type(value, of),
        }
    }

    /// Gives a value that has no type that of the place which it is for.
    pub(super) fn of_type(&self, value: Typed, of: SqlType) -> Typed {
        match &value.kind {
            Kind::Known(_) => value,
            Kind::Null => value.of_kind(Kind::Known(of)),
            Kind::Undeclared(name) => {
                self.infer(name, of);
                value.of_kind(Kind::Known(of))
            }
        }
    }

    /// An expression that must be text.
    pub(super) fn text(&self, expression: &Expr) -> Result<Typed> {
        self.as_text(self.value(expression)?)
    }

    pub(super) fn as_text(&self, value: Typed) -> Result<Typed> {
        match value.known() {
            Some(of) if of.is_text() => Ok(value),
            Some(of) if of.is_integer() => self.coerced(value, SqlType::VarChar(Length::Of(20)), "cast"),
            Some(SqlType::UniqueIdentifier) => self.coerced(value, SqlType::VarChar(Length::Of(36)), "cast"),
            Some(
                SqlType::Date | SqlType::Time(_) | SqlType::DateTime2(_) | SqlType::DateTimeOffset(_) | SqlType::Decimal { .. },
            ) => self.coerced(value, SqlType::VarChar(Length::Of(41)), "cast"),
            Some(of) => Err(ServerError::cannot(format!("{of} where text is wanted"))),
            None => Ok(self.in_type(value, SqlType::TEXT)),
        }
    }

    /// An expression that must be an integer.
    pub(super) fn number(&self, expression: &Expr) -> Result<Typed> {
        let value = self.value(expression)?;
        match value.known() {
            Some(of) if of.is_integer() => Ok(value),
            Some(_) => self.coerced(value, SqlType::BigInt, "operand"),
            None => Ok(self.in_type(value, SqlType::BigInt)),
        }
    }
}

impl Typed {
    /// What it is once something was made of it: no column of a table any more.
    pub(super) fn derived(self) -> Self {
        Self {
            origin: crate::wire::tokens::Origin::Expression,
            name: String::new(),
            ..self
        }
    }
}

/// A call of the function that converts.
pub(super) fn conversion(sql: &str, from: SqlType, to: SqlType, purpose: &str, column: &str) -> String {
    if from == to {
        return sql.to_owned();
    }
    format!("tsql_convert({sql}, '{from}', '{to}', '{purpose}', {})", literal(column))
}

/// The type of two texts, one behind the other.
fn joined(wider: SqlType, one: SqlType, other: SqlType) -> SqlType {
    let most = if wider.is_national() { 4000 } else { 8000 };
    let length = match (one.length(), other.length()) {
        (Some(one), Some(other)) => Length::Of((one + other).min(most) as u16),
        _ => Length::Max,
    };
    if wider.is_national() {
        SqlType::NVarChar(length)
    } else {
        SqlType::VarChar(length)
    }
}
