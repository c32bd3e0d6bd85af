//! From a statement to what it does to which object.

use std::collections::BTreeSet;

use sqlparser::{
    ast::{
        Assignment, AssignmentTarget, Delete, FromTable, Insert, Merge, MergeAction, MergeUpdateKind, ObjectName,
        OnConflictAction, OnInsert, OutputClause, SelectItem, Statement, TableFactor, TableObject, Update, Visit,
    },
    parser::Parser,
};

use crate::{
    Product,
    collector::{Collector, folded},
    needs::{Columns, Needs, Routine},
};

/// What rows are called that a statement has just written or is about to.
const WRITTEN: [&str; 5] = ["excluded", "inserted", "deleted", "new", "old"];

/// Where a statement stands.
struct Within {
    product: Product,
    /// What the statements around it make, which are no tables.
    made: BTreeSet<String>,
}

/// Adds what the text needs.
///
/// # Errors
/// Why that can't be said. Then nothing was added.
pub fn read(product: Product, text: &str, needs: &mut Needs) -> Result<(), String> {
    let text = match product {
        Product::Oracle => without_into(text),
        _ => text,
    };
    let statements = Parser::parse_sql(product.dialect(), text).map_err(|error| format!("it can't be read ({error})"))?;
    let mut found = needs.clone();
    let within = Within {
        product,
        made: BTreeSet::new(),
    };
    for statement in &statements {
        one(statement, &within, &mut found)?;
    }
    *needs = found;
    Ok(())
}

/// Oracle's `RETURNING … INTO :1`: where the values go is nothing that needs a right.
fn without_into(text: &str) -> &str {
    let upper = text.to_ascii_uppercase();
    let returning = upper.rfind("RETURNING").or_else(|| upper.rfind("RETURN "));
    let into = returning.and_then(|at| Some(at + upper.get(at..)?.rfind("INTO ")?));
    into.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// Adds what a statement needs.
fn one(statement: &Statement, within: &Within, needs: &mut Needs) -> Result<(), String> {
    match statement {
        Statement::Query(_) => {
            let found = collect(statement, within);
            read_columns(&found, None, needs);
            if found.locks {
                // Who locks rows must be allowed to change them.
                for table in &found.tables {
                    needs.table(table).update = Columns::All;
                }
            }
            finish(found, within, needs)
        }
        Statement::Insert(insert) => self::insert(insert, within, needs),
        Statement::Update(update) => self::update(update, within, needs),
        Statement::Delete(delete) => self::delete(delete, within, needs),
        Statement::Merge(merge) => self::merge(merge, within, needs),
        Statement::Call(function) => {
            needs.routines.insert((Routine::Procedure, function.name.to_string()));
            let mut found = collect(statement, within);
            let name = function.name.to_string();
            found.routines.remove(&(Routine::Function, name.clone()));
            found.functions.remove(&name.to_lowercase());
            read_columns(&found, None, needs);
            finish(found, within, needs)
        }
        Statement::Execute { name: Some(name), .. } => {
            needs.routines.insert((Routine::Procedure, name.to_string()));
            Ok(())
        }
        // Variables of a batch, and what holds for its session.
        Statement::Set(_) | Statement::Declare { .. } => Ok(()),
        _ => Err("it is no SELECT, INSERT, UPDATE, DELETE, MERGE, CALL or EXEC".to_owned()),
    }
}

fn insert(insert: &Insert, within: &Within, needs: &mut Needs) -> Result<(), String> {
    let TableObject::TableName(name) = &insert.table else {
        return Err("it inserts into something that is no table".to_owned());
    };
    let target = name.to_string();
    if insert.columns.is_empty() && insert.assignments.is_empty() {
        needs.table(&target).insert = Columns::All;
    }
    for column in &insert.columns {
        needs.table(&target).insert.add(last(column));
    }
    for column in assigned(&insert.assignments) {
        needs.table(&target).insert.add(column.1);
    }
    // MySQL's REPLACE.
    needs.table(&target).delete |= insert.replace_into;
    if let Some(source) = &insert.source {
        let found = collect(&Statement::Query(source.clone()), within);
        read_columns(&found, None, needs);
        finish(found, within, needs)?;
    }
    let mut written = Collector::default();
    written.table(name, insert.table_alias.as_ref().map(|alias| &alias.alias));
    for assignment in &insert.assignments {
        let _ = assignment.value.visit(&mut written);
    }
    match &insert.on {
        None => {}
        Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
            for (_, column) in assigned(assignments) {
                needs.table(&target).update.add(column.clone());
                // MySQL wants that of whoever says VALUES(column).
                written.columns.push((None, column));
            }
            let _ = assignments.visit(&mut written);
        }
        Some(OnInsert::OnConflict(conflict)) => {
            // The columns that decide are read.
            if let Some(sqlparser::ast::ConflictTarget::Columns { columns, .. }) = &conflict.conflict_target {
                written.columns.extend(columns.iter().map(|column| (None, folded(column))));
            }
            if let OnConflictAction::DoUpdate(update) = &conflict.action {
                for (_, column) in assigned(&update.assignments) {
                    needs.table(&target).update.add(column);
                }
                let _ = update.visit(&mut written);
            }
        }
        Some(_) => return Err("what it does about a row that is there already can't be read".to_owned()),
    }
    let before = written.columns.len();
    returned(insert.returning.as_deref(), insert.output.as_ref(), &mut written)?;
    if within.product == Product::Mysql {
        // MariaDB wants of who has them returned that he may write them.
        for (_, column) in written.columns.iter().skip(before) {
            needs.table(&target).insert.add(column.clone());
        }
        if written.everything {
            needs.table(&target).insert = Columns::All;
        }
    }
    read_columns(&written, Some(&target), needs);
    finish(written, within, needs)
}

