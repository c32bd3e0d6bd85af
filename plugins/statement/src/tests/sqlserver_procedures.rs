//! What an administrator's procedures become in T-SQL.

use insta::assert_snapshot;
use portcullis_sdk::{ParameterDirection, Routine, Shape};

use super::{
    planned,
    procedures::{argument, calling, constant, creating, going, id_out, procedure, reading, typed, with_success},
    refined::all,
    shown as problems_shown,
};
use crate::{Dialect::Sqlserver, prepare, refine};

#[test]
fn procedures_and_functions() {
    let create = procedure(
        "hr.create_user",
        Routine::Procedure,
        vec![
            argument("", "userName"),
            typed(argument("@p_email", "email"), "varchar(100)"),
            constant("p_by", "scim"),
            typed(id_out("@p_id"), "bigint"),
            going(ParameterDirection::Out, "p_note"),
        ],
    );
    let mut shown = planned(&[Sqlserver], "create-user", &creating(create));
    let lock = procedure("[dbo].[lock user]", Routine::Procedure, vec![argument("p_id", "id")]);
    shown += &planned(&[Sqlserver], "deactivate-user", &calling(with_success(lock, 0)));
    let list = procedure("hr.list_users", Routine::Procedure, vec![]);
    shown += &planned(&[Sqlserver], "get-users", &reading(list));
    let rows = procedure("hr.users", Routine::Function, vec![constant("", true)]);
    shown += &planned(&[Sqlserver], "get-users", &reading(rows.clone()));
    let paged = Shape { paged: true, ..all() };
    let page = refine(Sqlserver, "get-users", &reading(rows), "main", &paged).unwrap();
    shown += &format!("  {}\n", page.text);
    let next = procedure("hr.next_id", Routine::Function, vec![argument("", "userName")]);
    shown += &planned(&[Sqlserver], "create-user", &creating(next));
    assert_snapshot!(shown, @r#"
    Sqlserver
      main: Access::Write, RowEffect::Any
        EXEC hr.create_user @P1, @p_email = @P2, @p_by = @P3, @p_id = @P4 OUTPUT, @p_note = @P5 OUTPUT
        ParameterDirection::In userName
        ParameterDirection::In emails[type eq "work"].value as varchar(100)
        ParameterDirection::In main.p_by
        ParameterDirection::Out id as bigint
        ParameterDirection::Out main.p_note
      {"name":"main","statement":"main","way":"Execute","when":null,"constants":[["main.p_by","scim"]],"takes":[],"gives":[{"name":"id","output":"id","column":"@p_id","place":0},{"name":"main.p_note","output":"main.p_note","column":"p_note","place":1}],"code":null}
    Sqlserver
      main: Access::Write, RowEffect::Any
        EXEC @P1 = [dbo].[lock user] @p_id = @P2
        ParameterDirection::Out return-code as int
        ParameterDirection::In id
      {"name":"main","statement":"main","way":"Execute","when":null,"constants":[],"takes":[],"gives":[],"code":{"procedure":"[dbo].[lock user]","success":0}}
    Sqlserver
      main: Access::Read, RowEffect::Any
        EXEC hr.list_users
    Sqlserver
      main: Access::Read, RowEffect::Any
        SELECT * FROM hr.users(@P1)
        ParameterDirection::In main.argument-1
      {"name":"main","statement":"main","way":"Forward","when":null,"constants":[["main.argument-1",true]],"takes":[],"gives":[],"code":null}
      SELECT * FROM (SELECT * FROM hr.users(@P1)) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY
    Sqlserver
      main: Access::Write, RowEffect::Any
        SELECT hr.next_id(@P1) AS result
        ParameterDirection::In userName
    "#);
}

#[test]
fn what_a_procedure_cannot_have() {
    let cursor = procedure("list", Routine::Procedure, vec![going(ParameterDirection::Cursor, "rows")]);
    let mixed = procedure("p", Routine::Procedure, vec![argument("a", "id"), argument("", "userName")]);
    let quoted = procedure("p", Routine::Procedure, vec![argument("[a b]", "id")]);
    let outward = procedure("f", Routine::Function, vec![going(ParameterDirection::Out, "x")]);
    let mut shown = String::new();
    for step in [cursor, mixed, quoted, outward] {
        shown += &problems_shown(&prepare(Sqlserver, "deactivate-user", &calling(step)).unwrap_err());
    }
    assert_snapshot!(shown, @r#"
    arguments[0].direction: SQL Server gives no cursor to a client. let the procedure SELECT the rows: they are the result.
    arguments[1]: this argument has no name, and stands behind one that has. give it a name, or move it to the front.
    arguments[0].name: `[a b]` is not the name of a parameter. write it as the procedure does, with or without its @.
    arguments[0].direction: arguments of a function only go in. leave it out: what the function gives is the result.
    "#);
}
