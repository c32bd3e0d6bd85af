//! Components in Rust, Python and JavaScript, from nothing: `plugin new`, `plugin build`, `plugin test`, and then approved and asked over
//! HTTP. Whatever the language, the same cases pass, and the same requests have the same answers.
//!
//! `tests/run` installs componentize-py into `target/languages`, and Node.js where it is missing.

mod build;
mod hostile;
mod new;
mod project;

use portcullis_tests::{Application, Builder, Kind, application::complete_user};
use project::{Language, Project, World};
use serde_json::json;

/// Makes a test of each function for each language.
macro_rules! in_every_language {
    ($($scenario:ident),+ $(,)?) => {
        $(
            mod $scenario {
                #[test]
                fn rust() {
                    super::$scenario(super::Language::Rust);
                }

                #[test]
                fn python() {
                    super::$scenario(super::Language::Python);
                }

                #[test]
                fn javascript() {
                    super::$scenario(super::Language::JavaScript);
                }
            }
        )+
    };
}

in_every_language!(a_transform, an_operation);

/// Serves a component that was built, with the settings of its project's own tests.
fn with(project: &Project) -> Builder {
    Application::with_users(Kind::Sqlite, 2)
        .with_shipped(project.name(), project.component(), &project.manifest(), "")
        .with_server(&project.file("tests/portcullis.toml"))
}

fn a_transform(language: Language) {
    let project = Project::new(language, World::Transform);
    project.build_and_test();
    let application = with(&project)
        .with(&format!("[transforms]\nto-application = [\"{}\"]", project.name()))
        .start();

    let mut user = complete_user("grace");
    user["phoneNumbers"][0]["value"] = json!("020 7946 0958");
    let created = application.post("/Users", &user).expect(201);
    assert_eq!(created["phoneNumbers"][0]["value"], "+442079460958", "{created}");

    let path = format!("/Users/{}", created["id"].as_str().expect("an id"));
    let strict =
        "[{ \"op\": \"replace\", \"path\": \"phoneNumbers[type eq \\\"mobile\\\"].value\", \"value\": \"extension 12\" }]";
    let left = application
        .patch(&path, serde_json::from_str(strict).expect("JSON"))
        .expect(200);
    assert_eq!(left["phoneNumbers"][0]["value"], "extension 12", "{left}");
    application.expect_unharmed();
}

fn an_operation(language: Language) {
    let project = Project::new(language, World::Operation);
    project.build_and_test();
    let application = with(&project).with_operation("Role.add-entitlement", project.name()).start();

    let user = application.user("user002");
    let give = |role: &str| {
        let roles = json!([{ "op": "add", "path": "roles", "value": [{ "value": role }] }]);
        application.patch(&user, roles)
    };
    application.database.run("DELETE FROM user_role");
    give("clerk").expect(200);
    give("auditor").expect_error(400, Some("invalidValue"), &["auditor must not be held together with clerk"]);
    give("reader").expect(200);
    let held = "SELECT count(*) FROM user_role WHERE role_id IN ('clerk', 'reader')";
    assert_eq!(application.database.count(held), 2);
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 2);
    application.expect_unharmed();
}
