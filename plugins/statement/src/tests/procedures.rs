//! What a procedure's call becomes on each database, as it stands.

use insta::assert_snapshot;
use portcullis_sdk::{
    Access, Action, Argument, Collation, ComparisonOperator, Input, NewId, ParameterDirection, Procedure, Routine, RowEffect,
    Settings, Shape, Source, Step, Value,
};

use super::{planned, refined, settings, shown};
use crate::{
    Dialect::{self, Mysql, Postgresql, Sqlite},
    prepare, refine,
};

pub(super) fn argument(name: &str, value: &str) -> Argument {
    Argument {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        ..Argument::new(value)
    }
}

pub(super) fn constant(name: &str, value: impl Into<Value>) -> Argument {
    Argument {
        source: Some(Source::Constant(value.into())),
        ..argument(name, "")
    }
}

pub(super) fn going(direction: ParameterDirection, name: &str) -> Argument {
    Argument {
        source: None,
        direction,
        ..argument(name, "")
    }
}

pub(super) fn typed(argument: Argument, type_name: &str) -> Argument {
    Argument {
        type_name: Some(type_name.to_owned()),
        ..argument
    }
}

pub(super) fn id_out(name: &str) -> Argument {
    Argument {
        source: Some(Source::Named("id".into())),
        ..going(ParameterDirection::Out, name)
    }
}

pub(super) fn procedure(name: &str, routine: Routine, arguments: Vec<Argument>) -> Step {
    Step {
        key: "procedure".into(),
        action: Action::Procedure(Procedure {
            name: name.to_owned(),
            routine,
            arguments,
            success: None,
        }),
        ..Step::sql("main", "")
    }
}

pub(super) fn with_success(step: Step, code: i64) -> Step {
    let Action::Procedure(procedure) = step.action else {
        panic!("no procedure")
    };
    Step {
        action: Action::Procedure(Procedure {
            success: Some(code),
            ..procedure
        }),
        ..step
    }
}

pub(super) fn calling(step: Step) -> Settings {
    let mut settings = settings("", &[]);
    settings.steps = vec![step];
    settings
}

pub(super) fn reading(step: Step) -> Settings {
    Settings {
        access: Access::Read,
        ..calling(step)
    }
}

pub(super) fn creating(step: Step) -> Settings {
    Settings {
        new_id: Some(NewId::Database),
        ..calling(step)
    }
}

const BOTH: [Dialect; 2] = [Postgresql, Mysql];

#[test]
fn arguments_by_name_and_by_place() {
    let call = procedure(
        "hr.create_user",
        Routine::Procedure,
        vec![
            argument("", "userName"),
            typed(argument("", "email"), "varchar(100)"),
            constant("p_by", "scim"),
            constant("p_level", 3),
            argument("p_password", "password"),
            typed(id_out("p_id"), "integer"),
            going(ParameterDirection::Out, "p_note"),
        ],
    );
    assert_snapshot!(planned(&BOTH, "create-user", &creating(call)));
}

#[test]
fn functions() {
    let rows = procedure("hr.users", Routine::Function, vec![constant("p_active", true)]);
    let mut text = planned(&BOTH, "get-users", &reading(rows.clone()));
    let filtered = Shape {
        filter: vec![refined::compared(
            "username",
            ComparisonOperator::Eq,
            Collation::Exact,
            "filter.1",
        )],
        paged: true,
        ..refined::all()
    };
    for dialect in BOTH {
        let derived = refine(dialect, "get-users", &reading(rows.clone()), "main", &filtered).unwrap();
        text.push_str(&format!("  {}\n", derived.text));
    }
    let scalar = procedure("hr.create_user", Routine::Function, vec![argument("", "userName")]);
    text.push_str(&planned(&BOTH, "create-user", &creating(scalar)));
    let code = with_success(procedure("hr.lock", Routine::Function, vec![argument("", "id")]), 0);
    text.push_str(&planned(&BOTH, "deactivate-user", &calling(code)));
    assert_snapshot!(text);
}

