//! Filters (RFC 7644 §3.4.2.2): parsed, held against what can be filtered, and made canonical, so that a
//! [`Provider`](super::Provider) finds every name in the case of its schema, no URN of the core schema, and booleans as booleans.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, Operands, ParseError, PatchPath, ValFilter, ValuePath};
use serde_json::Value;

use super::{
    AttributePath, Error, ScimType, declared,
    definition::{Definition, Kind, find},
    number,
    resource::Resources,
    vocabulary::{Resolved, Unknown},
};

/// What a list can be filtered by.
#[derive(Clone, Copy, Debug)]
pub enum Filterable<'a> {
    Resources(Resources<'a>),
    /// The items of the catalogue of this type.
    Entitlements(&'a str),
    /// What isn't there has no attribute that could be named wrongly.
    Nothing,
}

/// What the items of a catalogue can be filtered by.
const OF_ENTITLEMENTS: [&str; 6] = ["id", "displayName", "description", "type", "value", "display"];

impl Filterable<'_> {
    /// A filter from its text.
    pub fn parse(&self, text: &str) -> Result<Filter, Error> {
        self.filter(parse(text)?)
    }

    /// The attribute that `sortBy` names.
    pub fn sort_path(&self, text: &str) -> Result<AttrPath, Error> {
        let refused = |why: String| Error::bad_request(ScimType::InvalidValue, format!("`sortBy`: {why}"));
        match text.parse() {
            Ok(PatchPath::Attr(path)) => self.path(path).map(|(path, _)| path).map_err(|error| refused(error.detail)),
            _ => Err(refused(format!(
                "`{text}` is not the name of an attribute, such as `name.familyName`"
            ))),
        }
    }

    /// The same filter, held against what can be filtered, in its canonical form.
    pub fn filter(&self, filter: Filter) -> Result<Filter, Error> {
        if matches!(self, Self::Nothing) {
            return Ok(filter);
        }
        Ok(match filter {
            Filter::Attr(expression) => match declared::rewritten(self, &expression)? {
                Some(rewritten) => rewritten,
                None => Filter::Attr(self.expression(expression)?),
            },
            Filter::ValuePath(path) => Filter::ValuePath(self.value_path(path)?),
            Filter::Not(inner) => Filter::Not(Box::new(self.filter(*inner)?)),
            Filter::And(items) => Filter::And(self.operands(items)?),
            Filter::Or(items) => Filter::Or(self.operands(items)?),
        })
    }

    /// What `meta.resourceType` says of each.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Resources(resources) => resources.kind().name(),
            Self::Entitlements(name) => name,
            Self::Nothing => "",
        }
    }

    fn operands(&self, items: Operands<Filter>) -> Result<Operands<Filter>, Error> {
        let items = items
            .into_iter()
            .map(|item| self.filter(item))
            .collect::<Result<Vec<_>, _>>()?;
        Operands::new(items).map_err(|error| invalid(error.to_string()))
    }

    fn expression(&self, expression: AttrExp) -> Result<AttrExp, Error> {
        Ok(match expression {
            AttrExp::Present(path) => AttrExp::Present(self.path(path)?.0),
            AttrExp::Comparison(path, operator, value) => {
                let (path, kind) = self.path(path)?;
                let value = comparison_value(&path, kind, &operator, value)?;
                AttrExp::Comparison(path, operator, value)
            }
        })
    }

    fn value_path(&self, path: ValuePath) -> Result<ValuePath, Error> {
        let Self::Resources(resources) = self else {
            return Err(self.refuse(&path.attr));
        };
        let resolved = resources.vocabulary.resolve(&path.attr).map_err(unknown)?;
        require_mapped(resources, &resolved, &path.attr)?;
        let check = |name: &str| match resolved.extension {
            None => is_filterable(resources, &resolved, name),
            Some(_) => true,
        };
        Ok(ValuePath {
            attr: canonical(&resolved),
            filter: Box::new(element_filter(resolved.attribute, &check, *path.filter)?),
        })
    }

    /// The path with canonical names, and the type of what it leads to.
    fn path(&self, path: AttrPath) -> Result<(AttrPath, Kind), Error> {
        match self {
            Self::Resources(resources) => {
                let resolved = resources.vocabulary.resolve(&path).map_err(unknown)?;
                refuse_secret(&resolved)?;
                require_mapped(resources, &resolved, &path)?;
                let kind = resolved.sub_attribute.unwrap_or(resolved.attribute).kind;
                Ok((canonical(&resolved), kind))
            }
            Self::Entitlements(_) => {
                let name = OF_ENTITLEMENTS
                    .iter()
                    .find(|name| path.sub_attr.is_none() && path.name.eq_ignore_ascii_case(name));
                let name = match *name.ok_or_else(|| self.refuse(&path))? {
                    "value" => "id",
                    "display" => "displayName",
                    name => name,
                };
                Ok((AttrPath::with_name(name), Kind::Text))
            }
            Self::Nothing => Ok((path, Kind::Text)),
        }
    }

    fn refuse(&self, path: &AttrPath) -> Error {
        let names = OF_ENTITLEMENTS.map(|name| format!("`{name}`")).join(", ");
        invalid(format!("this list can't be filtered by `{path}`; it can by {names}"))
    }
}

