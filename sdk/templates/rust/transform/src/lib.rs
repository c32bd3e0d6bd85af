//! Makes phone numbers E.164 before they reach the application: `020 7946 0958` becomes `+442079460958`.

mod phone;

use phone::e164;
use portcullis_sdk::{Direction, Document, Failure, Level, Log, Transform, serde_json::Value};

struct PhoneNumbers;

impl Transform for PhoneNumbers {
    fn transform(
        direction: Direction,
        mut document: Document,
        settings: &Document,
        log: &mut impl Log,
    ) -> Result<Document, Failure> {
        if direction == Direction::FromApplication {
            // A client must see what is stored.
            return Ok(document);
        }
        let text = |key: &str| settings.get(key).and_then(Value::as_str);
        // The host has held them against the schema in the manifest.
        let (country, trunk) = (text("country-code").unwrap_or_default(), text("trunk-prefix").unwrap_or("0"));
        let strict = settings.get("strict").and_then(Value::as_bool).unwrap_or_default();
        let mut changed = 0;
        for number in phone_numbers(&mut document) {
            match e164(number, country, trunk) {
                Some(tidied) if tidied != *number => {
                    *number = tidied;
                    changed += 1;
                }
                None if strict => {
                    return Err(Failure::new(400, "a phone number is none that can be called").of_type("invalidValue"));
                }
                Some(_) | None => {}
            }
        }
        if changed > 0 {
            // How many, never which: values don't belong into a log.
            log.write(Level::Debug, &format!("changed {changed} phone numbers"));
        }
        Ok(document)
    }
}

portcullis_sdk::export_transform!(PhoneNumbers);

/// Names of attributes have no case (RFC 7643 §2.1).
fn phone_numbers(user: &mut Document) -> impl Iterator<Item = &mut String> {
    let lists = user.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("phoneNumbers"));
    let elements = lists.filter_map(|(_, held)| held.as_array_mut()).flatten();
    let parts = elements.filter_map(Value::as_object_mut).flatten();
    parts
        .filter(|(part, _)| part.eq_ignore_ascii_case("value"))
        .filter_map(|(_, value)| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
}
