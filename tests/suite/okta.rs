//! What Okta's published test suites do, in their order.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use portcullis_tests::{
    Application, Kind,
    application::{TOKEN, complete_user},
    client::encode,
    on_every_database,
};
use serde_json::{Value, json};

on_every_database!(
    passes_the_spec_run,
    passes_the_crud_run,
    imports_page_by_page,
    patches_activation_without_a_path,
    connects_as_the_provisioning_agent_does,
    may_send_a_password_and_never_hears_of_it,
    may_deactivate_late_and_twice,
    imports_what_changed_page_by_page,
    assigns_entitlements_with_the_whole_user,
    assigns_entitlements_with_patch,
    sends_its_token_with_a_scheme_or_without
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

/// The Provisioning Agent, from a base URL that ends in `/`: the three discovery endpoints, then every endpoint that a resource
/// type names, whatever its name.
fn connects_as_the_provisioning_agent_does(on: Kind) {
    let application = Application::start(on);
    let base = format!("{}/", application.base());
    assert!(base.contains("/v2"), "{base}");
    let agent = application.at(base);

    let config = agent.get("ServiceProviderConfig").expect(200);
    let capabilities = &config["urn:okta:schemas:scim:providerconfig:1.0"]["userManagementCapabilities"];
    for capability in [
        "IMPORT_NEW_USERS",
        "IMPORT_PROFILE_UPDATES",
        "PUSH_NEW_USERS",
        "PUSH_PASSWORD_UPDATES",
        "PUSH_PROFILE_UPDATES",
        "PUSH_USER_DEACTIVATION",
        "REACTIVATE_USERS",
        "OPP_SCIM_INCREMENTAL_IMPORTS",
    ] {
        assert!(
            capabilities.as_array().unwrap().contains(&json!(capability)),
            "{capability}: {config}"
        );
    }

    let types = agent.get("ResourceTypes").expect(200);
    let schemas = agent.get("Schemas").expect(200);
    let described = |urn: &Value| {
        schemas["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .any(|schema| schema["id"] == *urn)
    };
    let mut entitlements = Vec::new();
    for of_type in types["Resources"].as_array().unwrap() {
        assert!(described(&of_type["schema"]), "no schema {of_type}");
        for extension in of_type["schemaExtensions"].as_array().into_iter().flatten() {
            assert!(described(&extension["schema"]), "no schema {extension}");
        }
        let endpoint = of_type["endpoint"].as_str().unwrap().trim_start_matches('/');
        let list = agent.get(&format!("{endpoint}?startIndex=1&count=2")).expect(200);
        assert!(list["totalResults"].is_u64() && list["Resources"].is_array(), "{list}");
        let schema = of_type["schema"].as_str().unwrap();
        if schema.starts_with("urn:okta:scim:schemas:core:1.0:") {
            for item in list["Resources"].as_array().unwrap() {
                assert_eq!(item["schemas"], json!([schema]));
                assert!(item["id"].is_string() && item["displayName"].is_string(), "{item}");
            }
            entitlements.push(of_type["name"].as_str().unwrap().to_owned());
        }
    }
    entitlements.sort();
    assert_eq!(entitlements, ["Licence", "Role"]);
}

/// Some kinds of applications send one with every creation, wanted or not.
fn may_send_a_password_and_never_hears_of_it(on: Kind) {
    let application = Application::with_users(on, 1).without("operations.set-password").start();
    let mut new = complete_user("grace@example.com");
    new["password"] = json!("Abcd1234-unsolicited");
    let created = application.post("/Users", &new);
    let path = format!("/Users/{}", created.expect(201)["id"].as_str().unwrap());
    for answer in [
        created,
        application.get(&path),
        application.get("/Users"),
        application.put(&path, &new),
    ] {
        assert!(answer.status.is_success(), "{answer}");
        assert!(
            !answer.text.contains("unsolicited") && !answer.text.contains("password"),
            "{answer}"
        );
    }
    assert!(!application.program.log.text().contains("unsolicited"));
}

/// A stale `active: false` may come soon after a reactivation, and everything may come twice.
fn may_deactivate_late_and_twice(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let mut wanted = application.get(&path).expect(200);
    let mut version = Value::Null;
    for (active, is_new) in [
        (false, true),
        (false, false),
        (true, true),
        (false, true),
        (false, false),
        (true, true),
    ] {
        wanted["active"] = json!(active);
        let user = application.put(&path, &wanted).expect(200);
        assert_eq!(user["active"], active);
        assert_eq!(user["meta"]["version"] != version, is_new, "{active}");
        version = user["meta"]["version"].clone();
        let patched = application.patch(&path, json!([{ "op": "replace", "value": { "active": active } }]));
        assert_eq!(patched.expect(200)["meta"]["version"], version);
    }
    assert_eq!(application.find("active eq true and userName eq \"user001\"").len(), 1);
}

/// An incremental import is paged as a full one.
fn imports_what_changed_page_by_page(on: Kind) {
    let application = Application::with_users(on, 30).start();
    application
        .database
        .run("UPDATE app_user SET changed_at = '2020-01-02 03:04:05' WHERE username > 'user025'");
    let filter = encode("meta.lastModified gt \"2021-01-01T00:00:00.000Z\"");
    let mut names: Vec<String> = Vec::new();
    for start in [1, 11, 21] {
        let page = application
            .get(&format!("/Users?filter={filter}&startIndex={start}&count=10"))
            .expect(200);
        assert_eq!(page["totalResults"], 25, "{page}");
        let users = page["Resources"].as_array().unwrap();
        names.extend(users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()));
    }
    names.sort();
    let every: Vec<String> = (1..=25).map(|number| format!("user{number:03}")).collect();
    assert_eq!(names, every);
}

/// What the user holds, as `value`s.
fn held(user: &Value, attribute: &str) -> Vec<String> {
    let elements = user[attribute].as_array().into_iter().flatten();
    let mut values: Vec<String> = elements.map(|it| it["value"].as_str().unwrap().to_owned()).collect();
    values.sort();
    values
}

/// GET, change, PUT the whole user.
fn assigns_entitlements_with_the_whole_user(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let mut user = application.get(&path).expect(200);
    assert_eq!(held(&user, "roles"), ["clerk"]);

    user["roles"] = json!([{ "value": "clerk", "display": "Payroll Clerk" }, { "value": "reader", "display": "Reader" }]);
    user["entitlements"] = json!([{ "value": "2", "display": "Full", "type": "Licence" }]);
    let assigned = application.put(&path, &user).expect(200);
    assert_eq!(held(&assigned, "roles"), ["clerk", "reader"]);
    assert_eq!(
        assigned["entitlements"],
        json!([{ "value": "2", "display": "Full", "type": "Licence" }])
    );
    // What a user holds is an item of its catalogue.
    let item = application.get("/Licences/2").expect(200);
    assert_eq!((&item["id"], &item["type"]), (&json!("2"), &json!("Licence")));

    assert_eq!(application.put(&path, &assigned).expect(200), assigned, "the same again");
    user["roles"] = json!([{ "value": "reader" }]);
    user["entitlements"] = json!([]);
    let less = application.put(&path, &user).expect(200);
    assert_eq!(
        (held(&less, "roles"), held(&less, "entitlements")),
        (vec!["reader".to_owned()], vec![])
    );
}

/// Some set-ups push assignments by PATCH.
fn assigns_entitlements_with_patch(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let add = json!([
        { "op": "add", "path": "roles", "value": [{ "value": "reader", "display": "Reader" }] },
        { "op": "add", "path": "entitlements", "value": [{ "value": "1", "display": "Basic", "type": "Licence" }] },
    ]);
    for _ in 0..2 {
        let user = application.patch(&path, add.clone()).expect(200);
        assert_eq!(held(&user, "roles"), ["clerk", "reader"]);
        assert_eq!(held(&user, "entitlements"), ["1"]);
    }
    let remove = json!([
        { "op": "remove", "path": "roles[value eq \"clerk\"]" },
        { "op": "remove", "path": "entitlements[value eq \"1\" and type eq \"Licence\"]" },
    ]);
    for _ in 0..2 {
        let user = application.patch(&path, remove.clone()).expect(200);
        assert_eq!(held(&user, "roles"), ["reader"]);
        assert_eq!(held(&user, "entitlements"), [""; 0]);
    }
}

/// `Authorization: Bearer …`, the bare token where the form has only the name of a header and its value, and Basic.
fn sends_its_token_with_a_scheme_or_without(on: Kind) {
    let application = Application::start(on);
    let basic = |pair: String| format!("Basic {}", BASE64_STANDARD.encode(pair));
    for authorization in [
        format!("Bearer {TOKEN}"),
        format!("bearer {TOKEN}"),
        TOKEN.to_owned(),
        basic(format!("okta:{TOKEN}")),
    ] {
        let client = application.authorized_by(Some(&authorization));
        client.get("/Users?startIndex=1&count=2").expect_ok();
    }
    let wrong = basic("okta:other".to_owned());
    for authorization in [
        None,
        Some("Bearer"),
        Some("Bearer "),
        Some("other"),
        Some("Basic !!!"),
        Some(&wrong),
    ] {
        let refused = application.authorized_by(authorization).get("/Users?startIndex=1&count=2");
        refused.expect_error(401, None, &[]);
    }
}
