//! Columns of groups: mapped ones have their types, and those that nobody has mapped can be read.

use std::fmt::Write as _;

use portcullis_tests::{Application, Builder, Kind, application::GROUP, client::encode, on_every_database};
use serde_json::{Value, json};

use super::{COLUMNS, add_columns, day, expect_misfits_refused, expected, quoted, schema_attributes, truth, wants_truth};

on_every_database!(
    a_column_that_nobody_mapped_is_an_attribute,
    a_column_that_is_mapped_has_its_type,
    a_value_that_does_not_fit_its_column_is_refused_by_name,
    the_setting_hides_and_shows,
);

const FURTHER: &str = "urn:portcullis:scim:schemas:extension:payroll:2.0:Group";
const OWN: &str = "urn:example:payroll:2.0:Group";

/// Groups with columns of every type, in which the group Payroll has something, and a secret.
fn with_columns(on: Kind) -> Builder {
    add_columns(Application::with_users(on, 3), on, "app_group", "group_name = 'Payroll'")
        .with_table(&format!(
            "ALTER TABLE app_group {} join_token VARCHAR(40) DEFAULT 'hunter2'",
            on.add_column()
        ))
        .with_table("UPDATE app_group SET join_token = 'hunter2'")
        .with("[groups.get-groups]\nsql = \"SELECT * FROM app_group\"")
        .with("[groups.get-group]\nsql = \"SELECT * FROM app_group WHERE group_id = :id\"")
}

/// The same columns, mapped: clients read and write them.
fn mapped(on: Kind) -> Builder {
    let mut builder = with_columns(on);
    let mut set = String::new();
    for column in &COLUMNS {
        let _ = write!(set, ", {} = :{OWN}:{}", quoted(on, column.name), column.attribute);
        builder = builder.with(&format!(
            "[groups.attributes]\n\"{OWN}:{}\" = \"{}\"",
            column.attribute, column.name
        ));
    }
    let update = format!("UPDATE app_group SET group_name = :displayName{set} WHERE group_id = :id");
    builder.with(&format!("[groups.update-group]\nsql = {update:?}"))
}

fn described(on: Kind, mutability: &str) -> Vec<[String; 3]> {
    let words = |column: &super::Column| [column.attribute, column.data_type_on(on), mutability].map(str::to_owned);
    let mut wanted: Vec<_> = COLUMNS.iter().map(words).collect();
    wanted.sort();
    wanted
}

fn names(groups: &[Value]) -> Vec<&str> {
    groups.iter().filter_map(|group| group["displayName"].as_str()).collect()
}

fn a_column_that_nobody_mapped_is_an_attribute(on: Kind) {
    let application = with_columns(on).start();
    // Before anybody has read a group.
    let types = application.get("/ResourceTypes/Group").expect(200);
    assert_eq!(types["schemaExtensions"], json!([{ "schema": FURTHER, "required": false }]));
    assert_eq!(schema_attributes(&application, FURTHER), described(on, "readOnly"));

    let path = application.group("Payroll");
    let group = application.get(&path).expect(200);
    assert_eq!(group[FURTHER], expected(on));
    assert_eq!(group["schemas"], json!([GROUP, FURTHER]));
    assert!(!group.to_string().contains("hunter2"), "a secret is shown: {group}");
    assert_eq!(
        application.find_groups("displayName eq \"Payroll\""),
        std::slice::from_ref(&group)
    );
    assert!(
        application
            .get(&application.group("Vacant"))
            .expect(200)
            .get(FURTHER)
            .is_none()
    );

    for filter in [
        "badgeNo eq 4711",
        "badgeNo gt 900",
        "hourlyRate lt 100",
        &format!("isExternal eq {}", truth(on, true)),
        "hiredAt gt \"2025-01-01T00:00:00Z\"",
        "picture eq \"AP8Q\"",
        "costCentre sw \"no\"",
    ] {
        assert_eq!(
            names(&application.find_groups(&format!("{FURTHER}:{filter}"))),
            ["Payroll"],
            "{filter}"
        );
    }
    let wrong = format!("/Groups?filter={}", encode(&format!("{FURTHER}:badgeNo eq \"x\"")));
    application
        .get(&wrong)
        .expect_error(400, Some("invalidFilter"), &["is a number"]);

    let patch = json!([{ "op": "replace", "path": format!("{FURTHER}:badgeNo"), "value": 1 }]);
    application
        .patch(&path, patch)
        .expect_error(400, Some("mutability"), &["badgeNo", "read-only"]);
    let mut renamed = group;
    renamed["displayName"] = json!("Wages");
    renamed[FURTHER]["badgeNo"] = json!(1);
    let after = application.put(&path, &renamed).expect(200);
    assert_eq!((&after[FURTHER], &after["displayName"]), (&expected(on), &json!("Wages")));
}

fn a_column_that_is_mapped_has_its_type(on: Kind) {
    let application = mapped(on).start();
    assert_eq!(schema_attributes(&application, OWN), described(on, "readWrite"));
    let path = application.group("Payroll");
    let group = application.get(&path);
    assert_eq!(group.json()[OWN], expected(on));

    // As a client without numbers and booleans writes it.
    let mut text = group.json();
    text[OWN]["badgeNo"] = json!("4711");
    if on != Kind::Oracle {
        text[OWN]["isExternal"] = json!("True");
    }
    text[OWN]["hiredAt"] = json!("2026-03-01T09:30:00+01:00");
    assert_eq!(application.put(&path, &text).header("etag"), group.header("etag"));

    let changes = json!({ "badgeNo": -1, "hourlyRate": 0.1, "isExternal": truth(on, false), "hiredAt": "2027-01-01T00:00:00Z",
        "bornOn": day(on, "2000-02-29"), "picture": "AQID", "costCentre": "Süd", "settings": "[]" });
    let mut changed = group.json();
    changed[OWN] = changes.clone();
    assert_eq!(application.put(&path, &changed).expect(200)[OWN], changes);
    let patch = json!([{ "op": "replace", "path": format!("{OWN}:badgeNo"), "value": 7 }]);
    assert_eq!(application.patch(&path, patch).expect(200)[OWN]["badgeNo"], 7);
}

fn a_value_that_does_not_fit_its_column_is_refused_by_name(on: Kind) {
    let application = mapped(on).start();
    let path = application.group("Payroll");
    let misfits = [
        ("badgeNo", json!("x"), "a whole number, and is a string of another form"),
        ("hourlyRate", json!(true), "a number, and is a boolean"),
        ("isExternal", json!("perhaps"), wants_truth(on)),
        ("picture", json!("not base64!"), "base64"),
        ("costCentre", json!(7), "a string, and is a number"),
    ];
    expect_misfits_refused(&application, &path, OWN, &misfits);
}

fn the_setting_hides_and_shows(on: Kind) {
    let hidden = with_columns(on).with("[groups]\nunmapped-columns = \"hide\"").start();
    assert!(hidden.get(&hidden.group("Payroll")).expect(200).get(FURTHER).is_none());
    hidden.get(&format!("/Schemas/{FURTHER}")).expect_error(404, None, &[FURTHER]);

    let listed = with_columns(on)
        .with("[groups]\nunmapped-columns = [\"COST_CENTRE\", \"join_token\"]")
        .start();
    let group = listed.get(&listed.group("Payroll")).expect(200);
    assert_eq!(group[FURTHER], json!({ "costCentre": "North", "joinToken": "hunter2" }));
}
