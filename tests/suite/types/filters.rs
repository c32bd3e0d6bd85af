//! Filters compare as the type does, whatever the column is.

use portcullis_tests::{Kind, client::encode, on_every_database};

use super::{OWN, TYPES, application, create};

on_every_database!(filters_compare_by_the_type);

fn filters_compare_by_the_type(on: Kind) {
    let application = application(on).start();
    let own: serde_json::Map<_, _> = TYPES
        .iter()
        .map(|typed| (typed.column.to_owned(), typed.values_on(on)[0].clone()))
        .collect();
    create(&application, "grace", own.clone().into());
    for typed in &TYPES {
        let name = typed.column;
        for filter in [
            format!("{OWN}:{name} eq {}", own[name]),
            format!("{OWN}:{name} pr"),
            format!("not ({OWN}:{name} ne {})", own[name]),
        ] {
            let found = application.find(&filter);
            assert_eq!(found.len(), 1, "{filter}");
            assert_eq!(found[0]["userName"], "grace", "{filter}");
        }
        let other = &typed.values_on(on)[1];
        assert!(
            application.find(&format!("{OWN}:{name} eq {other}")).is_empty(),
            "{name} eq {other}"
        );
        assert_eq!(
            application.find(&format!("{OWN}:{name} ne {other}")).len(),
            4,
            "{name} ne {other}"
        );
    }
    for filter in [
        // By size, though the column is one of texts: 90 is less than 100, and "90" is behind "100".
        "numbered lt 100",
        "numbered eq \"90\"",
        "rate gt 9.5",
        "rate eq \"17.2500\"",
        "born_on lt \"1907-01-01\"",
        "born_on sw \"1906-\"",
        "hired_at eq \"2026-03-01T09:30:00.123456+01:00\"",
        "seen_at gt \"2026-07-01T00:00:00-05:00\"",
        "guid eq \"6F9619FF-8B86-D011-B42D-00C04FC964FF\"",
        "guid sw \"6F9619\"",
        "raw_guid eq \"6F9619FF8B86D011B42D00C04FC964FF\"",
        "settings eq \"{\\\"a\\\":[1,\\\"\\u00fc\\\"]}\"",
        "settings co \"ü\"",
        "notes sw \"sÜd 東\" and userName eq \"grace\"",
        "nickname eq \"SÜD 東京 🦀\"",
    ] {
        // SQLite knows the cases of ASCII's letters alone.
        if on == Kind::Sqlite && ["SÜD", "sÜd"].iter().any(|words| filter.contains(words)) {
            continue;
        }
        let found = application.find(&format!("{OWN}:{filter}"));
        assert_eq!(found.len(), 1, "{filter}");
    }
    for (filter, detail) in [
        ("born_on eq \"soon\"", "a date, such as 2026-11-23"),
        ("guid eq \"x\"", "a UUID"),
        ("badge eq \"x\"", "is a number"),
        ("hired_at co \"2026\"", "point in time"),
        ("certificate gt \"AP8Q\"", "bytes"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(&format!("{OWN}:{filter}"))));
        answer.expect_error(400, Some("invalidFilter"), &[detail]);
    }
}
