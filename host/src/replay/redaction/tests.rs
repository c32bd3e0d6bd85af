//! What placeholders keep, and what they don't show.

use proptest::prelude::*;

use super::{Rules, plain, words::Words};
use crate::replay::{Redact, redaction::value, value::Written};

fn words() -> Words {
    Words::new([7; 32])
}

#[test]
fn placeholders_look_like_what_they_stand_for() {
    let mut words = words();
    let hidden = words.hide("Ada.Lovelace@example.com, 1815-12-10 Ωmega Zoë 李小龙 x");
    assert!(
        !hidden.to_lowercase().contains("ada") && !hidden.contains("1815") && !hidden.contains("example"),
        "{hidden}"
    );
    let shape = |text: &str| -> Vec<(bool, bool, usize)> {
        text.chars()
            .map(|c| (c.is_alphabetic(), c.is_uppercase(), c.len_utf8()))
            .collect()
    };
    assert_eq!(
        shape(&hidden),
        shape("Ada.Lovelace@example.com, 1815-12-10 Ωmega Zoë 李小龙 x")
    );
    assert!(hidden.ends_with(" x"), "a letter alone stays: {hidden}");
}

#[test]
fn the_same_word_has_the_same_placeholder_everywhere() {
    let mut words = words();
    let address = words.hide("ada@example.com");
    let name = words.hide("Ada");
    assert!(address.starts_with(&format!("{}@", name.to_lowercase())), "{address}, {name}");
    assert_eq!(
        words.hide_known("Key (login)=(ada) already exists"),
        format!("Key (login)=({}) already exists", name.to_lowercase())
    );
}

#[test]
fn dates_stay_dates_and_keep_their_distance() {
    let mut words = words();
    let mut dates = ["2024-02-29", "2024-03-01T10:00:00Z"].map(|text| Written::Timestamp(text.to_owned()));
    dates.iter_mut().for_each(|date| value::hide(date, &mut words));
    let day = |date: &Written| match date {
        Written::Timestamp(text) => chrono::NaiveDate::parse_from_str(&text[..10], "%Y-%m-%d").unwrap(),
        _ => unreachable!(),
    };
    assert_eq!((day(&dates[1]) - day(&dates[0])).num_days(), 1);
    assert!(matches!(&dates[1], Written::Timestamp(text) if text.ends_with("T10:00:00Z") && !text.starts_with("2024-03")));
}

#[test]
fn names_mean_attributes_their_parts_and_their_columns() {
    let mapped = [("name.givenName".to_owned(), "first_name"), ("userName".to_owned(), "login")];
    let rules = Rules::new(
        &Redact::Named(vec!["name".into(), "emails".into(), "ssn".into()]),
        mapped.into_iter(),
    );
    for meant in [
        "name.givenName",
        "NAME.familyName",
        "first_name",
        "emails[type eq \"work\"].value",
        "emails",
        "SSN",
    ] {
        assert!(rules.name(meant), "{meant}");
    }
    for other in ["userName", "login", "names", "emailsOf", "id"] {
        assert!(!rules.name(other), "{other}");
    }
    assert_eq!(plain("urn:x:2.0:User:department"), "urn.x.2.0.user.department");
}

#[test]
fn secrets_are_found_by_their_keys_in_the_settings_of_a_plugin() {
    let settings = r#"{"steps": [{"sql": "UPDATE t SET password = :password"}], "settings": {"token": "s3cr3t", "region": "north",
        "lookup": {"password": ["one", "two"]}}}"#;
    assert_eq!(super::secrets(settings), ["s3cr3t", "one", "two"]);
}

proptest! {
    /// Equal stays equal, different stays different, and nothing gets another length.
    #[test]
    fn placeholders_tell_apart_what_was_apart(a in "\\PC{0,24}", b in "\\PC{0,24}") {
        let mut words = words();
        let (hidden_a, hidden_b) = (words.hide(&a), words.hide(&b));
        prop_assert_eq!(hidden_a.len(), a.len());
        prop_assert_eq!(&words.hide(&a), &hidden_a);
        if folded(&a) != folded(&b) && long(&a) && long(&b) {
            prop_assert_ne!(hidden_a, hidden_b);
        }
    }

    #[test]
    fn numbers_keep_their_digits_and_sign(number in any::<i64>()) {
        let mut value = Written::Integer(number);
        value::hide(&mut value, &mut words());
        let Written::Integer(hidden) = value else { panic!("{value:?}") };
        prop_assert_eq!(hidden.to_string().len(), number.to_string().len());
        prop_assert_eq!(hidden < 0, number < 0);
    }
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Of words of two or three characters there are few placeholders.
fn long(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || word.chars().count() > 5)
}
