//! The demo's three tables, made and filled when the database is new.

use super::people;
use crate::database::{Access, Column, Database, DatabaseError, Parameter, RowEffect, RowSink, Session, Statement, Stop, Value};

const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS app_user (
        user_id INTEGER PRIMARY KEY,
        username TEXT NOT NULL COLLATE NOCASE UNIQUE,
        first_name TEXT,
        last_name TEXT,
        display_name TEXT,
        title TEXT,
        email TEXT,
        phone TEXT,
        department TEXT,
        employee_number TEXT UNIQUE,
        status TEXT NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'INACTIVE')),
        created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
        changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')))",
    "CREATE TABLE IF NOT EXISTS role (
        role_id TEXT PRIMARY KEY,
        role_name TEXT NOT NULL UNIQUE,
        about TEXT)",
    "CREATE TABLE IF NOT EXISTS user_role (
        user_id INTEGER NOT NULL REFERENCES app_user ON DELETE CASCADE,
        role_id TEXT NOT NULL REFERENCES role,
        PRIMARY KEY (user_id, role_id))",
];

const INDEX: &str = "CREATE INDEX IF NOT EXISTS app_user_by_lower_name ON app_user (lower(username))";

const USER: &str = "INSERT INTO app_user
    (user_id, username, first_name, last_name, display_name, title, email, phone, department, employee_number, status)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// Makes what is missing. A database that has users is left as it is.
pub async fn fill(database: &dyn Database) -> anyhow::Result<()> {
    let mut session = database.begin(Access::Write).await?;
    for text in TABLES.into_iter().chain([INDEX]) {
        execute(session.as_mut(), text, &[]).await?;
    }
    if is_empty(session.as_mut()).await? {
        insert(session.as_mut()).await?;
    }
    session.commit().await?;
    Ok(())
}

async fn insert(session: &mut dyn Session) -> Result<(), DatabaseError> {
    let text = |text: &str| Value::Text(text.to_owned());
    for (id, name, about, _) in people::ROLES {
        let values = [text(id), text(name), text(about)];
        execute(
            session,
            "INSERT INTO role (role_id, role_name, about) VALUES (?1, ?2, ?3)",
            &values,
        )
        .await?;
    }
    for number in 1..=people::COUNT {
        let person = people::person(number);
        let id = Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let values = [
            id.clone(),
            text(&person.user_name),
            text(person.given_name),
            text(person.family_name),
            text(&format!("{} {}", person.given_name, person.family_name)),
            text(person.title),
            text(&format!("{}@example.com", person.user_name)),
            text(&person.phone),
            text(person.department),
            text(&person.employee_number),
            text(if person.active { "ACTIVE" } else { "INACTIVE" }),
        ];
        execute(session, USER, &values).await?;
        for role in people::roles(number) {
            let values = [id.clone(), text(role)];
            execute(session, "INSERT INTO user_role (user_id, role_id) VALUES (?1, ?2)", &values).await?;
        }
    }
    Ok(())
}

async fn is_empty(session: &mut dyn Session) -> Result<bool, DatabaseError> {
    struct Any(bool);
    impl RowSink for Any {
        fn columns(&mut self, _: &[Column]) -> Result<(), Stop> {
            Ok(())
        }
        fn row(&mut self, _: Vec<Value>) -> Result<(), Stop> {
            self.0 = true;
            Ok(())
        }
    }
    let mut any = Any(false);
    let statement = statement("SELECT user_id FROM app_user LIMIT 1", 0, Access::Read);
    session.query(&statement, &[], &mut any).await?;
    Ok(!any.0)
}

async fn execute(session: &mut dyn Session, text: &str, values: &[Value]) -> Result<(), DatabaseError> {
    session
        .execute(&statement(text, values.len(), Access::Write), values, 0)
        .await?;
    Ok(())
}

fn statement(text: &str, parameters: usize, access: Access) -> Statement {
    let parameters = (1..=parameters).map(|number| Parameter {
        name: number.to_string(),
        type_hint: None,
    });
    Statement {
        name: "demo".into(),
        text: text.into(),
        parameters: parameters.collect(),
        access,
        effect: RowEffect::Any,
    }
}
