//! SELECT.

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, LimitClause, OrderByExpr, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetQuantifier, TopQuantity,
};

use super::{
    catalogue::same,
    compiler::{Compiler, Result, Scope, Source, parts},
    typed::{Typed, quoted},
};
use crate::error::ServerError;

/// A query in SQLite's words.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub sql: String,
    pub columns: Vec<Typed>,
}

/// Where a query stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// By itself.
    Statement,
    /// In brackets in FROM: its columns need names, each its own.
    Table,
    /// In brackets elsewhere.
    Subquery,
}

impl Compiler<'_> {
    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn query(&self, query: &Query, place: Place) -> Result<Compiled> {
        let Some(with) = &query.with else {
            return self.plain(query, place);
        };
        if place != Place::Statement {
            return Err(ServerError::new(156, 15, "Incorrect syntax near the keyword 'WITH'."));
        }
        if with.recursive {
            return Err(ServerError::syntax("near 'RECURSIVE'"));
        }
        let mut tables = Vec::new();
        for table in &with.cte_tables {
            let name = table.alias.name.value.clone();
            if !table.alias.columns.is_empty() {
                return Err(ServerError::cannot(format!("names of columns behind {name}")));
            }
            let inner = self.query(&table.query, Place::Table)?;
            tables.push(format!("{} AS ({})", quoted(&name), inner.sql));
            self.named.borrow_mut().push((name, inner.columns));
        }
        let compiled = self.plain(query, place);
        self.named.borrow_mut().clear();
        let compiled = compiled?;
        Ok(Compiled {
            sql: format!("WITH {} {}", tables.join(", "), compiled.sql),
            ..compiled
        })
    }

    /// Without what stands in WITH.
    fn plain(&self, query: &Query, place: Place) -> Result<Compiled> {
        if query.for_clause.is_some() || !query.locks.is_empty() {
            return Err(ServerError::cannot("FOR of a query"));
        }
        let offset = match &query.limit_clause {
            None => None,
            Some(LimitClause::LimitOffset {
                limit: None,
                offset: Some(offset),
                limit_by,
            }) if limit_by.is_empty() => Some(&offset.value),
            Some(_) => return Err(ServerError::syntax("near 'LIMIT'")),
        };
        let order: &[OrderByExpr] = match query.order_by.as_ref().map(|order| &order.kind) {
            None => &[],
            Some(OrderByKind::Expressions(order)) => order,
            Some(OrderByKind::All(_)) => return Err(ServerError::syntax("near 'ALL'")),
        };
        if order.is_empty() && (offset.is_some() || query.fetch.is_some()) {
            return Err(ServerError::syntax("OFFSET and FETCH need an ORDER BY"));
        }
        if query.fetch.is_some() && offset.is_none() {
            return Err(ServerError::new(153, 15, "Invalid usage of the option NEXT in the FETCH statement.").state(2));
        }
        let top = matches!(&*query.body, SetExpr::Select(select) if select.top.is_some());
        if place != Place::Statement && !order.is_empty() && offset.is_none() && !top {
            return Err(ServerError::new(
                1033,
                15,
                "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, \
                 unless TOP, OFFSET or FOR XML is also specified.",
            ));
        }
        if top && offset.is_some() {
            return Err(ServerError::new(
                10_741,
                15,
                "A TOP can not be used in the same query or sub-query as a OFFSET.",
            )
            .state(2));
        }
        let mut compiled = self.body(&query.body, order)?;
        if let Some(offset) = offset {
            let offset = self.number(offset)?.sql;
            let limit = match &query.fetch {
                None => "-1".to_owned(),
                Some(fetch) if fetch.with_ties || fetch.percent => return Err(ServerError::syntax("near 'FETCH'")),
                Some(fetch) => match &fetch.quantity {
                    Some(quantity) => self.number(quantity)?.sql,
                    None => "1".to_owned(),
                },
            };
            compiled.sql += &format!(" LIMIT {limit} OFFSET {offset}");
        }
        if place == Place::Table {
            named(&compiled.columns)?;
        }
        Ok(compiled)
    }

    fn body(&self, body: &SetExpr, order: &[OrderByExpr]) -> Result<Compiled> {
        match body {
            SetExpr::Select(select) => self.select(select, order),
            SetExpr::Query(query) if order.is_empty() => self.query(query, Place::Subquery),
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let all = match set_quantifier {
                    SetQuantifier::All => " ALL",
                    SetQuantifier::None => "",
                    other => return Err(ServerError::syntax(format!("near '{other}'"))),
                };
                let (left, right) = (self.member(left)?, self.member(right)?);
                if left.columns.len() != right.columns.len() {
                    return Err(ServerError::new(
                        205,
                        16,
                        "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in \
                         their target lists.",
                    ));
                }
                let mut columns = Vec::new();
                for (one, other) in left.columns.iter().zip(&right.columns) {
                    let of = match (one.known(), other.known()) {
                        (Some(one), Some(other)) if one.storage() != other.storage() => {
                            return Err(ServerError::cannot(format!("a UNION of {one} and {other}")));
                        }
                        (Some(one), Some(other)) => one.wider(other),
                        (one, other) => one.or(other).unwrap_or(crate::types::SqlType::Int),
                    };
                    let kind = super::typed::Kind::Known(of);
                    columns.push(
                        Typed {
                            nullable: one.nullable || other.nullable,
                            kind,
                            ..one.clone()
                        }
                        .renamed(&one.name),
                    );
                }
                let mut sql = format!("{} {op}{all} {}", left.sql, right.sql);
                if !order.is_empty() {
                    sql += &format!(" ORDER BY {}", self.order(order, &columns)?);
                }
                Ok(Compiled { sql, columns })
            }
            _ => Err(ServerError::cannot(format!("the query {body}"))),
        }
    }

    /// SQLite wants the members of a set without brackets and limits of their own.
    fn member(&self, body: &SetExpr) -> Result<Compiled> {
        let compiled = self.body(body, &[])?;
        Ok(Compiled {
            sql: format!("SELECT * FROM ({})", compiled.sql),
            ..compiled
        })
    }

    fn select(&self, select: &Select, order: &[OrderByExpr]) -> Result<Compiled> {
        if select.into.is_some()
            || select.qualify.is_some()
            || !select.named_window.is_empty()
            || !select.lateral_views.is_empty()
        {
            return Err(ServerError::cannot("INTO and the like of a query"));
        }
        self.scopes.borrow_mut().push(Scope::default());
        let result = self.selected(select, order);
        self.scopes.borrow_mut().pop();
        result
    }

    fn selected(&self, select: &Select, order: &[OrderByExpr]) -> Result<Compiled> {
        let from = self.from(&select.from)?;
        let condition = select
            .selection
            .as_ref()
            .map(|condition| self.condition(condition))
            .transpose()?;
        let GroupByExpr::Expressions(groups, modifiers) = &select.group_by else {
            return Err(ServerError::cannot("GROUP BY ALL"));
        };
        if !modifiers.is_empty() {
            return Err(ServerError::cannot("modifiers of GROUP BY"));
        }
        let plain: Vec<String> = groups
            .iter()
            .map(|each| Ok(self.value(each)?.sql.to_lowercase()))
            .collect::<Result<_>>()?;
        let groups: Vec<String> = groups.iter().map(|each| self.sorted(each)).collect::<Result<_>>()?;

        let bare = self.bare.take();
        let seen = std::mem::take(&mut self.aggregates.borrow_mut().seen);
        let columns = self.projection(&select.projection)?;
        let having = select.having.as_ref().map(|having| self.condition(having)).transpose()?;
        let outside = self.bare.replace(bare);
        let aggregated = std::mem::replace(&mut self.aggregates.borrow_mut().seen, seen) > 0;
        if (aggregated || !groups.is_empty())
            && let Some(column) = outside.iter().find(|column| !plain.contains(column))
        {
            let message = format!(
                "Column {column} is invalid in the select list because it is not contained in either an aggregate function or the GROUP \
                 BY clause."
            );
            return Err(ServerError::new(8120, 16, message));
        }

        let mut sql = "SELECT ".to_owned();
        match &select.distinct {
            None | Some(Distinct::All) => {}
            Some(Distinct::Distinct) => sql += "DISTINCT ",
            Some(Distinct::On(_)) => return Err(ServerError::syntax("near 'ON'")),
        }
        let list: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| format!("{} AS {}", column.sql, alias(column, index)))
            .collect();
        sql += &list.join(", ");
        sql += &from;
        for (word, condition) in [("WHERE", condition), ("HAVING", having)] {
            if word == "HAVING" && !groups.is_empty() {
                sql += &format!(" GROUP BY {}", groups.join(", "));
            }
            if let Some(condition) = condition {
                sql += &format!(" {word} {condition}");
            }
        }
        if !order.is_empty() {
            sql += &format!(" ORDER BY {}", self.order(order, &columns)?);
        }
        if let Some(top) = &select.top {
            if top.percent || top.with_ties {
                return Err(ServerError::cannot("TOP with PERCENT or TIES"));
            }
            let limit = match &top.quantity {
                Some(TopQuantity::Constant(number)) => number.to_string(),
                Some(TopQuantity::Expr(number)) => self.number(number)?.sql,
                None => return Err(ServerError::syntax("near 'TOP'")),
            };
            sql += &format!(" LIMIT {limit}");
        }
        let columns = columns.into_iter().enumerate().map(|(index, column)| {
            let sql = alias(&column, index);
            Typed {
                sql,
                constant: false,
                ..column
            }
        });
        Ok(Compiled {
            sql,
            columns: columns.collect(),
        })
    }

    /// The columns of a select list, wildcards spelt out.
    pub(super) fn projection(&self, items: &[SelectItem]) -> Result<Vec<Typed>> {
        let mut columns = Vec::new();
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expression) => columns.push(self.value(expression)?.in_a_list(expression)),
                SelectItem::ExprWithAlias { expr, alias } if alias.value.starts_with('@') && alias.quote_style.is_none() => {
                    return Err(ServerError::cannot(format!("SELECT {} = {expr}", alias.value)));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    columns.push(self.value(expr)?.in_a_list(expr).renamed(&alias.value))
                }
                SelectItem::Wildcard(_) => columns.extend(self.all(None)?),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    columns.extend(self.all(parts(name)?.last().map(String::as_str))?);
                }
                other => return Err(ServerError::cannot(format!("{other} in a select list"))),
            }
        }
        Ok(columns)
    }

    fn all(&self, source: Option<&str>) -> Result<Vec<Typed>> {
        let scopes = self.scopes.borrow();
        let sources = scopes.last().map(|scope| scope.sources.as_slice()).unwrap_or_default();
        let wanted: Vec<&Source> = sources
            .iter()
            .filter(|each| source.is_none_or(|name| same(&each.name, name)))
            .collect();
        if wanted.is_empty() {
            return Err(ServerError::new(
                107,
                15,
                format!(
                    "The column prefix '{}' does not match with a table name or alias name used in the query.",
                    source.unwrap_or_default()
                ),
            ));
        }
        let columns = wanted.iter().flat_map(|source| {
            source.columns.iter().map(|column| {
                let sql = format!("{}{}", source.prefix, quoted(&column.name));
                self.bare.borrow_mut().push(sql.to_lowercase());
                Typed { sql, ..column.clone() }
            })
        });
        Ok(columns.collect())
    }
}

/// The name of a column in SQLite.
pub(super) fn alias(column: &Typed, index: usize) -> String {
    if column.name.is_empty() {
        quoted(&format!("column {index}"))
    } else {
        quoted(&column.name)
    }
}

fn named(columns: &[Typed]) -> Result<()> {
    for (index, column) in columns.iter().enumerate() {
        if column.name.is_empty() {
            return Err(ServerError::new(
                8155,
                16,
                format!("No column name was specified for column {} of a derived table.", index + 1),
            )
            .state(2));
        }
        if columns[..index].iter().any(|other| same(&other.name, &column.name)) {
            return Err(ServerError::new(
                8156,
                16,
                format!(
                    "The column '{}' was specified multiple times for a derived table.",
                    column.name
                ),
            ));
        }
    }
    Ok(())
}

impl Typed {
    fn in_a_list(self, expression: &Expr) -> Self {
        match expression {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) if !self.constant => self,
            _ => self.derived(),
        }
    }

    fn renamed(self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self
        }
    }
}
