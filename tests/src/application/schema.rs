//! The tables of the scenarios' application. The only thing about it that differs between databases.

use crate::{Database, Kind};

/// Roles of every application, by id and name.
pub const ROLES: [(&str, &str); 4] = [
    ("clerk", "Payroll Clerk"),
    ("manager", "Payroll Manager"),
    ("auditor", "Auditor"),
    ("reader", "Reader"),
];

/// Groups of every application.
pub const GROUPS: [&str; 3] = ["Payroll", "Night Shift", "Vacant"];

/// Makes the tables, the groups, the roles, the licences and `users` users named `user001`, `user002` …
///
/// Every third user is inactive. The first has the role `clerk`, the second `clerk` and `reader`. Of the groups, `Payroll` has the
/// first two users in it, `Night Shift` the second, and `Vacant` nobody.
pub fn make(database: &Database, users: usize) {
    for table in tables(database.kind()) {
        database.run(&table);
    }
    for (id, name) in ROLES {
        database.run(&format!(
            "INSERT INTO app_role VALUES ('{id}', '{name}', 'May do what a {name} does')"
        ));
    }
    database.insert("licence", &["1, 'Basic'".to_owned(), "2, 'Full'".to_owned()]);
    let rows: Vec<String> = (1..=users).map(user).collect();
    database.insert("app_user(username, first_name, last_name, email, status)", &rows);
    let held = "INSERT INTO user_role SELECT user_id, role_id FROM app_user, app_role WHERE ";
    database.run(&format!("{held} username = 'user001' AND role_id = 'clerk'"));
    database.run(&format!("{held} username = 'user002' AND role_id IN ('clerk', 'reader')"));
    make_groups(database);
}

fn make_groups(database: &Database) {
    for group in GROUPS {
        database.run(&format!("INSERT INTO app_group(group_name) VALUES ('{group}')"));
    }
    let member = "INSERT INTO group_member SELECT group_id, user_id FROM app_group, app_user WHERE ";
    database.run(&format!(
        "{member} group_name = 'Payroll' AND username IN ('user001', 'user002')"
    ));
    database.run(&format!("{member} group_name = 'Night Shift' AND username = 'user002'"));
}

fn user(number: usize) -> String {
    let status = if number.is_multiple_of(3) { "INACTIVE" } else { "ACTIVE" };
    format!("'user{number:03}', 'First{number}', 'Last{number}', 'user{number:03}@example.com', '{status}'")
}

fn tables(kind: Kind) -> [String; 6] {
    let (id, reference, text, time) = match kind {
        Kind::Oracle => (
            "NUMBER(19) GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "NUMBER(19)",
            "VARCHAR2(500 CHAR)",
            "TIMESTAMP",
        ),
        Kind::Sqlserver => ("BIGINT IDENTITY PRIMARY KEY", "BIGINT", "NVARCHAR(500)", "DATETIME2"),
        Kind::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", "TEXT", "TIMESTAMP"),
        Kind::Postgresql => (
            "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "BIGINT",
            "VARCHAR(500)",
            "TIMESTAMP WITH TIME ZONE",
        ),
        Kind::Mariadb | Kind::Mysql => ("BIGINT AUTO_INCREMENT PRIMARY KEY", "BIGINT", "VARCHAR(500)", "DATETIME"),
    };
    // Letters of every kind are in VARCHAR elsewhere.
    let name = if kind == Kind::Sqlserver {
        "NVARCHAR(200)"
    } else {
        "VARCHAR(500)"
    };
    [
        "CREATE TABLE app_role (role_id VARCHAR(50) PRIMARY KEY, role_name VARCHAR(100) NOT NULL, about VARCHAR(200))".to_owned(),
        "CREATE TABLE licence (licence_id INTEGER PRIMARY KEY, title VARCHAR(100) NOT NULL)".to_owned(),
        format!(
            "CREATE TABLE app_user (
               user_id {id},
               username {name} NOT NULL,
               external_id {text}, first_name {text}, last_name {text}, display_name {text}, title {text},
               email {text}, mobile {text}, department {text},
               status VARCHAR(10) DEFAULT 'ACTIVE' NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE')),
               password {text},
               licence_id INTEGER REFERENCES licence(licence_id),
               changed_at {time} DEFAULT CURRENT_TIMESTAMP NOT NULL,
               CONSTRAINT app_user_username UNIQUE (username))"
        ),
        format!(
            "CREATE TABLE user_role (
               user_id {reference} NOT NULL, role_id VARCHAR(50) NOT NULL, PRIMARY KEY (user_id, role_id),
               FOREIGN KEY (user_id) REFERENCES app_user(user_id) ON DELETE CASCADE,
               FOREIGN KEY (role_id) REFERENCES app_role(role_id))"
        ),
        format!(
            "CREATE TABLE app_group (
               group_id {id},
               group_name {name} NOT NULL,
               external_id {text},
               CONSTRAINT app_group_name UNIQUE (group_name))"
        ),
        format!(
            "CREATE TABLE group_member (
               group_id {reference} NOT NULL, user_id {reference} NOT NULL, PRIMARY KEY (group_id, user_id),
               FOREIGN KEY (group_id) REFERENCES app_group(group_id) ON DELETE CASCADE,
               FOREIGN KEY (user_id) REFERENCES app_user(user_id) ON DELETE CASCADE)"
        ),
    ]
}
