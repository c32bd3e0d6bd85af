//! Which columns hold an attribute that a filter names, and how what they hold compares.

use scim_v2::filter::{AttrPath, Filter};

use super::among::Among;
use crate::{
    application::{
        AttributeMapping, EntitlementSettings, Holds, ListSettings, ResourceMapping, Stored, ValueType, Words, in_form,
    },
    database::{Collation, ColumnType, SortKey, Value},
    scim::{AttributePath, Error, ScimType, Sort, SortDirection, is_core},
};

/// An attribute that a filter may name, and the columns that hold it.
pub trait Columns {
    /// The columns for `name`, or `name.sub`; several for an attribute with several values. Empty: there is none.
    fn columns(&self, path: &AttrPath) -> Vec<ColumnOf>;
    /// The value of an attribute that is the same for all.
    fn constant(&self, _: &AttrPath) -> Option<&str> {
        None
    }
    /// The mapped elements of a multi-valued attribute: `emails[type eq "work" and …]`.
    fn elements(&self, path: &AttrPath) -> Vec<ElementOf>;
    /// Whose a condition holds, where that has been found out already.
    fn among(&self, _: &Filter) -> Option<&Among> {
        None
    }
    /// What can be named, for messages.
    fn known(&self) -> String;
}

/// A column, and how its values compare.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnOf {
    pub column: String,
    pub collation: Collation,
    pub content: Content,
    pub answered_by: AnsweredBy,
    /// What the database says that it is, where the form of a value depends on that.
    pub column_type: Option<ColumnType>,
}

impl ColumnOf {
    /// A value in the form that the column has.
    pub fn in_its_form(&self, value: Value) -> Value {
        in_form(value, self.column_type)
    }
}

/// Who can compare what a column holds with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    Database,
    /// The host alone: the column holds it in another form than its type has, such as numbers in a column of texts, or where the
    /// database can't compare it.
    Host,
}

/// What a column holds, as far as comparisons depend on it.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Plain,
    /// Points in time (RFC 7643 §2.3.5).
    DateTime,
    /// Bytes, which SCIM writes in base64 (RFC 7643 §2.3.6).
    Bytes,
    /// Booleans in words.
    Words(Words),
    /// What the mapping says.
    Typed(Stored),
    /// Any number of values of this type.
    Several(Stored),
}

/// An element of a multi-valued attribute that the mapping knows.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementOf {
    /// The sub-attribute that the mapping fixes, and its value: `type` and `work`.
    pub key: String,
    pub word: String,
    /// The other sub-attributes, with their columns.
    pub columns: Vec<(String, ColumnOf)>,
}

/// The order that a client asks for; of several columns, the first that the mapping names.
///
/// # Errors
/// `invalidValue`: no column holds the attribute.
pub fn sort_keys(sort: Option<&Sort>, columns: &impl Columns) -> Result<Vec<SortKey>, Error> {
    let Some(sort) = sort else {
        return Ok(Vec::new());
    };
    let Some(found) = columns.columns(&sort.path).into_iter().next() else {
        let detail = format!("no column holds `{}`; a list can be sorted by {}", sort.path, columns.known());
        return Err(Error::bad_request(ScimType::InvalidValue, detail));
    };
    let comparable = found.column_type.is_none_or(ColumnType::is_comparable);
    if !comparable || matches!(found.content, Content::Several(_) | Content::Typed(Stored::Json)) {
        let detail = format!("`{}` holds what has no order; a list can't be sorted by it", sort.path);
        return Err(Error::bad_request(ScimType::InvalidValue, detail));
    }
    Ok(vec![SortKey {
        column: found.column,
        descending: sort.direction == SortDirection::Descending,
        collation: found.collation,
    }])
}

/// The columns of an item of a catalogue.
impl Columns for EntitlementSettings {
    fn columns(&self, path: &AttrPath) -> Vec<ColumnOf> {
        let (column, collation) = match path.name.as_str() {
            _ if path.sub_attr.is_some() => return Vec::new(),
            "id" => (Some(&self.id), Collation::Native),
            "displayName" => (Some(&self.display), Collation::Insensitive),
            "description" => (self.description.as_ref(), Collation::Insensitive),
            _ => (None, Collation::Native),
        };
        let plain = |column: &String| ColumnOf {
            column: column.clone(),
            collation,
            content: Content::Plain,
            answered_by: AnsweredBy::Database,
            column_type: None,
        };
        column.map(plain).into_iter().collect()
    }