#[test]
fn cursors() {
    let call = procedure(
        "list_users",
        Routine::Procedure,
        vec![going(ParameterDirection::Cursor, "p_rows"), constant("p_all", true)],
    );
    let function = procedure(
        "users_of",
        Routine::Function,
        vec![argument("", "id"), going(ParameterDirection::Cursor, "")],
    );
    let mut text = planned(&[Postgresql], "get-users", &reading(call.clone()));
    text.push_str(&planned(&[Postgresql], "get-user", &reading(function)));
    assert_snapshot!(text);
    let paged = Shape {
        paged: true,
        ..refined::all()
    };
    assert_eq!(
        refine(Postgresql, "get-users", &reading(call), "main", &paged).unwrap_err(),
        "the rows come from a cursor"
    );
}

#[test]
fn rows_of_a_procedure_are_the_hosts_to_filter() {
    let call = procedure("list_users", Routine::Procedure, vec![]);
    let paged = Shape {
        paged: true,
        ..refined::all()
    };
    for dialect in BOTH {
        assert!(refine(dialect, "get-users", &reading(call.clone()), "main", &paged).is_err());
    }
}

#[test]
fn what_a_database_cannot_do() {
    let plain = procedure("deactivate", Routine::Procedure, vec![argument("", "id")]);
    let coded = with_success(plain.clone(), 0);
    let counted = Step {
        rows: RowEffect::Exactly(1),
        ..plain.clone()
    };
    let cursor = procedure("list", Routine::Procedure, vec![going(ParameterDirection::Cursor, "")]);
    let function = procedure("f", Routine::Function, vec![going(ParameterDirection::Out, "x")]);
    let mixed = procedure("p", Routine::Procedure, vec![argument("a", "id"), argument("", "userName")]);
    let mut text = String::new();
    for (dialect, step) in [
        (Sqlite, &plain),
        (Postgresql, &coded),
        (Mysql, &coded),
        (Postgresql, &counted),
        (Mysql, &cursor),
        (Mysql, &function),
        (Postgresql, &mixed),
    ] {
        let problems = prepare(dialect, "deactivate-user", &calling(step.clone())).unwrap_err();
        text.push_str(&format!("{dialect:?}\n{}", shown(&problems)));
    }
    assert_snapshot!(text);
}

#[test]
fn arguments_that_mean_nothing() {
    let in_out = |value: &str| Argument {
        direction: ParameterDirection::InOut,
        ..argument("p", value)
    };
    let wrong = vec![
        argument("p", "username1"),
        argument("", "ids"),
        argument("p;x", "id"),
        typed(argument("", "id"), "integer) --"),
        going(ParameterDirection::In, "p"),
        id_out("p"),
        Argument {
            source: Some(Source::Named("userName".into())),
            ..going(ParameterDirection::Out, "p")
        },
        Argument {
            source: Some(Source::Constant(Value::Integer(1))),
            ..going(ParameterDirection::Cursor, "p")
        },
        in_out("nobody"),
    ];
    let mut call = procedure("p; DROP TABLE u", Routine::Procedure, wrong);
    call.key = "statements[2].procedure".into();
    let problems = prepare(Postgresql, "update-user", &calling(call)).unwrap_err();
    let mut text = shown(&problems);
    let streamed = with_success(procedure("list", Routine::Function, vec![]), 0);
    text.push_str(&shown(&prepare(Postgresql, "get-users", &reading(streamed)).unwrap_err()));
    assert_snapshot!(text);
}

#[test]
fn a_result_of_one_is_an_argument_of_the_next() {
    let mut first = procedure(
        "next_id",
        Routine::Procedure,
        vec![going(ParameterDirection::Out, ""), going(ParameterDirection::Out, "p_id")],
    );
    first.name = "next".into();
    first.key = "statements[0].procedure".into();
    let mut second = procedure(
        "create_user",
        Routine::Procedure,
        vec![
            argument("", "next.p_id"),
            argument("", "next.argument-1"),
            argument("", "userName"),
        ],
    );
    second.name = "made".into();
    second.key = "statements[1].procedure".into();
    let mut settings = creating(first);
    settings.steps.push(second);
    settings.inputs.push(Input::new("title"));
    assert_snapshot!(planned(&BOTH, "create-user", &settings));
}