/// A filter from its text, whatever it is about.
pub fn parse(text: &str) -> Result<Filter, Error> {
    text.parse().map_err(|error| {
        let why = explain(&error, text);
        invalid(format!(
            "the filter can't be understood: {why}; one looks like `userName eq \"ada\"` (RFC 7644 §3.4.2.2)"
        ))
    })
}

/// A filter on the elements of a multi-valued attribute, with canonical names. `check` says whether the application can know
/// a sub-attribute.
pub fn element_filter(of: &Definition, check: &dyn Fn(&str) -> bool, filter: ValFilter) -> Result<ValFilter, Error> {
    let operands = |items: Operands<ValFilter>| {
        let items = items
            .into_iter()
            .map(|item| element_filter(of, check, item))
            .collect::<Result<Vec<_>, _>>()?;
        Operands::new(items).map_err(|error| invalid(error.to_string()))
    };
    let path = |path: AttrPath| -> Result<(AttrPath, Kind), Error> {
        // An element that is nothing but a value (RFC 7643 §2.4).
        if of.kind != Kind::Complex && path.name.eq_ignore_ascii_case("value") && path.sub_attr.is_none() {
            return Ok((AttrPath::with_name("value"), of.kind));
        }
        let found = find(&of.sub_attributes, &path.name).filter(|_| path.uri.is_none() && path.sub_attr.is_none());
        match found {
            Some(found) if check(&found.name) => Ok((AttrPath::with_name(&found.name), found.kind)),
            Some(_) => Err(invalid(format!(
                "`{path}` of `{}` is not mapped in this application",
                of.name
            ))),
            None => {
                let names = of
                    .sub_attributes
                    .iter()
                    .map(|it| format!("`{}`", it.name))
                    .collect::<Vec<_>>();
                Err(invalid(format!("`{}` has no `{path}`; it has {}", of.name, names.join(", "))))
            }
        }
    };
    Ok(match filter {
        ValFilter::Attr(AttrExp::Present(name)) => ValFilter::Attr(AttrExp::Present(path(name)?.0)),
        ValFilter::Attr(AttrExp::Comparison(name, operator, value)) => {
            let (name, kind) = path(name)?;
            let value = comparison_value(&name, kind, &operator, value)?;
            ValFilter::Attr(AttrExp::Comparison(name, operator, value))
        }
        ValFilter::Not(inner) => ValFilter::Not(Box::new(element_filter(of, check, *inner)?)),
        ValFilter::And(items) => ValFilter::And(operands(items)?),
        ValFilter::Or(items) => ValFilter::Or(operands(items)?),
    })
}

