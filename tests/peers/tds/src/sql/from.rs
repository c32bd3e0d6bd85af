//! What a query reads from: tables, queries in brackets, joins.

use sqlparser::ast::{Expr, JoinConstraint, JoinOperator, TableAlias, TableFactor, TableWithJoins};

use super::{
    catalogue::same,
    compiler::{Compiler, Result, Source},
    query::Place,
    typed::quoted,
};
use crate::error::ServerError;

impl Compiler<'_> {
    /// ` FROM …`, and its sources into the innermost scope.
    pub(super) fn from(&self, from: &[TableWithJoins]) -> Result<String> {
        let mut sql = String::new();
        for (index, table) in from.iter().enumerate() {
            sql += if index == 0 { " FROM " } else { " CROSS JOIN " };
            sql += &self.factor(&table.relation)?;
            for join in &table.joins {
                let before = self.sources();
                let factor = self.factor(&join.relation)?;
                let (words, constraint, outer) = match &join.join_operator {
                    JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
                        ("JOIN", Some(constraint), (false, false))
                    }
                    JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                        ("LEFT JOIN", Some(constraint), (false, true))
                    }
                    JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                        ("RIGHT JOIN", Some(constraint), (true, false))
                    }
                    JoinOperator::FullOuter(constraint) => ("FULL JOIN", Some(constraint), (true, true)),
                    JoinOperator::CrossJoin(JoinConstraint::None) => ("CROSS JOIN", None, (false, false)),
                    other => return Err(ServerError::cannot(format!("the join {other:?}"))),
                };
                sql += &format!(" {words} {factor}");
                if let Some(constraint) = constraint {
                    let JoinConstraint::On(condition) = constraint else {
                        return Err(ServerError::syntax("a join needs ON"));
                    };
                    sql += &format!(" ON {}", self.condition(condition)?);
                }
                // What an outer join has no row for is NULL.
                if let Some(scope) = self.scopes.borrow_mut().last_mut() {
                    for (index, source) in scope.sources.iter_mut().enumerate() {
                        let empty = if index < before { outer.0 } else { outer.1 };
                        source.columns.iter_mut().for_each(|column| column.nullable |= empty);
                    }
                }
            }
        }
        Ok(sql)
    }

    fn sources(&self) -> usize {
        self.scopes.borrow().last().map_or(0, |scope| scope.sources.len())
    }

    fn factor(&self, factor: &TableFactor) -> Result<String> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                version: None,
                sample: None,
                with_hints,
                ..
            } => {
                let hints = [
                    "NOLOCK",
                    "UPDLOCK",
                    "ROWLOCK",
                    "HOLDLOCK",
                    "READCOMMITTED",
                    "SERIALIZABLE",
                    "READCOMMITTEDLOCK",
                ];
                if let Some(hint) = with_hints
                    .iter()
                    .find(|hint| !hints.contains(&hint.to_string().to_uppercase().as_str()))
                {
                    return Err(ServerError::cannot(format!("the hint {hint}")));
                }
                let locking = ["UPDLOCK", "HOLDLOCK", "SERIALIZABLE"];
                let locks = |hint: &Expr| locking.contains(&hint.to_string().to_uppercase().as_str());
                self.locks.set(self.locks.get() || with_hints.iter().any(locks));
                let of_with = self
                    .named
                    .borrow()
                    .iter()
                    .find(|(other, _)| same(other, &name.to_string()))
                    .cloned();
                if let Some((table, columns)) = of_with {
                    let called = alias_of(alias.as_ref())?.unwrap_or_else(|| table.clone());
                    let prefix = format!("{}.", quoted(&called));
                    let sql = format!("{} AS {}", quoted(&table), quoted(&called));
                    self.add(Source {
                        name: called,
                        prefix,
                        columns,
                    })?;
                    return Ok(sql);
                }
                let table = self.table(name, "SELECT")?;
                let called = alias_of(alias.as_ref())?.unwrap_or_else(|| table.name.clone());
                self.add(Source::table(table, &called, format!("{}.", quoted(&called))))?;
                Ok(format!("{} AS {}", quoted(&table.name), quoted(&called)))
            }
            TableFactor::Table {
                name,
                alias,
                args: Some(arguments),
                ..
            } => {
                let query = self.rows_of(name, arguments)?;
                let bare = self.object(name)?;
                let called = alias_of(alias.as_ref())?.unwrap_or(bare);
                let sql = format!("({}) AS {}", query.sql, quoted(&called));
                self.add(Source {
                    prefix: format!("{}.", quoted(&called)),
                    name: called,
                    columns: query.columns,
                })?;
                Ok(sql)
            }
            TableFactor::Derived {
                lateral: false,
                subquery,
                alias,
                sample: None,
            } => {
                let called = alias_of(alias.as_ref())?.ok_or_else(|| ServerError::syntax("a query in FROM needs a name"))?;
                let query = self.query(subquery, Place::Table)?;
                let sql = format!("({}) AS {}", query.sql, quoted(&called));
                self.add(Source {
                    prefix: format!("{}.", quoted(&called)),
                    name: called,
                    columns: query.columns,
                })?;
                Ok(sql)
            }
            _ => Err(ServerError::cannot(format!("{factor} in FROM"))),
        }
    }

    pub(super) fn add(&self, source: Source) -> Result<()> {
        let mut scopes = self.scopes.borrow_mut();
        let Some(scope) = scopes.last_mut() else { return Ok(()) };
        if scope.sources.iter().any(|other| same(&other.name, &source.name)) {
            let message = format!(
                "The objects \"{0}\" and \"{0}\" in the FROM clause have the same exposed names. Use correlation names to distinguish them.",
                source.name
            );
            return Err(ServerError::new(1013, 16, message));
        }
        scope.sources.push(source);
        Ok(())
    }
}

fn alias_of(alias: Option<&TableAlias>) -> Result<Option<String>> {
    match alias {
        None => Ok(None),
        Some(alias) if alias.columns.is_empty() => Ok(Some(alias.name.value.clone())),
        Some(alias) => Err(ServerError::cannot(format!("names of columns behind {}", alias.name))),
    }
}
