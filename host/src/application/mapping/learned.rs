//! What the database says of the columns of users and groups: the types of those that the mapping names, and which others there are.

use super::{
    position,
    unmapped::{Fate, Unmapped, unmapped},
};
use crate::{
    application::{AttributeMapping, Holds, Origin, ResourceMapping, ValueType},
    database::{Column, ColumnType, Kind},
};

/// A mapping with what its columns say.
#[derive(Clone, Debug)]
pub struct Learned {
    pub mapping: ResourceMapping,
    /// Every column that the mapping of the settings doesn't name.
    pub unmapped: Vec<Unmapped>,
}

impl Learned {
    /// From the columns of every operation that reads users, or groups. The first are those of get-user, or of get-users where there is no
    /// get-user: their order is that of the attributes. `None` among them: an operation whose columns nobody can tell, so that
    /// no further column can be said to be everywhere.
    pub fn of(application: &str, settings: &ResourceMapping, kind: Kind, results: &[Option<Vec<Column>>]) -> Self {
        let known: Vec<&[Column]> = results.iter().flatten().map(Vec::as_slice).collect();
        let mut mapping = settings.clone();
        learn_types(&mut mapping.attributes, kind, &known);
        let unmapped = match known.split_first() {
            Some((first, others)) if known.len() == results.len() => unmapped(application, settings, kind, first, others),
            _ => Vec::new(),
        };
        let shown = unmapped.iter().filter_map(|found| match &found.fate {
            Fate::Shown(path, column_type) => Some(AttributeMapping {
                path: path.clone(),
                column: found.column.clone(),
                value_type: ValueType::of_column(*column_type),
                holds: Holds::AsItIs,
                column_type: Some(*column_type),
                origin: Origin::Column,
            }),
            Fate::Withheld(_) => None,
        });
        mapping.attributes.extend(shown);
        Self { mapping, unmapped }
    }
}

/// Says what attributes are whose columns are in one of these results; the first that has one decides.
pub fn learn_types(attributes: &mut [AttributeMapping], kind: Kind, results: &[&[Column]]) {
    for attribute in attributes {
        let column = results
            .iter()
            .find_map(|columns| columns.get(position(columns, &attribute.column)?));
        if let Some(column) = column {
            let column_type = ColumnType::of(kind, &column.type_name);
            attribute.column_type = Some(column_type);
            if attribute.holds == Holds::AsItIs {
                attribute.value_type = refined(attribute.value_type, column_type);
            }
        }
    }
}

/// What an attribute is once its column is known. What the RFC says stays, but for how bytes are written as text.
fn refined(known: ValueType, column: ColumnType) -> ValueType {
    match (known, column) {
        (ValueType::Any, column) => ValueType::of_column(column),
        (ValueType::Text, ColumnType::Bytes | ColumnType::LongBytes) => ValueType::Binary,
        (known, _) => known,
    }
}
