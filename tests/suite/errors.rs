//! Every `scimType` and every status that is an error (RFC 7644 §3.12), each provoked once, with a detail that says what is
//! wrong and where.

use portcullis_tests::{
    Application, Client, Kind, Response,
    application::{ENTERPRISE, USER, complete_user},
    client::{PATCH_SCHEMA, encode},
    on_every_database,
};
use serde_json::{Value, json};

on_every_database!(what_the_database_refuses_names_the_attribute);

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

/// What only the database knows to be wrong: the constraint or the column, and the attribute that it is.
fn what_the_database_refuses_names_the_attribute(on: Kind) {
    let add = format!("ALTER TABLE app_user {}", on.add_column());
    let changed = match on {
        Kind::Sqlite => format!("{add} mail TEXT CHECK (length(mail) < 20)"),
        _ => format!("{add} mail VARCHAR(19)"),
    };
    let application = Application::with_users(on, 2)
        .with_table(&changed)
        .without("operations.create-user")
        .with_table(&format!("{add} team INTEGER DEFAULT 1 NOT NULL CHECK (team < 10)"))
        .with("[users.attributes]\n'emails[type eq \"work\"].value' = \"mail\"\n\"urn:example:own:team\" = \"team\"")
        .with("[operations.get-users]\nsql = \"SELECT * FROM app_user\"")
        .with("[operations.get-user]\nsql = \"SELECT * FROM app_user WHERE user_id = :id\"")
        .with("[operations.get-changed-users]\nsql = \"SELECT * FROM app_user WHERE changed_at > :since\"")
        .with(
            "[operations.update-user]\nsql = \"UPDATE app_user SET username = :userName, mail = :mail, team = :team, \
             licence_id = :title WHERE user_id = :id\"",
        )
        .start();
    // To SQL Server two NULLs are the same.
    let present = if on == Kind::Sqlserver {
        " WHERE mail IS NOT NULL"
    } else {
        ""
    };
    application
        .database
        .run(&format!("CREATE UNIQUE INDEX one_mail ON app_user(mail){present}"));
    application
        .database
        .run("UPDATE app_user SET mail = 'taken@x.org' WHERE username = 'user002'");
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    let put = |change: &dyn Fn(&mut Value)| {
        let mut user = before.clone();
        change(&mut user);
        application.put(&path, &user)
    };
    let taken = put(&|user| user["userName"] = json!("user002"));
    taken.expect_error(409, Some("uniqueness"), &["userName", "\"user002\" exists already"]);
    let taken = put(&|user| user["emails"] = json!([{ "type": "work", "value": "taken@x.org" }]));
    // MariaDB, MySQL and SQL Server name the key and not its column.
    let part = match on {
        Kind::Mariadb | Kind::Mysql | Kind::Sqlserver => "constraint one_mail",
        Kind::Oracle => "constraint ONE_MAIL",
        _ => "the column `mail` is the attribute `emails[type eq \"work\"].value`",
    };
    taken.expect_error(409, Some("uniqueness"), &["update-user", "must be unique", part]);

    let missing = put(&|user| {
        user.as_object_mut().unwrap().remove("urn:example:own");
    });
    let column = format!("the column `{}` is the attribute `urn:example:own:team`", on.told("team"));
    missing.expect_error(400, Some("invalidValue"), &["requires is missing", &column]);

    let wrong = put(&|user| user["urn:example:own"] = json!({ "team": 10 }));
    // MySQL and Oracle say no more than the name that they gave the constraint.
    let part = match on {
        Kind::Mysql => "app_user_chk_2",
        Kind::Oracle => "constraint SYS_C",
        _ => "team",
    };
    wrong.expect_error(400, Some("invalidValue"), &["not one that the application allows", part]);

    let long = put(&|user| user["emails"] = json!([{ "type": "work", "value": "a-long-name@example.com" }]));
    let part = match on {
        Kind::Sqlite => "mail",
        Kind::Postgresql => "character varying(19)",
        Kind::Oracle => "the column `MAIL` is the attribute `emails[type eq \"work\"].value`",
        Kind::Mariadb | Kind::Mysql | Kind::Sqlserver => "the column `mail` is the attribute `emails[type eq \"work\"].value`",
    };
    long.expect_error(400, Some("invalidValue"), &["update-user", part]);

    let stray = put(&|user| user["title"] = json!("99"));
    // SQL Server has one number for foreign keys and for checks.
    let allowed = on == Kind::Sqlserver;
    let part = if allowed {
        "not one that the application allows"
    } else {
        "refers to something that does not exist"
    };
    stray.expect_error(400, Some("invalidValue"), &[part]);
    let unfit = put(&|user| user["title"] = json!("ninety"));
    // SQLite's columns hold anything; what refers to nothing is found there too.
    let part = match on {
        Kind::Sqlite => "refers to",
        Kind::Postgresql | Kind::Sqlserver => "`title` is not a 32-bit integer",
        Kind::Mariadb | Kind::Mysql => "licence_id",
        Kind::Oracle => "ORA-01722",
    };
    unfit.expect_error(400, Some("invalidValue"), &[part]);
    assert_eq!(application.get(&path).expect(200), before);
}

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
