//! Expressions that are true, false or unknown: in T-SQL they are no values.

use sqlparser::ast::{BinaryOperator, Expr, InTarget, UnaryOperator};

use super::{
    compiler::{Compiler, Result},
    query::Place,
    typed::{Typed, collating},
};
use crate::{error::ServerError, types::Storage};

impl Compiler<'_> {
    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn condition(&self, expression: &Expr) -> Result<String> {
        Ok(match expression {
            Expr::Nested(inner) => format!("({})", self.condition(inner)?),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => format!("(NOT {})", self.condition(expr)?),
            Expr::BinaryOp {
                left,
                op: op @ (BinaryOperator::And | BinaryOperator::Or),
                right,
            } => {
                format!("({} {op} {})", self.condition(left)?, self.condition(right)?)
            }
            Expr::BinaryOp { left, op, right } => match op.to_string().as_str() {
                sign @ ("=" | "<>" | "<" | "<=" | ">" | ">=") => self.comparison(left, sign, right)?,
                "!=" => self.comparison(left, "<>", right)?,
                _ => return Err(not_boolean(expression)),
            },
            Expr::IsNull(inner) => format!("({} IS NULL)", self.value(inner)?.sql),
            Expr::IsNotNull(inner) => format!("({} IS NOT NULL)", self.value(inner)?.sql),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let both = format!(
                    "({} AND {})",
                    self.comparison(expr, ">=", low)?,
                    self.comparison(expr, "<=", high)?
                );
                if *negated { format!("(NOT {both})") } else { both }
            }
            Expr::In {
                expr,
                target: InTarget::List(list),
                negated,
                ..
            } => {
                let any: Vec<String> = list
                    .iter()
                    .map(|item| self.comparison(expr, "=", item))
                    .collect::<Result<_>>()?;
                let any = format!("({})", any.join(" OR "));
                if *negated { format!("(NOT {any})") } else { any }
            }
            Expr::In {
                expr,
                target: InTarget::Subquery(query),
                negated,
                ..
            } => self.is_in(expr, query, *negated)?,
            Expr::Exists { subquery, negated } => {
                let query = self.query(subquery, Place::Subquery)?;
                format!("({}EXISTS ({}))", if *negated { "NOT " } else { "" }, query.sql)
            }
            Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => {
                let (subject, pattern) = (self.text(expr)?, self.text(pattern)?);
                let escape = match escape_char {
                    None => "NULL".to_owned(),
                    Some(escape) => self.text(escape)?.sql,
                };
                let national = u8::from(subject.of().is_national() || pattern.of().is_national());
                let collation = subject.common_collation(&pattern).sqlite();
                let like = format!(
                    "tsql_like({}, {}, {escape}, '{collation}', {national})",
                    subject.sql, pattern.sql
                );
                if *negated { format!("(NOT {like})") } else { like }
            }
            _ => return Err(not_boolean(expression)),
        })
    }

    pub(super) fn comparison(&self, left: &Expr, sign: &str, right: &Expr) -> Result<String> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        self.compared(left, sign, right)
    }

    fn compared(&self, left: Typed, sign: &str, right: Typed) -> Result<String> {
        let collation = left.common_collation(&right);
        let (left, right, of) = self.together(left, right)?;
        Ok(match collating(of, collation) {
            // To be compared, bytes are as long as one another: with zeros behind the shorter ones.
            None if of.storage() == Storage::Blob => {
                format!("(tsql_significant({}) {sign} tsql_significant({}))", left.sql, right.sql)
            }
            Some(name) => format!("({} COLLATE {name} {sign} {})", left.sql, right.sql),
            None => format!("({} {sign} {})", left.sql, right.sql),
        })
    }

    fn is_in(&self, expression: &Expr, query: &sqlparser::ast::Query, negated: bool) -> Result<String> {
        let left = self.value(expression)?;
        let query = self.query(query, Place::Subquery)?;
        let [column] = query.columns.as_slice() else {
            return Err(ServerError::new(
                116,
                16,
                "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
            ));
        };
        let collation = left.common_collation(column);
        let of = match left.known() {
            Some(of) if of.storage() == column.of().storage() => of,
            None => column.of(),
            Some(of) => return Err(ServerError::cannot(format!("{of} IN a query of {}", column.of()))),
        };
        let left = self.in_type(left, of);
        let collate = collating(of, collation)
            .map(|name| format!(" COLLATE {name}"))
            .unwrap_or_default();
        Ok(format!(
            "({}{collate} {}IN ({}))",
            left.sql,
            if negated { "NOT " } else { "" },
            query.sql
        ))
    }
}

fn not_boolean(expression: &Expr) -> ServerError {
    let message =
        format!("An expression of non-boolean type specified in a context where a condition is expected, near '{expression}'.");
    ServerError::new(4145, 15, message)
}
