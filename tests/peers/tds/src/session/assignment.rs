//! `SELECT @a = …, @b = … FROM …`: what stands in the last row goes into variables. Without a row they stay as they are.

use sqlparser::ast::{BinaryOperator, Expr, Query, SelectItem, SetExpr, Statement as Sql};

use super::{Result, Session};
use crate::{
    error::ServerError,
    sql::{
        compiler::Variables,
        convert::{self, Purpose},
    },
    value::Value,
};

/// The query for the values, and the variables that they are for; `None` for a query that gives rows.
pub(super) fn assigned(sql: &Sql) -> Option<(Sql, Vec<String>)> {
    let Sql::Query(query) = sql else { return None };
    let SetExpr::Select(select) = &*query.body else { return None };
    let items = select.projection.iter().map(assignment).collect::<Option<Vec<_>>>()?;
    let (names, values): (Vec<String>, Vec<&Expr>) = items.into_iter().unzip();
    let mut select = (**select).clone();
    select.projection = values.into_iter().cloned().map(SelectItem::UnnamedExpr).collect();
    let query = Query {
        body: Box::new(SetExpr::Select(Box::new(select))),
        ..(**query).clone()
    };
    Some((Sql::Query(Box::new(query)), names))
}

/// The parser takes the first of several for a column that has a name.
fn assignment(item: &SelectItem) -> Option<(String, &Expr)> {
    let (name, value) = match item {
        SelectItem::ExprWithAlias { expr, alias } => (alias, expr),
        SelectItem::UnnamedExpr(Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        }) => match &**left {
            Expr::Identifier(name) => (name, &**right),
            _ => return None,
        },
        _ => return None,
    };
    // In brackets it is the name of a column.
    let is_variable = name.quote_style.is_none() && name.value.starts_with('@');
    is_variable.then(|| (name.value.to_lowercase(), value))
}

impl Session {
    pub(super) fn assign_row(&mut self, values: &Sql, names: &[String], variables: &mut Variables) -> Result<()> {
        if let Some(unknown) = names.iter().find(|name| !variables.contains_key(*name)) {
            return Err(ServerError::undeclared(unknown).into());
        }
        let translated = self.translate(values, variables)?;
        if translated.locks {
            self.enter_transaction()?;
        }
        let (mut last, mut count) = (None, 0);
        let read = self.patiently(|session| {
            (last, count) = (None, 0);
            let mut statement = session.connection.prepare(&translated.sql)?;
            for (index, value) in translated.bound.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, value.stored())?;
            }
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                let values = translated
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(index, column)| Ok(Value::from_stored(row.get_ref(index)?, column.of)))
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                last = Some(values);
                count += 1;
            }
            Ok(())
        })?;
        read.map_err(|error| self.failed(error, Some(&translated), translated.command))?;
        for ((name, column), value) in names.iter().zip(&translated.columns).zip(last.into_iter().flatten()) {
            if let Some((of, slot)) = variables.get_mut(name) {
                *slot = convert::convert(&value?, column.of, *of, Purpose::Cast)?;
            }
        }
        self.facts.rows = count;
        Ok(())
    }
}
