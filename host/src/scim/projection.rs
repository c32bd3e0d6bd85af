//! `attributes` and `excludedAttributes` (RFC 7644 §3.9): which part of a resource a client wants to see.

use scim_v2::filter::PatchPath;
use serde_json::Value;

use super::{AttributePath, Document, Error, ScimType, list::Parameters, vocabulary::Vocabulary};

/// What is shown. `schemas` and `id` always are.
#[derive(Clone, Debug, PartialEq)]
pub enum Projection {
    Everything,
    Only(Vec<Shown>),
    AllBut(Vec<Shown>),
}

/// The way to an attribute or a sub-attribute, or to a whole extension: names in the spelling of their schemas, from the
/// outside in.
pub type Shown = Vec<String>;

impl Projection {
    /// From a request. A name that means nothing here selects nothing: clients name what other servers have.
    pub fn of(parameters: &Parameters, vocabulary: &Vocabulary) -> Result<Self, Error> {
        Self::by(parameters, |name| way_to(vocabulary, name))
    }

    /// The same for items of a catalogue, which have these attributes and no others.
    pub fn of_items(parameters: &Parameters, attributes: &[&str]) -> Result<Self, Error> {
        Self::by(parameters, |name| {
            let Ok(PatchPath::Attr(path)) = name.parse() else {
                return None;
            };
            let known = attributes.iter().find(|it| it.eq_ignore_ascii_case(&path.name))?;
            Some(std::iter::once((*known).to_owned()).chain(path.sub_attr).collect())
        })
    }

    fn by(parameters: &Parameters, way_to: impl Fn(&str) -> Option<Shown>) -> Result<Self, Error> {
        let names = |text: &str| text.split(',').filter_map(|name| way_to(name.trim())).collect();
        match (parameters.get("attributes")?, parameters.get("excludedAttributes")?) {
            (None, None) => Ok(Self::Everything),
            (Some(text), None) => Ok(Self::Only(names(text))),
            (None, Some(text)) => Ok(Self::AllBut(names(text))),
            (Some(_), Some(_)) => Err(Error::bad_request(
                ScimType::InvalidValue,
                "`attributes` and `excludedAttributes` exclude each other (RFC 7644 §3.9); send one of them",
            )),
        }
    }

    /// Whether anything of an attribute of the core schema is shown.
    pub fn shows(&self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(ways) => ways.iter().any(|way| step(way, name).is_some()),
            Self::AllBut(ways) => !ways.iter().any(|way| step(way, name).is_some_and(<[_]>::is_empty)),
        }
    }

    /// Whether anything of an attribute is shown, be it of an extension.
    pub fn shows_any_of(&self, path: &AttributePath) -> bool {
        let Some(urn) = &path.extension else {
            return self.shows(&path.name);
        };
        let whole = [urn.as_str(), path.name.as_str()];
        let leads_there = |way: &[String]| std::iter::zip(way, whole).all(|(one, other)| one.eq_ignore_ascii_case(other));
        match self {
            Self::Everything => true,
            Self::Only(ways) => ways.iter().any(|way| leads_there(way)),
            Self::AllBut(ways) => !ways.iter().any(|way| way.len() <= whole.len() && leads_there(way)),
        }
    }

    /// A rendered resource without what isn't wanted.
    pub fn apply(&self, mut resource: Document) -> Document {
        match self {
            Self::Everything => {}
            Self::Only(ways) => {
                let always = ["schemas", "id"].map(|name| vec![name.to_owned()]);
                let ways: Vec<&[String]> = ways.iter().chain(&always).map(Vec::as_slice).collect();
                keep_members(&mut resource, &ways);
            }
            Self::AllBut(ways) => {
                for way in ways {
                    hide_member(&mut resource, way);
                }
            }
        }
        resource
    }
}

fn way_to(vocabulary: &Vocabulary, name: &str) -> Option<Shown> {
    if let Some(extension) = vocabulary.extension(name) {
        return Some(vec![extension.urn.clone()]);
    }
    // An element of a multi-valued attribute can't be named here.
    let Ok(PatchPath::Attr(path)) = name.parse() else {
        return None;
    };
    let resolved = vocabulary.resolve(&path).ok()?;
    let names = [
        resolved.extension.map(|it| &it.urn),
        Some(&resolved.attribute.name),
        resolved.sub_attribute.map(|it| &it.name),
    ];
    Some(names.into_iter().flatten().cloned().collect())
}

fn keep_members(members: &mut Document, ways: &[&[String]]) {
    members.retain(|name, value| {
        let further: Vec<&[String]> = ways.iter().filter_map(|way| step(way, name)).collect();
        // A way that ends here leads to the whole of it.
        if !further.iter().any(|way| way.is_empty()) {
            for_each_object(value, |inner| keep_members(inner, &further));
        }
        !further.is_empty()
    });
}

fn hide_member(members: &mut Document, way: &[String]) {
    let always = |name: &str| ["schemas", "id"].contains(&name);
    members.retain(|name, value| match step(way, name) {
        Some([]) => always(name),
        Some(further) => {
            for_each_object(value, |inner| hide_member(inner, further));
            true
        }
        None => true,
    });
}

/// What is left of a way after a member of this name.
fn step<'w>(way: &'w [String], name: &str) -> Option<&'w [String]> {
    way.split_first()
        .filter(|(first, _)| first.eq_ignore_ascii_case(name))
        .map(|(_, further)| further)
}

fn for_each_object(value: &mut Value, mut then: impl FnMut(&mut Document)) {
    match value {
        Value::Object(members) => then(members),
        Value::Array(elements) => elements.iter_mut().filter_map(Value::as_object_mut).for_each(then),
        _ => {}
    }
}
