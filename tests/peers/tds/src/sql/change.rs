//! INSERT, UPDATE, DELETE.

use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Insert, OutputClause, Query, SetExpr, TableFactor, TableObject,
    TableWithJoins, Update, UpdateTableFromKind,
};

use super::{
    catalogue::{Column, Table, same},
    compiler::{Compiler, Result, Scope, Source, parts},
    expression::conversion,
    query::{Compiled, Place},
    typed::{Typed, quoted},
};
use crate::error::ServerError;

impl Compiler<'_> {
    /// The statement, the columns that it puts out, and its table.
    ///
    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn insert(&self, insert: &Insert) -> Result<(Compiled, Table)> {
        let TableObject::TableName(name) = &insert.table else {
            return Err(ServerError::cannot("INSERT into what is no table"));
        };
        let table = self.table(name, "INSERT")?;
        let allows_identity = self
            .facts
            .identity_insert
            .as_deref()
            .is_some_and(|name| same(name, &table.name));
        let columns: Vec<&Column> = if insert.columns.is_empty() {
            table.columns.iter().filter(|column| !column.identity).collect()
        } else {
            insert
                .columns
                .iter()
                .map(|name| column(table, &parts(name)?))
                .collect::<Result<_>>()?
        };
        if let Some(identity) = columns.iter().find(|column| column.identity)
            && !allows_identity
        {
            let message = format!(
                "Cannot insert explicit value for identity column '{}' in table '{}' when IDENTITY_INSERT is set to OFF.",
                identity.name, table.name
            );
            return Err(ServerError::new(544, 16, message));
        }
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let mut sql = format!("INSERT INTO {} ", quoted(&table.name));
        match insert.source.as_deref() {
            None => sql += "DEFAULT VALUES",
            Some(Query { body, .. }) if matches!(&**body, SetExpr::Values(_)) => {
                let SetExpr::Values(values) = &**body else {
                    return Err(ServerError::syntax("near 'VALUES'"));
                };
                let mut rows = Vec::new();
                for row in &values.rows {
                    let row = &row.content;
                    if row.len() != columns.len() {
                        let more = if row.len() > columns.len() { 110 } else { 109 };
                        let words = "There are fewer or more columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.";
                        return Err(ServerError::new(more, 15, words));
                    }
                    let row: Vec<String> = row
                        .iter()
                        .zip(&columns)
                        .map(|(value, column)| self.assigned(value, table, column))
                        .collect::<Result<_>>()?;
                    rows.push(format!("({})", row.join(", ")));
                }
                sql += &format!("({}) VALUES {}", names.join(", "), rows.join(", "));
            }
            Some(source) => {
                let query = self.query(source, Place::Statement)?;
                if query.columns.len() != columns.len() {
                    let message = "The select list for the INSERT statement contains fewer or more items than the insert list.";
                    return Err(ServerError::new(
                        if query.columns.len() > columns.len() { 121 } else { 120 },
                        15,
                        message,
                    ));
                }
                let values: Vec<String> = query
                    .columns
                    .iter()
                    .zip(&columns)
                    .map(|(value, column)| self.fitting(value.clone(), table, column))
                    .collect::<Result<_>>()?;
                sql += &format!("({}) SELECT {} FROM ({})", names.join(", "), values.join(", "), query.sql);
            }
        }
        let columns = self.output(insert.output.as_ref(), table, &["inserted"], &mut sql)?;
        Ok((Compiled { sql, columns }, table.clone()))
    }

    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn update(&self, update: &Update) -> Result<(Compiled, Table)> {
        let from = match &update.from {
            None => None,
            Some(UpdateTableFromKind::AfterSet(from)) => Some(from.as_slice()),
            Some(UpdateTableFromKind::BeforeSet(_)) => return Err(ServerError::syntax("near 'FROM'")),
        };
        let (table, alias) = self.target(&update.table, from, "UPDATE")?;
        self.inside(&table, &alias, |sql| {
            let mut set = Vec::new();
            let mut assigned: Vec<&str> = Vec::new();
            for Assignment { target, value } in &update.assignments {
                let AssignmentTarget::ColumnName(name) = target else {
                    return Err(ServerError::syntax("near '('"));
                };
                let column = column(&table, &parts(name)?)?;
                if column.identity {
                    let message = format!("Cannot update identity column '{}'.", column.name);
                    return Err(ServerError::new(8102, 16, message));
                }
                if assigned.iter().any(|other| same(other, &column.name)) {
                    let message = format!(
                        "The column name '{}' is specified more than once in the SET clause or column list of an INSERT.",
                        column.name
                    );
                    return Err(ServerError::new(264, 16, message));
                }
                assigned.push(&column.name);
                set.push(format!(
                    "{} = {}",
                    quoted(&column.name),
                    self.assigned(value, &table, column)?
                ));
            }
            *sql = format!("UPDATE {} AS {} SET {}", quoted(&table.name), quoted(&alias), set.join(", "));
            if let Some(condition) = &update.selection {
                *sql += &format!(" WHERE {}", self.condition(condition)?);
            }
            self.output(update.output.as_ref(), &table, &["inserted"], sql)
        })
    }

    /// # Errors
    /// What SQL Server refuses, or the peer doesn't know.
    pub fn delete(&self, delete: &Delete) -> Result<(Compiled, Table)> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let [from] = from.as_slice() else {
            return Err(ServerError::cannot("DELETE from several tables"));
        };
        if delete.using.is_some() || !delete.tables.is_empty() {
            return Err(ServerError::cannot("DELETE with a second FROM"));
        }
        let (table, alias) = self.target(from, None, "DELETE")?;
        self.inside(&table, &alias, |sql| {
            *sql = format!("DELETE FROM {} AS {}", quoted(&table.name), quoted(&alias));
            if let Some(condition) = &delete.selection {
                *sql += &format!(" WHERE {}", self.condition(condition)?);
            }
            self.output(delete.output.as_ref(), &table, &["deleted"], sql)
        })
    }

    fn inside(
        &self,
        table: &Table,
        alias: &str,
        write: impl FnOnce(&mut String) -> Result<Vec<Typed>>,
    ) -> Result<(Compiled, Table)> {
        let source = Source::table(table, alias, format!("{}.", quoted(alias)));
        self.scopes.borrow_mut().push(Scope { sources: vec![source] });
        let mut sql = String::new();
        let columns = write(&mut sql);
        self.scopes.borrow_mut().pop();
        Ok((Compiled { sql, columns: columns? }, table.clone()))
    }

    /// The table that is changed, and its name in the statement: `UPDATE u SET … FROM app_user AS u`.
    fn target(&self, target: &TableWithJoins, from: Option<&[TableWithJoins]>, permission: &str) -> Result<(Table, String)> {
        let relation = |of: &TableWithJoins| match &of.relation {
            TableFactor::Table {
                name, alias, args: None, ..
            } if of.joins.is_empty() => Ok((name.clone(), alias.as_ref().map(|alias| alias.name.value.clone()))),
            other => Err(ServerError::cannot(format!("a change of {other}"))),
        };
        let (name, alias) = relation(target)?;
        match from {
            None => {
                let table = self.table(&name, permission)?.clone();
                let alias = alias.unwrap_or_else(|| table.name.clone());
                Ok((table, alias))
            }
            Some([only]) => {
                let (real, alias) = relation(only)?;
                let called = name.to_string();
                if alias.as_deref().is_none_or(|alias| !same(alias, &called)) {
                    return Err(ServerError::cannot("UPDATE with FROM, but for the name of its table"));
                }
                Ok((self.table(&real, permission)?.clone(), called))
            }
            Some(_) => Err(ServerError::cannot("UPDATE from several tables")),
        }
    }

    /// An expression as a column takes it.
    fn assigned(&self, value: &Expr, table: &Table, column: &Column) -> Result<String> {
        if let Expr::Identifier(word) = value
            && word.quote_style.is_none()
            && word.value.eq_ignore_ascii_case("DEFAULT")
        {
            return Ok(column.default.clone().unwrap_or_else(|| "NULL".to_owned()));
        }
        let value = self.value(value)?;
        self.fitting(value, table, column)
    }

    fn fitting(&self, value: Typed, table: &Table, column: &Column) -> Result<String> {
        let place = format!("{}.dbo.{}.{}", self.facts.database, table.name, column.name);
        let value = self.of_type(value, column.of);
        let from = value.of();
        Ok(conversion(&value.sql, from, column.of, "column", &place))
    }

    /// `OUTPUT INSERTED.user_id`
    fn output(&self, output: Option<&OutputClause>, table: &Table, names: &[&str], sql: &mut String) -> Result<Vec<Typed>> {
        let items = match output {
            None => return Ok(Vec::new()),
            Some(OutputClause::Output {
                select_items,
                into_table: None,
                ..
            }) => select_items,
            Some(_) => return Err(ServerError::cannot("OUTPUT INTO")),
        };
        let sources = names.iter().map(|name| Source::table(table, name, String::new())).collect();
        self.scopes.borrow_mut().push(Scope { sources });
        let columns = self.projection(items);
        self.scopes.borrow_mut().pop();
        let columns = columns?;
        let list: Vec<String> = columns.iter().map(|column| column.sql.clone()).collect();
        *sql += &format!(" RETURNING {}", list.join(", "));
        Ok(columns)
    }
}

fn column<'t>(table: &'t Table, path: &[String]) -> Result<&'t Column> {
    let name = path.last().map(String::as_str).unwrap_or_default();
    table.column(name).ok_or_else(|| ServerError::no_column(name))
}