    fn constant(&self, path: &AttrPath) -> Option<&str> {
        (path.name == "type" && path.sub_attr.is_none()).then_some(self.name.as_str())
    }

    fn elements(&self, _: &AttrPath) -> Vec<ElementOf> {
        Vec::new()
    }

    fn known(&self) -> String {
        let names = ["id", "displayName"]
            .into_iter()
            .chain(self.description.iter().map(|_| "description"));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The columns of what users hold, of their groups, or of the members of groups, whose parts are named as if they were attributes.
#[derive(Clone, Copy, Debug)]
pub struct Holding<'a> {
    pub value: &'a str,
    pub display: Option<&'a str>,
    pub type_name: &'a str,
}

impl Columns for Holding<'_> {
    fn columns(&self, path: &AttrPath) -> Vec<ColumnOf> {
        let (column, collation) = match path.name.as_str() {
            // Letter for letter, as PATCH tells them apart; a number is the text that clients see.
            "value" => (Some(self.value), Collation::Exact),
            "display" => (self.display, Collation::Insensitive),
            _ => (None, Collation::Native),
        };
        let plain = |column: &str| ColumnOf {
            column: column.to_owned(),
            collation,
            content: Content::Plain,
            answered_by: AnsweredBy::Database,
            column_type: None,
        };
        column.map(plain).into_iter().collect()
    }

    fn constant(&self, path: &AttrPath) -> Option<&str> {
        (path.name == "type").then_some(self.type_name)
    }

    fn elements(&self, _: &AttrPath) -> Vec<ElementOf> {
        Vec::new()
    }

