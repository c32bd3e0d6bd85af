//! Every statement, and what a call does when; `tests/suite/database_accounts` does it on the servers.

use portcullis_sdk::{
    Call, DatabaseError, Document, ErrorKind, FakeDatabase, NamedValue, Operation, Recorded, ResultSet, Settings, SlotKind,
    Statement,
    serde_json::{Value, json},
};

use super::{
    DatabaseAccounts,
    statements::{ACCOUNT, ROLE},
};

const WRITING: [&str; 7] = [
    "create-user",
    "activate-user",
    "deactivate-user",
    "delete-user",
    "set-password",
    "add-entitlement",
    "remove-entitlement",
];

fn settings(database: &str) -> Settings {
    let json = json!({ "database": database, "prefix": "app_", "roles": ["reader"], "except": ["app_batch"] });
    Settings {
        settings: json.as_object().cloned().unwrap_or_else(Document::new),
        ..Settings::default()
    }
}

fn call(operation: &str, database: &str, inputs: &[(&str, &str)], changed: &[&str]) -> Call {
    Call {
        operation: operation.to_owned(),
        statement: "main".to_owned(),
        request_id: "r-1".to_owned(),
        inputs: inputs.iter().map(|(name, value)| NamedValue::new(*name, *value)).collect(),
        changed: changed.iter().map(|&name| name.to_owned()).collect(),
        memo: DatabaseAccounts::prepare(operation, &settings(database)).unwrap().memo,
    }
}

fn database(operation: &str, database: &str) -> FakeDatabase {
    let plan = DatabaseAccounts::prepare(operation, &settings(database)).unwrap();
    FakeDatabase::of_plan(&plan, &["id", "userName", "entitlement-id", "password"])
}

fn rows(values: &[&str]) -> ResultSet {
    let rows: Vec<_> = values.iter().map(|&value| vec![value.into()]).collect();
    ResultSet::new([], rows)
}

/// The changes that were made, by statement.
fn changes(database: &FakeDatabase) -> Vec<&str> {
    let executed = database.recorded().iter().filter_map(|done| match done {
        Recorded::Execute(name, _) => Some(name.as_str()),
        _ => None,
    });
    executed.collect()
}

/// As `portcullis plan` shows it.
fn shown(statement: &Statement) -> String {
    let mut text = statement.text.clone();
    for slot in statement.slots.iter().rev() {
        let suffix = if slot.kind == SlotKind::Literal { " as text" } else { "" };
        text.insert_str(slot.offset as usize, &format!("{{{}{suffix}}}", slot.name));
    }
    text
}

#[test]
fn what_changes_accounts() {
    let texts = |database: &str| -> Vec<String> {
        let plans = WRITING.map(|operation| DatabaseAccounts::prepare(operation, &settings(database)).unwrap());
        let statements = plans.iter().flat_map(|plan| &plan.statements);
        statements
            .filter(|statement| !statement.slots.is_empty())
            .map(shown)
            .collect()
    };
    assert_eq!(
        texts("postgresql"),
        [
            "CREATE ROLE {userName} LOGIN PASSWORD {password as text}",
            "CREATE ROLE {userName} LOGIN",
            "ALTER ROLE {id} LOGIN",
            "ALTER ROLE {id} NOLOGIN",
            "DROP ROLE {id}",
            "ALTER ROLE {id} PASSWORD {password as text}",
            "GRANT {entitlement-id} TO {id}",
            "REVOKE {entitlement-id} FROM {id}",
        ]
    );
    let mariadb = [
        "CREATE USER {userName}@{host as text} IDENTIFIED BY {password as text}",
        "ALTER USER {id}@{host as text} ACCOUNT UNLOCK",
        "ALTER USER {id}@{host as text} ACCOUNT LOCK",
        "DROP USER {id}@{host as text}",
        "ALTER USER {id}@{host as text} IDENTIFIED BY {password as text}",
        "GRANT {entitlement-id} TO {id}@{host as text}",
        "REVOKE {entitlement-id} FROM {id}@{host as text}",
    ];
    assert_eq!(texts("mariadb"), mariadb);
    let mut mysql: Vec<_> = mariadb.into();
    mysql.insert(6, "ALTER USER {id}@{host as text} DEFAULT ROLE ALL");
    assert_eq!(texts("mysql"), mysql);
}

/// What reads has a placeholder for each value, and the columns that the guide maps.
#[test]
fn what_reads_accounts() {
    for product in ["postgresql", "mariadb", "mysql"] {
        for operation in ["get-users", "get-user", "get-entitlements", "get-user-entitlements"] {
            let plan = DatabaseAccounts::prepare(operation, &settings(product)).unwrap();
            let [statement] = plan.statements.as_slice() else { panic!() };
            let marks = match product {
                "postgresql" => statement.text.matches('$').count(),
                _ => statement.text.matches('?').count(),
            };
            assert_eq!(marks, statement.parameters.len(), "{}", statement.text);
            let column = if operation.ends_with("entitlements") { ROLE } else { ACCOUNT };
            assert!(statement.text.contains(&format!(" AS {column}")), "{}", statement.text);
        }
    }
}

