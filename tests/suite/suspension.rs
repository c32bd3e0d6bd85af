//! A plugin that fails again and again is not called any more, until somebody has another look at it.

use std::time::{Duration, Instant};

use portcullis_tests::{
    Application, Client, Kind, Program, Response,
    application::{NAME, TOKEN},
    on_every_database,
    plugin::{approve, embedded},
    program,
};
use serde_json::json;

use crate::components;

on_every_database!(different_failures_in_a_row_suspend);

/// Far longer than a server takes to notice what a command has done.
const PATIENCE: Duration = Duration::from_secs(30);

/// Its users are deactivated by a component that crashes; three of them in a row are too many.
fn crashing(on: Kind) -> Application {
    Application::with_users(on, 7)
        .with_plugin("faller", components::TRAP, "")
        .with_operation("deactivate-user", "faller")
        .with_server("[suspension]\nfailures = 3")
        .start()
}

fn deactivate(client: &Client, user: &str) -> Response {
    client.patch(user, json!([{ "op": "replace", "path": "active", "value": false }]))
}

#[track_caller]
fn expect_suspended(answer: &Response) {
    answer.expect_error(
        503,
        None,
        &[
            "deactivate-user",
            "payroll",
            "suspended",
            "plugin faller crashed",
            "plugin resume faller",
        ],
    );
    assert_eq!(answer.header("retry-after"), Some("60"), "{answer}");
}

/// Three users who are active.
fn suspend(application: &Application) {
    for user in ["user001", "user002", "user004"] {
        deactivate(application, &application.user(user)).expect_error(500, None, &["plugin faller crashed"]);
    }
}

fn command(application: &Application, arguments: &[&str]) -> (bool, String) {
    let path = application.directory.path().to_str().expect("UTF-8");
    let output = program::run(&[&["plugin"], arguments, &["--config", path]].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Asks until the component is called again.
#[track_caller]
fn expect_resumed(client: &Client, user: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = deactivate(client, user);
        match answer.status.as_u16() {
            500 => return,
            _ => assert!(Instant::now() < deadline, "{answer}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn different_failures_in_a_row_suspend(on: Kind) {
    let application = crashing(on);
    // One request that the component can't do, over and over, takes it from nobody.
    for _ in 0..5 {
        deactivate(&application, &application.user("user001")).expect_error(500, None, &["plugin faller crashed"]);
    }
    suspend(&application);
    expect_suspended(&deactivate(&application, &application.user("user005")));
    let lines = application.program.log.text();
    let failures = lines.lines().filter(|line| line.contains("component failed")).count();
    assert_eq!(failures, 8, "a suspended component is not called:\n{lines}");
    application
        .program
        .log
        .expect(&["suspended", "faller", "plugin resume faller", "operations.deactivate-user"]);
    // Everything else goes on, and nothing hangs.
    application.expect_unharmed();
    application
        .patch(
            &application.user("user004"),
            json!([{ "op": "replace", "path": "title", "value": "Clerk" }]),
        )
        .expect(200);
}

#[test]
fn a_command_resumes_it() {
    let application = crashing(Kind::Sqlite);
    let (done, said) = command(&application, &["resume", "faller"]);
    assert!(!done && said.contains("faller is not suspended"), "{said}");
    suspend(&application);
    let user = application.user("user005");
    expect_suspended(&deactivate(&application, &user));
    let deadline = Instant::now() + PATIENCE;
    let listed = loop {
        let (_, said) = command(&application, &["list"]);
        if said.contains("suspended in part") || Instant::now() > deadline {
            break said;
        }
    };
    for part in [
        "suspended in part",
        "operations.deactivate-user",
        "payroll",
        "plugin faller crashed",
        "plugin resume faller",
    ] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    let (done, said) = command(&application, &["resume", "faller"]);
    assert!(
        done && said.contains("operations.deactivate-user of application payroll is resumed"),
        "{said}"
    );
    expect_resumed(&application, &user);
    application
        .program
        .log
        .expect(&["a plugin that was suspended works again", "faller"]);
}

/// And another version, which nobody has seen fail, is called.
#[test]
fn it_outlives_the_server_and_ends_with_another_version() {
    let application = crashing(Kind::Sqlite);
    suspend(&application);
    let user = application.user("user005");
    let deadline = Instant::now() + PATIENCE;
    while !command(&application, &["list"]).1.contains("suspended in part") {
        assert!(Instant::now() < deadline, "the server does not write it down");
    }
    let Application {
        directory,
        program,
        database,
        ..
    } = application;
    let (status, _) = program.terminate();
    assert!(status.success());
    let program = Program::serve(directory.path());
    let client = Client::new(format!("{}/{NAME}/scim/v2", program.url), TOKEN);
    expect_suspended(&deactivate(&client, &user));
    program.log.expect(&["suspended", "faller", "plugin resume faller"]);

    let file = directory.path().join("plugins/faller.wasm");
    let component = std::fs::read(&file).expect("a component");
    std::fs::write(&file, embedded(&component, "another", b"version")).expect("a file");
    approve(directory.path());
    expect_resumed(&client, &user);
    drop(database);
}

/// What is asked at once is answered, each once, and counted.
#[test]
fn failures_at_once_are_counted_one_by_one() {
    let application = crashing(Kind::Sqlite);
    // The others are inactive already.
    let users = ["user001", "user002", "user004", "user005", "user007"].map(|name| application.user(name));
    std::thread::scope(|scope| {
        for user in &users {
            scope.spawn(|| {
                let status = deactivate(&application, user).status.as_u16();
                assert!([500, 503].contains(&status), "{status}");
            });
        }
    });
    expect_suspended(&deactivate(&application, &users[0]));
    let lines = application.program.log.text();
    assert_eq!(
        lines.lines().filter(|line| line.contains("a plugin is suspended")).count(),
        1,
        "{lines}"
    );
}
