//! Calls of several statements: which run, with what, and what comes of it.

use portcullis_sdk::{
    Action, Argument, Call, Column, DatabaseError, ErrorKind, Execution, FakeDatabase, Input, NamedValue, NewId, Outcome,
    ParameterDirection, Plan, Procedure, Recorded, ResultSet, Routine, RowEffect, Settings, Source, Step, Value,
};

use super::{settings, steps::several};
use crate::{
    Dialect::{Mysql, Postgresql},
    prepare, run,
};

fn call(plan: &Plan, operation: &str, inputs: &[(&str, Value)], changed: &[&str]) -> Call {
    Call {
        operation: operation.into(),
        statement: "main".into(),
        request_id: "r1".into(),
        inputs: inputs
            .iter()
            .map(|(name, value)| NamedValue::new(*name, value.clone()))
            .collect(),
        changed: changed.iter().map(|&name| name.to_owned()).collect(),
        memo: plan.memo.clone(),
    }
}

fn row(column: &str, value: impl Into<Value>) -> ResultSet {
    ResultSet::new([Column::new(column, "int8")], [vec![value.into()]])
}

/// A department is looked up, a user made with it, and both put down.
fn making() -> (Settings, Plan) {
    let dept = Step {
        returns: vec!["dept_id".into()],
        rows: RowEffect::Exactly(1),
        when: Some("title pr".into()),
        ..Step::sql("dept", "SELECT dept_id FROM dept WHERE name = :title")
    };
    let user = Step::sql("user", "INSERT INTO u(d) VALUES (:dept.dept_id) RETURNING user_id");
    let audit = Step::sql("audit", "INSERT INTO audit(u) VALUES (:id)");
    let settings = Settings {
        new_id: Some(NewId::Database),
        ..several(vec![user, audit])
    };
    let mut ordered = settings.clone();
    ordered.steps.insert(0, dept);
    let plan = prepare(Postgresql, "create-user", &ordered).unwrap();
    (ordered, plan)
}

#[test]
fn results_are_handed_on() {
    let (_, plan) = making();
    // The first step of an operation that writes is the main one.
    let mut database = FakeDatabase::of_plan(&plan, &["title"])
        .answering("main", row("dept_id", 4))
        .executing(
            "user",
            Execution {
                affected: 1,
                returned: row("user_id", 7),
                ..Execution::default()
            },
        )
        .affecting("audit", 1);
    let outcome = run(
        &call(&plan, "create-user", &[("title", "Clerk".into())], &["title"]),
        &mut database,
    );
    assert_eq!(outcome.unwrap(), Outcome::created(7));
    assert_eq!(
        database.recorded(),
        [
            Recorded::Query("main".into(), vec![]),
            Recorded::Execute("user".into(), vec![NamedValue::new("dept.dept_id", 4)]),
            Recorded::Execute("audit".into(), vec![NamedValue::new("id", 7)]),
        ]
    );
}

#[test]
fn the_column_of_the_id_is_the_new_id() {
    let first = Step::sql("user", "INSERT INTO person(n) VALUES (:userName)");
    let second = Step::sql("account", "INSERT INTO u(p) VALUES (1)");
    let third = Step {
        returns: vec!["user_id".into()],
        rows: RowEffect::Exactly(1),
        ..Step::sql("made", "SELECT LAST_INSERT_ID() AS user_id")
    };
    let settings = Settings {
        new_id: Some(NewId::Database),
        ..several(vec![first, second, third])
    };
    let plan = prepare(Mysql, "create-user", &settings).unwrap();
    let inserted = |id: i64| Execution {
        affected: 1,
        generated_id: Some(Value::Integer(id)),
        ..Execution::default()
    };
    let mut database = FakeDatabase::of_plan(&plan, &["userName"])
        .executing("main", inserted(3))
        .executing("account", inserted(8))
        .answering("made", row("USER_ID", 8));
    let outcome = run(&call(&plan, "create-user", &[], &[]), &mut database).unwrap();
    assert_eq!(outcome, Outcome::created(8));
}

#[test]
fn what_a_skipped_statement_would_have_given_is_null() {
    let (_, plan) = making();
    for title in [Value::Null, Value::from("")] {
        let mut database = FakeDatabase::of_plan(&plan, &["title"])
            .executing(
                "user",
                Execution {
                    generated_id: Some(Value::Integer(9)),
                    ..Execution::default()
                },
            )
            .affecting("audit", 1);
        let outcome = run(&call(&plan, "create-user", &[("title", title)], &[]), &mut database).unwrap();
        assert_eq!(outcome, Outcome::created(9));
        let made = Recorded::Execute("user".into(), vec![NamedValue::new("dept.dept_id", Value::Null)]);
        assert_eq!(database.recorded()[0], made);
    }
}

