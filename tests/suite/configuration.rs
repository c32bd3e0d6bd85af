//! `check`, `plan`, and a configuration that is wrong: every mistake at once, each with its place and what to write.

use std::{fs, path::Path, process::Output};

use portcullis_tests::{
    Application, Client, Kind, Program,
    application::{NAME, TOKEN, configuration, make_tables},
    database::Database,
    on_every_database, program,
};

on_every_database!(
    check_accepts_what_works,
    check_names_a_statement_that_does_not_compile,
    plan_shows_every_statement
);

fn check(directory: &Path) -> Output {
    program::run(&["check", "--config", directory.to_str().expect("UTF-8")])
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn check_accepts_what_works(on: Kind) {
    let application = Application::with_users(on, 1);
    let output = check(application.write().path());
    assert!(output.status.success(), "{}", text(&output));
}

/// The database is asked about each statement; the error names the operation and what the database says.
fn check_names_a_statement_that_does_not_compile(on: Kind) {
    let application = Application::with_users(on, 1)
        .with("[operations.activate-user]\nsql = \"UPDATE app_user SET no_such_column = 1 WHERE user_id = :id\"")
        .with("[entitlements.Role.get-entitlements]\nsql = \"SELECT role_id, role_name FROM no_such_table\"");
    let output = check(application.write().path());
    let said = text(&output);
    assert!(!output.status.success(), "{said}");
    for part in [
        "payroll.toml",
        "operations.activate-user",
        "no_such_column",
        "entitlements.Role.get-entitlements",
        "no_such_table",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

fn plan_shows_every_statement(on: Kind) {
    let application = Application::with_users(on, 1);
    let directory = application.write();
    let output = program::run(&["plan", "--config", directory.path().to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", text(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    for part in [
        "payroll",
        "get-users",
        "create-user",
        "INSERT INTO app_user",
        "add-entitlement",
        "DELETE FROM user_role",
        "name.givenName",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let placeholder = match on {
        Kind::Postgresql => "user_id = $1",
        Kind::Sqlserver => "user_id = @P1",
        Kind::Oracle => "user_id = :1",
        Kind::Sqlite | Kind::Mariadb | Kind::Mysql => "user_id = ?",
    };
    assert!(said.contains(placeholder), "{said}");
}

/// Mistakes in several files and places.
#[test]
fn every_mistake_is_reported_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    };
    write(
        "portcullis.toml",
        "[server]\nlisten = \"everywhere\"\n\n[sandbox]\nmemory = \"lots\"\ncpu = \"250ms\"\n",
    );
    write(
        "applications/payroll.toml",
        "[scim]\ntoken = { env = \"PORTCULLIS_TESTS_TOKEN\" }\n\n[database]\nkind = \"postgres\"\nhost = \"db\"\n\n\
         [users]\nid = \"user_id\"\ncolour = \"blue\"\n\n[users.attributes]\nuserName = \"username\"\n\"emails[\" = \"email\"\n\n\
         [operations.get-users]\nsql = \"SELECT 1\"\nplugin = \"both\"\n\n[operations.get-everybody]\nsql = \"SELECT 1\"\n",
    );
    let said = text(&check(directory.path()));
    for (place, part) in [
        ("portcullis.toml:2", "listen"),
        ("portcullis.toml:5", "memory"),
        ("payroll.toml:5", "postgresql"),
        ("payroll.toml:10", "colour"),
        ("payroll.toml:14", "emails["),
        ("payroll.toml:20", "get-everybody"),
    ] {
        assert!(said.contains(place) && said.contains(part), "{place} {part}:\n{said}");
    }
}

/// `serve` refuses what `check` refuses, with the same words, and listens to nobody.
#[test]
fn serve_refuses_what_check_refuses() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .with("[operations.get-user]\nsql = \"SELECT user_id FROM app_user WHERE user_id = :identity\"");
    let directory = application.write();
    let served = program::run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--config",
        directory.path().to_str().unwrap(),
    ]);
    assert!(!served.status.success());
    let said = text(&served);
    assert!(!said.contains("listening on"), "{said}");
    for part in ["payroll.toml", "operations.get-user", ":identity", ":id"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    for command in ["serve", "check", "plan"] {
        let output = program::run(&[command, "--config", "/no/such/directory"]);
        assert!(!output.status.success());
        assert!(text(&output).contains("/no/such/directory"), "{}", text(&output));
    }
}

/// Several applications, on several databases, each with its own base and token.
#[test]
fn serves_several_applications() {
    let databases = [Kind::Sqlite, Kind::Postgresql, Kind::Mariadb].map(Database::new);
    let names = [NAME, "stock", "crm"];
    let mut several = configuration(&databases[0].settings());
    for (number, (name, database)) in names.iter().zip(&databases).enumerate() {
        make_tables(database, number + 1);
        if number > 0 {
            several.add_application(name, &several.text(NAME));
            several.remove_from(name, "database");
            several.application(
                name,
                &format!("[scim]\ntoken = \"the-token-of-{name}\"\n[database]\n{}", database.settings()),
            );
        }
    }
    let directory = several.write();
    let program = Program::serve(directory.path());
    let client = |name: &str, token: &str| Client::new(format!("{}/{name}/scim/v2", program.url), token);
    for (number, name) in names.iter().enumerate() {
        let token = if number == 0 {
            TOKEN.to_owned()
        } else {
            format!("the-token-of-{name}")
        };
        assert_eq!(
            client(name, &token).get("/Users").expect(200)["totalResults"],
            number + 1,
            "{name}"
        );
    }
    client("stock", TOKEN).get("/Users").expect_error(401, None, &[]);
    client(NAME, "the-token-of-stock").get("/Users").expect_error(401, None, &[]);
}

/// A client that began a request and never ends it is cut off when no request can be under way any more.
#[test]
fn ends_though_a_client_does_not() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .with_server("[server]\nrequest-timeout = \"1s\"")
        .start();
    let address = application.program.url.trim_start_matches("http://");
    let mut half = std::net::TcpStream::connect(address).expect("a connection");
    std::io::Write::write_all(&mut half, b"GET /payroll/scim/v2/Users HTTP/1.1\r\nHost: x\r\n").expect("bytes can be sent");
    application.get("/ServiceProviderConfig").expect(200);
    let (status, log) = application.program.terminate();
    assert!(status.success(), "{status}");
    log.expect(&["cut off"]);
    drop(half);
}

/// A service manager's way to end it.
#[test]
fn ends_when_it_is_told_to() {
    let application = Application::start(Kind::Sqlite);
    application.get("/Users").expect(200);
    let (status, _) = application.program.terminate();
    assert!(status.success(), "{status}");
}
