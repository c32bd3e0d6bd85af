//! What is known of columns before the program serves, and without the database.

use portcullis_tests::{
    Kind,
    application::{NAME, complete_user},
    program,
};

use super::{FURTHER, OWN, schema_attributes, with_columns};

/// `check` tells which columns clients will see, and which not.
#[test]
fn check_tells_what_is_shown_and_withheld() {
    let builder = with_columns(Kind::Sqlite)
        .with_table("ALTER TABLE app_user ADD COLUMN \"größe\" INTEGER")
        .with_table("ALTER TABLE app_user ADD COLUMN \"badge no\" INTEGER")
        .with("[operations.get-user]\nsql = \"SELECT *, 1 AS extra FROM app_user WHERE user_id = :id\"");
    let directory = builder.write();
    let output = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let (operations, columns) = said.split_once('\n').expect("several lines");
    assert!(
        operations.starts_with(NAME) && operations.ends_with("compiles in the database"),
        "{operations}"
    );
    insta::assert_snapshot!(columns);

    let builder = builder.with("[users]\nunmapped-columns = [\"cost_center\"]");
    let directory = builder.write();
    let output = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    for part in [
        "payroll.toml",
        "operations.get-users",
        "`cost_center`",
        "take it off the list",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// What is known only when the database has been asked doesn't keep the program from being found.
#[test]
fn discovery_answers_without_the_database() {
    let application = with_columns(Kind::Sqlite)
        .with("[users.attributes]\n\"urn:example:payroll:2.0:User:badgeNo\" = \"badge_no\"")
        .with("[database]\npath = \"/no/such/directory/application.db\"")
        .start();
    assert_eq!(
        schema_attributes(&application, OWN),
        [["badgeNo", "string", "readOnly"].map(str::to_owned)]
    );
    application.get(&format!("/Schemas/{FURTHER}")).expect_error(404, None, &[]);
    application.get("/Users/1").expect_error(503, None, &[]);
    application.post("/Users", &complete_user("x")).expect_error(503, None, &[]);
}
