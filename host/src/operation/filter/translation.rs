//! The conditions of a filter, and which columns each of them is about.

use scim_v2::filter::{AttrExp, AttrPath, Filter, ValFilter, ValuePath};

use super::{column_filter::ColumnFilter, constant, filled, invalid};
use crate::{
    database::{Comparison, ComparisonOperator, Predicate, Value},
    operation::{
        among::{Among, MOST, Whose},
        columns::{Columns, ElementOf},
    },
    scim::Error,
};

pub(super) struct Translation<'a, C> {
    pub columns: &'a C,
    pub result: ColumnFilter,
}

impl<C: Columns> Translation<'_, C> {
    pub fn filter(&mut self, filter: &Filter) -> Result<(), Error> {
        let columns = self.columns;
        if let Some(among) = columns.among(filter) {
            self.among(among);
            return Ok(());
        }
        match filter {
            Filter::Attr(expression) => self.expression(expression),
            Filter::ValuePath(path) => self.value_path(path),
            Filter::Not(inner) => {
                self.filter(inner)?;
                self.push(Predicate::Not);
                Ok(())
            }
            Filter::And(operands) => {
                operands.iter().try_for_each(|operand| self.filter(operand))?;
                self.push(Predicate::And(count(operands.len())));
                Ok(())
            }
            Filter::Or(operands) => {
                operands.iter().try_for_each(|operand| self.filter(operand))?;
                self.push(Predicate::Or(count(operands.len())));
                Ok(())
            }
        }
    }

    /// By the id.
    fn among(&mut self, among: &Among) {
        let Some(id) = self.columns.columns(&AttrPath::with_name("id")).into_iter().next() else {
            return;
        };
        if among.ids.len() > MOST {
            let parameter = format!("among.{}", self.result.sets.len() + 1);
            self.result.sets.push((parameter.clone(), among.ids.clone()));
            self.push(Predicate::Compare(Comparison {
                column: id.column,
                operator: ComparisonOperator::Eq,
                collation: id.collation,
                parameter,
            }));
        } else {
            let mut ids: Vec<&String> = among.ids.iter().collect();
            ids.sort();
            let mut places = 0;
            for wanted in filled(&ids) {
                self.compare(id.clone(), ComparisonOperator::Eq, Value::Text(wanted.clone()));
                places += 1;
            }
            self.push(Predicate::Or(places));
        }
        if among.whose == Whose::AllButThese {
            self.push(Predicate::Not);
        }
    }

    fn expression(&mut self, expression: &AttrExp) -> Result<(), Error> {
        let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
        if let Some(word) = self.columns.constant(path) {
            self.push(constant::outcome(word, expression));
            return Ok(());
        }
        let columns = self.columns.columns(path);
        if columns.is_empty() && self.word(path, expression) {
            return Ok(());
        }
        if columns.is_empty() {
            return Err(invalid(format!(
                "no column holds `{path}`; a filter can name {}",
                self.columns.known()
            )));
        }
        let several = columns.len();
        for column in columns {
            self.atom(path, column, expression)?;
        }
        if several > 1 {
            self.push(Predicate::Or(count(several)));
        }
        Ok(())
    }

    /// `emails.type eq "work"`, where the mapping fixes the type: the same as `emails[type eq "work"]`. Says whether it is that.
    fn word(&mut self, path: &AttrPath, expression: &AttrExp) -> bool {
        let Some(sub_attribute) = &path.sub_attr else { return false };
        let attribute = AttrPath {
            sub_attr: None,
            ..path.clone()
        };
        let mut elements = self.columns.elements(&attribute);
        elements.retain(|element| element.key.eq_ignore_ascii_case(sub_attribute));
        if elements.is_empty() {
            return false;
        }
        for element in &elements {
            self.push(constant::outcome(&element.word, expression));
            self.exists(element);
        }
        self.push(Predicate::Or(count(elements.len())));
        true
    }

    /// An element is there if one of its columns holds a value; joined with what comes before it by `and`.
    fn exists(&mut self, element: &ElementOf) {
        for (_, column) in &element.columns {
            self.push(Predicate::Present(column.column.clone()));
        }
        self.push(Predicate::Or(count(element.columns.len())));
        self.push(Predicate::And(2));
    }

    /// Each mapped element by itself: `type` is known from the mapping, the others are columns.
    fn value_path(&mut self, path: &ValuePath) -> Result<(), Error> {
        if let Some(column) = self.list(path) {
            return self.element_of_list(&path.attr, &column, &path.filter);
        }
        let elements = self.columns.elements(&path.attr);
        if elements.is_empty() {
            return Err(invalid(format!(
                "no column holds an element of `{}`; a filter can name {}",
                path.attr,
                self.columns.known()
            )));
        }
        let several = count(elements.len());
        for element in &elements {
            self.element(&path.filter, element)?;
            self.exists(element);
        }
        self.push(Predicate::Or(several));
        Ok(())
    }

    fn element(&mut self, filter: &ValFilter, element: &ElementOf) -> Result<(), Error> {
        match filter {
            ValFilter::Attr(expression) => {
                let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
                let ElementOf { key, word, columns } = element;
                if path.name.eq_ignore_ascii_case(key) {
                    self.push(constant::outcome(word, expression));
                    return Ok(());
                }
                let found = columns.iter().find(|(sub, _)| sub.eq_ignore_ascii_case(&path.name));
                let (_, column) =
                    found.ok_or_else(|| invalid(format!("no column holds `{path}` of the element {key} eq \"{word}\"")))?;
                self.atom(path, column.clone(), expression)
            }
            ValFilter::Not(inner) => {
                self.element(inner, element)?;
                self.push(Predicate::Not);
                Ok(())
            }
            ValFilter::And(operands) => {
                operands.iter().try_for_each(|operand| self.element(operand, element))?;
                self.push(Predicate::And(count(operands.len())));
                Ok(())
            }
            ValFilter::Or(operands) => {
                operands.iter().try_for_each(|operand| self.element(operand, element))?;
                self.push(Predicate::Or(count(operands.len())));
                Ok(())
            }
        }
    }

    pub fn push(&mut self, predicate: Predicate) {
        self.result.predicates.push(predicate);
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
