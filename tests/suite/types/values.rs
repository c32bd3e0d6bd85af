//! What clients write comes back, and what is not of the type is refused.

use portcullis_tests::{Kind, on_every_database};
use serde_json::{Value, json};

use super::{OWN, TYPES, Typed, application, create, user};

on_every_database!(
    every_type_comes_back_as_it_was_written,
    nothing_is_a_value_too,
    what_is_not_of_the_type_is_refused_by_name,
);

/// The same to the client: MySQL and PostgreSQL write documents with other blanks.
fn same(found: &Value, wanted: &Value) -> bool {
    let document = |value: &Value| serde_json::from_str::<Value>(value.as_str()?).ok();
    found == wanted || document(found).is_some() && document(found) == document(wanted)
}

fn every_type_comes_back_as_it_was_written(on: Kind) {
    let application = application(on).start();
    let most = TYPES.iter().map(|typed| typed.values_on(on).len()).max().unwrap_or_default();
    let mut path = String::new();
    for round in 0..most {
        let value = |typed: &Typed| {
            let values = typed.values_on(on);
            values[round % values.len()].clone()
        };
        let own: serde_json::Map<_, _> = TYPES.iter().map(|typed| (typed.column.to_owned(), value(typed))).collect();
        if round == 0 {
            path = create(&application, "grace", own.clone().into()).0;
        } else {
            let changed = application.put(&path, &user("grace", own.clone().into())).expect(200);
            assert!(same(&changed[OWN]["settings"], &own["settings"]), "{changed}");
        }
        let read = application.get(&path);
        for (name, wanted) in &own {
            let found = &read.json()[OWN][name];
            assert!(same(found, wanted), "{name}: {wanted} became {found}");
        }
        // What was read is what is there already, and so is what was written.
        assert_eq!(application.put(&path, &read.json()).header("etag"), read.header("etag"));
        assert_eq!(
            application.put(&path, &user("grace", own.into())).header("etag"),
            read.header("etag")
        );
    }
    for typed in &TYPES {
        let value = typed.values_on(on)[1].clone();
        let patch = json!([{ "op": "replace", "path": format!("{OWN}:{}", typed.column), "value": value }]);
        let patched = application.patch(&path, patch).expect(200);
        assert!(same(&patched[OWN][typed.column], &value), "{}: {patched}", typed.column);
    }
    // Other ways to write the same.
    let other = json!({ "badge": "12", "rate": "1.5000", "guid": "6F9619FF8B86D011B42D00C04FC964FF",
        "born_on": "2026-11-23T00:00:00+02:00", "hired_at": "2026-11-23T23:30:00-05:00", "seen_at": "2026-11-23T23:30:00-05:00" });
    let changed = application.put(&path, &user("grace", other)).expect(200);
    let own = &changed[OWN];
    assert_eq!(own["badge"], 12);
    assert_eq!(own["rate"], 1.5);
    assert_eq!(own["guid"], "6f9619ff-8b86-d011-b42d-00c04fc964ff");
    assert_eq!(own["born_on"], "2026-11-23");
    assert_eq!(
        (&own["hired_at"], &own["seen_at"]),
        (&json!("2026-11-24T04:30:00Z"), &json!("2026-11-24T04:30:00Z"))
    );
}

fn nothing_is_a_value_too(on: Kind) {
    let application = application(on).start();
    let (path, created) = create(&application, "nobody", json!({}));
    assert_eq!(created.get(OWN), None);
    let own: serde_json::Map<_, _> = TYPES
        .iter()
        .map(|typed| (typed.column.to_owned(), typed.values_on(on)[0].clone()))
        .collect();
    application.put(&path, &user("nobody", own.into())).expect(200);
    for typed in &TYPES {
        let remove = json!([{ "op": "remove", "path": format!("{OWN}:{}", typed.column) }]);
        let changed = application.patch(&path, remove).expect(200);
        assert_eq!(
            changed.get(OWN).and_then(|own| own.get(typed.column)),
            None,
            "{}",
            typed.column
        );
        let kept = application.database.count(&format!(
            "SELECT COUNT(*) FROM app_user WHERE username = 'nobody' AND {} IS NULL",
            typed.column
        ));
        assert_eq!(kept, 1, "{}", typed.column);
    }
}

fn what_is_not_of_the_type_is_refused_by_name(on: Kind) {
    let application = application(on).start();
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    for typed in &TYPES {
        let wrong = (typed.wrong)();
        let answer = application.put(&path, &user("user001", json!({ typed.column: wrong })));
        answer.expect_error(400, Some("invalidValue"), &[typed.column, "must be"]);
        let patch = json!([{ "op": "add", "path": format!("{OWN}:{}", typed.column), "value": wrong }]);
        let answer = application.patch(&path, patch);
        answer.expect_error(400, Some("invalidValue"), &[typed.column, "must be"]);
    }
    assert_eq!(application.get(&path).expect(200), before);
}
