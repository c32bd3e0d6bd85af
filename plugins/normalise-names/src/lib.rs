//! A component of an administrator's own: tidies names and addresses on their way to the application.
//!
//! White space at the ends of names goes and white space inside becomes one space; `userName` and e-mail addresses become
//! lower case; phone numbers become E.164 where the settings say of which country they are. What comes from the application is left as it is: a client must see what is stored.
//!
//! A name that is nothing but white space is refused as an invalid value where it is the `userName`, and otherwise becomes
//! empty.

mod names;
// The same rule as that of the project that `plugin new` makes.
#[path = "../../../sdk/templates/rust/transform/src/phone.rs"]
mod phone;

use names::Rules;
use portcullis_sdk::{Direction, Document, Failure, Level, Log, Transform};

struct NormaliseNames;

impl Transform for NormaliseNames {
    fn transform(
        direction: Direction,
        mut document: Document,
        settings: &Document,
        log: &mut impl Log,
    ) -> Result<Document, Failure> {
        if direction == Direction::FromApplication {
            return Ok(document);
        }
        let lower_case = match settings.get("lower-case") {
            None => true,
            Some(setting) => setting.as_bool().ok_or_else(|| {
                Failure::new(
                    500,
                    "the plugin normalise-names has the setting `lower-case`, which must be true or false",
                )
            })?,
        };
        let text = |key: &str| settings.get(key).and_then(|setting| setting.as_str());
        let rules = Rules {
            lower_case,
            country: text("country-code"),
            trunk: text("trunk-prefix").unwrap_or("0"),
        };
        let changed = names::tidy(&mut document, &rules)?;
        if changed > 0 {
            // How many, never which: values don't belong into a log.
            log.write(Level::Debug, &format!("tidied {changed} values"));
        }
        Ok(document)
    }
}

portcullis_sdk::export_transform!(NormaliseNames);

#[cfg(test)]
mod tests {
    use portcullis_sdk::{
        FakeDatabase,
        serde_json::{Value, json},
    };

    use super::*;

    fn transformed(direction: Direction, document: Value, settings: Value) -> Result<Value, Failure> {
        let (document, settings) = (document.as_object().unwrap().clone(), settings.as_object().unwrap().clone());
        NormaliseNames::transform(direction, document, &settings, &mut FakeDatabase::new()).map(Value::Object)
    }

    fn untidy() -> Value {
        json!({
            "USERNAME": " Ada.Lovelace@Example.ORG ",
            "displayName": "Ada\u{a0} \t Lovelace ",
            "name": {"givenName": " Ada  Augusta", "familyName": "King"},
            "emails": [{"value": "ADA@Example.org ", "type": "Work"}, {"type": "home"}, "odd"],
            "title": 7,
            "active": true,
            "urn:example:User": {"note": "  as it is  "},
        })
    }

    #[test]
    fn tidies_towards_the_application() {
        assert_eq!(
            transformed(Direction::ToApplication, untidy(), json!({})).unwrap(),
            json!({
                "USERNAME": "ada.lovelace@example.org",
                "displayName": "Ada Lovelace",
                "name": {"givenName": "Ada Augusta", "familyName": "King"},
                "emails": [{"value": "ada@example.org", "type": "Work"}, {"type": "home"}, "odd"],
                "title": 7,
                "active": true,
                "urn:example:User": {"note": "  as it is  "},
            })
        );
    }

    #[test]
    fn tidy_is_tidy() {
        let once = transformed(Direction::ToApplication, untidy(), json!({})).unwrap();
        assert_eq!(transformed(Direction::ToApplication, once.clone(), json!({})).unwrap(), once);
    }

    #[test]
    fn leaves_alone_what_comes_from_the_application() {
        assert_eq!(
            transformed(Direction::FromApplication, untidy(), json!({})).unwrap(),
            untidy()
        );
    }

    #[test]
    fn case_can_be_kept() {
        let tidied = transformed(Direction::ToApplication, untidy(), json!({"lower-case": false})).unwrap();
        assert_eq!(tidied["USERNAME"], "Ada.Lovelace@Example.ORG");
        let failure = transformed(Direction::ToApplication, untidy(), json!({"lower-case": "no"})).unwrap_err();
        assert_eq!(failure.status, 500);
    }

    #[test]
    fn phone_numbers_of_a_country_become_e164() {
        let user =
            json!({"userName": "ada", "phoneNumbers": [{"value": "020 7946 0958"}, {"value": "ext. 12"}, {"type": "work"}, 7]});
        let tidied = |settings: Value| transformed(Direction::ToApplication, user.clone(), settings).unwrap();
        assert_eq!(tidied(json!({})), user);
        let numbers = json!([{"value": "+442079460958"}, {"value": "ext. 12"}, {"type": "work"}, 7]);
        assert_eq!(tidied(json!({"country-code": "44"}))["phoneNumbers"], numbers);
    }

    #[test]
    fn a_blank_user_name_is_refused() {
        let failure = transformed(Direction::ToApplication, json!({"userName": " \t"}), json!({})).unwrap_err();
        assert_eq!((failure.status, failure.scim_type.as_deref()), (400, Some("invalidValue")));
    }

    #[test]
    fn the_log_has_no_values() {
        let mut log = FakeDatabase::new();
        let document = untidy().as_object().unwrap().clone();
        NormaliseNames::transform(Direction::ToApplication, document, &Document::new(), &mut log).unwrap();
        let line = portcullis_sdk::Recorded::Line(Level::Debug, "tidied 4 values".into());
        assert_eq!(log.recorded(), [line]);
    }
}
