//! Transforms that make of users what they may not.

use portcullis_tests::{Application, Kind, application::complete_user};
use serde_json::json;

use crate::components;

/// What a user's title has the transform make of it, in either direction, and what the request comes to.
pub const EITHER_WAY: [(&str, u16, &str); 11] = [
    ("trap", 500, "crashed in transform"),
    ("spin", 500, "`cpu = 100ms`"),
    ("memory", 500, "`memory = 16MiB`"),
    ("no-json", 500, "not a JSON object"),
    ("no-object", 500, "not a JSON object"),
    ("nothing", 500, "not a JSON object"),
    ("deep", 500, "not a JSON object"),
    ("number", 500, "not a JSON object"),
    ("giant", 500, "`transfer = 1MiB`"),
    ("status", 500, "status 200"),
    ("password", 500, "password"),
];

/// The same on the way to the application.
const TO: [(&str, u16, &str); 3] = [
    ("log", 200, "to-log"),
    ("name-twice", 200, "\"userName\":\"user001\""),
    ("no-user-name", 400, "userName is required"),
];

/// The same on the way back.
const FROM: [(&str, u16, &str); 6] = [
    ("log", 200, "from-log"),
    ("another", 500, "changed the id"),
    ("id-twice", 200, "\"id\":\"1\""),
    ("no-id", 500, "changed the id"),
    ("many-members", 200, "from-many-members"),
    ("place", 200, "from-place"),
];

pub const ENTRY: &str = "allow = [\"log\"]\nlimits = { cpu = \"100ms\", memory = \"16MiB\", transfer = \"1MiB\" }";

fn twisting() -> Application {
    Application::with_users(Kind::Sqlite, 7)
        .with_plugin("twister", components::TWISTING, ENTRY)
        .with("[transforms]\nto-application = [\"twister\"]\nfrom-application = [\"twister\"]")
        .with_table("UPDATE app_user SET user_id = 1, password = 'as it was' WHERE username = 'user001'")
        .start()
}

#[test]
fn a_document_on_its_way_to_the_application() {
    let application = twisting();
    for (twist, status, says) in [&EITHER_WAY[..], &TO].concat() {
        let title = format!("to-{twist}");
        let answer = application.patch("/Users/1", json!([{ "op": "replace", "path": "title", "value": title }]));
        assert!(answer.status == status && answer.text.contains(says), "{twist}: {answer}");
        if status >= 400 {
            let mut new = complete_user("new");
            new["title"] = json!(title);
            let answer = application.post("/Users", &new);
            assert!(answer.status == status && answer.text.contains(says), "{twist}: {answer}");
        }
        expect_unchanged(&application);
    }
}

#[test]
fn a_document_on_its_way_back() {
    let application = twisting();
    for (twist, status, says) in [&EITHER_WAY[..], &FROM].concat() {
        application
            .database
            .run(&format!("UPDATE app_user SET title = 'from-{twist}' WHERE user_id = 1"));
        let answer = application.get("/Users/1");
        assert!(answer.status == status && answer.text.contains(says), "{twist}: {answer}");
        assert!(!answer.text.contains("evil.example"), "{twist}: {answer}");
        let list = application.get("/Users?count=7");
        assert_eq!(list.status, status, "{twist}: {list}");
        // What is not about that user is not touched by it.
        application.get(&application.user("user002")).expect(200);
        application.patch(
            "/Users/1",
            json!([{ "op": "replace", "path": "displayName", "value": "Mallory" }]),
        );
        application
            .database
            .run("UPDATE app_user SET display_name = 'user001' WHERE user_id = 1");
        expect_unchanged(&application);
    }
}

/// Nobody is there who was not, and nobody's password or name is another.
fn expect_unchanged(application: &Application) {
    let value = |sql: &str| application.database.value(sql).expect("a value");
    assert_eq!(value("SELECT password FROM app_user WHERE user_id = 1"), "as it was");
    assert_eq!(value("SELECT username FROM app_user WHERE user_id = 1"), "user001");
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
}
