//! Tokens on a program that runs: made, used, listed, revoked.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use portcullis_tests::{Application, Client, Kind, application::TOKEN};

use super::{command, done, eventually, said, token};

fn with(application: &Application, token: &str) -> Client {
    application.authorized_by(Some(&format!("Bearer {token}")))
}

/// The line of a token in the list.
fn line(name: &str, application: &Application) -> Option<String> {
    let list = done(&["token", "list"], application.directory.path());
    list.lines()
        .find(|line| line.split_whitespace().nth(1) == Some(name))
        .map(str::to_owned)
}

/// The whole life of one, while the program runs.
#[test]
fn made_used_listed_and_revoked() {
    let application = Application::start(Kind::Sqlite);
    let directory = application.directory.path();
    let (okta, entra) = (token(&["--name", "okta"], directory), token(&["--name", "entra"], directory));
    assert!(okta.starts_with("portcullis_") && okta != entra, "{okta} {entra}");
    assert!(line("okta", &application).unwrap().contains("never"), "it was never used");

    with(&application, &okta).get("/Users").expect(200);
    with(&application, &entra).get("/Users").expect(200);
    let basic = |user: &str, password: &str| {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        application.authorized_by(Some(&format!("Basic {credentials}")))
    };
    basic("okta", &okta).get("/Users").expect(200);
    basic("anybody", &okta).get("/Users").expect(200);
    application.authorized_by(Some(&okta)).get("/Users").expect(200);
    basic(&okta, "okta").get("/Users").expect_error(401, None, &[]);
    with(&application, &okta[..okta.len() - 1])
        .get("/Users")
        .expect_error(401, None, &[]);

    eventually("the last use of both", || {
        let used = |name: &str| line(name, &application).is_some_and(|line| line.matches("never").count() == 1);
        (used("okta") && used("entra")).then_some(())
    });
    done(&["token", "revoke", "--name", "okta"], directory);
    let refused = eventually("the revocation", || {
        let answer = with(&application, &okta).get("/Users");
        (answer.status.as_u16() == 401).then_some(answer)
    });
    refused.expect_error(401, None, &["not this application's"]);
    basic("okta", &okta).get("/Users").expect_error(401, None, &[]);
    with(&application, &entra).get("/Users").expect(200);
    application.get("/Users").expect(200);
    assert_eq!(line("okta", &application), None);

    // Names are in the log, tokens are nowhere.
    application.program.log.expect(&["\"token\":\"okta\"", "\"status\":200"]);
    application.program.log.expect(&["\"token\":\"entra\""]);
    application.program.log.expect(&["\"token\":\"[scim] token\""]);
    let (status, log) = application.program.terminate();
    assert!(status.success(), "{status}");
    let random = |token: &str| token.trim_start_matches("portcullis_").to_owned();
    for secret in [
        random(&okta),
        random(&entra),
        TOKEN.to_owned(),
        STANDARD.encode(format!("okta:{okta}")),
    ] {
        assert!(!log.text().contains(&secret), "a token is in the log:\n{}", log.text());
    }
}

/// Uses that are not written down when the program ends are written then.
#[test]
fn the_last_use_outlives_the_program() {
    let application = Application::start(Kind::Sqlite);
    let made = token(&["--name", "okta"], application.directory.path());
    with(&application, &made).get("/Users").expect(200);
    let (program, directory) = (application.program, application.directory);
    let (status, _) = program.terminate();
    assert!(status.success(), "{status}");
    let list = done(&["token", "list"], directory.path());
    let okta = list.lines().find(|line| line.contains("okta")).expect("the token");
    assert_eq!(okta.matches("never").count(), 1, "{list}");
}

#[test]
fn an_expired_one_says_that_it_is() {
    let application = Application::start(Kind::Sqlite);
    let made = token(&["--name", "short", "--expires", "2s"], application.directory.path());
    let expired = eventually("the end of the token", || {
        let answer = with(&application, &made).get("/Users");
        (answer.status.as_u16() == 401).then_some(answer)
    });
    expired.expect_error(401, None, &["\"short\"", "expired at"]);
    assert!(line("short", &application).unwrap().ends_with("(over)"));
}

/// Each application has its own.
#[test]
fn a_token_of_another_application_opens_nothing() {
    let mut several = portcullis_tests::application::configuration("kind = \"sqlite\"\npath = \"app.db\"\ncreate = true");
    several.add_application("crm", &several.text("payroll"));
    several.remove_from("crm", "scim.token");
    let directory = several.write();
    let program = portcullis_tests::Program::serve(directory.path());
    program
        .log
        .expect(&["application crm has no token", "portcullis token create --config"]);
    let made = token(&[], directory.path());
    let at = |name: &str| Client::new(format!("{}/{name}/scim/v2", program.url), &made);
    at("payroll").get("/ServiceProviderConfig").expect(200);
    at("crm").get("/ServiceProviderConfig").expect_error(401, None, &[]);
    let list = said(&command(&["token", "list"], directory.path()));
    assert!(list.contains("payroll      token-1"), "{list}");
    assert!(!list.contains("crm"), "{list}");
}

/// Many at once, while others are made and revoked.
#[test]
fn tokens_hold_while_others_change() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .with_server("[server]\nfailed-authentications = false")
        .start();
    let directory = application.directory.path();
    let made = token(&["--name", "steady"], directory);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..40 {
                    with(&application, &made).get("/ServiceProviderConfig").expect(200);
                    with(&application, "portcullis_wrong")
                        .get("/Users")
                        .expect_error(401, None, &[]);
                }
            });
        }
        for n in 0..4 {
            let name = format!("other-{n}");
            let other = token(&["--name", &name], directory);
            with(&application, &other).get("/ServiceProviderConfig").expect(200);
            done(&["token", "revoke", "--name", &name], directory);
        }
    });
}
