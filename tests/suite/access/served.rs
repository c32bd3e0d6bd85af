//! What clients have discovered does not become something else.

use std::{fs, path::Path};

use portcullis_tests::{
    Application, Client, Kind, Program,
    application::{NAME, TOKEN},
    program,
};

use super::{command, done, said};

fn set_single(directory: &Path, single: &str) {
    let path = directory.join("applications/payroll.toml");
    let mut application: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    let role = application["entitlements"]["Role"].as_table_mut().unwrap();
    role.insert(
        "single".to_owned(),
        toml::from_str::<toml::Table>(&format!("x = {single}")).unwrap()["x"].clone(),
    );
    fs::write(path, application.to_string()).unwrap();
}

/// Until somebody has read the catalogue `single` can be changed; afterwards on purpose only.
#[test]
fn how_many_a_user_holds_is_permanent_once_it_was_served() {
    let application = Application::start(Kind::Sqlite);
    application.get("/Users").expect(200);
    let (program, directory, _database) = (application.program, application.directory, application.database);
    assert!(program.terminate().0.success());
    set_single(directory.path(), "true");
    assert!(command(&["check"], directory.path()).status.success());

    set_single(directory.path(), "false");
    let program = Program::serve(directory.path());
    Client::new(format!("{}/{NAME}/scim/v2", program.url), TOKEN)
        .get("/Roles?count=1")
        .expect(200);
    assert!(program.terminate().0.success());
    assert!(command(&["check"], directory.path()).status.success());

    for word in ["true", "\"replace\""] {
        set_single(directory.path(), word);
        for subcommand in [["check"].as_slice(), &["serve", "--listen", "127.0.0.1:0"]] {
            let output = command(subcommand, directory.path());
            assert!(!output.status.success(), "{subcommand:?}: {}", said(&output));
            let said = said(&output);
            for part in [
                "payroll.toml:",
                "entitlements.Role.single",
                "several",
                "`single = false`",
                "state forget",
            ] {
                assert!(said.contains(part), "{part}: {said}");
            }
        }
    }
    // The remedy that the message names.
    let forgotten = done(&["state", "forget", "--type", "Role"], directory.path());
    assert!(forgotten.contains("forgotten: Role of payroll"), "{forgotten}");
    assert!(command(&["check"], directory.path()).status.success());
    let again = program::run(&[
        "state",
        "forget",
        "--type",
        "Role",
        "--application",
        NAME,
        "--config",
        directory.path().to_str().unwrap(),
    ]);
    assert!(!again.status.success());
    assert!(
        said(&again).contains("no entitlement type Role of payroll is remembered"),
        "{}",
        said(&again)
    );
}

/// The other way round; what becomes of a second one may change at any time.
#[test]
fn one_cannot_become_several() {
    let application = Application::start(Kind::Sqlite);
    application.get("/Licences/1").expect(200);
    let (program, directory, _database) = (application.program, application.directory, application.database);
    assert!(program.terminate().0.success());
    let path = directory.path().join("applications/payroll.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("single = true", "single = \"replace\"")).unwrap();
    assert!(command(&["check"], directory.path()).status.success());
    fs::write(&path, text.replace("single = true\n", "")).unwrap();
    let output = command(&["check"], directory.path());
    assert!(!output.status.success());
    let said = said(&output);
    assert!(
        said.contains("entitlements.Licence.single") && said.contains("at most one"),
        "{said}"
    );
}

/// A query at the root shows every type.
#[test]
fn the_root_shows_every_type() {
    let application = Application::start(Kind::Sqlite);
    application.get("/Users?count=1").expect(200);
    let directory = application.directory.path();
    let forget = ["state", "forget", "--type", "Role", "--application", NAME];
    assert!(!command(&forget, directory).status.success(), "nothing was shown yet");
    application.get("/?count=1").expect(200);
    assert!(command(&forget, directory).status.success());
}