#[test]
fn a_row_that_is_not_there_is_a_failure() {
    let (settings, plan) = making();
    let given = call(&plan, "create-user", &[("title", "Clerk".into())], &[]);
    let none = ResultSet::new([Column::new("dept_id", "int8")], []);
    let mut database = FakeDatabase::of_plan(&plan, &["title"]).answering("main", none.clone());
    let failure = run(&given, &mut database).unwrap_err();
    assert_eq!((failure.status, failure.scim_type.as_deref()), (400, Some("invalidValue")));
    assert_eq!(
        failure.detail,
        "statement `dept` of create-user found 0 rows where it must find exactly 1; nothing was kept"
    );
    let two = ResultSet::new(
        [Column::new("dept_id", "int8")],
        [vec![Value::Integer(1)], vec![Value::Integer(2)]],
    );
    let mut database = FakeDatabase::of_plan(&plan, &["title"]).answering("main", two);
    assert_eq!(run(&given, &mut database).unwrap_err().status, 500);

    // Where it may find none, who needs the result fails.
    let mut any = settings;
    any.steps[0].rows = RowEffect::Any;
    let plan = prepare(Postgresql, "create-user", &any).unwrap();
    let mut database = FakeDatabase::of_plan(&plan, &["title"]).answering("main", none);
    let failure = run(&call(&plan, "create-user", &[("title", "Clerk".into())], &[]), &mut database).unwrap_err();
    assert_eq!(failure.status, 400);
    assert!(
        failure
            .detail
            .contains("`user` of create-user cannot run: no row gave it a value for :dept.dept_id"),
        "{}",
        failure.detail
    );
}

#[test]
fn an_id_that_nobody_made_is_a_failure() {
    let (_, plan) = making();
    let mut database = FakeDatabase::of_plan(&plan, &["title"]).affecting("user", 1);
    let failure = run(&call(&plan, "create-user", &[("title", Value::Null)], &[]), &mut database).unwrap_err();
    assert_eq!(failure.status, 500);
    assert!(
        failure.detail.contains("no statement before it gave the new id"),
        "{}",
        failure.detail
    );
}

#[test]
fn an_error_ends_it() {
    let (_, plan) = making();
    let mut database = FakeDatabase::of_plan(&plan, &["title"]).failing("user", DatabaseError::new(ErrorKind::Unique, "taken"));
    let failure = run(&call(&plan, "create-user", &[("title", Value::Null)], &[]), &mut database).unwrap_err();
    assert_eq!(failure.status, 409);
    assert_eq!(database.recorded().len(), 1);
}

/// Which of the statements with these conditions run.
fn ran(conditions: &[&str], inputs: &[(&str, Value)], changed: &[&str]) -> Vec<String> {
    let steps = conditions.iter().enumerate().map(|(index, when)| Step {
        when: Some((*when).to_owned()),
        ..Step::sql(format!("s{index}"), "DELETE FROM a WHERE u = :id")
    });
    let mut settings = several(steps.collect());
    settings.inputs.push(Input::new("nickName"));
    let plan = prepare(Mysql, "update-user", &settings).unwrap();
    let mut database = FakeDatabase::of_plan(&plan, &["id"]);
    for statement in &plan.statements {
        database = database.affecting(&statement.name, 1);
    }
    run(&call(&plan, "update-user", inputs, changed), &mut database).unwrap();
    let names = database.recorded().iter().map(|recorded| match recorded {
        Recorded::Execute(name, _) => name.clone(),
        other => panic!("{other:?}"),
    });
    names.collect()
}

#[test]
fn conditions_decide() {
    let conditions = [
        "title pr",
        "NOT (title pr)",
        "job changed",
        "title pr and nickName pr or title changed",
        "title pr AND (nickName pr OR title changed)",
        "not (title changed and nickName changed)",
    ];
    let clerk = [("title", Value::from("Clerk")), ("nickName", Value::Null)];
    assert_eq!(ran(&conditions, &clerk, &["title"]), ["main", "s2", "s3", "s4", "s5"]);
    assert_eq!(ran(&conditions, &clerk, &[]), ["main", "s5"]);
    let none = [("title", Value::Null), ("nickName", Value::from("Jo"))];
    assert_eq!(ran(&conditions, &none, &["title", "nickName"]), ["s1", "s2", "s3"]);
}

