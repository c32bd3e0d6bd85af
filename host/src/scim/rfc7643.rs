//! The schemas of RFC 7643 §8.7, read once from the texts that the crate `scim_v2` embeds. They parse, as the tests below hold
//! them to.

use std::sync::LazyLock;

use scim_v2::models::scim_schema::{Attributes, get_schemas};

/// The attributes of the core user schema (RFC 7643 §4.1).
pub fn user() -> &'static [Attributes] {
    &USER
}

/// The attributes of the enterprise extension (RFC 7643 §4.3).
pub fn enterprise_user() -> &'static [Attributes] {
    &ENTERPRISE_USER
}

/// The attributes of the core group schema (RFC 7643 §4.2).
pub fn group() -> &'static [Attributes] {
    &GROUP
}

static USER: LazyLock<Vec<Attributes>> = LazyLock::new(|| attributes("user"));

static GROUP: LazyLock<Vec<Attributes>> = LazyLock::new(|| attributes("group"));

static ENTERPRISE_USER: LazyLock<Vec<Attributes>> = LazyLock::new(|| attributes("enterprise_user"));

fn attributes(name: &str) -> Vec<Attributes> {
    let schemas = get_schemas(vec![name]).unwrap_or_default();
    let attributes = schemas.into_iter().flat_map(|schema| schema.attributes);
    attributes.map(with_case_rule).collect()
}

/// The text of the RFC has it that references and binary values are exact (§2.3.6, §2.3.7); its schemas say otherwise of some.
fn with_case_rule(mut attribute: Attributes) -> Attributes {
    let is_exact = |of: &str| ["reference", "binary"].contains(&of);
    if is_exact(&attribute.r#type) {
        attribute.case_exact = Some(true);
    }
    attribute.sub_attributes = attribute.sub_attributes.map(|mut subs| {
        for sub in subs.iter_mut().filter(|sub| is_exact(&sub.r#type)) {
            sub.case_exact = Some(true);
        }
        subs
    });
    attribute
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(attributes: &[Attributes], name: &str) -> bool {
        attributes.iter().any(|attribute| attribute.name == name)
    }

    #[test]
    fn the_embedded_schemas_are_there() {
        assert!(has(user(), "userName") && has(user(), "x509Certificates"));
        assert!(has(enterprise_user(), "employeeNumber"));
        assert!(has(group(), "members"));
    }

    #[test]
    fn references_and_binary_values_are_exact() {
        let certificates = user().iter().find(|it| it.name == "x509Certificates").unwrap();
        let exact = |name: &str| {
            let subs = certificates.sub_attributes.as_slice();
            subs.iter().find(|it| it.name == name).unwrap().case_exact
        };
        assert_eq!((exact("value"), exact("display")), (Some(true), Some(false)));
        let profile = user().iter().find(|it| it.name == "profileUrl").unwrap();
        assert_eq!(profile.case_exact, Some(true));
    }
}
