//! Booleans in two words.

use portcullis_tests::{Application, Builder, Kind, application::USER, on_every_database};
use serde_json::json;

use super::{
    OWN,
    column_types::{boolean_of, number_of},
    create, user, with_columns,
};

on_every_database!(
    words_are_booleans,
    a_word_that_is_neither_is_told_by_its_column,
    active_has_words_too
);

fn words(on: Kind) -> Builder {
    with_columns(
        on,
        &[
            ("is_external", "VARCHAR(5)", "true = \"Y\", false = \"N\""),
            ("is_senior", number_of(on), "true = 1, false = 0"),
            ("is_plain", boolean_of(on), "type = \"boolean\""),
        ],
    )
}

fn words_are_booleans(on: Kind) {
    let application = words(on).start();
    let all = |truth: bool| json!({ "is_external": truth, "is_senior": truth, "is_plain": truth });
    let (yes, created) = create(&application, "yes", all(true));
    assert_eq!(created[OWN], all(true));
    let (no, _) = create(
        &application,
        "no",
        json!({ "is_external": "False", "is_senior": "FALSE", "is_plain": "false" }),
    );
    assert_eq!(application.get(&no).expect(200)[OWN], all(false));
    let held = |name: &str| {
        let rows = application.database.rows(&format!(
            "SELECT is_external, is_senior FROM app_user WHERE username = '{name}'"
        ));
        rows[0]
            .iter()
            .map(|value| value.clone().unwrap_or_default())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!((held("yes").as_str(), held("no").as_str()), ("Y 1", "N 0"));
    let names = |filter: &str| -> Vec<String> {
        let found = application.find(filter);
        found
            .iter()
            .map(|user| user["userName"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    for column in ["is_external", "is_senior", "is_plain"] {
        assert_eq!(names(&format!("{OWN}:{column} eq true")), ["yes"], "{column}");
        assert_eq!(names(&format!("{OWN}:{column} eq \"False\"")), ["no"], "{column}");
        assert_eq!(names(&format!("{OWN}:{column} ne true")).len(), 4, "{column}");
        assert_eq!(names(&format!("{OWN}:{column} pr")).len(), 2, "{column}");
        let patch = json!([{ "op": "replace", "path": format!("{OWN}:{column}"), "value": false }]);
        assert_eq!(application.patch(&yes, patch).expect(200)[OWN][column], false);
    }
    assert_eq!(held("yes"), "N 0");
    let refused = application.put(&yes, &user("yes", json!({ "is_external": "Y" })));
    refused.expect_error(400, Some("invalidValue"), &["is_external", "true or false"]);
    let schema = application.get(&format!("/Schemas/{OWN}")).expect(200);
    assert!(
        schema["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|found| found["type"] == "boolean")
    );
}

fn a_word_that_is_neither_is_told_by_its_column(on: Kind) {
    let application = words(on).start();
    let path = application.user("user001");
    application.database.run("UPDATE app_user SET is_external = 'y'");
    assert_eq!(application.get(&path).expect(200)[OWN]["is_external"], true);
    application.database.run("UPDATE app_user SET is_external = 'X'");
    application.get(&path).expect_error(500, None, &[]);
    application
        .program
        .log
        .expect(&["column `is_external`", "neither \\\"Y\\\" nor \\\"N\\\""]);
}

fn active_has_words_too(on: Kind) {
    let application = Application::with_users(on, 3)
        .without("users.active")
        .with("[users]\nactive = { column = \"status\", true = \"ACTIVE\", false = \"INACTIVE\" }")
        .start();
    assert_eq!(application.find("active eq false").len(), 1);
    assert_eq!(application.find("active eq true").len(), 2);
    let path = application.user("user001");
    let patch = json!([{ "op": "replace", "path": "active", "value": "False" }]);
    assert_eq!(application.patch(&path, patch).expect(200)["active"], false);
    let (path, _) = {
        let created = application
            .post("/Users", &json!({ "schemas": [USER], "userName": "off", "active": false }))
            .expect(201);
        (format!("/Users/{}", created["id"].as_str().unwrap()), created)
    };
    assert_eq!(application.get(&path).expect(200)["active"], false);
    let status = application
        .database
        .value("SELECT status FROM app_user WHERE username = 'off'");
    assert_eq!(status.as_deref(), Some("INACTIVE"));
}
