//! Whether what a statement gives back has something in it of the secrets that it may bind: a component could have its database say the
//! password that it is not to see.

use crate::database::Value;

/// Whether one of the secrets stands in one of the values, as it is.
pub fn are_told<'v>(secrets: &[(String, Value)], values: impl IntoIterator<Item = &'v Value>) -> bool {
    let secrets: Vec<String> = secrets.iter().filter_map(|(_, secret)| secret.to_text()).collect();
    let is_told = |value: &Value| match value {
        Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) => false,
        Value::Bytes(bytes) => secrets.iter().any(|secret| bytes == secret.as_bytes()),
        value => value
            .to_text()
            .is_some_and(|text| secrets.iter().any(|secret| tells(&text, secret))),
    };
    !secrets.is_empty() && values.into_iter().any(is_told)
}

/// Whether a secret stands in a text. A very short one stands in many that have nothing to do with it.
fn tells(text: &str, secret: &str) -> bool {
    match secret.len() {
        0 => false,
        1..8 => text == secret,
        _ => text.contains(secret),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(secret: &str, value: Value) -> bool {
        are_told(&[("password".to_owned(), Value::Text(secret.to_owned()))], [&value])
    }

    #[test]
    fn a_secret_is_found_in_what_comes_back() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert!(told("correct-horse", text("correct-horse")));
        assert!(told("correct-horse", text("it is correct-horse!")));
        assert!(told("correct-horse", Value::Json("{\"p\":\"correct-horse\"}".to_owned())));
        assert!(told("correct-horse", Value::Bytes(b"correct-horse".to_vec())));
        assert!(told("7", text("7")));
        assert!(!told("7", text("17")));
        assert!(!told("7", Value::Integer(7)));
        assert!(!told("", text("")));
        assert!(!are_told(&[("password".to_owned(), Value::Null)], [&Value::Null]));
        assert!(!are_told(&[], [&text("correct-horse")]));
    }
}
