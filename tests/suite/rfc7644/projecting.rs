//! RFC 7644 §3.4.1 and §3.9: Retrieving a Known Resource, and parts of it.

use portcullis_tests::{Kind, on_every_database};

use super::{BARBARA, application};

on_every_database!(section_3_4_1_a_get_by_id, section_3_9_a_get_of_one_attribute);

fn section_3_4_1_a_get_by_id(on: Kind) {
    let application = application(on);
    let answer = application.get(BARBARA);
    let user = answer.expect(200);
    assert_eq!(user["schemas"][0], "urn:ietf:params:scim:schemas:core:2.0:User");
    assert_eq!(user["name"]["formatted"], "Ms. Barbara J Jensen III");
    assert_eq!(user["emails"][0]["value"], "bjensen@example.com");
    assert_eq!(user["emails"][0]["type"], "work");
    assert!(user["meta"]["lastModified"].is_string(), "{user}");
    assert_eq!(answer.header("etag"), user["meta"]["version"].as_str());
}

fn section_3_9_a_get_of_one_attribute(on: Kind) {
    let application = application(on);
    let user = application.get(&format!("{BARBARA}?attributes=userName")).expect(200);
    let mut names: Vec<&String> = user.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["id", "schemas", "userName"], "{user}");
}
