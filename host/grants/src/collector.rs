//! What stands in a statement: its tables and what they are called there, the columns that it names, the functions that it calls.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor, Value, Visitor,
};

use crate::needs::Routine;

/// Everything that a visit of a statement finds.
#[derive(Debug, Default)]
pub struct Collector {
    /// Tables in the order in which they stand there, without those that the statement makes itself.
    pub tables: Vec<String>,
    /// By what they are called in the statement.
    pub aliases: BTreeMap<String, String>,
    /// What the statement makes itself: common table expressions and subqueries.
    pub made: BTreeSet<String>,
    /// Columns with what stands in front of them.
    pub columns: Vec<(Option<String>, String)>,
    /// What the results are called.
    pub results: BTreeSet<String>,
    pub routines: BTreeSet<(Routine, String)>,
    pub functions: BTreeSet<String>,
    pub sequences: BTreeSet<String>,
    /// Statements inside of the statement, which a common table expression may have.
    pub inner: Vec<Statement>,
    /// Tables whose rows are locked.
    pub locks: bool,
    /// Columns are read that nothing names.
    pub everything: bool,
    depth: usize,
}

impl Collector {
    /// Makes it know a table, and what it is called.
    pub fn table(&mut self, name: &ObjectName, alias: Option<&Ident>) {
        let written = name.to_string();
        if let [part] = name.0.as_slice()
            && part.as_ident().is_some_and(|ident| self.made.contains(&folded(ident)))
        {
            return;
        }
        if let Some(last) = name.0.last().and_then(|part| part.as_ident()) {
            self.aliases.insert(folded(alias.unwrap_or(last)), written.clone());
        }
        if !self.tables.contains(&written) {
            self.tables.push(written);
        }
    }

    pub fn results(&mut self, items: &[SelectItem]) {
        for item in items {
            match item {
                SelectItem::Wildcard(_) => self.everything = true,
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), _) => {
                    let of = of.0.last().and_then(|part| part.as_ident()).map(folded);
                    // All of what is made in the statement is made of what is named there.
                    self.everything |= !of.is_some_and(|of| self.made.contains(&of));
                }
                SelectItem::QualifiedWildcard(..) => self.everything = true,
                SelectItem::ExprWithAlias { expr, alias } if !is_same(expr, alias) => {
                    self.results.insert(folded(alias));
                }
                _ => {}
            }
        }
    }

    fn factor(&mut self, factor: &TableFactor) {
        match factor {
            TableFactor::Table {
                name, alias, args: None, ..
            } => self.table(name, alias.as_ref().map(|alias| &alias.name)),
            TableFactor::Table { name, alias, .. } | TableFactor::Function { name, alias, .. } => {
                self.routines.insert((Routine::TableFunction, name.to_string()));
                let alias = alias.as_ref().map(|alias| folded(&alias.name));
                let last = name.0.last().and_then(|part| part.as_ident()).map(folded);
                self.made.extend(alias.or(last));
            }
            TableFactor::Derived { alias: Some(alias), .. } => {
                self.made.insert(folded(&alias.name));
            }
            TableFactor::Derived { alias: None, .. } | TableFactor::NestedJoin { .. } => {}
            _ => self.everything = true,
        }
    }

    fn function(&mut self, function: &sqlparser::ast::Function) {
        let name = function.name.to_string();
        if name.eq_ignore_ascii_case("nextval")
            && let FunctionArguments::List(list) = &function.args
            && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value)))] = list.args.as_slice()
            && let Value::SingleQuotedString(sequence) = &value.value
        {
            self.sequences.insert(sequence.clone());
        } else if function.name.0.len() > 1 {
            self.routines.insert((Routine::Function, name));
        } else {
            self.functions.insert(name.to_lowercase());
        }
    }
}

impl Visitor for Collector {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        self.depth += 1;
        if self.depth > 1 {
            self.inner.push(statement.clone());
        }
        ControlFlow::Continue(())
    }

    fn post_visit_statement(&mut self, _: &Statement) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for made in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.made.insert(folded(&made.alias.name));
        }
        self.locks |= !query.locks.is_empty();
        // `TABLE t` is all of it.
        self.everything |= matches!(query.body.as_ref(), SetExpr::Table(_));
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        // Aliases of what is made in here must be known before what is selected from them is looked at.
        for table in &select.from {
            self.factor(&table.relation);
            for join in &table.joins {
                self.factor(&join.relation);
            }
        }
        self.results(&select.projection);
        let text = format!("{select}").to_uppercase();
        // Their columns stand in no expression.
        self.everything |= text.contains(" USING(") || text.contains("NATURAL ");
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        self.factor(factor);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => {
                let is_word = ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default");
                if !ident.value.starts_with('@') && !is_word {
                    self.columns.push((None, folded(ident)));
                }
            }
            Expr::CompoundIdentifier(parts) => {
                if let [.., of, column] = parts.as_slice() {
                    let is_sequence = ["nextval", "currval"]
                        .iter()
                        .any(|word| column.value.eq_ignore_ascii_case(word));
                    if is_sequence && column.quote_style.is_none() {
                        let names: Vec<_> = parts.iter().take(parts.len() - 1).map(ToString::to_string).collect();
                        self.sequences.insert(names.join("."));
                    } else {
                        self.columns.push((Some(folded(of)), folded(column)));
                    }
                }
            }
            Expr::Function(function) => self.function(function),
            Expr::QualifiedWildcard(..) | Expr::Wildcard(_) => self.everything = true,
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn is_same(expr: &Expr, alias: &Ident) -> bool {
    match expr {
        Expr::Identifier(ident) => folded(ident) == folded(alias),
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|last| folded(last) == folded(alias)),
        _ => false,
    }
}

/// A name without the letters' case where that is nothing to the database; quoted if it is quoted.
pub fn folded(ident: &Ident) -> String {
    match ident.quote_style {
        None => ident.value.to_lowercase(),
        Some(_) => ident.to_string(),
    }
}
