//! `token`, `credentials`: what they say.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use portcullis_tests::{
    Application, Client, Kind, Program,
    application::{Builder, NAME},
    program,
};

use super::{command, done, said, token};

/// What a command says of the scenarios' application, without what differs from run to run.
fn told(words: &[&str], directory: &Path) -> String {
    let output = command(&[words, &["--application", NAME]].concat(), directory);
    let said = said(&output).replace(&directory.display().to_string(), "DIR");
    let without_time = |word: &str| {
        if word.len() == 20 && word.ends_with('Z') {
            "TIME"
        } else {
            word
        }
        .to_owned()
    };
    let lines = said.lines().map(|line| {
        let words: Vec<_> = line
            .split(' ')
            .map(|word| {
                if word.starts_with("portcullis_") {
                    "TOKEN".to_owned()
                } else {
                    without_time(word)
                }
            })
            .collect();
        words.join(" ") + "\n"
    });
    let status = if output.status.success() { "" } else { "(refused) " };
    format!("{status}{}", lines.collect::<String>())
}

fn without_token() -> Builder {
    Application::with_users(Kind::Sqlite, 1).without("scim.token")
}

#[test]
fn token_says_what_it_does() {
    let application = without_token();
    let directory = application.write();
    let directory = directory.path();
    let mut text = String::new();
    for words in [
        ["token", "list"].as_slice(),
        &["token", "create"],
        &["token", "create"],
        &["token", "create", "--name", "okta", "--expires", "2999-01-31"],
        &["token", "create", "--name", "okta"],
        &["token", "create", "--name", "the okta"],
        &["token", "create", "--expires", "yesterday"],
        &["token", "list"],
        &["token", "revoke", "--name", "token-1"],
        &["token", "revoke", "--name", "token-1"],
        &["token", "list"],
    ] {
        text += &format!("$ portcullis {}\n{}\n", words.join(" "), told(words, directory));
    }
    insta::assert_snapshot!(text);
    let mode = fs::metadata(directory.join("portcullis.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The secrets of the server's environment are not needed, and an application that is not there is named.
#[test]
fn token_needs_no_secret() {
    let application = Application::with_users(Kind::Sqlite, 1);
    let directory = application.write();
    let run = |application: &str| {
        let mut command = program::command();
        command
            .env_clear()
            .args(["token", "create", "--application", application, "--config"])
            .arg(directory.path());
        command.output().expect("the program starts")
    };
    assert!(run(NAME).status.success());
    let output = run("payrol");
    assert!(!output.status.success());
    assert!(
        said(&output).contains("there is no application payrol; the configuration has payroll"),
        "{}",
        said(&output)
    );
    let list = done(&["token", "list"], directory.path());
    assert!(list.contains("[scim] token  configuration"), "{list}");
}

/// All that a form asks for, and a server that this opens.
#[test]
fn credentials_are_what_a_form_asks_for() {
    let application = Application::with_users(Kind::Sqlite, 3)
        .without("scim.token")
        .with_server("[server]\nlisten = \"127.0.0.1:8480\"\nbase-url = \"https://localhost:8480\"\n[server.tls]\n");
    let directory = application.write();
    let text = done(&["credentials"], directory.path());
    let value = |name: &str, text: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("{name}: {text}"));
        line.trim_start_matches(name)
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_end_matches(',')
            .to_owned()
    };
    assert_eq!(value("SCIM base URL", &text), "https://localhost:8480/payroll/scim/v2/");
    let (token, certificate) = (value("Token", &text), value("Certificate", &text));
    assert_eq!(Path::new(&certificate), directory.path().join("portcullis.crt"));
    let key = fs::metadata(directory.path().join("portcullis.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(key & 0o777, 0o600);

    let program = Program::serve(directory.path());
    let port = program.url.rsplit(':').next().unwrap();
    let client = Client::new(format!("https://localhost:{port}/payroll/scim/v2"), &token);
    let client = client.trusting(&fs::read_to_string(&certificate).unwrap(), None);
    assert_eq!(client.get("/Users").expect(200)["totalResults"], 3);

    let again = done(&["credentials"], directory.path());
    assert!(!again.contains(&token), "{again}");
    for part in ["not shown again (credentials)", "portcullis token create --config"] {
        assert!(again.contains(part), "{part}: {again}");
    }
}

#[test]
fn credentials_of_a_token_in_the_configuration() {
    let application = Application::with_users(Kind::Sqlite, 1);
    let directory = application.write();
    insta::assert_snapshot!(told(&["credentials"], directory.path()).replace("127.0.0.1:0", "127.0.0.1:PORT"));
    token(&["--name", "okta"], directory.path());
    assert!(done(&["credentials"], directory.path()).contains("not shown again (okta)"));
}

/// `check` and `serve` say that nobody can come in; `check` makes nothing.
#[test]
fn an_application_without_a_token_is_pointed_out() {
    let application = without_token();
    let directory = application.write();
    let output = command(&["check"], directory.path());
    assert!(output.status.success(), "{}", said(&output));
    let warning =
        "warning: application payroll has no token: nobody can come in\n  make one with `portcullis token create --config";
    assert!(said(&output).contains(warning), "{}", said(&output));
    assert!(!directory.path().join("portcullis.db").exists());
    token(&[], directory.path());
    assert!(!said(&command(&["check"], directory.path())).contains("no token"));
}

/// A store that cannot be used: `serve` and `token` say why and what to do, `check` judges the rest.
#[test]
fn a_store_that_is_none() {
    let application = Application::with_users(Kind::Sqlite, 1);
    let directory = application.write();
    fs::write(
        directory.path().join("portcullis.db"),
        "no database at all, and long enough to be looked at",
    )
    .unwrap();
    for words in [["serve", "--listen", "127.0.0.1:0"].as_slice(), &["token", "list"]] {
        let output = command(words, directory.path());
        assert!(!output.status.success());
        let said = said(&output);
        assert!(
            said.contains("portcullis.db cannot be opened") && said.contains("`[state] path`"),
            "{said}"
        );
    }
    let output = command(&["check"], directory.path());
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("warning: the state store"), "{}", said(&output));
    assert!(command(&["plan"], directory.path()).status.success());
}