    fn known(&self) -> String {
        let display = self.display.map(|_| "display");
        let names = ["value"].into_iter().chain(display).chain(["type"]);
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The columns of an element of a list, whose parts are named as if they were attributes.
impl Columns for ListSettings {
    fn columns(&self, path: &AttrPath) -> Vec<ColumnOf> {
        let named = self
            .part(&path.name)
            .filter(|_| path.uri.is_none() && path.sub_attr.is_none());
        named.map(ColumnOf::from).into_iter().collect()
    }

    fn elements(&self, _: &AttrPath) -> Vec<ElementOf> {
        Vec::new()
    }

    fn known(&self) -> String {
        let names = self.parts.iter().map(|part| part.path.to_string());
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The columns of a user or a group.
impl Columns for ResourceMapping {
    fn columns(&self, path: &AttrPath) -> Vec<ColumnOf> {
        let is = |name: &str| {
            path.sub_attr.is_none() && path.uri.as_deref().is_none_or(is_core) && path.name.eq_ignore_ascii_case(name)
        };
        if is("id") {
            return vec![ColumnOf {
                column: self.id.clone(),
                collation: Collation::Native,
                content: Content::Plain,
                answered_by: AnsweredBy::Database,
                column_type: None,
            }];
        }
        if is("active") {
            return self
                .active
                .iter()
                .map(|active| ColumnOf {
                    column: active.column.clone(),
                    collation: Collation::Insensitive,
                    // Whatever is not the word for active means inactive.
                    content: active.words.as_ref().map_or(Content::Plain, |words| {
                        Content::Words(Words {
                            no: None,
                            ..words.clone()
                        })
                    }),
                    answered_by: AnsweredBy::Database,
                    column_type: None,
                })
                .collect();
        }
        let of_path = |mapped: &AttributePath| {
            same(mapped, path)
                && match (&path.sub_attr, &mapped.sub_attribute) {
                    (Some(wanted), Some(sub)) => wanted.eq_ignore_ascii_case(sub),
                    (None, Some(sub)) => mapped.element.is_some() && sub.eq_ignore_ascii_case("value"),
                    (None, None) => true,
                    (Some(_), None) => false,
                }
        };
        let mapped = self.attributes.iter().filter(|attribute| of_path(&attribute.path));
        mapped.map(ColumnOf::from).collect()
    }

    fn elements(&self, path: &AttrPath) -> Vec<ElementOf> {
        let mut elements: Vec<ElementOf> = Vec::new();
        for attribute in self.attributes.iter().filter(|attribute| same(&attribute.path, path)) {
            let (Some((key, word)), Some(sub)) = (&attribute.path.element, &attribute.path.sub_attribute) else {
                continue;
            };
            let column = (sub.clone(), ColumnOf::from(attribute));
            match elements
                .iter_mut()
                .find(|element| element.key == *key && element.word == *word)
            {
                Some(element) => element.columns.push(column),
                None => elements.push(ElementOf {
                    key: key.clone(),
                    word: word.clone(),
                    columns: vec![column],
                }),
            }
        }
        elements
    }

    fn known(&self) -> String {
        let mut names = vec!["id".to_owned()];
        names.extend(self.active.iter().map(|_| "active".to_owned()));
        names.extend(self.attributes.iter().map(|attribute| attribute.path.to_string()));
        names.join(", ")
    }
}

fn same(mapped: &AttributePath, path: &AttrPath) -> bool {
    let wanted = path.uri.as_deref().filter(|urn| !is_core(urn));
    let extension = match (wanted, mapped.extension.as_deref()) {
        (None, None) => true,
        (Some(wanted), Some(urn)) => wanted.eq_ignore_ascii_case(urn),
        _ => false,
    };
    extension && mapped.name.eq_ignore_ascii_case(&path.name)
}

impl From<&AttributeMapping> for ColumnOf {
    fn from(attribute: &AttributeMapping) -> Self {
        Self {
            column: attribute.column.clone(),
            collation: collation(attribute),
            content: match (&attribute.holds, attribute.value_type) {
                (Holds::Words(words), _) => Content::Words(words.clone()),
                (Holds::One(Stored::String), _) => Content::Plain,
                (Holds::One(stored), _) => Content::Typed(*stored),
                (Holds::Several(stored), _) => Content::Several(*stored),
                (Holds::AsItIs, ValueType::DateTime) => Content::DateTime,
                (Holds::AsItIs, ValueType::Binary) => Content::Bytes,
                (Holds::AsItIs, _) => Content::Plain,
            },
            answered_by: answered_by(attribute),
            column_type: attribute.column_type,
        }
    }
}

fn answered_by(attribute: &AttributeMapping) -> AnsweredBy {
    match (&attribute.holds, attribute.column_type) {
        (_, Some(column)) if !column.is_comparable() => AnsweredBy::Host,
        (Holds::Several(_) | Holds::One(Stored::Json), _) => AnsweredBy::Host,
        (Holds::AsItIs | Holds::Words(_) | Holds::One(Stored::String | Stored::Uuid), _) => AnsweredBy::Database,
        (Holds::One(_), Some(ColumnType::Text)) => AnsweredBy::Host,
        (Holds::One(_), _) => AnsweredBy::Database,
    }
}

/// RFC 7643 §4.1 and §8.7.1: strings ignore case, except identifiers, references and what is base64. What is no text compares
/// by the column's own notion.
fn collation(attribute: &AttributeMapping) -> Collation {
    let path = &attribute.path;
    let is = |name: &str| path.extension.is_none() && path.name.eq_ignore_ascii_case(name);
    let is_value = path
        .sub_attribute
        .as_deref()
        .is_some_and(|sub| sub.eq_ignore_ascii_case("value"));
    let exact = is("externalId") || is("profileUrl") || is_value && (is("photos") || is("x509Certificates"));
    match (&attribute.holds, attribute.column_type) {
        (Holds::One(Stored::Timestamp), _) => return Collation::Instant,
        (Holds::One(Stored::Uuid), Some(ColumnType::Bytes | ColumnType::LongBytes)) => return Collation::Native,
        (Holds::One(Stored::Uuid), _) => return Collation::Insensitive,
        (Holds::One(Stored::Json), _) => return Collation::Exact,
        (Holds::One(stored), _) if *stored != Stored::String => return Collation::Native,
        _ => {}
    }
    match attribute.value_type {
        ValueType::DateTime => Collation::Instant,
        ValueType::Boolean | ValueType::Integer | ValueType::Decimal | ValueType::Binary => Collation::Native,
        ValueType::Text | ValueType::Any if exact => Collation::Exact,
        ValueType::Text | ValueType::Any => Collation::Insensitive,
    }
}
