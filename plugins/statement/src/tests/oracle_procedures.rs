//! What a procedure's call becomes on Oracle, as it stands.

use insta::assert_snapshot;
use portcullis_sdk::{Argument, ParameterDirection, Routine, RowEffect, Shape, Step};

use super::{
    planned,
    procedures::{argument, calling, constant, creating, going, id_out, procedure, reading, typed, with_success},
    refined, shown,
};
use crate::{Dialect::Oracle, prepare, refine};

fn in_out(name: &str, value: &str) -> Argument {
    Argument {
        direction: ParameterDirection::InOut,
        ..argument(name, value)
    }
}

#[test]
fn procedures() {
    let create = procedure(
        "hr.create_user",
        Routine::Procedure,
        vec![
            argument("", "userName"),
            argument("p_email", "email"),
            constant("p_level", 3),
            argument("p_password", "password"),
            typed(id_out("p_id"), "number"),
            going(ParameterDirection::Out, "p_note"),
        ],
    );
    let changing = procedure(
        "hr.rename",
        Routine::Procedure,
        vec![
            argument("", "id"),
            in_out("p_name", "userName"),
            typed(in_out("p_rank", "id"), "number(5)"),
        ],
    );
    let mut text = planned(&[Oracle], "create-user", &creating(create));
    text.push_str(&planned(&[Oracle], "update-user", &calling(changing)));
    text.push_str(&planned(
        &[Oracle],
        "deactivate-user",
        &calling(procedure("tidy", Routine::Procedure, vec![])),
    ));
    assert_snapshot!(text);
}

#[test]
fn functions() {
    let scalar = procedure("hr.create_user", Routine::Function, vec![argument("p_name", "userName")]);
    let code = with_success(procedure("hr.lock_user", Routine::Function, vec![argument("", "id")]), 0);
    let rows = procedure("hr.users", Routine::Function, vec![constant("p_all", true)]);
    let mut text = planned(&[Oracle], "create-user", &creating(scalar));
    text.push_str(&planned(&[Oracle], "deactivate-user", &calling(code)));
    text.push_str(&planned(&[Oracle], "get-users", &reading(rows.clone())));
    let paged = Shape {
        paged: true,
        ..refined::all()
    };
    let derived = refine(Oracle, "get-users", &reading(rows), "main", &paged).unwrap();
    text.push_str(&format!("  {}\n", derived.text));
    assert_snapshot!(text);
}

#[test]
fn cursors() {
    let call = procedure(
        "hr.list_users",
        Routine::Procedure,
        vec![going(ParameterDirection::Cursor, "p_rows"), constant("p_all", true)],
    );
    let function = procedure(
        "hr.user_of",
        Routine::Function,
        vec![argument("p_id", "id"), going(ParameterDirection::Cursor, "")],
    );
    let mut text = planned(&[Oracle], "get-users", &reading(call.clone()));
    text.push_str(&planned(&[Oracle], "get-user", &reading(function)));
    assert_snapshot!(text);
    let paged = Shape {
        paged: true,
        ..refined::all()
    };
    refine(Oracle, "get-users", &reading(call), "main", &paged).unwrap_err();
}

#[test]
fn what_oracle_cannot_do() {
    let plain = procedure("deactivate", Routine::Procedure, vec![argument("", "id")]);
    let counted = Step {
        rows: RowEffect::Exactly(1),
        ..plain.clone()
    };
    let mixed = procedure("p", Routine::Procedure, vec![argument("a", "id"), argument("", "userName")]);
    let outward = procedure("f", Routine::Function, vec![going(ParameterDirection::Out, "x")]);
    let mut text = String::new();
    for step in [with_success(plain, 0), counted, mixed] {
        text.push_str(&shown(&prepare(Oracle, "deactivate-user", &calling(step)).unwrap_err()));
    }
    text.push_str(&shown(&prepare(Oracle, "get-users", &reading(outward)).unwrap_err()));
    assert_snapshot!(text);
}