#[test]
fn a_name_must_be_one_that_is_managed_and_free() {
    let create = |name: &str, taken: &[&str]| {
        let mut database = database("create-user", "postgresql")
            .answering("taken", rows(taken))
            .affecting("with-password", 0);
        let call = call("create-user", "postgresql", &[("userName", name)], &["userName", "password"]);
        let outcome = DatabaseAccounts::run(&call, &mut database);
        (outcome.err().map(|failure| failure.status), changes(&database).len())
    };
    assert_eq!(create("app_ada", &[]), (None, 1));
    assert_eq!(create("app_ada", &["app_ada"]), (Some(409), 0));
    for name in ["postgres", "App_ada", "app_batch", ""] {
        assert_eq!(create(name, &[]), (Some(400), 0), "{name}");
    }
}

#[test]
fn without_a_password_only_postgresql_has_an_account() {
    for (product, wanted) in [("postgresql", Ok(())), ("mariadb", Err(400)), ("mysql", Err(400))] {
        let mut database = database("create-user", product)
            .answering("taken", rows(&[]))
            .affecting("main", 0);
        let call = call("create-user", product, &[("userName", "app_ada")], &["userName"]);
        let outcome = DatabaseAccounts::run(&call, &mut database);
        assert_eq!(outcome.map(drop).map_err(|failure| failure.status), wanted, "{product}");
    }
}

#[test]
fn what_is_not_managed_is_not_changed() {
    for operation in &WRITING[1..] {
        let mut database = database(operation, "postgresql").answering("managed", rows(&[]));
        let call = call(
            operation,
            "postgresql",
            &[("id", "postgres"), ("entitlement-id", "reader")],
            &[],
        );
        let failure = DatabaseAccounts::run(&call, &mut database).unwrap_err();
        assert_eq!((failure.status, changes(&database).len()), (404, 0), "{operation}");
    }
}

#[test]
fn roles_are_given_from_the_list_and_taken_if_held() {
    let inputs = [("id", "app_ada"), ("entitlement-id", "reader")];
    for (operation, look, found, wanted) in [
        ("add-entitlement", "grantable", vec!["reader"], Ok(2)),
        ("add-entitlement", "grantable", vec![], Err(400)),
        ("remove-entitlement", "held", vec!["reader"], Ok(1)),
        ("remove-entitlement", "held", vec![], Ok(0)),
    ] {
        let mut database = database(operation, "mysql")
            .answering("managed", rows(&["app_ada"]))
            .answering(look, rows(&found))
            .affecting("main", 0)
            .affecting("default", 0);
        let outcome = DatabaseAccounts::run(&call(operation, "mysql", &inputs, &[]), &mut database);
        let outcome = outcome.map(|_| changes(&database).len()).map_err(|failure| failure.status);
        assert_eq!(outcome, wanted, "{operation}");
    }
}

#[test]
fn the_servers_codes_have_their_meaning() {
    for (code, status) in [("42710", 409), ("2BP01", 409), ("1819", 400), ("1470", 400), ("42501", 500)] {
        let mut error = DatabaseError::new(ErrorKind::Other, "words");
        error.code = Some(code.to_owned());
        let mut database = database("delete-user", "postgresql")
            .answering("managed", rows(&["app_ada"]))
            .failing("main", error);
        let failure =
            DatabaseAccounts::run(&call("delete-user", "postgresql", &[("id", "app_ada")], &[]), &mut database).unwrap_err();
        assert_eq!(failure.status, status, "{code}");
    }
}

#[test]
fn settings_that_are_wrong_are_told() {
    let problems = |settings: Value, operation: &str| {
        let settings = Settings {
            settings: settings.as_object().unwrap().clone(),
            ..Settings::default()
        };
        DatabaseAccounts::prepare(operation, &settings).unwrap_err()
    };
    let unknown = problems(json!({ "database": "postgresql", "prefix": "a", "role": [] }), "get-users");
    assert!(unknown[0].message.contains("role"), "{}", unknown[0].message);
    let missing = problems(json!({ "database": "postgresql" }), "get-users");
    assert!(missing[0].message.contains("prefix"), "{}", missing[0].message);
    let reserved = problems(
        json!({ "database": "postgresql", "prefix": "a", "roles": ["pg_monitor", "public", "reader"] }),
        "get-users",
    );
    assert_eq!(reserved.len(), 2);
    let operation = problems(json!({ "database": "mysql", "prefix": "a" }), "update-user");
    assert_eq!(operation[0].key, "plugin");
}
