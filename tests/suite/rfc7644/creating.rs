//! RFC 7644 §3.3: Creating Resources.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{BARBARA, application};

on_every_database!(section_3_3_a_post_to_users);

fn section_3_3_a_post_to_users(on: Kind) {
    let application = application(on);
    application.delete(BARBARA).expect(204);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "bjensen",
        "externalId": "bjensen",
        "name": {
            "formatted": "Ms. Barbara J Jensen III",
            "familyName": "Jensen",
            "givenName": "Barbara"
        }
    });
    let answer = application.post("/Users", &body);
    let created = answer.expect(201);
    let id = created["id"].as_str().expect("an id");
    let location = format!("{}/Users/{id}", application.base());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    assert_eq!(answer.header("etag"), created["meta"]["version"].as_str());
    assert_eq!(created["meta"]["resourceType"], "User");
    assert_eq!(created["meta"]["location"], location);
    for attribute in ["schemas", "userName", "externalId", "name"] {
        assert_eq!(created[attribute], body[attribute], "{created}");
    }
    assert_eq!(application.get(&format!("/Users/{id}")).expect(200), created);
}
