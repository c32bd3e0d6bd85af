//! Paths of PATCH (RFC 7644 §3.5.2, figure 7), resolved.

use std::fmt;

use scim_v2::filter::PatchPath;

use super::Target;
use crate::scim::{
    Error, ScimType,
    definition::{Cardinality, Definition, Writable, find},
    filter,
    vocabulary::{Extension, Unknown, Vocabulary},
};

/// What a path names: an attribute, or a whole extension.
pub(super) enum Place<'v> {
    Attribute(Target<'v>),
    Extension(&'v Extension),
}

impl<'v> Place<'v> {
    pub(super) fn parse(vocabulary: &'v Vocabulary, text: &str) -> Result<Self, Error> {
        if let Some(extension) = vocabulary.extension(text.trim()) {
            return Ok(Self::Extension(extension));
        }
        let path = text.parse::<PatchPath>().map_err(|error| {
            let why = filter::explain(&error, text);
            invalid(format!("`{text}` is not an attribute path (RFC 7644 §3.5.2): {why}"))
        })?;
        let unknown = |Unknown(detail)| invalid(detail);
        let target = match path {
            PatchPath::Attr(path) => {
                let resolved = vocabulary.resolve(&path).map_err(unknown)?;
                Target {
                    extension: resolved.extension,
                    attribute: resolved.attribute,
                    filter: None,
                    sub_attribute: resolved.sub_attribute,
                }
            }
            PatchPath::Value(path) => {
                let resolved = vocabulary.resolve(&path.attr).map_err(unknown)?;
                let attribute = resolved.attribute;
                if attribute.cardinality == Cardinality::One || resolved.sub_attribute.is_some() {
                    return Err(invalid(format!(
                        "`{text}` has a filter, and `{}` is not multi-valued",
                        path.attr
                    )));
                }
                let sub_attribute = match &path.sub_attr {
                    Some(name) => {
                        let found = find(&attribute.sub_attributes, name);
                        Some(found.ok_or_else(|| invalid(format!("`{}` has no `{name}`", attribute.name)))?)
                    }
                    None => None,
                };
                Target {
                    extension: resolved.extension,
                    attribute,
                    filter: Some(filter::element_filter(attribute, &|_| true, path.filter)?),
                    sub_attribute,
                }
            }
        };
        Ok(Self::Attribute(target))
    }
}

impl<'v> Target<'v> {
    /// An attribute as a whole.
    pub(super) fn whole(extension: Option<&'v Extension>, attribute: &'v Definition) -> Self {
        Self {
            extension,
            attribute,
            filter: None,
            sub_attribute: None,
        }
    }

    pub(super) fn writable(&self) -> Writable {
        match (self.attribute.writable, self.sub_attribute.map(|it| it.writable)) {
            (Writable::No, _) | (_, Some(Writable::No)) => Writable::No,
            _ => Writable::Yes,
        }
    }

    /// Whether it is this attribute of the core schema, as a whole.
    pub(super) fn is(&self, name: &str) -> bool {
        self.extension.is_none() && self.sub_attribute.is_none() && self.attribute.name == name
    }
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(extension) = self.extension {
            write!(f, "{}:", extension.urn)?;
        }
        f.write_str(&self.attribute.name)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        if let Some(sub_attribute) = self.sub_attribute {
            write!(f, ".{}", sub_attribute.name)?;
        }
        Ok(())
    }
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidPath, detail)
}
