use portcullis_sdk::{
    Column, DatabaseError, ErrorKind, Execution, FakeDatabase, Input, NewId, Recorded, ResultSet,
    serde_json::{Value as Json, json},
};

use super::*;

fn settings(changes: &Json) -> Settings {
    let mut own = json!({
        "database": "postgresql", "pattern": "{name.givenName:1}{name.familyName}", "longest": 8,
        "taken": "SELECT login FROM app_user WHERE login LIKE :candidates",
        "insert": "INSERT INTO app_user (login, email, family) VALUES (:login, :userName, :name.familyName) RETURNING user_id",
    });
    own.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let mut inputs = ["userName", "name.givenName", "name.familyName", "password"]
        .map(Input::new)
        .to_vec();
    // The column is mapped, so that the new name can be seen.
    inputs.push(Input {
        aliases: vec!["login".into()],
        ..Input::new("nickName")
    });
    Settings {
        inputs,
        new_id: Some(NewId::Database),
        settings: own.as_object().unwrap().clone(),
        ..Settings::default()
    }
}

fn called(given: &str, family: &str, plan: &Plan) -> Call {
    Call {
        operation: "create-user".into(),
        statement: "main".into(),
        request_id: "r-1".into(),
        inputs: vec![
            NamedValue::new("userName", "ada@example.com"),
            NamedValue::new("name.givenName", given),
            NamedValue::new("name.familyName", family),
        ],
        changed: Vec::new(),
        memo: plan.memo.clone(),
    }
}

fn database(plan: &Plan, taken: &[&str]) -> FakeDatabase {
    let rows: Vec<_> = taken.iter().map(|name| vec![Value::from(*name)]).collect();
    FakeDatabase::of_plan(plan, &["userName", "name.givenName", "name.familyName"])
        .answering("taken", ResultSet::new([Column::new("login", "varchar")], rows))
}

#[test]
fn a_free_name() {
    let plan = LoginNames::prepare("create-user", &settings(&json!({}))).unwrap();
    let made = Execution {
        affected: 1,
        returned: ResultSet::new([Column::new("user_id", "int8")], [vec![Value::Integer(7)]]),
        ..Execution::default()
    };
    let mut database = database(&plan, &["alovelac", "ALOVELA2"]).executing("main", made);
    let outcome = LoginNames::run(&called("Ada", "Lovelace", &plan), &mut database).unwrap();
    assert_eq!(outcome, Outcome::created(7));
    assert_eq!(
        database.recorded(),
        [
            Recorded::Query("taken".into(), vec![NamedValue::new("candidates", "alov%")]),
            Recorded::Execute("main".into(), vec![NamedValue::new("login", "alovela3")]),
        ]
    );
}

#[test]
fn statements_of_a_database() {
    let changes = json!({"database": "mysql", "insert": "INSERT INTO app_user (login, email) VALUES (:login, :userName)"});
    let plan = LoginNames::prepare("create-user", &settings(&changes)).unwrap();
    let text = |name: &str| plan.statement(name).unwrap().text.as_str();
    assert_eq!(text("main"), "INSERT INTO app_user (login, email) VALUES (?, ?)");
    assert_eq!(text("taken"), "SELECT login FROM app_user WHERE login LIKE ?");
}

#[test]
fn nobody_is_called_nothing() {
    let plan = LoginNames::prepare("create-user", &settings(&json!({}))).unwrap();
    let mut database = database(&plan, &[]);
    let failure = LoginNames::run(&called(" ", "…", &plan), &mut database);
    // `…` is three dots in Latin letters, none of which can be part of a name.
    let failure = failure.unwrap_err();
    assert_eq!((failure.status, failure.scim_type.as_deref()), (400, Some("invalidValue")));
    assert_eq!(database.recorded(), []);
}

#[test]
fn a_name_that_another_was_quicker_to_take() {
    let plan = LoginNames::prepare("create-user", &settings(&json!({}))).unwrap();
    let mut database = database(&plan, &[]).failing("main", DatabaseError::new(ErrorKind::Unique, "taken"));
    let failure = LoginNames::run(&called("Ada", "Lovelace", &plan), &mut database).unwrap_err();
    assert_eq!((failure.status, failure.scim_type.as_deref()), (409, Some("uniqueness")));
}

#[test]
fn mistakes_in_the_settings() {
    for (changes, key) in [
        (json!({"database": "db2"}), "settings.database"),
        (json!({"longest": 4}), "settings.longest"),
        (json!({"longest": "8"}), "settings"),
        (json!({"patern": ""}), "settings"),
        (json!({"pattern": "{nobody}"}), "settings.pattern"),
        (
            json!({"taken": "SELECT login FROM app_user WHERE login LIKE :login"}),
            "settings.taken",
        ),
        (
            json!({"insert": "INSERT INTO app_user (email) VALUES (:userName) RETURNING user_id"}),
            "settings.insert",
        ),
        (
            json!({"insert": "INSERT INTO app_user (login) VALUES (:login, :nobody) RETURNING user_id"}),
            "settings.insert",
        ),
    ] {
        let problems = LoginNames::prepare("create-user", &settings(&changes)).unwrap_err();
        assert_eq!(problems[0].key, key, "{changes}: {problems:?}");
    }
    assert_eq!(
        LoginNames::prepare("update-user", &settings(&json!({}))).unwrap_err()[0].key,
        "plugin"
    );
}
