//! `GET /Users/{id}`

use portcullis_tests::{
    Application, Kind,
    application::{ENTERPRISE, USER},
    client::encode,
    on_every_database, on_procedures,
};
use serde_json::json;

on_every_database!(gives_the_user, an_unknown_id_does_not_exist, gives_what_is_asked_for);

on_procedures!(gives_the_user, an_unknown_id_does_not_exist);

fn gives_the_user(on: Kind) {
    let application = Application::start(on);
    application
        .database
        .run("UPDATE app_user SET department = 'Ledgers' WHERE username = 'user003'");
    let answer = application.get(&application.user("user003"));
    let user = answer.expect(200);
    assert_eq!(
        answer
            .header("content-type")
            .map(|value| value.starts_with("application/scim+json")),
        Some(true)
    );
    assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
    assert_eq!(user["id"], application.id_of("user003"));
    assert_eq!(user["userName"], "user003");
    assert_eq!(user["name"], json!({ "givenName": "First3", "familyName": "Last3" }));
    assert_eq!(user["emails"], json!([{ "type": "work", "value": "user003@example.com" }]));
    assert_eq!(user[ENTERPRISE], json!({ "department": "Ledgers" }));
    assert_eq!(user["active"], false, "every third user is inactive");
    assert!(user.get("phoneNumbers").is_none(), "NULL is no attribute: {user}");
    let modified = user["meta"]["lastModified"].as_str().expect("a time");
    assert!(
        modified.len() >= 20 && modified.ends_with('Z') && modified.contains('T'),
        "RFC 3339 in UTC: {modified}"
    );

    let holder = application.get(&application.user("user002")).expect(200);
    let roles = holder["roles"].as_array().expect("roles");
    assert!(
        roles.contains(&json!({ "value": "clerk", "display": "Payroll Clerk", "type": "Role" }))
            || roles.contains(&json!({ "value": "clerk", "display": "Payroll Clerk" })),
        "{holder}"
    );
    assert_eq!(roles.len(), 2);
}

/// Whatever an id looks like: the column is a number, and these are not all numbers.
fn an_unknown_id_does_not_exist(on: Kind) {
    let application = Application::start(on);
    for id in [
        "999999",
        "nobody",
        "1 OR 1=1",
        "1; DROP TABLE app_user",
        "-1",
        "99999999999999999999",
        "1.5",
        "00u1abc",
        "1'",
        "%",
        "é",
    ] {
        let path = format!("/Users/{}", encode(id));
        application.get(&path).expect_error(404, None, &[id]);
        application.delete(&path).expect_error(404, None, &[id]);
        application
            .put(&path, &json!({ "schemas": [USER], "userName": "x" }))
            .expect_error(404, None, &[id]);
        application
            .patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]))
            .expect_error(404, None, &[id]);
    }
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
}

/// `attributes` and `excludedAttributes` (RFC 7644 §3.9).
fn gives_what_is_asked_for(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let some = application
        .get(&format!("{path}?attributes=userName,name.givenName"))
        .expect(200);
    assert_eq!(
        (&some["userName"], &some["name"]),
        (&json!("user002"), &json!({ "givenName": "First2" }))
    );
    assert!(
        some.get("id").is_some() && some.get("emails").is_none() && some.get("roles").is_none(),
        "{some}"
    );
    let others = application
        .get(&format!("{path}?excludedAttributes=roles,emails"))
        .expect(200);
    assert!(others.get("roles").is_none() && others.get("emails").is_none(), "{others}");
    assert_eq!(others["userName"], "user002");
}
