//! The form of answers, whatever they say: their media type, and HEAD.

use portcullis_tests::{Application, Client, Kind, application::complete_user};
use serde_json::json;

/// `Accept` decides between SCIM's media type and plain JSON, for errors of the server itself too.
#[test]
fn answers_are_in_the_media_type_that_the_client_takes() {
    let application = Application::start(Kind::Sqlite);
    let path = application.user("user001");
    let nobody = application.authorized_by(None);
    for (accept, media_type) in [
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/scim+json", "application/scim+json"),
        ("*/*", "application/scim+json"),
        ("application/json;q=0.8, application/scim+json;q=0.9", "application/scim+json"),
        ("application/scim+json;q=0.1, application/json", "application/json"),
    ] {
        let accepting = |client: &Client| client.with_header("accept", accept);
        for answer in [
            accepting(&application).get("/Users"),
            accepting(&application).get(&path),
            accepting(&application).post("/Users", &json!({})),
            accepting(&application).get("/Users/4711"),
            accepting(&application).get("/Nothing"),
            accepting(&application).delete("/Users"),
            accepting(&application).get("/ServiceProviderConfig"),
            accepting(&nobody).get("/Users"),
        ] {
            assert_eq!(answer.header("content-type"), Some(media_type), "{accept}: {answer}");
        }
    }
    let refused = application
        .with_header("accept", "text/html")
        .post("/Users", &complete_user("grace"));
    refused.expect_error(406, None, &[]);
    assert_eq!(
        application.database.count("SELECT count(*) FROM app_user"),
        7,
        "nothing is done for it"
    );
}

/// HEAD is GET without the body (RFC 9110 §9.3.2).
#[test]
fn head_answers_as_get_does() {
    let application = Application::start(Kind::Sqlite);
    let path = application.user("user001");
    for path in [
        "/Users",
        path.as_str(),
        "/Roles",
        "/Roles/clerk",
        "/Schemas",
        "/ServiceProviderConfig",
        "/Users/4711",
    ] {
        let got = application.get(path);
        let head = application.send_bytes("HEAD".parse().unwrap(), path, "", b"");
        assert_eq!((head.status, head.text.as_str()), (got.status, ""), "{path}");
        for name in ["content-type", "etag", "content-length"] {
            assert_eq!(head.header(name), got.header(name), "{path} {name}");
        }
    }
}
