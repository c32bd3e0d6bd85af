//! What is known of an attribute: its name in the case of its schema, and what its values are, as far as requests are held against it.

use scim_v2::models::scim_schema::{Attributes, SubAttributes};

use super::{Attribute, DataType, Mutability};

/// The most elements that a multi-valued attribute may have, unless more is said to be sensible.
const MOST_ELEMENTS: usize = 5000;

/// What is known of an attribute or a sub-attribute.
#[derive(Clone, Debug)]
pub struct Definition {
    /// In the case of the schema that defines it.
    pub name: String,
    pub kind: Kind,
    pub cardinality: Cardinality,
    pub writable: Writable,
    /// How many values it may have.
    pub most: usize,
    /// Empty unless the kind is complex.
    pub sub_attributes: Vec<Definition>,
}

/// The type of a value (RFC 7643 §2.3), as far as checking needs to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text that some clients send as a number: the value of a role, an entitlement or a member.
    Identifier,
    Boolean,
    /// A number; [`Kind::Integer`] has no fraction.
    Decimal,
    Integer,
    /// A point in time in an attribute that only the mapping defines.
    DateTime,
    /// Bytes in base64, likewise.
    Binary,
    /// Anything but arrays and objects: an attribute that only the mapping defines, and whose column isn't known.
    Scalar,
    Complex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    One,
    Many,
}

/// Whether clients may set an attribute at all. What the operations of an application take is the surface's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writable {
    Yes,
    No,
}

/// The definition with this name, compared without regard to case (RFC 7643 §2.1).
pub fn find<'v>(definitions: &'v [Definition], name: &str) -> Option<&'v Definition> {
    definitions
        .iter()
        .find(|definition| definition.name.eq_ignore_ascii_case(name))
}

impl Definition {
    /// The definition with this name, added as a scalar if it is new.
    pub fn entry<'v>(definitions: &'v mut Vec<Self>, name: &str) -> &'v mut Self {
        let at = definitions
            .iter()
            .position(|definition| definition.name.eq_ignore_ascii_case(name));
        entry(definitions, at, || Self::new(name, Kind::Scalar))
    }

    /// Whether it has a sub-attribute of this name.
    pub fn has_sub_attribute(&self, name: &str) -> bool {
        find(&self.sub_attributes, name).is_some()
    }

    /// Says what a value is of which nothing was known.
    pub fn is_of(&mut self, data_type: Option<DataType>) {
        self.kind = match (self.kind, data_type) {
            (Kind::Scalar, Some(data_type)) => kind_of(data_type),
            (known, _) => known,
        };
    }

    /// Says what any number of elements have. Where none can be changed, what a client writes is held against what there is.
    pub fn has_elements(&mut self, of: &Attribute) {
        self.cardinality = Cardinality::Many;
        self.kind = Kind::Complex;
        for part in &of.parts {
            let sub_attribute = Self::entry(&mut self.sub_attributes, &part.name);
            sub_attribute.is_of(part.data_type);
            sub_attribute.writable = match (of.mutability, part.mutability) {
                (Mutability::ReadWrite | Mutability::Immutable, Mutability::ReadOnly) => Writable::No,
                _ => Writable::Yes,
            };
        }
    }

    /// One value that clients may set.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            cardinality: Cardinality::One,
            writable: Writable::Yes,
            most: MOST_ELEMENTS,
            sub_attributes: Vec::new(),
        }
    }

    /// With sub-attributes.
    pub fn complex(name: &str, sub_attributes: impl Into<Vec<Definition>>) -> Self {
        Self {
            sub_attributes: sub_attributes.into(),
            ..Self::new(name, Kind::Complex)
        }
    }

    /// The same, which clients can't set.
    pub fn read_only(mut self) -> Self {
        self.writable = Writable::No;
        self
    }

    /// As a schema of the RFC has it.
    pub fn of(attribute: &Attributes) -> Self {
        let mut definition = Self {
            cardinality: cardinality(attribute.multi_valued),
            writable: writable(attribute.mutability.as_deref()),
            sub_attributes: attribute
                .sub_attributes
                .as_slice()
                .iter()
                .map(Self::of_sub_attribute)
                .collect(),
            ..Self::new(&attribute.name, kind(&attribute.r#type))
        };
        if definition.cardinality == Cardinality::Many && definition.kind == Kind::Complex {
            // RFC 7643 §2.4 gives these to every multi-valued attribute, and the schemas of §8.7 forget some of them.
            for name in ["value", "display", "type", "$ref"] {
                definition.add_sub_attribute(Self::new(name, Kind::Text));
            }
            definition.add_sub_attribute(Self::new("primary", Kind::Boolean));
        }
        definition
    }

    fn of_sub_attribute(sub_attribute: &SubAttributes) -> Self {
        Self {
            cardinality: cardinality(sub_attribute.multi_valued),
            writable: writable(sub_attribute.mutability.as_deref()),
            ..Self::new(&sub_attribute.name, kind(&sub_attribute.r#type))
        }
    }

    fn add_sub_attribute(&mut self, definition: Definition) {
        if find(&self.sub_attributes, &definition.name).is_none() {
            self.sub_attributes.push(definition);
        }
    }
}

fn kind_of(data_type: DataType) -> Kind {
    match data_type {
        DataType::String => Kind::Text,
        DataType::Boolean => Kind::Boolean,
        DataType::Decimal => Kind::Decimal,
        DataType::Integer => Kind::Integer,
        DataType::DateTime => Kind::DateTime,
        DataType::Binary => Kind::Binary,
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "boolean" => Kind::Boolean,
        "complex" => Kind::Complex,
        "string" | "reference" | "binary" | "dateTime" => Kind::Text,
        _ => Kind::Scalar,
    }
}

fn cardinality(multi_valued: bool) -> Cardinality {
    if multi_valued { Cardinality::Many } else { Cardinality::One }
}

fn writable(mutability: Option<&str>) -> Writable {
    if mutability == Some("readOnly") {
        Writable::No
    } else {
        Writable::Yes
    }
}

/// What is at a place, or what is new and comes last.
pub fn entry<T>(items: &mut Vec<T>, at: Option<usize>, new: impl FnOnce() -> T) -> &mut T {
    match at {
        Some(at) => {
            let item = items.remove(at);
            items.insert_mut(at, item)
        }
        None => items.push_mut(new()),
    }
}
