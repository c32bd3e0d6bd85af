//! Which values of a user are names and addresses (RFC 7643 §4.1), and what is done with them.

use portcullis_sdk::{Document, Failure, serde_json::Value};

use crate::phone;

/// What the settings say.
pub struct Rules<'a> {
    /// Whether `userName` and e-mail addresses become lower case.
    pub lower_case: bool,
    /// The country of phone numbers that say none; `None`: they stay as they are.
    pub country: Option<&'a str>,
    /// What stands in its place inside of the country.
    pub trunk: &'a str,
}

/// Names of users that are single values.
const NAMES: [&str; 3] = ["displayName", "nickName", "title"];

/// Tidies a user, and says how many values have changed.
///
/// # Errors
/// `userName` is blank.
pub fn tidy(user: &mut Document, rules: &Rules<'_>) -> Result<u32, Failure> {
    let lower_case = rules.lower_case;
    let mut changed = 0;
    for (attribute, value) in user.iter_mut() {
        let is = |name: &str| attribute.eq_ignore_ascii_case(name);
        if is("userName") {
            changed += text(value, lower_case);
            if value.as_str() == Some("") {
                return Err(Failure::new(400, "userName is blank").of_type("invalidValue"));
            }
        } else if is("name") {
            changed += value
                .as_object_mut()
                .map_or(0, |name| name.values_mut().map(|part| text(part, false)).sum());
        } else if is("emails") {
            changed += values(value).map(|address| text(address, lower_case)).sum::<u32>();
        } else if is("phoneNumbers") {
            changed += values(value).map(|number| phone_number(number, rules)).sum::<u32>();
        } else if NAMES.into_iter().any(is) {
            changed += text(value, false);
        }
    }
    Ok(changed)
}

/// The values of an attribute with several.
fn values(attribute: &mut Value) -> impl Iterator<Item = &mut Value> {
    let elements = attribute
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut);
    let parts = elements.flatten();
    parts
        .filter(|(key, _)| key.eq_ignore_ascii_case("value"))
        .map(|(_, value)| value)
}

/// Makes it E.164 if that is known, and gives 1 if that changed it.
fn phone_number(value: &mut Value, rules: &Rules<'_>) -> u32 {
    let (Value::String(number), Some(country)) = (value, rules.country) else {
        return 0;
    };
    match phone::e164(number, country, rules.trunk) {
        Some(dialled) if dialled != *number => {
            *number = dialled;
            1
        }
        Some(_) | None => 0,
    }
}

/// Tidies a value if it is text, and gives 1 if that changed it.
fn text(value: &mut Value, lower_case: bool) -> u32 {
    let Value::String(text) = value else {
        return 0;
    };
    let mut tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if lower_case {
        tidied = tidied.to_lowercase();
    }
    let changed = tidied != *text;
    *text = tidied;
    changed.into()
}
