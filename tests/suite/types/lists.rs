//! Lists in one column.

use portcullis_tests::{Kind, client::encode, on_every_database};
use serde_json::json;

use super::{
    OWN,
    column_types::{array_of, json_of},
    create, user, with_columns,
};

on_every_database!(a_list_is_an_attribute_with_several_values);

fn a_list_is_an_attribute_with_several_values(on: Kind) {
    let numbers = if on == Kind::Postgresql { "BIGINT[]" } else { json_of(on) };
    let names = if on == Kind::Postgresql {
        "VARCHAR(40)[]"
    } else {
        json_of(on)
    };
    let application = with_columns(
        on,
        &[
            ("tags", array_of(on), "type = \"string[]\""),
            ("floors", numbers, "type = \"integer[]\""),
            ("names", names, "type = \"string[]\""),
        ],
    )
    .start();
    let own = json!({ "tags": ["a", "ü, \"b\"", ""], "floors": [10, 9], "names": ["Ada"] });
    let (path, created) = create(&application, "grace", own.clone());
    assert_eq!(created[OWN], own);
    let read = application.get(&path);
    assert_eq!(read.json()[OWN], own);
    assert_eq!(application.put(&path, &read.json()).header("etag"), read.header("etag"));

    for filter in [
        "tags eq \"A\"",
        "tags co \"b\"",
        "tags pr",
        "floors gt 9",
        "floors eq \"9\"",
        "floors lt 10",
        "names sw \"ad\"",
        "tags[value eq \"A\"]",
        "tags[value ne \"a\"]",
        "tags[value eq \"nothing\" or value co \"b\"]",
        "floors[value gt 9]",
    ] {
        assert_eq!(application.find(&format!("{OWN}:{filter}")).len(), 1, "{filter}");
    }
    for filter in [
        "tags eq \"b\"",
        "floors gt 10",
        "names ew \"x\"",
        "tags[value eq \"b\"]",
        "floors[value lt 9]",
    ] {
        assert!(application.find(&format!("{OWN}:{filter}")).is_empty(), "{filter}");
    }
    for (filter, detail) in [
        ("tags[type eq \"a\"]", "`tags` has no `type`"),
        ("floors[value gt 8 and value lt 10]", "with `or` between them"),
        ("tags[not (value eq \"a\")]", "with `or` between them"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(&format!("{OWN}:{filter}"))));
        answer.expect_error(400, Some("invalidFilter"), &[detail]);
    }
    let added = application
        .patch(
            &path,
            json!([{ "op": "add", "path": format!("{OWN}:tags"), "value": ["c", "a"] }]),
        )
        .expect(200);
    assert_eq!(added[OWN]["tags"], json!(["a", "ü, \"b\"", "", "c"]));
    let removed = application
        .patch(
            &path,
            json!([{ "op": "remove", "path": format!("{OWN}:tags[value eq \"a\"]") }]),
        )
        .expect(200);
    assert_eq!(removed[OWN]["tags"], json!(["ü, \"b\"", "", "c"]));
    let listed = application
        .patch(
            &path,
            json!([{ "op": "remove", "path": format!("{OWN}:tags"), "value": ["c"] }]),
        )
        .expect(200);
    assert_eq!(listed[OWN]["tags"], json!(["ü, \"b\"", ""]));
    let cleared = application
        .put(&path, &user("grace", json!({ "tags": [], "names": ["Ada"] })))
        .expect(200);
    assert_eq!(cleared[OWN], json!({ "names": ["Ada"] }));

    let wrong = user("grace", json!({ "floors": [1, "x"] }));
    application
        .put(&path, &wrong)
        .expect_error(400, Some("invalidValue"), &["floors", "whole number"]);
    let schema = application.get(&format!("/Schemas/{OWN}")).expect(200);
    let attributes = schema["attributes"].as_array().unwrap();
    let floors = attributes.iter().find(|found| found["name"] == "floors").unwrap();
    assert_eq!((&floors["type"], &floors["multiValued"]), (&json!("integer"), &json!(true)));
}
