//! Every attribute name that means something in one type of resource of an application: what RFC 7643 defines, and what the mapping
//! adds.
//!
//! Clients send their whole profile, so knowing a name is wider than mapping it: an attribute that the RFC defines and the
//! mapping doesn't is understood and ignored, one that nobody defines is a mistake. Made once per application.

use scim_v2::{filter::AttrPath, models::scim_schema::Attributes, schema_urns};

use super::{
    Attribute, EntitlementKind, Mutability, ResourceKind, Surface,
    definition::{self, Cardinality, Definition, Kind, Writable, find},
    members, near, rfc7643,
};

/// The names of one type of resource in one application.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    kind: ResourceKind,
    /// Those of the core schema, and the common attributes of RFC 7643 §3.1.
    core: Vec<Definition>,
    extensions: Vec<Extension>,
}

/// A schema extension (RFC 7643 §3.3).
#[derive(Clone, Debug)]
pub struct Extension {
    pub urn: String,
    pub attributes: Vec<Definition>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'v> {
    pub extension: Option<&'v Extension>,
    pub attribute: &'v Definition,
    pub sub_attribute: Option<&'v Definition>,
}

/// A name that no schema defines; says so, and which names are near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown(pub String);

impl Vocabulary {
    /// The names of an application's resources of one kind.
    pub fn of(kind: ResourceKind, surface: &Surface) -> Self {
        let mut vocabulary = Self::rfc7643(kind);
        for attribute in surface.attributes_of(kind) {
            vocabulary.learn(attribute);
        }
        vocabulary
    }

    fn rfc7643(kind: ResourceKind) -> Self {
        let definitions = |attributes: &[Attributes]| -> Vec<Definition> { attributes.iter().map(Definition::of).collect() };
        let mut core = vec![
            Definition::new("id", Kind::Text).read_only(),
            Definition::new("externalId", Kind::Text),
            Definition::complex(
                "meta",
                ["resourceType", "created", "lastModified", "location", "version"].map(|name| Definition::new(name, Kind::Text)),
            )
            .read_only(),
        ];
        let extensions = match kind {
            ResourceKind::User => {
                core.extend(definitions(rfc7643::user()));
                identify(&mut core, EntitlementKind::Role.attribute());
                identify(&mut core, EntitlementKind::Entitlement.attribute());
                vec![Extension {
                    urn: schema_urns::ENTERPRISE_USER.to_owned(),
                    attributes: definitions(rfc7643::enterprise_user()),
                }]
            }
            ResourceKind::Group => {
                core.extend(definitions(rfc7643::group()));
                identify(&mut core, members::ATTRIBUTE);
                core.iter_mut()
                    .filter(|it| it.name == members::ATTRIBUTE)
                    .for_each(|it| it.most = members::MOST);
                Vec::new()
            }
        };
        Self { kind, core, extensions }
    }

    pub fn kind(&self) -> ResourceKind {
        self.kind
    }

    /// Adds what a mapped path names and the RFC doesn't, as what its column is. What is mapped is writable whatever the RFC
    /// says, unless the mapping says otherwise too.
    fn learn(&mut self, of: &Attribute) {
        let path = &of.path;
        let attributes = match &path.extension {
            Some(urn) => &mut extension_entry(&mut self.extensions, urn).attributes,
            None => &mut self.core,
        };
        let attribute = Definition::entry(attributes, &path.name);
        if of.is_list() {
            attribute.has_elements(of);
            return;
        }
        let mut names: Vec<&str> = path.sub_attribute.as_deref().into_iter().collect();
        if let Some((key, _)) = &path.element {
            attribute.cardinality = Cardinality::Many;
            names.push(key);
        }
        if names.is_empty() {
            attribute.is_of(of.data_type);
            attribute.cardinality = of.cardinality;
            return;
        }
        attribute.kind = Kind::Complex;
        for name in names {
            let sub_attribute = Definition::entry(&mut attribute.sub_attributes, name);
            if path.sub_attribute.as_deref() == Some(name) {
                sub_attribute.is_of(of.data_type);
            }
            if of.mutability != Mutability::ReadOnly {
                sub_attribute.writable = Writable::Yes;
            }
        }
    }

    /// The attributes outside any extension.
    pub fn core(&self) -> &[Definition] {
        &self.core
    }

    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The extension with this URN, compared without regard to case.
    pub fn extension(&self, urn: &str) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.urn.eq_ignore_ascii_case(urn))
    }

    /// What a path leads to.
    pub fn resolve(&self, path: &AttrPath) -> Result<Resolved<'_>, Unknown> {
        let extension = match path.uri.as_deref() {
            Some(urn) if urn.eq_ignore_ascii_case(self.kind.schema()) => None,
            Some(urn) => Some(self.extension(urn).ok_or_else(|| self.unknown_extension(urn))?),
            None => None,
        };
        let attributes = extension.map_or(self.core.as_slice(), |extension| &extension.attributes);
        let attribute = find(attributes, &path.name).ok_or_else(|| self.unknown(path))?;
        let sub_attribute = match &path.sub_attr {
            Some(name) => Some(find(&attribute.sub_attributes, name).ok_or_else(|| self.unknown(path))?),
            None => None,
        };
        Ok(Resolved {
            extension,
            attribute,
            sub_attribute,
        })
    }

    /// The error for an attribute that no schema defines.
    pub fn unknown(&self, path: &AttrPath) -> Unknown {
        let name = path.to_string();
        Unknown(format!(
            "no schema of this application has an attribute `{name}`{}",
            near::suggestion(&name, self.names())
        ))
    }

    /// The error for a schema that isn't known here.
    pub fn unknown_extension(&self, urn: &str) -> Unknown {
        let known: Vec<String> = self
            .extensions
            .iter()
            .map(|extension| format!("`{}`", extension.urn))
            .collect();
        let known = match known.as_slice() {
            [] => format!("a {} has no extension", self.kind.noun()),
            _ => format!("its extensions are {}", known.join(", ")),
        };
        Unknown(format!("this application has no schema `{urn}`; {known}"))
    }

    /// All paths, as clients write them.
    fn names(&self) -> impl Iterator<Item = String> {
        let core = self.core.iter().map(|definition| (String::new(), definition));
        let extended = self.extensions.iter().flat_map(|extension| {
            let prefix = format!("{}:", extension.urn);
            extension
                .attributes
                .iter()
                .map(move |definition| (prefix.clone(), definition))
        });
        core.chain(extended).flat_map(|(prefix, definition)| {
            let name = format!("{prefix}{}", definition.name);
            let sub_attributes: Vec<String> = definition
                .sub_attributes
                .iter()
                .map(|sub| format!("{name}.{}", sub.name))
                .collect();
            std::iter::once(name).chain(sub_attributes)
        })
    }
}

/// The `value` of an attribute's elements is an identifier.
fn identify(core: &mut [Definition], name: &str) {
    let attribute = core.iter_mut().filter(|definition| definition.name == name);
    for value in attribute
        .flat_map(|it| &mut it.sub_attributes)
        .filter(|it| it.name == "value")
    {
        value.kind = Kind::Identifier;
    }
}

/// The extension with this URN, added if it is new.
fn extension_entry<'v>(extensions: &'v mut Vec<Extension>, urn: &str) -> &'v mut Extension {
    let at = extensions
        .iter()
        .position(|extension| extension.urn.eq_ignore_ascii_case(urn));
    definition::entry(extensions, at, || Extension {
        urn: urn.to_owned(),
        attributes: Vec::new(),
    })
}