fn update(update: &Update, within: &Within, needs: &mut Needs) -> Result<(), String> {
    let TableFactor::Table { name, .. } = &update.table.relation else {
        return Err("it updates something that is no table".to_owned());
    };
    let mut found = collect(&Statement::Update(update.clone()), within);
    let target = aliased(&mut found, name);
    let several = found.tables.len() > 1 && !update.table.joins.is_empty();
    for (of, column) in assigned(&update.assignments) {
        let table = match of {
            Some(of) => found.aliases.get(&of).cloned().unwrap_or_else(|| target.clone()),
            None if several => {
                return Err(format!(
                    "which table its column {column} is of can't be said without the table in front of it"
                ));
            }
            None => target.clone(),
        };
        needs.table(&table).update.add(column);
    }
    returned(update.returning.as_deref(), update.output.as_ref(), &mut found)?;
    read_columns(&found, Some(&target), needs);
    finish(found, within, needs)
}

fn delete(delete: &Delete, within: &Within, needs: &mut Needs) -> Result<(), String> {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let mut found = collect(&Statement::Delete(delete.clone()), within);
    let mut names: Vec<&ObjectName> = delete.tables.iter().collect();
    if names.is_empty() {
        names = from
            .iter()
            .filter_map(|table| match &table.relation {
                TableFactor::Table { name, .. } => Some(name),
                _ => None,
            })
            .take(1)
            .collect();
    }
    if names.is_empty() {
        return Err("it deletes from something that is no table".to_owned());
    }
    let mut target = None;
    for name in names {
        let name = aliased(&mut found, name);
        needs.table(&name).delete = true;
        target = Some(name);
    }
    returned(delete.returning.as_deref(), delete.output.as_ref(), &mut found)?;
    read_columns(&found, target.as_deref(), needs);
    finish(found, within, needs)
}

fn merge(merge: &Merge, within: &Within, needs: &mut Needs) -> Result<(), String> {
    let TableFactor::Table { name, .. } = &merge.table else {
        return Err("it merges into something that is no table".to_owned());
    };
    let mut found = collect(&Statement::Merge(merge.clone()), within);
    let target = name.to_string();
    for clause in &merge.clauses {
        match &clause.action {
            MergeAction::Insert(insert) if insert.columns.is_empty() => needs.table(&target).insert = Columns::All,
            MergeAction::Insert(insert) => {
                for column in &insert.columns {
                    needs.table(&target).insert.add(last(column));
                }
            }
            MergeAction::Update(update) => {
                needs.table(&target).delete |= update.delete_predicate.is_some();
                match &update.kind {
                    MergeUpdateKind::Set(assignments) => {
                        for (_, column) in assigned(assignments) {
                            needs.table(&target).update.add(column);
                        }
                    }
                    _ => needs.table(&target).update = Columns::All,
                }
            }
            MergeAction::Delete { .. } => needs.table(&target).delete = true,
            _ => {}
        }
    }
    // Its rows are held against those of the target.
    found.everything = true;
    read_columns(&found, None, needs);
    finish(found, within, needs)
}

