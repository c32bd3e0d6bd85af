use portcullis_tns_peer::{Direction, Failure, Procedure, Type};

use super::*;
use crate::database::ErrorKind;

fn with_procedures() -> Peer {
    let peer = peer();
    peer.add(
        Procedure::new("hr.add_user")
            .argument("p_name", Direction::In, Type::Varchar)
            .argument("p_id", Direction::Out, Type::Number)
            .does(|call| {
                let name = call.input("p_name");
                call.run("INSERT INTO app_user (username) VALUES (:1)", &[name])?;
                let found = call.rows("SELECT MAX(user_id) FROM app_user", &[])?;
                let id = found.into_iter().flatten().next().unwrap();
                call.output("p_id", id);
                Ok(())
            }),
    );
    peer.add(
        Procedure::new("hr.users")
            .argument("p_rows", Direction::Out, Type::Cursor)
            .does(|call| call.open("p_rows", "SELECT user_id, username FROM app_user ORDER BY user_id", &[])),
    );
    peer.add(Procedure::new("hr.fails").does(|_| Err(Failure::new(20001, "not today"))));
    peer
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_come_back() {
    let peer = with_procedures();
    let database = database(&peer);
    let call = writes("BEGIN hr.add_user(p_name => :1, p_id => :2); END;", &["name", "id"]);
    let call = with_last(call, ParameterDirection::Out, Some("integer"));
    for (name, id) in [("ada", 1), ("bob", 2)] {
        let execution = written(&database, &call, &[text(name), Value::Null]).await;
        assert_eq!(execution.outputs, [("id".to_owned(), Value::Integer(id))]);
        assert_eq!(
            (execution.columns[0].name.as_str(), execution.rows),
            ("id", vec![vec![Value::Integer(id)]])
        );
    }
    assert_eq!(
        query(&database, "SELECT COUNT(*) FROM app_user", &[]).await.rows,
        [[Value::Integer(2)]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_gives_a_value_or_a_code() {
    let peer = with_procedures();
    peer.add(Procedure::new("hr.answer").returns(Type::Number).does(|call| {
        call.result(42);
        Ok(())
    }));
    let database = database(&peer);
    for (name, rows) in [("result", 1), ("return-code", 0)] {
        let call = with_last(
            writes("BEGIN :1 := hr.answer; END;", &[name]),
            ParameterDirection::Out,
            Some("number"),
        );
        let execution = written(&database, &call, &[Value::Null]).await;
        assert_eq!(execution.outputs, [(name.to_owned(), Value::Integer(42))]);
        assert_eq!(execution.rows.len(), rows);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_comes_back_longer_than_it_went_in() {
    let peer = with_procedures();
    let twice = Procedure::new("hr.twice").argument("p_text", Direction::InOut, Type::Varchar);
    peer.add(twice.does(|call| {
        let text = call.text("p_text").unwrap_or_default();
        call.output("p_text", format!("{text}{text}"));
        Ok(())
    }));
    let database = database(&peer);
    let mut call = writes("BEGIN :1 := :2; hr.twice(p_text => :1); END;", &["text", "text"]);
    call.parameters[0].direction = ParameterDirection::Out;
    let execution = written(&database, &call, &[Value::Null, text("abc")]).await;
    assert_eq!(execution.outputs, [("text".to_owned(), text("abcabc"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_through_a_cursor() {
    let peer = with_procedures();
    let database = database(&peer);
    fill(&peer);
    let call = with_last(reads("BEGIN hr.users(:1); END;", &["rows"]), ParameterDirection::Cursor, None);
    let call = Statement {
        rows_from: RowSource::Cursor,
        ..call
    };
    let mut rows = Rows::default();
    let mut session = database.begin(Access::Read).await.unwrap();
    session.query(&call, &[Value::Null], &mut rows).await.unwrap();
    assert_eq!(rows.columns[1].name, "USERNAME");
    assert_eq!(
        (rows.rows.len(), &rows.rows[149]),
        (256, &vec![Value::Integer(150), text("user150")])
    );
    drop(session);
    let mut session = database.begin(Access::Write).await.unwrap();
    let execution = session.execute(&call, &[Value::Null], 256).await.unwrap();
    assert_eq!((execution.rows.len(), execution.columns.len()), (256, 2));
    session.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_leaves_nothing_behind() {
    let peer = with_procedures();
    let database = database(&peer);
    let call = with_last(
        reads("BEGIN hr.add_user(:1, :2); END;", &["name", "id"]),
        ParameterDirection::Out,
        None,
    );
    let mut session = database.begin(Access::Read).await.unwrap();
    let refused = session.query(&call, &[text("ada"), Value::Null], &mut Rows::default()).await;
    assert_eq!(refused.unwrap_err().kind, ErrorKind::Statement);
    drop(session);
    assert_eq!(
        query(&database, "SELECT COUNT(*) FROM app_user", &[]).await.rows,
        [[Value::Integer(0)]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_made_new_after_a_block() {
    let peer = with_procedures();
    let database = database(&peer);
    let call = with_last(
        writes("BEGIN hr.add_user(:1, :2); END;", &["name", "id"]),
        ParameterDirection::Out,
        None,
    );
    written(&database, &call, &[text("ada"), Value::Null]).await;
    written(&database, &call, &[text("bob"), Value::Null]).await;
    let calls = sent(&peer);
    let reset = "BEGIN DBMS_SESSION.MODIFY_PACKAGE_STATE(2); END;";
    assert_eq!(
        calls[..6],
        [
            "connect",
            "BEGIN hr.add_user(:1, :2); END;",
            "commit",
            reset,
            "BEGIN hr.add_user(:1, :2); END;",
            "commit"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_a_procedure_is_the_databases() {
    let peer = with_procedures();
    let database = database(&peer);
    let mut session = database.begin(Access::Write).await.unwrap();
    let error = session
        .execute(&writes("BEGIN hr.fails; END;", &[]), &[], 0)
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Other, Some("ORA-20001")));
    let unknown = session
        .execute(&writes("BEGIN hr.nobody; END;", &[]), &[], 0)
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.kind, unknown.code.as_deref()),
        (ErrorKind::Statement, Some("ORA-06550"))
    );
}
