//! Columns that nobody has mapped: read, filtered and sorted by, never written.

use portcullis_tests::{Kind, application::ENTERPRISE, client::encode, on_every_database};
use serde_json::json;

use super::{COLUMNS, FURTHER, day, expected, quoted, schema_attributes, truth, with_columns};

on_every_database!(
    a_column_that_nobody_mapped_is_an_attribute,
    it_can_be_filtered_and_sorted_by,
    it_is_read_and_never_written,
    the_setting_hides_and_shows,
);

fn a_column_that_nobody_mapped_is_an_attribute(on: Kind) {
    let application = with_columns(on).start();
    // Before anybody has read a user.
    let types = application.get("/ResourceTypes/User").expect(200);
    assert_eq!(
        types["schemaExtensions"],
        json!([{ "schema": ENTERPRISE, "required": false }, { "schema": FURTHER, "required": false }])
    );
    let mut wanted: Vec<_> = COLUMNS
        .iter()
        .map(|column| [column.attribute, column.data_type_on(on), "readOnly"].map(str::to_owned))
        .collect();
    wanted.push(["licenceId", "integer", "readOnly"].map(str::to_owned));
    wanted.sort();
    assert_eq!(schema_attributes(&application, FURTHER), wanted);

    let path = application.user("user001");
    let user = application.get(&path).expect(200);
    assert_eq!(user[FURTHER], expected(on));
    assert!(user["schemas"].as_array().unwrap().contains(&json!(FURTHER)));
    let text = user.to_string();
    assert!(!text.contains("hunter2"), "a secret is shown: {text}");
    assert_eq!(
        application.find("userName eq \"user001\""),
        [user],
        "a user looks the same in a list"
    );
    assert!(
        application
            .get(&application.user("user002"))
            .expect(200)
            .get(FURTHER)
            .is_none()
    );
}

fn it_can_be_filtered_and_sorted_by(on: Kind) {
    let application = with_columns(on).start();
    for filter in [
        "badgeNo eq 4711",
        "badgeNo eq \"4711\"",
        "badgeNo gt 4710",
        "badgeNo lt 10000",
        "badgeNo pr",
        "hourlyRate eq 17.25",
        "hourlyRate gt 9.5",
        &format!("isExternal eq {}", truth(on, true)),
        if on == Kind::Oracle {
            "isExternal eq \"1\""
        } else {
            "isExternal eq \"True\""
        },
        "hiredAt eq \"2026-03-01T09:30:00+01:00\"",
        "hiredAt gt \"2025-01-01T00:00:00Z\"",
        &format!("bornOn eq {}", day(on, "1906-12-09")),
        &format!("bornOn lt {}", day(on, "1907-01-01")),
        "picture pr",
        "picture eq \"AP8Q\"",
        "costCentre eq \"NORTH\"",
        "costCentre sw \"no\"",
        "settings co \"[1]\"",
    ] {
        let found = application.find(&format!("{FURTHER}:{filter}"));
        let names: Vec<_> = found.iter().map(|user| &user["userName"]).collect();
        assert_eq!(names, ["user001"], "{filter}");
    }
    for filter in [
        "badgeNo eq 4712",
        "badgeNo gt 4711",
        &format!("isExternal eq {}", truth(on, false)),
        "picture eq \"AAAA\"",
        "costCentre eq \"Nort\"",
    ] {
        assert!(application.find(&format!("{FURTHER}:{filter}")).is_empty(), "{filter}");
    }
    for (filter, detail) in [
        ("badgeNo eq \"x\"", "is a number"),
        ("badgeNo eq true", "is a number"),
        if on == Kind::Oracle {
            ("isExternal eq true", "is a number")
        } else {
            ("isExternal gt true", "is true or false")
        },
        ("picture gt \"AP8Q\"", "holds bytes"),
        ("picture eq \"?\"", "no base64"),
        ("hiredAt eq \"yesterday\"", "dateTime"),
        ("pinCode eq \"hunter2\"", "pinCode"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(&format!("{FURTHER}:{filter}"))));
        answer.expect_error(400, Some("invalidFilter"), &[detail]);
    }

    let id = application.id_of("user002");
    let badge = quoted(on, "badge_no");
    application
        .database
        .run(&format!("UPDATE app_user SET {badge} = 900 WHERE user_id = {id}"));
    let sorted = application
        .get(&format!("/Users?sortBy={}", encode(&format!("{FURTHER}:badgeNo"))))
        .expect(200);
    let names: Vec<_> = sorted["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["userName"])
        .collect();
    assert_eq!(names, ["user002", "user001", "user003"], "as numbers, and what has none last");
}

fn it_is_read_and_never_written(on: Kind) {
    let application = with_columns(on).start();
    let path = application.user("user001");
    let before = application.get(&path);
    let mut changed = before.json();
    assert_eq!(application.put(&path, &changed).header("etag"), before.header("etag"));
    changed[FURTHER]["badgeNo"] = json!(1);
    changed["title"] = json!("Changed");
    let after = application.put(&path, &changed).expect(200);
    assert_eq!((&after[FURTHER], &after["title"]), (&expected(on), &json!("Changed")));
    let answer = application.patch(
        &path,
        json!([{ "op": "replace", "path": format!("{FURTHER}:badgeNo"), "value": 1 }]),
    );
    answer.expect_error(400, Some("mutability"), &["badgeNo", "read-only"]);
    let same = application.patch(
        &path,
        json!([{ "op": "replace", "path": format!("{FURTHER}:badgeNo"), "value": 4711 }]),
    );
    same.expect(200);

    let only = format!("{path}?attributes={}", encode(&format!("{FURTHER}:badgeNo")));
    let only = application.get(&only).expect(200);
    assert_eq!(only[FURTHER], json!({ "badgeNo": 4711 }));
    assert!(only.get("userName").is_none());
}

fn the_setting_hides_and_shows(on: Kind) {
    let hidden = with_columns(on).with("[users]\nunmapped-columns = \"hide\"").start();
    assert!(hidden.get(&hidden.user("user001")).expect(200).get(FURTHER).is_none());
    hidden.get(&format!("/Schemas/{FURTHER}")).expect_error(404, None, &[FURTHER]);

    let listed = with_columns(on)
        .with("[users]\nunmapped-columns = [\"COST_CENTRE\", \"pin_code\"]")
        .start();
    let user = listed.get(&listed.user("user001")).expect(200);
    assert_eq!(user[FURTHER], json!({ "costCentre": "North", "pinCode": "hunter2" }));
}
