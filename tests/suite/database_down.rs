//! A database that is not there: the program starts without it, says so, and recovers by itself.

use portcullis_tests::{
    Application, Builder, Client, Kind, Program,
    application::{NAME, TOKEN, configuration, make_tables},
    database::{Database, settings},
    server::{Engine, Installation},
};
use serde_json::json;

#[test]
fn postgresql_comes_and_goes() {
    comes_and_goes(Engine::Postgresql);
}

#[test]
fn mariadb_comes_and_goes() {
    comes_and_goes(Engine::Mariadb);
}

#[test]
fn mysql_comes_and_goes() {
    if Kind::Mysql.is_there() {
        comes_and_goes(Engine::Mysql);
    }
}

fn comes_and_goes(engine: Engine) {
    let installation = Installation::new(engine);
    let running = installation.start();
    let database = Database::on(&installation);
    make_tables(&database, 7);
    let settings = database.settings();
    drop((database, running));

    let mut configuration = configuration(&settings);
    // A server that refuses is not waited for: waiting would end in the other message.
    configuration.server("[server]\nrequest-timeout = \"20s\"");
    configuration.applications("[database]\nacquire-timeout = \"60s\"");
    let directory = configuration.write();
    let program = Program::serve(directory.path());
    let client = Client::new(format!("{}/{NAME}/scim/v2", program.url), TOKEN);
    expect_down(&client);
    program.log.expect(&["WARN", NAME]);
    assert!(!program.log.text().contains("throw-away"), "the log has the password");

    let running = installation.start();
    client.get("/Users").expect(200);
    let changed = json!([{ "op": "replace", "path": "title", "value": "Changed" }]);
    client.patch("/Users/1", changed.clone()).expect(200);

    // It goes away under connections that are open.
    drop(running);
    expect_down(&client);
    let _running = installation.start();
    client.get("/Users/1").expect(200);
    client.patch("/Users/2", changed).expect(200);
}

/// Every kind of request that needs the database: 503 with `Retry-After`. Those that don't need it are answered.
fn expect_down(client: &Client) {
    let user = json!({ "schemas": [portcullis_tests::application::USER], "userName": "x" });
    let replaced = json!([{ "op": "replace", "path": "title", "value": "x" }]);
    for answer in [
        client.get("/Users"),
        client.get("/Users/1"),
        client.post("/Users", &user),
        client.put("/Users/1", &user),
        client.patch("/Users/1", replaced),
        client.delete("/Users/1"),
        client.get("/Roles"),
    ] {
        answer.expect_error(503, None, &["the database", "cannot be reached"]);
        let seconds: u32 = answer
            .header("retry-after")
            .and_then(|value| value.parse().ok())
            .expect("Retry-After in seconds");
        assert!(seconds > 0);
        assert!(!answer.text.contains("throw-away"), "{answer}");
    }
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        client.get(path).expect(200);
    }
}

/// An account that is refused is the operator's mistake and not the client's; the answer gives nothing away.
#[test]
fn a_wrong_password_is_503_too() {
    for kind in [Kind::Postgresql, Kind::Mariadb, Kind::Mysql] {
        if !kind.is_there() {
            continue;
        }
        let application = Application::with_users(kind, 1)
            .with("[database]\npassword = \"wrong-password\"")
            .start();
        let answer = application.get("/Users");
        assert!([500, 503].contains(&answer.status.as_u16()), "{answer}");
        answer.expect_error(answer.status.as_u16(), None, &[NAME]);
        assert!(!answer.text.contains("wrong-password"), "{answer}");
        assert!(!application.program.log.text().contains("wrong-password"));
    }
}

/// SQLite has no server; there the file may be missing.
#[test]
fn a_missing_file_is_not_made_unless_the_configuration_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("missing.db");
    let application = Builder::new(Database::new(Kind::Sqlite))
        .with(&format!("[database]\npath = {path:?}"))
        .start();
    application.get("/Users").expect_error(503, None, &[NAME]);
    assert!(!path.exists());
}

/// One application's database is not another's.
#[test]
fn the_other_applications_go_on() {
    let database = Database::new(Kind::Sqlite);
    make_tables(&database, 3);
    let mut both = configuration(&database.settings());
    both.add_application("stock", &both.text(NAME));
    both.remove_from("stock", "database");
    both.application("stock", &format!("[database]\n{}", settings(Kind::Postgresql, 9, "stock")));
    let directory = both.write();
    let program = Program::serve(directory.path());
    let client = |name: &str| Client::new(format!("{}/{name}/scim/v2", program.url), TOKEN);
    client(NAME).get("/Users").expect(200);
    client("stock").get("/Users").expect_error(503, None, &["stock"]);
    client(NAME).get("/Users").expect(200);
}
