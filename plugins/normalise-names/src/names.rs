//! Which values of a user are names and addresses (RFC 7643 §4.1), and what is done with them.

use portcullis_sdk::{Document, Failure, serde_json::Value};

/// Names of users that are single values.
const NAMES: [&str; 3] = ["displayName", "nickName", "title"];

/// Tidies a user, and says how many values have changed.
///
/// # Errors
/// `userName` is blank.
pub fn tidy(user: &mut Document, lower_case: bool) -> Result<u32, Failure> {
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
            let emails = value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
            changed += emails
                .flatten()
                .filter(|(key, _)| key.eq_ignore_ascii_case("value"))
                .map(|(_, address)| text(address, lower_case))
                .sum::<u32>();
        } else if NAMES.into_iter().any(is) {
            changed += text(value, false);
        }
    }
    Ok(changed)
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
