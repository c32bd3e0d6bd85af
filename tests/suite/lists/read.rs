//! Lists of one user, and of a page of them.

use portcullis_tests::{Kind, on_every_database};
use serde_json::{Value, json};

use super::{OWN, with_lists};

on_every_database!(
    a_user_has_its_elements,
    a_page_gives_each_user_its_own,
    what_nobody_sees_is_not_read_and_has_no_version,
    the_version_is_one_of_the_elements_too,
    a_statement_that_gives_too_little_is_an_error,
);

fn a_user_has_its_elements(on: Kind) {
    let application = with_lists(on, 3).start();
    let user = application.get(&application.user("user001")).expect(200);
    assert_eq!(
        user["phoneNumbers"],
        json!([
            { "value": "+1 555 0101", "type": "work", "primary": true, "display": "desk" },
            { "value": "+1 555 0102", "type": "mobile", "primary": false },
        ])
    );
    assert_eq!(
        user["addresses"],
        json!([{ "type": "work", "streetAddress": "1 Main St", "locality": "Springfield" }])
    );
    assert_eq!(
        user[OWN]["badges"],
        json!([{ "value": 7, "floor": "first", "issued": "2026-03-01T12:00:00Z" }])
    );
    assert!(user["schemas"].as_array().unwrap().contains(&json!(OWN)), "{user}");
    let nothing = application.get(&application.user("user003")).expect(200);
    for attribute in ["phoneNumbers", "addresses", OWN] {
        assert_eq!(nothing.get(attribute), None, "{nothing}");
    }
}

fn a_page_gives_each_user_its_own(on: Kind) {
    let application = with_lists(on, 140).start();
    application
        .database
        .run("INSERT INTO address(user_id, kind, street, city) SELECT user_id, 'other', username, 'x' FROM app_user");
    let page = application.get("/Users?count=200").expect(200);
    let users = page["Resources"].as_array().unwrap();
    assert_eq!(users.len(), 140);
    for user in users {
        let name = user["userName"].as_str().unwrap();
        let streets: Vec<&str> = elements(user, "addresses")
            .iter()
            .filter_map(|it| it["streetAddress"].as_str())
            .collect();
        let phones = elements(user, "phoneNumbers").len();
        match name {
            "user001" => assert_eq!((streets, phones), (vec!["1 Main St", name], 2)),
            "user002" => assert_eq!((streets, phones), (vec![name], 1)),
            _ => assert_eq!((streets, phones), (vec![name], 0)),
        }
    }
}

fn elements<'u>(user: &'u Value, attribute: &str) -> &'u [Value] {
    user[attribute].as_array().map_or(&[], Vec::as_slice)
}

/// `attributes` and `excludedAttributes` (RFC 7644 §3.9).
fn what_nobody_sees_is_not_read_and_has_no_version(on: Kind) {
    let application = with_lists(on, 2).without("entitlements").counting().start();
    let path = application.user("user001");
    let statements = |path: &str| {
        for _ in 0..2 {
            application.get(path).expect_ok();
        }
        application.asked(|application| application.get(path).expect_ok()).statements
    };
    assert_eq!(statements(&path), 4);
    assert_eq!(statements(&format!("{path}?attributes=userName")), 1);
    assert_eq!(statements(&format!("{path}?attributes=addresses.locality,{OWN}:badges")), 3);
    assert_eq!(statements(&format!("{path}?excludedAttributes=addresses,{OWN}")), 2);
    assert_eq!(statements(&format!("{path}?excludedAttributes=addresses.locality")), 4);

    let whole = application.get(&path);
    let tag = whole.header("etag").expect("a version").to_owned();
    let part = application.get(&format!("{path}?excludedAttributes=addresses"));
    assert_eq!(part.header("etag"), None);
    assert_eq!(part.expect(200)["meta"].get("version"), None);
    let known = application.with_header("If-None-Match", &tag);
    let again = known.get(&format!("{path}?excludedAttributes=addresses"));
    assert_eq!(again.status.as_u16(), 304, "{again}");
}

fn the_version_is_one_of_the_elements_too(on: Kind) {
    let application = with_lists(on, 2).start();
    let path = application.user("user001");
    let version = || application.get(&path).expect(200)["meta"]["version"].clone();
    let before = version();
    assert_eq!(version(), before);
    application.database.run("UPDATE address SET city = 'Shelbyville'");
    let after = version();
    assert_ne!(after, before);
    let put = json!([{ "op": "replace", "path": "title", "value": "x" }]);
    let stale = application.with_header("If-Match", before.as_str().unwrap());
    stale.patch(&path, put.clone()).expect_error(412, None, &[]);
    application
        .with_header("If-Match", after.as_str().unwrap())
        .patch(&path, put)
        .expect(200);
}

fn a_statement_that_gives_too_little_is_an_error(on: Kind) {
    let application = with_lists(on, 2)
        .with("[users.lists.phoneNumbers.get-user-values]\nsql = \"SELECT user_id, phone_id, digits, kind, shown_as FROM phone WHERE user_id IN (:ids)\"")
        .start();
    let answer = application.get(&application.user("user001"));
    answer.expect_error(500, None, &["`is_main`", "phoneNumbers.primary"]);
    application
        .get(
            &application
                .user("user001")
                .replace("/Users/", "/Users?attributes=userName&x="),
        )
        .expect(200);
}
