//! RFC 7644 §3.4.2.2: Filtering. Every example filter, against users of whom some match and some don't.

use portcullis_tests::{Application, Kind, application::USER, on_every_database};
use serde_json::{Value, json};

use super::application;

on_every_database!(section_3_4_2_2_every_example_filter);

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Each filter, and the users that it finds.
const EXAMPLES: [(&str, &[&str]); 17] = [
    ("userName eq \"bjensen\"", &["bjensen"]),
    ("name.familyName co \"O'Malley\"", &["james"]),
    ("userName sw \"J\"", &["james", "jsmith"]),
    (
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
        &["james", "jsmith"],
    ),
    ("title pr", &["james"]),
    (
        "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
        &["bjensen", "jsmith", "mandy"],
    ),
    (
        "meta.lastModified ge \"2011-05-13T04:42:34Z\"",
        &["bjensen", "james", "jsmith", "mandy"],
    ),
    ("meta.lastModified lt \"2011-05-13T04:42:34Z\"", &["old"]),
    ("meta.lastModified le \"2011-05-13T04:42:34Z\"", &["james", "old"]),
    ("title pr and userType eq \"Employee\"", &["james"]),
    ("title pr or userType eq \"Intern\"", &["james", "mandy"]),
    (
        "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
        &["jsmith"],
    ),
    (
        "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
        &["bjensen", "james"],
    ),
    (
        "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
        &["jsmith", "old"],
    ),
    ("userType eq \"Employee\" and (emails.type eq \"work\")", &["bjensen"]),
    (
        "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
        &["bjensen"],
    ),
    (
        "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
        &["bjensen", "mandy", "old"],
    ),
];

fn section_3_4_2_2_every_example_filter(on: Kind) {
    let application = application(on);
    people(&application);
    for (filter, wanted) in EXAMPLES {
        let mut found: Vec<Value> = application
            .find(filter)
            .into_iter()
            .map(|user| user["userName"].clone())
            .collect();
        found.sort_by_key(Value::to_string);
        assert_eq!(found, *wanted, "{filter}");
    }
}

fn people(application: &Application) {
    for person in [
        json!({ "userName": "james", "name": { "familyName": "O'Malley" }, "title": "Smith", "userType": "Employee",
                "emails": [{ "type": "home", "value": "james@example.org" }] }),
        json!({ "userName": "jsmith", "emails": [{ "type": "work", "value": "j@elsewhere.net" }], ENTERPRISE: { "department": "Tours" } }),
        json!({ "userName": "mandy", "userType": "Intern", "emails": [{ "type": "work", "value": "mandy@example.com" }] }),
        json!({ "userName": "old", "ims": [{ "type": "xmpp", "value": "old@foo.com" }] }),
    ] {
        let mut user = person;
        user["schemas"] = json!([USER]);
        application.post("/Users", &user).expect(201);
    }
    for (user, time) in [("james", "2011-05-13 04:42:34"), ("old", "2010-01-23 04:56:22")] {
        let utc = if application.database.kind() == Kind::Postgresql {
            "+00"
        } else {
            ""
        };
        application.database.run(&format!(
            "UPDATE app_user SET changed_at = '{time}{utc}' WHERE username = '{user}'"
        ));
    }
}
