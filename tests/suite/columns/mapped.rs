//! Columns that are mapped to attributes of the administrator's own: their types, both ways.

use portcullis_tests::{Kind, application::USER, on_every_database};
use serde_json::json;

use super::{COLUMNS, OWN, day, expect_misfits_refused, expected, mapped, quoted, schema_attributes, truth, wants_truth};
use crate::components;

on_every_database!(
    a_column_that_is_mapped_has_its_type,
    a_value_that_does_not_fit_its_column_is_refused_by_name,
    a_transform_sees_it_and_leaves_it_alone,
);

fn a_column_that_is_mapped_has_its_type(on: Kind) {
    let application = mapped(on).start();
    let mut wanted: Vec<_> = COLUMNS
        .iter()
        .map(|column| [column.attribute, column.data_type_on(on), "readWrite"].map(str::to_owned))
        .collect();
    wanted.sort();
    assert_eq!(schema_attributes(&application, OWN), wanted);
    let path = application.user("user001");
    assert_eq!(application.get(&path).expect(200)[OWN], expected(on));

    let created = application.post(
        "/Users",
        &json!({ "schemas": [USER, OWN], "userName": "grace", OWN: expected(on) }),
    );
    let created = created.expect(201);
    assert_eq!(created[OWN], expected(on));
    let path = format!("/Users/{}", created["id"].as_str().unwrap());

    // As a client without numbers and booleans writes it.
    let mut text = created.clone();
    text[OWN]["badgeNo"] = json!("4711");
    text[OWN]["hourlyRate"] = json!("17.2500");
    if on != Kind::Oracle {
        text[OWN]["isExternal"] = json!("True");
    }
    text[OWN]["hiredAt"] = json!("2026-03-01T09:30:00+01:00");
    let before = application.get(&path);
    assert_eq!(application.put(&path, &text).header("etag"), before.header("etag"));

    let changes = json!({ "badgeNo": -1, "hourlyRate": 0.1, "isExternal": truth(on, false), "hiredAt": "2027-01-01T00:00:00Z",
        "bornOn": day(on, "2000-02-29"), "picture": "AQID", "costCentre": "Süd", "settings": "[]" });
    let mut changed = created;
    changed[OWN] = changes.clone();
    assert_eq!(application.put(&path, &changed).expect(200)[OWN], changes);
    let patched = application
        .patch(&path, json!([{ "op": "remove", "path": format!("{OWN}:picture") }]))
        .expect(200);
    assert!(patched[OWN].get("picture").is_none());

    // More digits than a double has: not one of them is lost by a change of something else.
    if on != Kind::Sqlite {
        let (name, id) = (quoted(on, "Hourly Rate"), application.id_of("grace"));
        application.database.run(&format!(
            "UPDATE app_user SET {name} = 12345678901234567890.1234 WHERE user_id = {id}"
        ));
        let mut read = application.get(&path).expect(200);
        assert_eq!(read[OWN]["hourlyRate"], "12345678901234567890.1234");
        read[OWN]["badgeNo"] = json!(8);
        application.put(&path, &read).expect(200);
        let kept = application
            .database
            .value(&format!("SELECT {name} FROM app_user WHERE user_id = {id}"));
        assert_eq!(kept.as_deref(), Some("12345678901234567890.1234"));
    }
}

fn a_value_that_does_not_fit_its_column_is_refused_by_name(on: Kind) {
    let application = mapped(on).start();
    let path = application.user("user001");
    let misfits = [
        ("badgeNo", json!("x"), "a whole number, and is a string of another form"),
        ("badgeNo", json!(1.5), "a whole number, and is a number with a fraction"),
        ("badgeNo", json!({}), "a whole number, and is an object"),
        ("hourlyRate", json!("1,5"), "a number"),
        ("hourlyRate", json!(true), "a number, and is a boolean"),
        ("isExternal", json!("perhaps"), wants_truth(on)),
        ("hiredAt", json!("yesterday"), "2026-11-23T10:00:00Z"),
        ("picture", json!("not base64!"), "base64"),
        ("costCentre", json!(7), "a string, and is a number"),
    ];
    expect_misfits_refused(&application, &path, OWN, &misfits);
}

/// A document goes through a transform with every attribute that there is, both ways.
fn a_transform_sees_it_and_leaves_it_alone(on: Kind) {
    let application = mapped(on)
        .with_plugin("normalise-names", components::NORMALISE_NAMES, "allow = [\"log\"]")
        .with("[transforms]\nto-application = [\"normalise-names\"]\nfrom-application = [\"normalise-names\"]")
        .start();
    let path = application.user("user001");
    let read = application.get(&path);
    assert_eq!(read.json()[OWN], expected(on));
    assert_eq!(application.put(&path, &read.json()).header("etag"), read.header("etag"));
    let mut renamed = read.json();
    renamed["userName"] = json!(" Ada@Example.com ");
    let renamed = application.put(&path, &renamed).expect(200);
    assert_eq!(
        (&renamed["userName"], &renamed[OWN]),
        (&json!("ada@example.com"), &expected(on))
    );
}
