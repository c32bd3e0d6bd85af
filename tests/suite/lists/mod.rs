//! Multi-valued attributes of users whose elements are rows of tables of their own.

mod check;
mod discovery;
mod filter;
mod patch;
mod post;
mod put;
mod read;

use portcullis_tests::{Application, Builder, Database, Kind};
use serde_json::{Value, json};

/// The URN of the schema that badges are in.
const OWN: &str = "urn:example:payroll";

/// Users, of whom the first has two phone numbers, an address and a badge, and the second a phone number and two badges.
pub fn with_lists(on: Kind, users: usize) -> Builder {
    let builder = Application::with_users(on, users);
    let without_columns = ["users.attributes", "operations.create-user.sql", "operations.update-user.sql"];
    let builder = without_columns.into_iter().fold(builder, Builder::without);
    tables(on)
        .into_iter()
        .fold(builder, |builder, sql| builder.with_table(&sql))
        .with(include_str!("lists.toml"))
}

fn tables(on: Kind) -> Vec<String> {
    let (id, reference, time) = match on {
        Kind::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", "TIMESTAMP"),
        Kind::Postgresql => (
            "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "BIGINT",
            "TIMESTAMP WITH TIME ZONE",
        ),
        Kind::Sqlserver => ("BIGINT IDENTITY PRIMARY KEY", "BIGINT", "DATETIME2"),
        Kind::Oracle => (
            "NUMBER(19) GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "NUMBER(19)",
            "TIMESTAMP",
        ),
        Kind::Mariadb | Kind::Mysql => ("BIGINT AUTO_INCREMENT PRIMARY KEY", "BIGINT", "DATETIME"),
    };
    let (truth, yes, no) = on.truth();
    let owner = format!("user_id {reference} NOT NULL, FOREIGN KEY (user_id) REFERENCES app_user(user_id) ON DELETE CASCADE");
    let of = |table: &str, columns: &str, user: &str, values: &str| {
        format!("INSERT INTO {table}(user_id, {columns}) SELECT user_id, {values} FROM app_user WHERE username = '{user}'")
    };
    let phone = |user: &str, values: &str| of("phone", "digits, kind, is_main, shown_as", user, values);
    let badge = |user: &str, values: &str| of("badge", "code, floor, issued_at", user, values);
    vec![
        format!(
            "CREATE TABLE phone (phone_id {id}, digits VARCHAR(50) NOT NULL, kind VARCHAR(20), is_main {truth} NOT NULL,
                                 shown_as VARCHAR(50), {owner})"
        ),
        format!("CREATE TABLE address (kind VARCHAR(20), street VARCHAR(100), city VARCHAR(100), {owner})"),
        format!("CREATE TABLE badge (code INTEGER NOT NULL, floor VARCHAR(20), issued_at {time}, {owner})"),
        phone("user001", &format!("'+1 555 0101', 'work', {yes}, 'desk'")),
        phone("user001", &format!("'+1 555 0102', 'mobile', {no}, NULL")),
        phone("user002", &format!("'+1 555 0201', 'work', {no}, NULL")),
        of(
            "address",
            "kind, street, city",
            "user001",
            "'work', '1 Main St', 'Springfield'",
        ),
        badge("user001", &format!("7, 'first', {}", on.moment("2026-03-01 12:00:00"))),
        badge("user002", "8, 'first', NULL"),
        badge("user002", "9, 'second', NULL"),
    ]
}

/// The rows of phone numbers of a user, in the order that they were made in.
fn phones(database: &Database, user: &str) -> Vec<Vec<String>> {
    let rows = database.rows(&format!(
        "SELECT p.phone_id, p.digits, COALESCE(p.kind, '-'), CASE WHEN p.is_main = {} THEN 'main' ELSE '-' END
         FROM phone p JOIN app_user u ON u.user_id = p.user_id WHERE u.username = '{user}' ORDER BY p.phone_id",
        database.kind().truth().1
    ));
    rows.into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect()
}

/// An element of `phoneNumbers`.
fn phone(value: &str, kind: &str, primary: bool) -> Value {
    json!({ "value": value, "type": kind, "primary": primary })
}
