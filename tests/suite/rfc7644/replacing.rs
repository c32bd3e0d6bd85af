//! RFC 7644 §3.5.1: Replacing with PUT.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{BARBARA, application};

on_every_database!(section_3_5_1_a_put);

fn section_3_5_1_a_put(on: Kind) {
    let application = application(on);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "userName": "bjensen",
        "externalId": "bjensen",
        "name": {
            "formatted": "Ms. Barbara J Jensen III",
            "familyName": "Jensen",
            "givenName": "Barbara",
            "middleName": "Jane"
        },
        "roles": [],
        "emails": [
            { "value": "bjensen@example.com" },
            { "value": "babs@jensen.org" }
        ]
    });
    application
        .with_header("if-match", "W/\"a330bc54f0671c9\"")
        .put(BARBARA, &body)
        .expect_error(412, None, &[]);
    let version = application.get(BARBARA).expect(200)["meta"]["version"].clone();
    let answer = application
        .with_header("if-match", version.as_str().unwrap())
        .put(BARBARA, &body);
    let replaced = answer.expect(200);
    // The id is read-only, and what a client sends of it is ignored.
    assert_eq!(replaced["id"], "1");
    assert_eq!(replaced["name"], body["name"]);
    assert_eq!(replaced["userName"], "bjensen");
    // What the client left out has no value any more, and this application has no place for addresses without a type.
    for removed in ["displayName", "userType", "addresses", "emails"] {
        assert_eq!(replaced.get(removed), None, "{removed}: {replaced}");
    }
    assert_ne!(replaced["meta"]["version"], version);
    assert_eq!(answer.header("etag"), replaced["meta"]["version"].as_str());
}
