//! What RFC 7643 says the attributes of users and groups are.

use std::sync::LazyLock;

use scim_v2::models::scim_schema::Attributes;

use crate::{
    database::ColumnType,
    scim::{self, ResourceKind},
};

/// The type of one single value (RFC 7643 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// `string` and `reference`, and `binary` in a column that holds base64: a JSON string.
    Text,
    Boolean,
    /// A JSON string with a point in time.
    DateTime,
    /// A JSON number without a fraction.
    Integer,
    /// A JSON number; a string where a double would lose digits.
    Decimal,
    /// A JSON string with the base64 of a column's bytes.
    Binary,
    /// An attribute of a schema of the administrator's own, while its column isn't known: whatever that is.
    Any,
}

impl ValueType {
    /// In a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            ValueType::Text => "a string",
            ValueType::Boolean => "true or false",
            ValueType::DateTime => "a date with time",
            ValueType::Integer => "a whole number",
            ValueType::Decimal => "a number",
            ValueType::Binary => "bytes in base64",
            ValueType::Any => "a single value",
        }
    }

    /// What is in a column of this type, where no RFC says what the attribute is. Dates, times, UUIDs, JSON and whatever else a
    /// database has are strings: SCIM has no other word for them.
    pub fn of_column(column: ColumnType) -> Self {
        match column {
            ColumnType::Boolean => ValueType::Boolean,
            ColumnType::Integer => ValueType::Integer,
            ColumnType::Number => ValueType::Decimal,
            ColumnType::Bytes | ColumnType::LongBytes => ValueType::Binary,
            ColumnType::Timestamp => ValueType::DateTime,
            ColumnType::Text | ColumnType::LongText | ColumnType::Other => ValueType::Text,
        }
    }
}

/// The URN of the enterprise extension (RFC 7643 §4.3).
pub const ENTERPRISE_SCHEMA: &str = scim_v2::schema_urns::ENTERPRISE_USER;

/// An attribute that the RFC defines.
#[derive(Debug)]
pub struct Definition {
    pub name: String,
    pub many: Many,
    pub shape: Shape,
}

/// How many values an attribute has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    One,
    Several,
}

#[derive(Debug)]
pub enum Shape {
    Single(ValueType),
    /// With sub-attributes.
    Complex(Vec<(String, ValueType)>),
}

/// The attributes of a core schema with the common ones (RFC 7643 §3.1), or those of the enterprise extension of users.
pub fn definitions(kind: ResourceKind, extension: Option<&str>) -> Option<&'static [Definition]> {
    match (kind, extension) {
        (ResourceKind::User, None) => Some(&USER),
        (ResourceKind::Group, None) => Some(&GROUP),
        (ResourceKind::User, Some(urn)) if urn.eq_ignore_ascii_case(ENTERPRISE_SCHEMA) => Some(&ENTERPRISE),
        (_, Some(_)) => None,
    }
}

static USER: LazyLock<Vec<Definition>> = LazyLock::new(|| core(scim::rfc7643::user()));

static GROUP: LazyLock<Vec<Definition>> = LazyLock::new(|| core(scim::rfc7643::group()));

fn core(attributes: &[Attributes]) -> Vec<Definition> {
    let external_id = Definition {
        name: "externalId".into(),
        many: Many::One,
        shape: Shape::Single(ValueType::Text),
    };
    let meta = Definition {
        name: "meta".into(),
        many: Many::One,
        shape: Shape::Complex(vec![
            ("created".into(), ValueType::DateTime),
            ("lastModified".into(), ValueType::DateTime),
            ("version".into(), ValueType::Text),
        ]),
    };
    schema(attributes).into_iter().chain([external_id, meta]).collect()
}

static ENTERPRISE: LazyLock<Vec<Definition>> = LazyLock::new(|| schema(scim::rfc7643::enterprise_user()));

fn schema(attributes: &[Attributes]) -> Vec<Definition> {
    let definition = |attribute: &Attributes| {
        let subs = attribute.sub_attributes.as_slice().iter();
        Definition {
            shape: match attribute.r#type.as_str() {
                "complex" => Shape::Complex(subs.map(|sub| (sub.name.clone(), value_type(&sub.r#type))).collect()),
                simple => Shape::Single(value_type(simple)),
            },
            many: if attribute.multi_valued { Many::Several } else { Many::One },
            name: attribute.name.clone(),
        }
    };
    attributes.iter().map(definition).collect()
}

fn value_type(word: &str) -> ValueType {
    match word {
        "boolean" => ValueType::Boolean,
        "dateTime" => ValueType::DateTime,
        _ => ValueType::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_schemas_are_there() {
        let find = |name: &str| {
            definitions(ResourceKind::User, None)
                .unwrap()
                .iter()
                .find(|definition| definition.name == name)
                .unwrap()
        };
        assert!(matches!(find("userName").shape, Shape::Single(ValueType::Text)));
        assert!(matches!(find("active").shape, Shape::Single(ValueType::Boolean)));
        assert_eq!(find("emails").many, Many::Several);
        let Shape::Complex(subs) = &find("emails").shape else {
            panic!("emails is complex")
        };
        assert!(subs.contains(&("primary".into(), ValueType::Boolean)));
        let enterprise = definitions(ResourceKind::User, Some(&ENTERPRISE_SCHEMA.to_uppercase())).unwrap();
        assert!(enterprise.iter().any(|definition| definition.name == "employeeNumber"));
        assert!(definitions(ResourceKind::User, Some("urn:example:own")).is_none());
        let group = definitions(ResourceKind::Group, None).unwrap();
        assert!(group.iter().any(|definition| definition.name == "displayName"));
    }
}
