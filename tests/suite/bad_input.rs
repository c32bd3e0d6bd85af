//! What no client should send: each a precise error, nothing lost, nothing half-done.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use portcullis_tests::{
    Application, Kind,
    application::{TOKEN, USER, complete_user},
    on_every_database,
};
use serde_json::{Value, json};

on_every_database!(a_user_of_the_wrong_types, a_user_with_attributes_that_nobody_knows);

const SCIM: &str = "application/scim+json";

fn a_user_of_the_wrong_types(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    for (attribute, value) in [
        ("userName", json!(12)),
        ("userName", json!(["a"])),
        ("name", json!("Grace Hopper")),
        ("name", json!({ "givenName": { "first": "Grace" } })),
        ("emails", json!("grace@example.com")),
        ("emails", json!([{ "type": "work", "value": { "address": "x" } }])),
        ("active", json!("perhaps")),
        ("active", json!([true])),
        ("title", json!({ "a": "b" })),
        ("title", json!(["a", "b"])),
        ("roles", json!("clerk")),
        ("roles", json!([{ "display": "no value" }])),
    ] {
        let mut user = complete_user("wrong");
        user[attribute] = value;
        for answer in [application.post("/Users", &user), application.put(&path, &user)] {
            answer.expect_error(400, Some("invalidValue"), &[attribute]);
        }
    }
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
    assert_eq!(application.get(&path).expect(200), before);
    application.expect_unharmed();
}

/// An attribute of SCIM that the application has no column for is left out (RFC 7644 §3.3). One that no schema has is a
/// mistake, and said to be one.
fn a_user_with_attributes_that_nobody_knows(on: Kind) {
    let application = Application::start(on);
    let mut user = complete_user("grace");
    user["locale"] = json!("en-US");
    let created = application.post("/Users", &user).expect(201);
    assert!(created.get("locale").is_none(), "what is not kept is not shown: {created}");
    assert_eq!(created["title"], "Rear Admiral");

    let path = format!("/Users/{}", created["id"].as_str().unwrap());
    for (attribute, value) in [
        ("favouriteColour", json!("grey")),
        ("urn:example:custom", json!({ "badge": 7 })),
    ] {
        let mut user = complete_user("ada");
        user[attribute] = value;
        for answer in [application.post("/Users", &user), application.put(&path, &user)] {
            answer.expect_error(400, Some("invalidSyntax"), &[attribute]);
        }
    }
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 8);
    assert_eq!(application.get(&path).expect(200), created);
}

#[test]
fn what_is_not_json() {
    let application = Application::start(Kind::Sqlite);
    let path = application.user("user001");
    for body in [
        "{",
        "{\"userName\": }",
        "userName=x",
        "\u{0}",
        "{\"userName\":\"a\"} trailing",
        "[",
        "nul",
        "{'userName': 'x'}",
    ] {
        for (method, path) in [("POST", "/Users"), ("PUT", path.as_str()), ("PATCH", path.as_str())] {
            let answer = application.send_bytes(method.parse().unwrap(), path, SCIM, body.as_bytes());
            answer.expect_error(400, Some("invalidSyntax"), &["JSON"]);
        }
    }
    application
        .send_bytes("POST".parse().unwrap(), "/Users", SCIM, b"{\"userName\": \"\xff\xfe\"}")
        .expect_error(400, Some("invalidSyntax"), &[]);
    application
        .send_bytes("POST".parse().unwrap(), "/Users", SCIM, b"")
        .expect_error(400, Some("invalidSyntax"), &[]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
}

#[test]
fn json_that_is_no_object() {
    let application = Application::start(Kind::Sqlite);
    for body in [json!([]), json!("user"), json!(1), json!(null), json!(true)] {
        let answer = application.send_bytes("POST".parse().unwrap(), "/Users", SCIM, body.to_string().as_bytes());
        answer.expect_error(400, Some("invalidSyntax"), &["object"]);
    }
}

/// As deep as a stack is, and deeper.
#[test]
fn json_that_is_nested_without_end() {
    let application = Application::start(Kind::Sqlite);
    let body = format!("{{\"userName\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = application.send_bytes("POST".parse().unwrap(), "/Users", SCIM, body.as_bytes());
    answer.expect_error(400, Some("invalidSyntax"), &[]);
    application.expect_unharmed();
}

#[test]
fn a_schema_is_missing() {
    let application = Application::start(Kind::Sqlite);
    application
        .post("/Users", &json!({ "userName": "x" }))
        .expect_error(400, Some("invalidSyntax"), &["schemas", USER]);
    let other = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "userName": "x" });
    application
        .post("/Users", &other)
        .expect_error(400, Some("invalidSyntax"), &["schemas", USER]);
}

