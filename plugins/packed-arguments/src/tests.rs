use portcullis_sdk::{
    Access, Execution, FakeDatabase, NewId, Recorded,
    serde_json::{Value as Json, json},
};
use portcullis_sdk::{Input, Value};

use super::*;

fn settings(changes: &Json) -> Settings {
    let mut own = json!({
        "database": "mysql", "procedure": "save_user",
        "packed": { "format": "json", "attributes": ["userName", { "attribute": "name.familyName", "name": "FAMILY" }] },
        "arguments": [{ "value": "packed" }, { "value": "id", "direction": "out" }],
    });
    own.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Settings {
        access: Access::Write,
        inputs: ["userName", "name.familyName"].map(Input::new).to_vec(),
        new_id: Some(NewId::Database),
        settings: own.as_object().unwrap().clone(),
        ..Settings::default()
    }
}

#[test]
fn calls_the_procedure_with_one_argument_for_all() {
    for database in ["postgresql", "oracle"] {
        let plan = PackedArguments::prepare("create-user", &settings(&json!({ "database": database }))).unwrap();
        let call = Call {
            operation: "create-user".into(),
            statement: "main".into(),
            request_id: "r-1".into(),
            inputs: vec![NamedValue::new("userName", "ada"), NamedValue::new("name.familyName", "King")],
            changed: Vec::new(),
            memo: plan.memo.clone(),
        };
        let made = Execution {
            outputs: vec![NamedValue::new("id", 7)],
            ..Execution::default()
        };
        let mut host = FakeDatabase::of_plan(&plan, &["userName", "name.familyName"]).executing("main", made);
        assert_eq!(
            PackedArguments::run(&call, &mut host).unwrap(),
            Outcome::created(7),
            "{database}"
        );
        let packed = NamedValue::new("packed", r#"{"userName":"ada","FAMILY":"King"}"#);
        let Some(Recorded::Execute(_, values)) = host.recorded().first() else {
            panic!("{:?}", host.recorded())
        };
        assert!(values.contains(&packed), "{values:?}");
    }
}

#[test]
fn what_cannot_be_packed_is_refused_before_anything_runs() {
    let packed = json!({ "packed": { "format": "delimited", "attributes": ["userName"], "delimiter": ";" } });
    let plan = PackedArguments::prepare("create-user", &settings(&packed)).unwrap();
    let call = Call {
        operation: "create-user".into(),
        statement: "main".into(),
        request_id: "r-1".into(),
        inputs: vec![NamedValue::new("userName", Value::Text("a;b".into()))],
        changed: Vec::new(),
        memo: plan.memo.clone(),
    };
    let mut host = FakeDatabase::of_plan(&plan, &["userName"]);
    assert_eq!(PackedArguments::run(&call, &mut host).unwrap_err().status, 400);
    assert_eq!(host.recorded(), []);
}

#[test]
fn mistakes_in_the_settings() {
    for (changes, key) in [
        (json!({ "database": "sqlite" }), "settings.database"),
        (json!({ "database": "db2" }), "settings.database"),
        (json!({ "procedur": "x" }), "settings"),
        (json!({ "packed": { "format": "xml", "attributes": [] } }), "settings"),
        (json!({ "packed": { "format": "json", "attributes": [] } }), "settings.packed"),
        (
            json!({ "packed": { "format": "json", "attributes": ["nobody"] } }),
            "settings.packed",
        ),
        (json!({ "arguments": [{ "value": "userName" }] }), "settings.arguments"),
        (
            json!({ "arguments": [{ "value": "packed", "constant": 1 }] }),
            "settings.arguments",
        ),
    ] {
        let problems = PackedArguments::prepare("create-user", &settings(&changes)).unwrap_err();
        assert_eq!(problems[0].key, key, "{changes}: {problems:?}");
    }
    let reading = Settings {
        access: Access::Read,
        ..settings(&json!({}))
    };
    assert_eq!(PackedArguments::prepare("get-users", &reading).unwrap_err()[0].key, "plugin");
}
