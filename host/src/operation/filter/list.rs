//! Conditions in brackets on a list in one column: `tags[value eq "x"]`. An element of it is its value and nothing else.

use scim_v2::filter::{AttrExp, AttrPath, ValFilter, ValuePath};

use super::{invalid, translation::Translation};
use crate::{
    database::Predicate,
    operation::columns::{ColumnOf, Columns, Content},
    scim::Error,
};

impl<C: Columns> Translation<'_, C> {
    /// The column, if the attribute is such a list.
    pub fn list(&self, path: &ValuePath) -> Option<ColumnOf> {
        let mut columns = self.columns.columns(&path.attr).into_iter();
        columns.find(|column| matches!(column.content, Content::Several(_)))
    }

    /// One of the elements is enough, as for `tags eq "x"`; so what is joined with `or` can be asked one by one. What is joined with
    /// `and`, or negated, would have to hold of one and the same element, which a comparison of the whole list can't say.
    ///
    /// # Errors
    /// `invalidFilter`: it is one of these, or names something else than the value.
    pub fn element_of_list(&mut self, list: &AttrPath, column: &ColumnOf, filter: &ValFilter) -> Result<(), Error> {
        match filter {
            ValFilter::Attr(expression) => {
                let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
                if path.sub_attr.is_some() || !path.name.eq_ignore_ascii_case("value") {
                    return Err(invalid(format!(
                        "an element of `{list}` has a `value` and nothing else: `{path}` is none of it"
                    )));
                }
                self.atom(list, column.clone(), expression)?;
                // A list without elements differs from every value, and has no element that does.
                self.push(Predicate::Present(column.column.clone()));
                self.push(Predicate::And(2));
                Ok(())
            }
            ValFilter::Or(operands) => {
                let mut several = 0_u32;
                for operand in operands.iter() {
                    self.element_of_list(list, column, operand)?;
                    several = several.saturating_add(1);
                }
                self.push(Predicate::Or(several));
                Ok(())
            }
            ValFilter::And(_) | ValFilter::Not(_) => Err(invalid(format!(
                "an element of `{list}` can be looked for by one condition on its value, or by several with `or` between them; not with \
                 `and` or `not` in the brackets"
            ))),
        }
    }
}
