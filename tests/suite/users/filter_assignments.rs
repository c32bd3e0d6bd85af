//! Users who are found by what they hold, and by the groups that they are in.

use portcullis_tests::{Application, Builder, Kind, client::encode, on_every_database};

on_every_database!(
    assignments_are_filtered_by_the_database_and_by_the_host,
    types_of_one_attribute_are_looked_through_together,
    many_users_are_found_page_by_page,
    a_display_name_that_is_not_read_is_none,
    what_nobody_sees_is_refused,
    without_assignments_there_is_nothing_to_name,
);

/// The first has the role `clerk`, the second `clerk` and `reader`; the second and the third a licence each; the groups are those of
/// every application.
fn users(on: Kind, users: usize) -> Builder {
    let builder = Application::with_users(on, users);
    builder.run("UPDATE app_user SET licence_id = 1 WHERE username = 'user002'");
    builder.run("UPDATE app_user SET licence_id = 2 WHERE username = 'user003'");
    builder.run("UPDATE licence SET title = '50% Off_\"Ä\"' WHERE licence_id = 2");
    builder.with(
        "[groups.get-user-groups]\nsql = \"SELECT m.user_id, g.group_id, g.group_name FROM group_member m \
         JOIN app_group g ON g.group_id = m.group_id WHERE m.user_id IN (:ids)\"",
    )
}

/// The same rows, read by statements that nobody can ask for everybody's.
fn by_host(builder: Builder) -> Builder {
    builder
        .with(
            "[entitlements.Role.get-user-entitlements]\nsql = \"SELECT * FROM (SELECT ur.user_id, r.role_id, r.role_name FROM user_role ur \
             JOIN app_role r ON r.role_id = ur.role_id WHERE ur.user_id IN (:ids)) inner_rows\"",
        )
        .with(
            "[entitlements.Licence.get-user-entitlements]\nsql = \"SELECT * FROM (SELECT l.licence_id, l.title FROM licence l \
             JOIN app_user u ON u.licence_id = l.licence_id WHERE u.user_id = :id) inner_rows\"",
        )
        .with(
            "[groups.get-user-groups]\nsql = \"SELECT m.user_id, g.group_id, g.group_name FROM group_member m \
             JOIN app_group g ON g.group_id = m.group_id AND m.user_id IN (:ids)\"",
        )
}

/// Who is found, of the first four users.
const CASES: [(&str, &[u8]); 45] = [
    ("roles pr", &[1, 2]),
    ("not (roles pr)", &[3, 4]),
    ("roles eq \"clerk\"", &[1, 2]),
    ("ROLES.Value eq \"clerk\"", &[1, 2]),
    ("urn:ietf:params:scim:schemas:core:2.0:User:roles.value eq \"reader\"", &[2]),
    ("roles[value eq \"reader\"]", &[2]),
    ("roles.value eq \"CLERK\"", &[]),
    ("roles.value eq \"nothing\"", &[]),
    ("roles.value ne \"clerk\"", &[2, 3, 4]),
    ("not (roles.value eq \"clerk\")", &[3, 4]),
    ("roles.value co \"e\"", &[1, 2]),
    ("roles.value sw \"r\"", &[2]),
    ("roles.value ew \"rk\"", &[1, 2]),
    ("roles.value gt \"clerk\"", &[2]),
    ("roles.value ge \"clerk\"", &[1, 2]),
    ("roles.value lt \"clerk\"", &[]),
    ("roles.value le \"clerk\"", &[1, 2]),
    ("roles.value eq null", &[3, 4]),
    ("roles.value ne null", &[1, 2]),
    ("roles.display eq \"PAYROLL clerk\"", &[1, 2]),
    ("roles.display pr", &[1, 2]),
    ("roles[display co \"read\" and value eq \"reader\"]", &[2]),
    ("roles[display co \"read\" and value eq \"clerk\"]", &[]),
    ("roles[not (value eq \"clerk\")]", &[2]),
    ("roles[value eq \"clerk\"] and roles[value eq \"reader\"]", &[2]),
    ("roles[value eq \"clerk\"] and not (roles[value eq \"reader\"])", &[1]),
    ("entitlements pr", &[2, 3]),
    ("entitlements.value eq \"1\"", &[2]),
    ("entitlements.value eq 1", &[2]),
    ("entitlements.value eq \"1.0\"", &[]),
    ("entitlements.value eq \"1x\"", &[]),
    ("entitlements.value gt \"10\"", &[3]),
    ("entitlements.display co \"%\"", &[3]),
    ("entitlements.display co \"_\\\"Ä\\\"\"", &[3]),
    ("entitlements.type eq \"licence\"", &[2, 3]),
    ("entitlements.type ne \"Licence\"", &[1, 4]),
    ("entitlements[type eq \"Licence\" and value eq \"2\"]", &[3]),
    ("entitlements[type eq \"Other\"]", &[]),
    ("roles pr or entitlements pr", &[1, 2, 3]),
    ("roles pr and entitlements pr", &[2]),
    ("roles.value eq \"clerk\" and userName eq \"user001\"", &[1]),
    ("roles.value eq \"clerk\" and not (userName eq \"user001\")", &[2]),
    ("groups pr", &[1, 2]),
    ("groups.display eq \"night shift\"", &[2]),
    (
        "not (groups.display co \"night\") and (roles pr or userName ew \"4\")",
        &[1, 4],
    ),
];