/// Booleans and numbers may be written as text; booleans and bytes know only equality (RFC 7644 §3.4.2.2).
fn comparison_value(path: &AttrPath, kind: Kind, operator: &CompareOp, value: CompValue) -> Result<CompValue, Error> {
    let is_part = matches!(operator, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
    match (kind, value) {
        (Kind::Boolean, value) => truth(path, operator, value),
        (Kind::Integer | Kind::Decimal, CompValue::Str(text)) if !is_part => match number::exact(&text) {
            Some(Value::Number(number)) => Ok(CompValue::Number(number)),
            _ if number::is_number(&text) => Ok(CompValue::Str(text)),
            _ => Err(invalid(format!("`{path}` is a number, and is compared with something else"))),
        },
        (Kind::Integer | Kind::Decimal, CompValue::True | CompValue::False) => {
            Err(invalid(format!("`{path}` is a number, and is compared with true or false")))
        }
        // Some clients write them so.
        (Kind::Identifier, CompValue::Number(number)) => Ok(CompValue::Str(number.to_string())),
        (Kind::Identifier, CompValue::True | CompValue::False) => {
            Err(invalid(format!("`{path}` is a string, and is compared with true or false")))
        }
        (Kind::Binary, _) if !matches!(operator, CompareOp::Eq | CompareOp::Ne) => Err(invalid(format!(
            "`{path}` holds bytes, which `{operator}` can't compare (RFC 7644 §3.4.2.2)"
        ))),
        (_, value) => Ok(value),
    }
}

fn truth(path: &AttrPath, operator: &CompareOp, value: CompValue) -> Result<CompValue, Error> {
    if !matches!(operator, CompareOp::Eq | CompareOp::Ne) {
        return Err(invalid(format!(
            "`{path}` is true or false, which `{operator}` can't compare (RFC 7644 §3.4.2.2)"
        )));
    }
    match value {
        CompValue::Str(text) if text.eq_ignore_ascii_case("true") => Ok(CompValue::True),
        CompValue::Str(text) if text.eq_ignore_ascii_case("false") => Ok(CompValue::False),
        CompValue::Str(_) | CompValue::Number(_) => {
            Err(invalid(format!("`{path}` is true or false, and is compared with neither")))
        }
        other => Ok(other),
    }
}

fn canonical(resolved: &Resolved<'_>) -> AttrPath {
    AttrPath {
        uri: resolved.extension.map(|extension| extension.urn.clone()),
        name: resolved.attribute.name.clone(),
        sub_attr: resolved.sub_attribute.map(|it| it.name.clone()),
    }
}

/// RFC 7644 §3.12: what is asked for stands in a URL, and URLs are logged.
fn refuse_secret(resolved: &Resolved<'_>) -> Result<(), Error> {
    if resolved.extension.is_some() || resolved.attribute.name != "password" {
        return Ok(());
    }
    Err(Error {
        scim_type: Some(ScimType::Sensitive),
        ..Error::new(
            403,
            "`password` is never read, and a URL that has one in it is no secret: a filter can't name it",
        )
    })
}

/// An attribute that no column holds matches nobody and everybody is without it; answering so would hide the mistake.
fn require_mapped(resources: &Resources<'_>, resolved: &Resolved<'_>, path: &AttrPath) -> Result<(), Error> {
    let sub_attribute = resolved.sub_attribute.map(|it| it.name.as_str());
    let mapped = resolved.extension.is_none() && resolved.attribute.name == "id"
        || match sub_attribute {
            Some(name) => is_filterable(resources, resolved, name),
            None => {
                resources.attributes().iter().any(|it| leads_to(&it.path, resolved))
                    || !parts_of_set(resources, resolved).is_empty()
            }
        };
    if mapped {
        return Ok(());
    }
    let mut names = vec!["`id`".to_owned()];
    names.extend(resources.attributes().iter().map(|it| format!("`{}`", it.path)));
    for set in resources.sets() {
        names.extend(resources.parts_of(set).iter().map(|part| format!("`{set}.{part}`")));
    }
    Err(invalid(format!(
        "`{path}` is not mapped in this application; mapped are {}",
        names.join(", ")
    )))
}

fn is_filterable(resources: &Resources<'_>, resolved: &Resolved<'_>, sub_attribute: &str) -> bool {
    let named = |path: &AttributePath| {
        let of_path = path
            .sub_attribute
            .as_deref()
            .is_some_and(|it| it.eq_ignore_ascii_case(sub_attribute));
        let of_element = path
            .element
            .as_ref()
            .is_some_and(|(key, _)| key.eq_ignore_ascii_case(sub_attribute));
        of_path || of_element
    };
    let mapped = resources.attributes().iter().any(|it| {
        let of_list = || it.parts.iter().any(|part| part.name.eq_ignore_ascii_case(sub_attribute));
        leads_to(&it.path, resolved) && (named(&it.path) || of_list())
    });
    mapped || parts_of_set(resources, resolved).contains(&sub_attribute)
}

fn leads_to(path: &AttributePath, resolved: &Resolved<'_>) -> bool {
    let same_schema = match (&path.extension, resolved.extension) {
        (Some(urn), Some(extension)) => urn.eq_ignore_ascii_case(&extension.urn),
        (None, None) => true,
        _ => false,
    };
    same_schema && path.name.eq_ignore_ascii_case(&resolved.attribute.name)
}

fn parts_of_set(resources: &Resources<'_>, resolved: &Resolved<'_>) -> &'static [&'static str] {
    match resolved.extension {
        None => resources.parts_of(&resolved.attribute.name),
        Some(_) => &[],
    }
}

/// Where and why a filter or a path isn't one.
pub fn explain(error: &ParseError, text: &str) -> String {
    match error {
        ParseError::InvalidToken { location } => format!("nothing that can stand at character {}", character(text, *location)),
        ParseError::UnrecognizedEof { .. } => "it ends too early".to_owned(),
        ParseError::UnrecognizedToken {
            token: (start, token, _),
            ..
        }
        | ParseError::ExtraToken {
            token: (start, token, _),
        } => {
            format!("`{token}` can't stand at character {}", character(text, *start))
        }
        ParseError::User { error } => error.to_string(),
    }
}

/// Counted from 1, as people do.
fn character(text: &str, offset: usize) -> usize {
    let skipped = text.len() - text.trim_start().len();
    text.get(..offset + skipped).map_or(offset, |before| before.chars().count()) + 1
}

fn unknown(Unknown(detail): Unknown) -> Error {
    invalid(detail)
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidFilter, detail)
}
