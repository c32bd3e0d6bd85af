//! ORDER BY.

use sqlparser::ast::{Expr, OrderByExpr, OrderBySort};

use super::{
    catalogue::same,
    compiler::{Compiler, Result, UNCOLLATED},
    query::alias,
    typed::{Typed, collating},
};
use crate::error::ServerError;

impl Compiler<'_> {
    /// ORDER BY. `columns`: those of the select list, which go before those of the tables.
    pub(super) fn order(&self, order: &[OrderByExpr], columns: &[Typed]) -> Result<String> {
        let mut items: Vec<(String, &str)> = Vec::new();
        for item in order {
            let named = match &item.expr {
                Expr::Identifier(name) => columns.iter().position(|column| same(&column.name, &name.value)),
                Expr::Value(value) => {
                    let place: Option<usize> = value.value.to_string().parse().ok();
                    let inside = place
                        .and_then(|place| place.checked_sub(1))
                        .filter(|index| *index < columns.len());
                    Some(inside.ok_or_else(|| {
                        ServerError::new(
                            108,
                            15,
                            "The ORDER BY position number is out of range of the number of items in the select list.",
                        )
                    })?)
                }
                _ => None,
            };
            let sql = match named.and_then(|index| columns.get(index).map(|column| (index, column))) {
                Some((index, column)) => collated(&alias(column, index), column),
                None => match &item.expr {
                    // The idiom for no order at all.
                    Expr::Subquery(query) if query.to_string() == "SELECT NULL" => "NULL".to_owned(),
                    expression => self.sorted(expression)?,
                },
            };
            if sql != "NULL" && items.iter().any(|(other, _)| *other == sql) {
                return Err(ServerError::new(
                    169,
                    15,
                    "A column has been specified more than once in the order by list. Columns in the order by list must be unique.",
                ));
            }
            let descending = matches!(item.options.sort, Some(OrderBySort::Desc));
            items.push((sql, if descending { " DESC" } else { "" }));
        }
        let items: Vec<String> = items.into_iter().map(|(sql, way)| sql + way).collect();
        Ok(items.join(", "))
    }

    /// An expression that rows are sorted or grouped by.
    pub(super) fn sorted(&self, expression: &Expr) -> Result<String> {
        let value = self.value(expression)?;
        if value.constant {
            return Err(ServerError::new(
                408,
                15,
                "A constant expression was encountered in the ORDER BY list.",
            ));
        }
        Ok(collated(&value.sql.clone(), &value))
    }
}

fn collated(sql: &str, column: &Typed) -> String {
    match collating(column.of(), column.collation.unwrap_or(UNCOLLATED)) {
        Some(name) => format!("{sql} COLLATE {name}"),
        None => sql.to_owned(),
    }
}
