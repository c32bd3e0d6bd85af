//! Every `scimType` and every status that is an error (RFC 7644 §3.12), each provoked once, with a detail that says what is
//! wrong and where.

mod refusal;

use portcullis_tests::{
    Application, Client, Kind, Response,
    application::{ENTERPRISE, USER, complete_user},
    client::{PATCH_SCHEMA, encode},
};
use serde_json::{Value, json};

/// A request, and what its error says.
struct Case {
    request: fn(&Client) -> Response,
    status: u16,
    scim_type: Option<&'static str>,
    detail: &'static [&'static str],
}

const fn case(
    status: u16,
    scim_type: Option<&'static str>,
    detail: &'static [&'static str],
    request: fn(&Client) -> Response,
) -> Case {
    Case {
        request,
        status,
        scim_type,
        detail,
    }
}

fn filter(client: &Client, text: &str) -> Response {
    client.get(&format!("/Users?filter={}", encode(text)))
}

fn one_operation(client: &Client, operation: Value) -> Response {
    client.patch("/Users/1", json!([operation]))
}

const CASES: [Case; 44] = [
    case(
        400,
        Some("invalidFilter"),
        &["`and` can't stand at character 17", "userName eq"],
        |it| filter(it, "userName eq \"x\" and"),
    ),
    case(400, Some("invalidFilter"), &["`nickname`", "not mapped"], |it| {
        filter(it, "nickname eq \"x\"")
    }),
    case(400, Some("invalidFilter"), &["`colour`", "no schema"], |it| {
        filter(it, "colour eq \"x\"")
    }),
    case(400, Some("invalidFilter"), &["`active`", "`gt`"], |it| {
        filter(it, "active gt true")
    }),
    case(400, Some("invalidFilter"), &["\"noon\" is not a dateTime"], |it| {
        filter(it, "meta.lastModified lt \"noon\"")
    }),
    case(400, Some("invalidFilter"), &["`password`"], |it| {
        it.post(
            "/Users/.search",
            &json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "password eq \"x\""
            }),
        )
    }),
    case(403, Some("sensitive"), &["`password`"], |it| {
        filter(it, "not (userName pr and PASSWORD eq \"hunter2\")")
    }),
    case(413, Some("tooMany"), &["1001 operations", "1000"], |it| {
        let operation = json!({ "op": "replace", "path": "title", "value": "x" });
        it.patch("/Users/1", Value::Array(vec![operation; 1001]))
    }),
    case(413, Some("tooMany"), &["`roles`", "5001"], |it| {
        let mut user = complete_user("x");
        user["roles"] = (0..5001).map(|number| json!({ "value": number.to_string() })).collect();
        it.post("/Users", &user)
    }),
    case(409, Some("uniqueness"), &["userName", "\"USER002\""], |it| {
        it.post("/Users", &complete_user("USER002"))
    }),
    case(400, Some("mutability"), &["`id`"], |it| {
        one_operation(it, json!({ "op": "replace", "path": "id", "value": "9" }))
    }),
    case(400, Some("mutability"), &["`groups`", "read-only"], |it| {
        one_operation(it, json!({ "op": "add", "path": "groups", "value": [{ "value": "9" }] }))
    }),
    case(400, Some("mutability"), &["`userName`", "not removed"], |it| {
        one_operation(it, json!({ "op": "remove", "path": "userName" }))
    }),
    case(400, Some("invalidSyntax"), &["line 1 column 13"], |it| {
        it.send_bytes("POST".parse().unwrap(), "/Users", "application/json", b"{\"userName\":}")
    }),
    case(400, Some("invalidSyntax"), &["no body"], |it| {
        it.send_bytes("PUT".parse().unwrap(), "/Users/1", "application/json", b"")
    }),
    case(400, Some("invalidSyntax"), &["a JSON object", "an array"], |it| {
        it.post("/Users", &json!([]))
    }),
    case(400, Some("invalidSyntax"), &["`schemas` is missing", USER], |it| {
        it.post("/Users", &json!({ "userName": "x" }))
    }),
    case(400, Some("invalidSyntax"), &["`colour`"], |it| {
        it.post("/Users", &json!({ "schemas": [USER], "userName": "x", "colour": "red" }))
    }),
    case(400, Some("invalidSyntax"), &["`emails[1]` has no `adress`"], |it| {
        let emails = json!([{ "value": "a" }, { "adress": "b" }]);
        it.post("/Users", &json!({ "schemas": [USER], "userName": "x", "emails": emails }))
    }),
    case(400, Some("invalidSyntax"), &["`Operations` is missing"], |it| {
        let body = json!({ "schemas": [PATCH_SCHEMA] }).to_string();
        it.send_bytes("PATCH".parse().unwrap(), "/Users/1", "application/json", body.as_bytes())
    }),
    case(400, Some("invalidSyntax"), &["`op` must be one of"], |it| {
        one_operation(it, json!({ "op": "move", "path": "title" }))
    }),
    case(400, Some("invalidPath"), &["`emails[`", "not an attribute path"], |it| {
        one_operation(it, json!({ "op": "replace", "path": "emails[", "value": "x" }))
    }),
    case(400, Some("invalidPath"), &["`colour`"], |it| {
        one_operation(it, json!({ "op": "replace", "path": "colour", "value": "x" }))
    }),
    case(400, Some("noTarget"), &["`remove` needs a `path`"], |it| {
        one_operation(it, json!({ "op": "remove" }))
    }),
    case(400, Some("noTarget"), &["roles[value eq", "no element matches"], |it| {
        one_operation(
            it,
            json!({ "op": "replace", "path": "roles[value eq \"nobody\"].display", "value": "x" }),
        )
    }),
    case(400, Some("invalidValue"), &["`userName` is required"], |it| {
        it.post("/Users", &json!({ "schemas": [USER] }))
    }),
    case(
        400,
        Some("invalidValue"),
        &["`emails[0].value` must be a string, and is an object"],
        |it| {
            let emails = json!([{ "value": { "x": 1 } }]);
            it.post("/Users", &json!({ "schemas": [USER], "userName": "x", "emails": emails }))
        },
    ),
    case(
        400,
        Some("invalidValue"),
        &["manager.value` must be a string, and is a boolean"],
        |it| {
            let mut user = complete_user("x");
            user[ENTERPRISE]["manager"] = json!({ "value": true });
            it.post("/Users", &user)
        },
    ),
    case(
        400,
        Some("invalidValue"),
        &["Operations[0]", "`emails[type eq \"work\"].primary` must be true or false"],
        |it| {
            one_operation(
                it,
                json!({ "op": "add", "path": "emails[type eq \"work\"].primary", "value": "perhaps" }),
            )
        },
    ),
    case(400, Some("invalidValue"), &["`startIndex` must be an integer"], |it| {
        it.get("/Users?startIndex=first")
    }),
    case(400, Some("invalidValue"), &["`sortBy`", "`colour`"], |it| {
        it.get("/Users?sortBy=colour")
    }),
    case(400, Some("invalidValue"), &["`attributes` and `excludedAttributes`"], |it| {
        it.get("/Users?attributes=userName&excludedAttributes=title")
    }),
    case(400, Some("invalidVers"), &["SCIM 2.0", "v1", "/scim/v2/"], |it| {
        it.at(it.base().replace("/v2", "/v1")).get("/Users")
    }),
    case(400, Some("invalidVers"), &["v3.1"], |it| {
        it.at(it.base().replace("/v2", "/v3.1")).get("")
    }),
    case(401, None, &[], |it| it.authorized_by(None).get("/Users")),
    case(403, None, &["discovery can't be filtered"], |it| {
        it.get("/Schemas?filter=id%20pr")
    }),
    case(404, None, &["User \"4711\" does not exist"], |it| it.get("/Users/4711")),
    case(404, None, &["Role \"nobody\" does not exist"], |it| it.get("/Roles/nobody")),
    case(404, None, &["/Nothing"], |it| it.get("/Nothing")),
    case(405, None, &["DELETE can't be done"], |it| it.delete("/Roles/clerk")),
    case(406, None, &["application/scim+json or application/json", "Accept"], |it| {
        it.with_header("accept", "text/html").get("/Users")
    }),
    case(412, None, &["If-Match"], |it| {
        it.with_header("if-match", "W/\"old\"").delete("/Users/1")
    }),
    case(413, None, &["`body-limit` is 1048576 bytes"], |it| {
        it.send_bytes(
            "POST".parse().unwrap(),
            "/Users",
            "application/json",
            &vec![b' '; (1 << 20) + 1],
        )
    }),
    case(
        415,
        None,
        &["application/scim+json or application/json", "`text/xml`"],
        |it| it.send_bytes("POST".parse().unwrap(), "/Users", "text/xml", b"<user/>"),
    ),
];

#[test]
fn each_has_its_place() {
    let application = Application::start(Kind::Sqlite);
    let before = application.database.rows("SELECT * FROM app_user ORDER BY user_id");
    for Case {
        request,
        status,
        scim_type,
        detail,
    } in &CASES
    {
        let said = request(&application).expect_error(*status, *scim_type, detail);
        assert!(!said.contains("hunter2"), "a detail repeats what may be a secret: {said}");
    }
    let types = [
        "invalidFilter",
        "tooMany",
        "uniqueness",
        "mutability",
        "invalidSyntax",
        "invalidPath",
        "noTarget",
        "invalidValue",
    ];
    for scim_type in types.into_iter().chain(["invalidVers", "sensitive"]) {
        assert!(
            CASES.iter().any(|case| case.scim_type == Some(scim_type)),
            "{scim_type} is not provoked"
        );
    }
    assert_eq!(application.database.rows("SELECT * FROM app_user ORDER BY user_id"), before);
    application.expect_unharmed();
}

#[test]
fn what_is_not_configured_is_501() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .without("operations.create-user")
        .start();
    let answer = application.post("/Users", &complete_user("x"));
    answer.expect_error(501, None, &["create-user", "not enabled"]);
}
