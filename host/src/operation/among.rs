//! A condition that is known to hold for some users, or for all but some: what no column of a user says.

use std::{collections::HashSet, sync::Arc};

use scim_v2::filter::{AttrPath, Filter};

use super::columns::{ColumnOf, Columns, ElementOf};
use crate::application::ResourceMapping;

/// Ids that a statement compares with at the most; more are looked for in the host, as rows stream by.
pub const MOST: usize = 500;

/// Whose a condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Among {
    pub condition: Filter,
    /// Without blanks at their ends, which some columns have.
    pub ids: Arc<HashSet<String>>,
    pub whose: Whose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    These,
    AllButThese,
}

/// The columns of users, and what is known of the rest.
pub struct Known<'a> {
    pub mapping: &'a ResourceMapping,
    pub conditions: Vec<Among>,
}

impl Columns for Known<'_> {
    fn columns(&self, path: &AttrPath) -> Vec<ColumnOf> {
        self.mapping.columns(path)
    }

    fn constant(&self, path: &AttrPath) -> Option<&str> {
        self.mapping.constant(path)
    }

    fn elements(&self, path: &AttrPath) -> Vec<ElementOf> {
        self.mapping.elements(path)
    }

    fn among(&self, condition: &Filter) -> Option<&Among> {
        self.conditions.iter().find(|known| known.condition == *condition)
    }

    fn known(&self) -> String {
        self.mapping.known()
    }
}