fn named(numbers: &[u8]) -> Vec<String> {
    numbers.iter().map(|n| format!("user{n:03}")).collect()
}

fn assignments_are_filtered_by_the_database_and_by_the_host(on: Kind) {
    let by_database = users(on, 4).start();
    let by_host = by_host(users(on, 4)).start();
    for (filter, wanted) in CASES {
        assert_eq!(by_database.who(filter), named(wanted), "{filter}, by the database");
        assert_eq!(by_host.who(filter), named(wanted), "{filter}, by the host");
    }
    for application in [by_database, by_host] {
        let payroll = application.group("Payroll").replace("/Groups/", "");
        assert_eq!(application.who(&format!("groups.value eq \"{payroll}\"")), named(&[1, 2]));
    }
}

fn types_of_one_attribute_are_looked_through_together(on: Kind) {
    let application = users(on, 4)
        .with_table("CREATE TABLE user_permit (user_id INTEGER NOT NULL, permit_id VARCHAR(50) NOT NULL)")
        .with_table("INSERT INTO user_permit(user_id, permit_id) SELECT user_id, '1' FROM app_user WHERE username = 'user004'")
        .with(
            "[entitlements.Permit]
id = \"permit_id\"
display = \"permit_id\"
get-entitlements = { sql = \"SELECT '1' AS permit_id FROM licence WHERE licence_id = 1\" }
get-user-entitlements = { sql = \"SELECT permit_id FROM user_permit WHERE user_id = :id\" }
[entitlements.Duty]
kind = \"role\"
endpoint = \"/Duties\"
id = \"permit_id\"
display = \"permit_id\"
get-entitlements = { sql = \"SELECT '1' AS permit_id FROM licence WHERE licence_id = 1\" }
get-user-entitlements = { sql = \"SELECT permit_id FROM user_permit WHERE user_id = :id\" }
",
        )
        .start();
    for (filter, wanted) in [
        ("entitlements.value eq \"1\"", [2, 4].as_slice()),
        ("entitlements[value eq \"1\" and type eq \"Permit\"]", &[4]),
        ("entitlements.type eq \"Permit\"", &[4]),
        ("entitlements.type ne \"Permit\"", &[1, 2, 3]),
        ("entitlements pr", &[2, 3, 4]),
        ("not (entitlements pr)", &[1]),
        ("roles.type eq \"Duty\"", &[4]),
        ("roles.type eq \"Role\"", &[1, 2]),
    ] {
        assert_eq!(application.who(filter), named(wanted), "{filter}");
    }
    let user = application.get(&application.user("user004")).expect(200);
    assert_eq!(
        user["roles"][0]["type"], "Duty",
        "several types of role are told apart: {user}"
    );
}

/// More than one statement compares with, by whoever finds them.
fn many_users_are_found_page_by_page(on: Kind) {
    for application in [users(on, 620).start(), by_host(users(on, 620)).start()] {
        application.database.run("DELETE FROM user_role");
        application
            .database
            .run("INSERT INTO user_role(user_id, role_id) SELECT user_id, 'auditor' FROM app_user WHERE username <> 'user007'");
        let names = application.walk(
            "/Users",
            "userName",
            "roles.value eq \"auditor\" and not (userName eq \"user001\")",
        );
        assert_eq!(names.len(), 618);
        assert!(!names.iter().any(|name| name == "user007" || name == "user001"));
        for (filter, wanted) in [
            ("userName eq \"user600\" and roles.value eq \"auditor\"", vec!["user600"]),
            ("userName eq \"user007\" and roles.value eq \"auditor\"", vec![]),
            ("userName eq \"user600\" and roles.value ne \"auditor\"", vec![]),
            ("roles.value ne \"auditor\"", vec!["user007"]),
        ] {
            assert_eq!(application.who(filter), wanted, "{filter}");
        }
    }
}

fn a_display_name_that_is_not_read_is_none(on: Kind) {
    let application = users(on, 4)
        .with(
            "[entitlements.Role.get-user-entitlements]\nsql = \"SELECT user_id, role_id FROM user_role WHERE user_id IN (:ids)\"",
        )
        .start();
    for (filter, wanted) in [
        ("roles.value eq \"reader\"", [2].as_slice()),
        ("roles.display eq \"Reader\"", &[]),
        ("roles.display pr", &[]),
        ("roles.display ne \"Reader\"", &[1, 2, 3, 4]),
    ] {
        assert_eq!(application.who(filter), named(wanted), "{filter}");
    }
}

fn what_nobody_sees_is_refused(on: Kind) {
    let application = users(on, 1).start();
    for (filter, part) in [
        ("roles.type eq \"Role\"", "roles.value"),
        ("roles.primary eq true", "roles.primary"),
        ("roles[primary eq true]", "primary"),
        ("entitlements.colour eq \"red\"", "entitlements.colour"),
        ("roles.value gt null", "null"),
        ("roles.value eq true", "is a string"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(filter)));
        answer.expect_error(400, Some("invalidFilter"), &[part]);
    }
}

fn without_assignments_there_is_nothing_to_name(on: Kind) {
    let application = Application::with_users(on, 1).without("entitlements").start();
    let answer = application.get(&format!("/Users?filter={}", encode("roles pr")));
    answer.expect_error(400, Some("invalidFilter"), &["`roles` is not mapped"]);
    let path = application.user("user001");
    assert!(application.get(&path).expect(200).get("roles").is_none());
}