fn procedure(name: &str, routine: Routine, success: Option<i64>, arguments: Vec<Argument>) -> Settings {
    let step = Step {
        action: Action::Procedure(Procedure {
            name: name.to_owned(),
            routine,
            arguments,
            success,
        }),
        ..Step::sql("main", "")
    };
    let mut settings = settings("", &[]);
    settings.steps = vec![step];
    settings.new_id = Some(NewId::Database);
    settings
}

fn out(name: &str, value: Option<&str>) -> Argument {
    Argument {
        name: Some(name.to_owned()),
        source: value.map(|value| Source::Named(value.to_owned())),
        direction: ParameterDirection::Out,
        type_name: None,
    }
}

#[test]
fn the_new_id_is_that_of_the_argument() {
    let settings = procedure(
        "create_user",
        Routine::Procedure,
        None,
        vec![out("p_note", None), out("p_id", Some("id"))],
    );
    let row = ResultSet::new(
        [Column::new("p_note", "text"), Column::new("P_ID", "int4")],
        [vec![Value::from("made"), Value::Integer(7)]],
    );
    let as_row = Execution {
        returned: row,
        ..Execution::default()
    };
    let as_outputs = Execution {
        generated_id: Some(Value::Integer(99)),
        outputs: vec![NamedValue::new("main.p_note", "made"), NamedValue::new("id", 7)],
        ..Execution::default()
    };
    for (dialect, execution) in [(Postgresql, as_row), (Mysql, as_outputs)] {
        let plan = prepare(dialect, "create-user", &settings).unwrap();
        let mut database = FakeDatabase::of_plan(&plan, &[]).executing("main", execution);
        let outcome = run(&call(&plan, "create-user", &[], &[]), &mut database).unwrap();
        assert_eq!(outcome, Outcome::created(7), "{dialect:?}");
    }
}

#[test]
fn constants_are_bound() {
    let constant = |value: Value| Argument {
        source: Some(Source::Constant(value)),
        ..Argument::new("")
    };
    let values = [
        Value::from("scim"),
        Value::Integer(-3),
        Value::Boolean(true),
        Value::Float(1.5),
    ];
    let settings = procedure(
        "note",
        Routine::Procedure,
        None,
        values.iter().cloned().map(constant).collect(),
    );
    let plan = prepare(Mysql, "update-user", &settings).unwrap();
    let mut database = FakeDatabase::of_plan(&plan, &[]).affecting("main", 0);
    run(&call(&plan, "update-user", &[], &[]), &mut database).unwrap();
    let bound = std::iter::zip(1.., values).map(|(n, value)| NamedValue::new(format!("main.argument-{n}"), value));
    assert_eq!(database.recorded(), [Recorded::Execute("main".into(), bound.collect())]);
}

#[test]
fn another_return_code_is_a_failure() {
    let settings = procedure("hr.lock_user", Routine::Function, Some(0), vec![Argument::new("id")]);
    let plan = prepare(Postgresql, "deactivate-user", &settings).unwrap();
    for (code, right) in [
        (Value::Integer(0), true),
        (Value::Decimal("0".into()), true),
        (Value::Integer(3), false),
        (Value::Null, false),
    ] {
        let execution = Execution {
            affected: 1,
            returned: row("lock_user", code.clone()),
            ..Execution::default()
        };
        let mut database = FakeDatabase::of_plan(&plan, &["id"]).executing("main", execution);
        let done = run(&call(&plan, "deactivate-user", &[], &[]), &mut database);
        assert_eq!(done.is_ok(), right, "{code:?}");
        if code == Value::Integer(3) {
            assert_eq!(
                done.unwrap_err().detail,
                "procedure hr.lock_user gave code 3, and 0 is success; nothing was kept"
            );
        }
    }
    let code = Execution {
        outputs: vec![NamedValue::new("return-code", 0)],
        returned: row("user_id", 7),
        ..Execution::default()
    };
    let plan = prepare(Postgresql, "create-user", &settings).unwrap_err();
    assert_eq!(plan.len(), 1, "{plan:?}");
    let settings = procedure("hr.make", Routine::Function, Some(0), vec![]);
    let plan = prepare(Postgresql, "create-user", &settings).unwrap();
    let mut database = FakeDatabase::of_plan(&plan, &[]).executing("main", code);
    assert_eq!(
        run(&call(&plan, "create-user", &[], &[]), &mut database).unwrap(),
        Outcome::created(7)
    );
}
