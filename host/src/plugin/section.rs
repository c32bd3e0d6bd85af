//! A manifest inside a component: a custom section of the component, or of a module in it, where a compiler puts it.

use anyhow::{Context as _, bail};
use wasmparser::{Parser, Payload};

/// The section's name.
pub const SECTION: &str = "portcullis:manifest";

/// The text of the manifest that is inside a component, if there is one.
///
/// # Errors
/// It is no component, or has several manifests, or one that is no text.
pub fn manifest(component: &[u8]) -> anyhow::Result<Option<String>> {
    let mut found = None;
    for payload in Parser::new(0).parse_all(component) {
        let Payload::CustomSection(section) = payload.context("it is cut off or damaged")? else {
            continue;
        };
        if section.name() != SECTION {
            continue;
        }
        let text = str::from_utf8(section.data()).context("the manifest inside is not UTF-8")?;
        if found.replace(text.to_owned()).is_some() {
            bail!("there are several manifests inside");
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(sections: &str) -> Vec<u8> {
        wat::parse_str(format!("(component {sections})")).unwrap()
    }

    #[test]
    fn is_found_in_the_component_and_in_its_modules() {
        let outside = component(r#"(@custom "portcullis:manifest" "name = 1")"#);
        assert_eq!(manifest(&outside).unwrap().as_deref(), Some("name = 1"));
        let inside = component(r#"(core module (@custom "portcullis:manifest" "name = 2"))"#);
        assert_eq!(manifest(&inside).unwrap().as_deref(), Some("name = 2"));
        assert_eq!(manifest(&component("")).unwrap(), None);
    }

    #[test]
    fn two_of_them_are_none() {
        let twice = component(r#"(@custom "portcullis:manifest" "a") (@custom "portcullis:manifest" "b")"#);
        assert!(manifest(&twice).unwrap_err().to_string().contains("several"));
        let bytes = component(r#"(@custom "portcullis:manifest" "\ff")"#);
        assert!(manifest(&bytes).unwrap_err().to_string().contains("UTF-8"));
        assert!(manifest(b"\0asm").is_err());
    }
}
