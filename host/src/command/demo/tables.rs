//! The demo's tables, made and filled when the database is new. One of an earlier version gets the tables that it lacks.

use super::people;
use crate::database::{Access, Column, Database, DatabaseError, Parameter, RowSink, Session, Statement, Stop, Value};

const TABLES: [&str; 5] = [
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
    "CREATE TABLE IF NOT EXISTS team (
        team_id INTEGER PRIMARY KEY,
        team_name TEXT NOT NULL COLLATE NOCASE UNIQUE,
        external_id TEXT)",
    "CREATE TABLE IF NOT EXISTS team_member (
        team_id INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
        user_id INTEGER NOT NULL REFERENCES app_user ON DELETE CASCADE,
        PRIMARY KEY (team_id, user_id))",
];

/// A team for each department, with everybody of it.
const TEAMS: [&str; 2] = [
    "INSERT INTO team (team_name) SELECT DISTINCT department FROM app_user WHERE department IS NOT NULL ORDER BY department",
    "INSERT INTO team_member SELECT team_id, user_id FROM team JOIN app_user ON department = team_name",
];

const INDEXES: [&str; 2] = [
    "CREATE INDEX IF NOT EXISTS app_user_by_lower_name ON app_user (lower(username))",
    "CREATE INDEX IF NOT EXISTS team_member_by_user ON team_member (user_id)",
];

const USER: &str = "INSERT INTO app_user
    (user_id, username, first_name, last_name, display_name, title, email, phone, department, employee_number, status)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// Makes what is missing. What is in a table that is there already is left as it is.
pub async fn fill(database: &dyn Database) -> anyhow::Result<()> {
    let mut session = database.begin(Access::Write).await?;
    let has_teams = gives_rows(session.as_mut(), "SELECT name FROM sqlite_master WHERE name = 'team'").await?;
    for text in TABLES.into_iter().chain(INDEXES) {
        execute(session.as_mut(), text, &[]).await?;
    }
    if !gives_rows(session.as_mut(), "SELECT user_id FROM app_user LIMIT 1").await? {
        insert(session.as_mut()).await?;
    }
    if !has_teams {
        for text in TEAMS {
            execute(session.as_mut(), text, &[]).await?;
        }
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

async fn gives_rows(session: &mut dyn Session, text: &str) -> Result<bool, DatabaseError> {
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
    session.query(&statement(text, 0, Access::Read), &[], &mut any).await?;
    Ok(any.0)
}

async fn execute(session: &mut dyn Session, text: &str, values: &[Value]) -> Result<(), DatabaseError> {
    session
        .execute(&statement(text, values.len(), Access::Write), values, 0)
        .await?;
    Ok(())
}

fn statement(text: &str, parameters: usize, access: Access) -> Statement {
    let parameters = (1..=parameters).map(|number| Parameter::new(number.to_string()));
    Statement {
        parameters: parameters.collect(),
        ..Statement::new("demo", text, access)
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc, time::Duration};

    use super::*;
    use crate::database::{self, Connection, Target};

    fn open(path: &Path) -> Arc<dyn Database> {
        database::open(&Connection {
            target: Target::Sqlite {
                path: path.to_owned(),
                create: true,
            },
            pool_size: 1,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(10),
            conflict_retries: 0,
        })
    }

    async fn has(database: &dyn Database, text: &str) -> bool {
        let mut session = database.begin(Access::Read).await.unwrap();
        let rows = gives_rows(session.as_mut(), text).await.unwrap();
        session.rollback().await.unwrap();
        rows
    }

    async fn run(database: &dyn Database, texts: &[&str]) {
        let mut session = database.begin(Access::Write).await.unwrap();
        for text in texts {
            execute(session.as_mut(), text, &[]).await.unwrap();
        }
        session.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_of_an_earlier_version_gets_what_it_lacks() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(&directory.path().join("demo.db"));
        fill(database.as_ref()).await.unwrap();
        let members = "SELECT 1 FROM team_member GROUP BY team_id HAVING count(*) > 50";
        assert!(has(database.as_ref(), members).await);

        run(
            database.as_ref(),
            &[
                "DROP TABLE team_member",
                "DROP TABLE team",
                "DELETE FROM app_user WHERE user_id > 500",
            ],
        )
        .await;
        fill(database.as_ref()).await.unwrap();
        assert!(has(database.as_ref(), members).await);
        assert!(!has(database.as_ref(), "SELECT 1 FROM app_user WHERE user_id > 500").await);

        run(database.as_ref(), &["DELETE FROM team"]).await;
        fill(database.as_ref()).await.unwrap();
        assert!(
            !has(database.as_ref(), "SELECT 1 FROM team").await,
            "what was deleted stays so"
        );
    }
}