fn collect(statement: &Statement, within: &Within) -> Collector {
    let mut found = Collector::default();
    found.made.clone_from(&within.made);
    let _ = statement.visit(&mut found);
    found
}

/// The table that a name stands for: SQL Server updates and deletes what it names in FROM.
fn aliased(found: &mut Collector, name: &ObjectName) -> String {
    let written = name.to_string();
    let table = match name.0.as_slice() {
        [part] => part.as_ident().and_then(|ident| found.aliases.get(&folded(ident)).cloned()),
        _ => None,
    };
    match table {
        Some(table) => {
            if table != written {
                found.tables.retain(|known| *known != written);
            }
            table
        }
        None => written,
    }
}

/// Columns that assignments set, each with what stands in front of it.
fn assigned(assignments: &[Assignment]) -> Vec<(Option<String>, String)> {
    let names = assignments.iter().flat_map(|assignment| match &assignment.target {
        AssignmentTarget::ColumnName(name) => vec![name],
        AssignmentTarget::Tuple(names) => names.iter().collect(),
    });
    names
        .map(|name| {
            let of = name.0.len().checked_sub(2).and_then(|index| name.0.get(index));
            (of.and_then(|part| part.as_ident()).map(folded), last(name))
        })
        .collect()
}

fn last(name: &ObjectName) -> String {
    let ident = name.0.last().and_then(|part| part.as_ident());
    ident.map_or_else(|| name.to_string(), folded)
}

/// What a statement that writes gives back.
fn returned(items: Option<&[SelectItem]>, output: Option<&OutputClause>, found: &mut Collector) -> Result<(), String> {
    let of_output: &[SelectItem] = match output {
        Some(OutputClause::Output { into_table: Some(_), .. }) => return Err("where its OUTPUT goes can't be read".to_owned()),
        Some(OutputClause::Output { select_items, .. } | OutputClause::Returning { select_items, .. }) => select_items,
        None => &[],
    };
    for item in items.into_iter().flatten().chain(of_output) {
        found.results(std::slice::from_ref(item));
        let _ = item.visit(found);
    }
    Ok(())
}

/// Adds which columns of which tables are read. `target`: the table that is written, which need not be read.
fn read_columns(found: &Collector, target: Option<&str>, needs: &mut Needs) {
    let mut named: Vec<(String, String)> = Vec::new();
    let mut doubt = found.everything || !found.inner.is_empty();
    for (of, column) in &found.columns {
        match of {
            Some(of) if found.made.contains(of) => {}
            Some(of) => match (found.aliases.get(of), target) {
                (Some(table), _) => named.push((table.clone(), column.clone())),
                (None, Some(target)) if WRITTEN.contains(&of.as_str()) => named.push((target.to_owned(), column.clone())),
                (None, _) => doubt = true,
            },
            None if found.results.contains(column) => doubt = true,
            None => match found.tables.as_slice() {
                [table] if found.made.is_empty() => named.push((table.clone(), column.clone())),
                [] => {}
                _ => doubt = true,
            },
        }
    }
    for table in &found.tables {
        let of_table: Vec<_> = named.iter().filter(|(of, _)| of == table).collect();
        let is_target = target == Some(table.as_str());
        let needed = needs.table(table);
        if doubt || (of_table.is_empty() && !is_target) {
            needed.select = Columns::All;
        }
        for (_, column) in of_table {
            needed.select.add(column.clone());
        }
    }
}

/// Adds what else was found, and what inner statements need.
fn finish(found: Collector, within: &Within, needs: &mut Needs) -> Result<(), String> {
    needs.routines.extend(found.routines);
    needs.sequences.extend(found.sequences);
    needs.functions.extend(found.functions);
    let inside = Within {
        product: within.product,
        made: found.made,
    };
    found.inner.iter().try_for_each(|statement| one(statement, &inside, needs))
}
