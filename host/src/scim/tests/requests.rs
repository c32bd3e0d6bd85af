//! What is wrong with a request before it means anything.

use axum::http::Method;
use serde_json::json;

use super::{Client, user};

async fn post(content_type: &str, body: impl Into<axum::body::Body>) -> super::Answer {
    Client::new().send_bytes(Method::POST, "/Users", content_type, body).await
}

#[tokio::test]
async fn bodies_that_are_not_json_objects() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let bodies: [(&str, Vec<u8>); 9] = [
        ("nothing", b"".into()),
        ("blank", b"  \n".into()),
        ("broken off", b"{\"userName\":".into()),
        ("a comma too many", b"{\n  \"userName\": \"ada\",\n}".into()),
        ("words", b"userName=ada".into()),
        ("an array", b"[]".into()),
        ("a string", b"\"ada\"".into()),
        ("not UTF-8", b"{\"userName\":\"\xff\"}".into()),
        ("too deep", deep.into_bytes()),
    ];
    let mut told = String::new();
    for (what, body) in bodies {
        told += &format!("{what}\n    {}\n", post("application/scim+json", body).await.error(400));
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn content_types() {
    let body = || user("ada", json!({})).to_string();
    for accepted in [
        "application/scim+json",
        "APPLICATION/JSON; charset=utf-8",
        "application/scim+json;charset=UTF-8",
    ] {
        post(accepted, body()).await.ok(201);
    }
    let error = post("text/xml; charset=utf-8", body()).await.error(415);
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn a_byte_order_mark_is_no_harm() {
    post("application/json", format!("\u{feff}{}", user("ada", json!({}))))
        .await
        .ok(201);
}

#[tokio::test]
async fn a_key_that_comes_twice_counts_once() {
    let body = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","userName":"bob"}"#;
    assert_eq!(post("application/json", body).await.ok(201)["userName"], "bob");
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let error = post("application/json", vec![b' '; 3_000_000]).await.error(413);
    assert_eq!(
        error,
        "-: the body of the request is larger than this server accepts: `body-limit` is 1048576 bytes"
    );
}

#[tokio::test]
async fn paths_that_lead_nowhere() {
    for path in ["/users", "/Users/1/2", "/Users/1/2/3/4"] {
        for method in [Method::GET, Method::POST] {
            let error = Client::new().send(method, path, Some(json!({}))).await.error(404);
            assert_eq!(error, format!("-: there is no endpoint at /payroll/scim/v2{path}"));
        }
    }
}

#[tokio::test]
async fn nobody_is_me() {
    for method in [Method::GET, Method::PATCH] {
        let error = Client::new().send(method, "/Me", Some(json!({}))).await.error(501);
        assert!(error.contains("/Users"), "{error}");
    }
}

#[tokio::test]
async fn methods_that_an_endpoint_does_not_have() {
    let cases = [
        (Method::DELETE, "/Users", "GET,HEAD,POST"),
        (Method::POST, "/Users/1", "GET,HEAD,PUT,PATCH,DELETE"),
        (Method::PUT, "/ServiceProviderConfig", "GET,HEAD"),
        (Method::POST, "/Schemas/", "GET,HEAD"),
    ];
    for (method, path, allowed) in cases {
        let answer = Client::new().send(method.clone(), path, Some(json!({}))).await;
        assert_eq!(answer.headers["allow"], allowed, "{method} {path}");
        assert_eq!(
            answer.error(405),
            format!("-: {method} can't be done at /payroll/scim/v2{path}")
        );
    }
}

#[tokio::test]
async fn a_database_that_is_down_says_when_to_come_back() {
    use axum::response::IntoResponse;
    let response = crate::scim::Error::unavailable("the database can't be reached", 5).into_response();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "5");
    assert_eq!(response.headers()["content-type"], "application/scim+json");
}
