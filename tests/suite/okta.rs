//! What Okta's published test suites do, in their order.

use portcullis_tests::{Application, Kind, application::complete_user, client::encode, on_every_database};
use serde_json::{Value, json};

on_every_database!(
    passes_the_spec_run,
    passes_the_crud_run,
    imports_page_by_page,
    patches_activation_without_a_path
);

/// The SPEC suite: shape of lists, errors and duplicates.
fn passes_the_spec_run(on: Kind) {
    let application = Application::start(on);

    let page = application.get("/Users?count=1&startIndex=1").expect(200);
    assert_eq!(page["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
    for number in ["itemsPerPage", "startIndex", "totalResults"] {
        assert!(page[number].is_u64(), "{number} must be a number: {page}");
    }
    let first = &page["Resources"][0];
    for attribute in [
        "/id",
        "/name/familyName",
        "/name/givenName",
        "/userName",
        "/active",
        "/emails/0/value",
    ] {
        assert!(
            first.pointer(attribute).is_some_and(|value| !value.is_null()),
            "{attribute}: {first}"
        );
    }

    let id = first["id"].as_str().expect("an id is a string");
    assert_eq!(application.get(&format!("/Users/{id}")).expect(200)["id"], first["id"]);

    let nobody = application
        .get(&format!("/Users?filter={}", encode("userName eq \"nobody@example.com\"")))
        .expect(200);
    assert_eq!(nobody["totalResults"], 0);
    assert_eq!(
        nobody["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
    );

    application
        .get("/Users/010101001010101011001010101011")
        .expect_error(404, None, &["010101001010101011001010101011"]);

    let new = complete_user("runscope300@example.com");
    let created = application.post("/Users", &new).expect(201);
    assert_eq!(created["active"], true);
    assert!(created["id"].as_str().is_some_and(|id| !id.is_empty()), "{created}");
    assert_eq!(created["name"], new["name"]);
    assert_eq!(created["userName"], new["userName"]);
    let read = application
        .get(&format!("/Users/{}", created["id"].as_str().unwrap()))
        .expect(200);
    assert_eq!(read, created);

    application
        .post("/Users", &new)
        .expect_error(409, Some("uniqueness"), &["userName", "exists already"]);

    let shouted = encode("userName eq \"RUNSCOPE300@EXAMPLE.COM\"");
    let found = application.get(&format!("/Users?filter={shouted}")).expect(200);
    assert_eq!(found["totalResults"], 1);
    assert_eq!(found["Resources"][0]["userName"], "runscope300@example.com");

    application.get("/Groups").expect(200);
    application
        .authorized_by(Some("Bearer wrong"))
        .get("/Users")
        .expect_error(401, None, &[]);
}

/// The CRUD suite: a life of one user.
fn passes_the_crud_run(on: Kind) {
    let application = Application::start(on);

    let created = application.post("/Users", &complete_user("grace@example.com")).expect(201);
    let path = format!("/Users/{}", created["id"].as_str().unwrap());

    let mut wanted = application.get(&path).expect(200);
    wanted["name"]["givenName"] = json!("Brewster");
    assert_eq!(application.put(&path, &wanted).expect(200)["name"]["givenName"], "Brewster");

    for active in [false, true, false] {
        wanted["active"] = json!(active);
        let replaced = application.put(&path, &wanted).expect(200);
        assert_eq!(replaced["active"], active);
        assert_eq!(application.get(&path).expect(200)["active"], active);
    }
    assert_eq!(application.get(&path).expect(200)["name"]["givenName"], "Brewster");
}

/// An import: `count=100`, and on by 100 until `totalResults`.
fn imports_page_by_page(on: Kind) {
    let application = Application::with_users(on, 250).start();
    let mut names: Vec<Value> = Vec::new();
    let mut start = 1;
    loop {
        let page = application.get(&format!("/Users?startIndex={start}&count=100")).expect(200);
        let resources = page["Resources"].as_array().cloned().unwrap_or_default();
        assert_eq!(page["itemsPerPage"], resources.len());
        assert_eq!(page["startIndex"], start);
        names.extend(resources.into_iter().map(|user| user["userName"].clone()));
        start += 100;
        if start > page["totalResults"].as_u64().unwrap() {
            break;
        }
    }
    names.sort_by_key(|name| name.to_string());
    let every: Vec<Value> = (1..=250).map(|number| json!(format!("user{number:03}"))).collect();
    assert_eq!(names, every);
}

/// Deactivation as catalogue apps do it: a value that is an object, and no path.
fn patches_activation_without_a_path(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for active in [false, false, true] {
        let patched = application
            .patch(&path, json!([{ "op": "replace", "value": { "active": active } }]))
            .expect(200);
        assert_eq!(patched["active"], active);
    }
}
