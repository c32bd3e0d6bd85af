//! Which tables and columns the settings name, and the statements on them.

use portcullis_sdk::{Document, Problem};

/// The settings, read.
#[derive(Debug, PartialEq)]
pub struct Tables {
    /// Before the number of a placeholder, where it has one.
    sign: Option<&'static str>,
    quote: char,
    /// Whether a plain name is in capitals in the database.
    capitals: bool,
    assignments: String,
    user: String,
    role: String,
    audit: String,
}

/// The keys, and what each is for.
const KEYS: [(&str, &str); 5] = [
    (
        "database",
        "\"postgresql\", \"mysql\", \"sqlserver\", \"oracle\" or \"sqlite\"",
    ),
    ("assignments", "the table that has a row for each user and role"),
    ("user-column", "its column with the user's id"),
    ("role-column", "its column with the role's id"),
    ("audit", "the table that gets a row for each change"),
];

impl Tables {
    /// Reads the component's settings.
    ///
    /// # Errors
    /// Every key that is missing, unknown or wrong.
    pub fn read(settings: &Document) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        for key in settings.keys().filter(|key| !KEYS.iter().any(|(known, _)| known == key)) {
            let known = KEYS.map(|(known, _)| known).join(", ");
            let problem = Problem::new(
                format!("settings.{key}"),
                "role-audit has no such setting",
                format!("use {known}"),
            );
            problems.push(problem);
        }
        let mut text = |key: &str| match settings.get(key).and_then(|value| value.as_str()) {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => {
                let purpose = KEYS
                    .iter()
                    .find(|(known, _)| *known == key)
                    .map_or("", |(_, purpose)| purpose);
                let key = format!("settings.{key}");
                problems.push(Problem::new(
                    key,
                    "role-audit needs this setting, a string",
                    format!("set it to {purpose}"),
                ));
                String::new()
            }
        };
        let database = text("database");
        let tables = Self {
            sign: match database.as_str() {
                "postgresql" => Some("$"),
                "sqlserver" => Some("@P"),
                "oracle" => Some(":"),
                _ => None,
            },
            quote: if database == "mysql" { '`' } else { '"' },
            capitals: database == "oracle",
            assignments: text("assignments"),
            user: text("user-column"),
            role: text("role-column"),
            audit: text("audit"),
        };
        if !["", "postgresql", "mysql", "sqlserver", "oracle", "sqlite"].contains(&database.as_str()) {
            let message = format!("there is no database \"{database}\"");
            problems.push(Problem::new(
                "settings.database",
                message,
                "set it to \"postgresql\", \"mysql\", \"sqlserver\", \"oracle\" or \"sqlite\"",
            ));
        }
        if problems.is_empty() { Ok(tables) } else { Err(problems) }
    }

    /// Parameters: user, role.
    pub fn add(&self) -> String {
        let (table, user, role) = self.names();
        format!(
            "INSERT INTO {table} ({user}, {role}) VALUES ({}, {})",
            self.mark(1),
            self.mark(2)
        )
    }

    /// Parameters: user, role.
    pub fn remove(&self) -> String {
        let (table, user, role) = self.names();
        format!(
            "DELETE FROM {table} WHERE {user} = {} AND {role} = {}",
            self.mark(1),
            self.mark(2)
        )
    }

    /// Parameters: user, role, action, request.
    pub fn audit(&self) -> String {
        let marks = [1, 2, 3, 4].map(|number| self.mark(number)).join(", ");
        let table = self.table(&self.audit);
        format!("INSERT INTO {table} (user_id, role_id, action, request, at) VALUES ({marks}, CURRENT_TIMESTAMP)")
    }

    fn names(&self) -> (String, String, String) {
        (
            self.table(&self.assignments),
            self.quoted(&self.user),
            self.quoted(&self.role),
        )
    }

    /// A table, its schema before a dot.
    fn table(&self, name: &str) -> String {
        name.split('.').map(|part| self.quoted(part)).collect::<Vec<_>>().join(".")
    }

    fn quoted(&self, name: &str) -> String {
        let quote = self.quote;
        let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        let name = if self.capitals && is_plain {
            name.to_ascii_uppercase()
        } else {
            name.to_owned()
        };
        format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
    }

    fn mark(&self, number: u32) -> String {
        self.sign.map_or_else(|| "?".to_owned(), |sign| format!("{sign}{number}"))
    }
}

#[cfg(test)]
mod tests {
    use portcullis_sdk::serde_json::{Value, json};

    use super::*;

    fn read(settings: Value) -> Result<Tables, Vec<Problem>> {
        Tables::read(settings.as_object().unwrap())
    }

    #[test]
    fn statements() {
        let mut settings = json!({
            "database": "postgresql", "assignments": "hr.user_role", "user-column": "user_id", "role-column": "role\"id",
            "audit": "role_audit",
        });
        let tables = read(settings.clone()).unwrap();
        assert_eq!(
            tables.add(),
            r#"INSERT INTO "hr"."user_role" ("user_id", "role""id") VALUES ($1, $2)"#
        );
        assert_eq!(
            tables.audit(),
            r#"INSERT INTO "role_audit" (user_id, role_id, action, request, at) VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)"#
        );
        settings["database"] = "oracle".into();
        assert_eq!(
            read(settings.clone()).unwrap().add(),
            r#"INSERT INTO "HR"."USER_ROLE" ("USER_ID", "role""id") VALUES (:1, :2)"#
        );
        settings["database"] = "mysql".into();
        assert_eq!(
            read(settings).unwrap().remove(),
            "DELETE FROM `hr`.`user_role` WHERE `user_id` = ? AND `role\"id` = ?"
        );
    }

    #[test]
    fn every_mistake_at_once() {
        let problems = read(json!({"database": "db2", "assignments": 1, "user-column": "u", "audits": "x"})).unwrap_err();
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "settings.audits",
                "settings.assignments",
                "settings.role-column",
                "settings.audit",
                "settings.database"
            ]
        );
    }
}
