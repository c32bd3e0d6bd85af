//! A server that runs takes what is approved, and gives up what is not any more, without failing a request.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::{Duration, Instant},
};

use portcullis_tests::{Application, Client, Kind, Program, application::NAME, plugin};

use super::{audited, client, command, edit, give, put_new_version, said};
use crate::components;

/// How long the program may take to notice and to compile.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for this status of an application's users.
#[track_caller]
fn expect_soon(client: &Client, status: u16) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = client.get("/Users");
        if answer.status.as_u16() == status {
            return;
        }
        assert!(Instant::now() < deadline, "{answer}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_approval_and_a_removal_take_effect() {
    let builder = audited();
    let directory = builder.write();
    let program = Program::serve(directory.path());
    let (payroll, plain) = (client(&program, NAME), client(&program, "plain"));
    assert_eq!(give(&payroll, "auditor"), 503);
    plugin::approve(directory.path());
    program.log.expect(&["is in service again", NAME]);
    expect_soon(&payroll, 200);
    assert_eq!(give(&payroll, "auditor"), 200);

    said(&command(&directory, &["remove", "role-audit"]));
    program.log.expect(&["not approved any more"]);
    expect_soon(&payroll, 503);
    assert_eq!(give(&plain, "clerk"), 200);
}

/// An application needs what hashes its passwords as it needs what does its operations.
#[test]
fn what_hashes_passwords_is_given_up_too() {
    let manifest = include_str!("../../../plugins/legacy-passwords/legacy_passwords.toml");
    let application = Application::with_users(Kind::Sqlite, 2)
        .with_shipped(
            "legacy-passwords",
            components::LEGACY_PASSWORDS,
            manifest,
            "method = \"bcrypt\"\ncost = 4",
        )
        .with("[transforms]\npassword = \"legacy-passwords\"")
        .start();
    expect_soon(&application, 200);
    said(&command(&application.directory, &["remove", "legacy-passwords"]));
    expect_soon(&application, 503);
}

/// Versions come and go while requests are under way, and none of these notices.
#[test]
fn an_exchange_fails_no_request() {
    let application = audited().start();
    let directory = &application.directory;
    let (stop, answered) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    application.get("/Users").expect(200);
                    assert_eq!(give(&application, "auditor"), 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let ended = Stop(&stop);
        put_new_version(directory);
        application
            .program
            .log
            .expect(&["(1.1.0 ", "is not approved; version 0.1.0 serves on"]);
        plugin::approve(directory.path());
        application
            .program
            .log
            .expect(&["another version is being compiled and tried"]);
        let begun = answered.load(Ordering::Relaxed);
        application.program.log.expect(&["approved serves", "\"version\":\"1.1.0\""]);
        assert!(
            answered.load(Ordering::Relaxed) > begun,
            "nobody was answered during the exchange"
        );
        said(&command(directory, &["rollback", "role-audit"]));
        application.program.log.expect(&["approved serves", "\"version\":\"0.1.0\""]);
        let before = answered.load(Ordering::Relaxed);
        let deadline = Instant::now() + PATIENCE;
        while answered.load(Ordering::Relaxed) < before + 8 {
            assert!(Instant::now() < deadline, "requests are not answered any more");
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(ended);
    });
}

/// Ends the others when the test fails, too.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// It is approved, and fails in the server that runs: with the settings that this one has, or with its database.
#[test]
fn a_version_that_fails_leaves_the_old_one_serving() {
    let application = audited().start();
    let directory = &application.directory;
    edit(
        &directory.path().join("portcullis.toml"),
        "\"role_audit\"",
        "\"second_audit\"",
    );
    put_new_version(directory);
    plugin::approve(directory.path());
    let line = application
        .program
        .log
        .expect(&["a new version is not taken, and 0.1.0 (", "serves on"]);
    assert!(line.contains("plans a statement that is not approved"), "{line}");
    assert_eq!(give(&application, "auditor"), 200);
    assert_eq!(application.database.count("SELECT count(*) FROM role_audit"), 1);
    let list = said(&command(directory, &["list"]));
    assert!(list.contains("not taken: ") && list.contains("is not approved"), "{list}");

    // With the settings that it was approved with it is taken.
    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "clerk"), 200);
    assert_eq!(application.database.count("SELECT count(*) FROM second_audit"), 1);
    let deadline = Instant::now() + PATIENCE;
    while said(&command(directory, &["list"])).contains("not taken") {
        assert!(Instant::now() < deadline, "the list still says that it failed");
    }
}

/// The database refuses what the new version would say; nobody has seen that who approved it.
#[test]
fn a_version_whose_statements_do_not_compile_is_not_taken() {
    let application = audited().start();
    application.database.run("ALTER TABLE role_audit RENAME TO was_there");
    put_new_version(&application.directory);
    plugin::approve(application.directory.path());
    let line = application.program.log.expect(&["a new version is not taken"]);
    assert!(line.contains("the database refuses statement `audit`"), "{line}");
    expect_soon(&application, 200);
}