#[test]
fn a_body_over_the_limit() {
    let application = Application::start(Kind::Sqlite);
    let mut user = complete_user("large");
    user["title"] = json!("x".repeat(1 << 20));
    application
        .post("/Users", &user)
        .expect_error(413, None, &["`body-limit` is 1048576 bytes"]);
    application.expect_unharmed();

    let smaller = Application::with_users(Kind::Sqlite, 1)
        .with_server("[server]\nbody-limit = \"2KiB\"")
        .start();
    smaller.post("/Users", &complete_user("fits")).expect(201);
    user["title"] = json!("x".repeat(2 << 10));
    smaller
        .post("/Users", &user)
        .expect_error(413, None, &["`body-limit` is 2048 bytes"]);
}

#[test]
fn a_content_type_that_is_not_json() {
    let application = Application::start(Kind::Sqlite);
    let body = complete_user("grace").to_string();
    let send = |content_type: &str| application.send_bytes("POST".parse().unwrap(), "/Users", content_type, body.as_bytes());
    send("text/xml").expect_error(415, None, &["text/xml", "application/scim+json"]);
    send("application/json; charset=utf-8").expect(201);
}

#[test]
fn a_token_that_is_not_the_applications() {
    let application = Application::start(Kind::Sqlite);
    let bearer = format!("Bearer {TOKEN}");
    for accepted in [bearer.as_str(), TOKEN, &format!("bearer {TOKEN}")] {
        application.authorized_by(Some(accepted)).get("/Users").expect(200);
    }
    for refused in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer wrong"),
        Some("Basic dXNlcjpwYXNz"),
        Some(&TOKEN[1..]),
    ] {
        for path in ["/Users", "/Users/1", "/ServiceProviderConfig", "/nothing"] {
            let answer = application.authorized_by(refused).get(path);
            answer.expect_error(401, None, &[]);
            assert!(
                answer
                    .header("www-authenticate")
                    .is_some_and(|value| value.starts_with("Bearer")),
                "{answer}"
            );
            assert!(!answer.text.contains(TOKEN), "{answer}");
        }
    }
    let answer = application.authorized_by(None).post("/Users", &complete_user("grace"));
    answer.expect_error(401, None, &[]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
    assert!(!application.program.log.text().contains(TOKEN), "the log has the token");
}

#[test]
fn an_application_that_does_not_exist() {
    let application = Application::start(Kind::Sqlite);
    let url = &application.program.url;
    application.at(format!("{url}/nobody/scim/v2")).get("/Users").expect_error(
        404,
        None,
        &["\"nobody\"", "/{application}/scim/v2/"],
    );
    application.at(url.as_str()).get("/").expect_error(404, None, &[]);
    application.at(url.as_str()).get("/health").expect_ok();
}

#[test]
fn a_path_or_method_that_does_not_exist() {
    let application = Application::start(Kind::Sqlite);
    application.get("/Nothing").expect_error(404, None, &["/Nothing"]);
    application.get("/Users/1/name").expect_error(404, None, &[]);
    application.delete("/Users").expect_error(405, None, &["DELETE"]);
    application.put("/Users", &json!({})).expect_error(405, None, &["PUT"]);
    application.post("/Users/1", &json!({})).expect_error(405, None, &["POST"]);
    application.get("/Nothing").expect_error(404, None, &[]);
    application.get("/Users/").expect(200);
    application
        .get("/Users/%ff%fe")
        .expect_error(400, Some("invalidSyntax"), &["UTF-8"]);
}

#[test]
fn an_operation_that_is_not_configured() {
    let mut builder = Application::with_users(Kind::Sqlite, 2);
    for operation in ["create-user", "update-user", "deactivate-user", "delete-user"] {
        builder = builder.without(&format!("operations.{operation}"));
    }
    let application = builder.start();
    let path = application.user("user001");
    application
        .post("/Users", &complete_user("grace"))
        .expect_error(501, None, &["create-user"]);
    application.delete(&path).expect_error(501, None, &["delete-user"]);
    let replace = |attribute: &str, value: Value| json!([{ "op": "replace", "path": attribute, "value": value }]);
    let deactivated = application.patch(&path, replace("active", json!(false)));
    deactivated.expect_error(501, None, &["deactivate-user", "payroll"]);
    // What no operation takes is read-only.
    let titled = application.patch(&path, replace("title", json!("x")));
    titled.expect_error(400, Some("mutability"), &["title"]);
    application.get(&path).expect(200);
}

/// Bytes that are not HTTP, and a client that goes away in the middle of a request.
#[test]
fn what_is_not_http() {
    let application = Application::start(Kind::Sqlite);
    let address = application.program.url.trim_start_matches("http://").to_owned();
    let send = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&address).expect("a connection");
        stream.write_all(bytes).expect("bytes can be sent");
        stream
    };
    let mut answer = String::new();
    let _ = send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS\r\n\r\n").read_to_string(&mut answer);
    drop(send(
        b"POST /payroll/scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"userName\"",
    ));
    drop(send(b"GET /payroll/scim/v2/Users HTTP/1.1\r\nHost: x\r\n"));
    application.expect_unharmed();
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
}
