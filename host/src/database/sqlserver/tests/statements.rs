//! What statements and procedures take and give.

use super::*;

#[tokio::test]
async fn values_of_every_type_come_back_as_they_went() {
    let peer = peer();
    let database = open(target(&peer));
    let columns = [
        "username",
        "code",
        "hired_on",
        "seen_at",
        "left_at",
        "rate",
        "is_external",
        "badge",
        "picture",
        "share",
    ];
    let places: Vec<String> = (1..=columns.len()).map(|number| format!("@P{number}")).collect();
    let insert = format!(
        "INSERT INTO app_user ({}) OUTPUT INSERTED.user_id VALUES ({})",
        columns.join(", "),
        places.join(", ")
    );
    let insert = writing(&insert, &columns);
    let select = reading(&format!("SELECT {} FROM app_user ORDER BY user_id", columns.join(", ")), &[]);
    let typed = [
        text("Łukasz "),
        text("ok"),
        Value::Date("2026-11-23".into()),
        Value::Timestamp("2026-11-23T10:00:00.123456Z".into()),
        Value::Timestamp("2026-11-23T10:00:00Z".into()),
        Value::Decimal("12.50".into()),
        Value::Boolean(true),
        Value::Uuid("6f9619ff-8b86-d011-b42d-00c04fc964ff".into()),
        Value::Bytes(vec![0, 255]),
        Value::Float(0.5),
    ];
    let execution = written(&database, &insert, &typed).await.unwrap();
    assert_eq!((execution.affected, execution.rows), (1, vec![vec![Value::Integer(1)]]));
    // All of them as text: the server says what they are to be.
    let texts = [
        text("grace"),
        text("ok"),
        text("2026-11-23"),
        text("2026-11-23T12:00:00.123456+02:00"),
        text("2026-11-23T12:00:00+02:00"),
        text("12.50"),
        text("true"),
        text("6F9619FF-8B86-D011-B42D-00C04FC964FF"),
        Value::Bytes(vec![0, 255]),
        text("0.5"),
    ];
    written(&database, &insert, &texts).await.unwrap();
    let missing: Vec<Value> = std::iter::once(text("nobody")).chain(vec![Value::Null; 9]).collect();
    written(&database, &insert, &missing).await.unwrap();

    let rows = found(&database, &select, &[]).await.unwrap();
    assert_eq!(rows[0], typed);
    assert_eq!(rows[1][1..], typed[1..]);
    assert_eq!(rows[2], missing);
}

#[tokio::test]
async fn what_a_procedure_gives_comes_back_by_name() {
    let peer = peer();
    peer.run(
        "CREATE PROCEDURE hr.create_user @p_name nvarchar(50), @p_id bigint OUTPUT, @p_note nvarchar(100) OUTPUT AS
         BEGIN
             SET NOCOUNT ON;
             INSERT INTO app_user (username) VALUES (@p_name);
             SET @p_id = SCOPE_IDENTITY();
             SET @p_note = CONCAT(@p_note, N' made');
             SELECT @p_id AS first_result;
             SELECT N'second' AS result, 2 AS of_it;
             RETURN 3;
         END",
    );
    let database = open(target(&peer));
    let going = |name: &str, direction: ParameterDirection, hint: Option<&str>| Parameter {
        type_hint: hint.map(str::to_owned),
        direction,
        ..Parameter::new(name)
    };
    let call = statement(
        "EXEC @P1 = hr.create_user @P2, @p_id = @P3 OUTPUT, @p_note = @P4 OUTPUT",
        Access::Write,
        vec![
            going("return-code", ParameterDirection::Out, Some("int")),
            Parameter::new("userName"),
            going("id", ParameterDirection::Out, Some("bigint")),
            going("note", ParameterDirection::InOut, None),
        ],
    );
    let values = [Value::Null, text("ada"), Value::Null, text("just")];
    let execution = written(&database, &call, &values).await.unwrap();
    let output = |name: &str| {
        execution
            .outputs
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.clone())
    };
    assert_eq!(output("return-code"), Some(Value::Integer(3)));
    assert_eq!(output("id"), Some(Value::Integer(1)));
    assert_eq!(output("note"), Some(text("just made")));
    // The first result, and not the second.
    assert_eq!(execution.columns.len(), 1);
    assert_eq!(execution.rows, [[Value::Integer(1)]]);

    // An operation that reads has the rows of the first result too.
    let list = reading("EXEC hr.create_user @P1, @p_id = 0, @p_note = N''", &["userName"]);
    assert_eq!(found(&database, &list, &[text("grace")]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn errors_have_their_kind_and_leave_the_connection() {
    let peer = peer();
    let database = open(target(&peer));
    let insert = writing(
        "INSERT INTO app_user (username, code, hired_on) VALUES (@P1, @P2, @P3)",
        &["a", "b", "c"],
    );
    let mut session = database.begin(Access::Write).await.unwrap();
    let row = |name: &str, code: &str| [text(name), text(code), Value::Null];
    session.execute(&insert, &row("ada", ""), 0).await.unwrap();
    let refused = session.execute(&insert, &row("ADA", ""), 0).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.constraint.as_deref()),
        (ErrorKind::Unique, Some("by_name"))
    );
    let missing = [Value::Null, Value::Null, Value::Null];
    let refused = session.execute(&insert, &missing, 0).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.column.as_deref()),
        (ErrorKind::NotNull, Some("username"))
    );
    let refused = session.execute(&insert, &row("grace", "eleven long"), 0).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::TooLong);
    let refused = session
        .execute(&insert, &[text("grace"), Value::Null, text("soon")], 0)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind, refused.message.as_str()),
        (ErrorKind::InvalidValue, "the value of `c` is not a date (2026-11-23)")
    );
    let wrong = reading("SELECT nothing FROM app_user", &[]);
    assert_eq!(read(&mut session, &wrong, &[]).await.unwrap_err().kind, ErrorKind::Statement);
    session.rollback().await.unwrap();
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);

    peer.on(
        "COUNT_BIG",
        Behaviour::Fail(ServerError::new(1205, 13, "Transaction was deadlocked.")),
        Times::Once,
    );
    let mut session = database.begin(Access::Write).await.unwrap();
    assert_eq!(read(&mut session, &count, &[]).await.unwrap_err().kind, ErrorKind::Conflict);
    // The server has undone what came before, and must not take what comes after for something of its own.
    assert_eq!(
        session.execute(&insert, &row("ada", ""), 0).await.unwrap_err().kind,
        ErrorKind::Unavailable
    );
    session.rollback().await.unwrap();
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
}

#[tokio::test]
async fn rows_come_until_nobody_wants_more() {
    let peer = peer();
    for start in 0..10 {
        let values: Vec<String> = (0..100).map(|n| format!("(N'user {}')", start * 100 + n)).collect();
        peer.run(&format!("INSERT INTO app_user (username) VALUES {}", values.join(", ")));
    }
    let database = open(target(&peer));
    let all = reading("SELECT user_id, username FROM app_user", &[]);
    for most in [None, Some(3)] {
        let mut session = database.begin(Access::Read).await.unwrap();
        let mut rows = Rows { most, ..Rows::default() };
        session.query(&all, &[], &mut rows).await.unwrap();
        assert_eq!(rows.rows.len(), most.unwrap_or(1000));
        assert_eq!(rows.columns[1].type_name, "nvarchar");
    }
    let returned = writing("UPDATE app_user SET code = 'x' OUTPUT INSERTED.user_id WHERE 1 = 1", &[]);
    let mut session = database.begin(Access::Write).await.unwrap();
    assert_eq!(
        session.execute(&returned, &[], 10).await.unwrap_err().kind,
        ErrorKind::Statement
    );
}

/// `affected` is what the statement itself did, and not what its triggers did.
#[tokio::test]
async fn triggers_are_not_counted() {
    let peer = peer();
    peer.run("CREATE TABLE note (what varchar(20))");
    peer.run("CREATE TRIGGER noted ON app_user AFTER INSERT AS INSERT INTO note VALUES ('one'), ('two')");
    let database = open(target(&peer));
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    assert_eq!(written(&database, &insert, &[text("ada")]).await.unwrap().affected, 1);
    let asked = writing(
        "INSERT INTO app_user (username) VALUES (@P1) SELECT SCOPE_IDENTITY() AS user_id",
        &["a"],
    );
    let execution = written(&database, &asked, &[text("grace")]).await.unwrap();
    assert_eq!(
        (execution.affected, execution.rows),
        (1, vec![vec![Value::Decimal("2".into())]])
    );
}

#[tokio::test]
async fn a_statement_is_described_without_running() {
    let peer = peer();
    let database = open(target(&peer));
    let select = reading(
        "SELECT user_id, seen_at, rate FROM app_user WHERE code = @P1 AND user_id > @P2",
        &["a", "b"],
    );
    let described = database.describe(&select).await.unwrap();
    let columns: Vec<(&str, &str)> = described
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.type_name.as_str()))
        .collect();
    assert_eq!(described.parameters, 2);
    assert_eq!(
        columns,
        [("user_id", "bigint"), ("seen_at", "datetime2"), ("rate", "numeric")]
    );
    let wrong = reading("SELECT 1 AS a FROM nowhere", &[]);
    assert_eq!(database.describe(&wrong).await.unwrap_err().kind, ErrorKind::Statement);
    let insert = writing("INSERT INTO app_user (username) OUTPUT INSERTED.user_id VALUES (@P1)", &["a"]);
    assert_eq!(database.describe(&insert).await.unwrap().columns.len(), 1);
    assert_eq!(peer.rows("SELECT COUNT_BIG(*) FROM app_user"), [[Some("0".to_owned())]]);
}

/// Which types are asked for once, and what is declared.
#[tokio::test]
async fn parameters_have_the_types_of_their_columns() {
    let peer = peer();
    let database = open(target(&peer));
    let select = reading(
        "SELECT user_id FROM app_user WHERE code = @P1 AND username = @P2",
        &["a", "b"],
    );
    for code in ["x", "Ł"] {
        found(&database, &select, &[text(code), text("ada")]).await.unwrap();
    }
    let record = peer.take_record();
    let calls = record.iter().filter_map(|sent| match &sent.request {
        Request::Call(call) => Some((
            call.procedure.clone(),
            format!("{:?}", call.arguments.get(1).map(|argument| &argument.value)),
        )),
        _ => None,
    });
    let calls: Vec<(String, String)> = calls.collect();
    let declared = |text: &str| ("sp_executesql".to_owned(), format!("Some(Text({text:?}))"));
    assert_eq!(
        calls,
        [
            ("sp_describe_undeclared_parameters".to_owned(), "None".to_owned()),
            declared("@P1 varchar(8000),@P2 nvarchar(4000)"),
            declared("@P1 nvarchar(4000),@P2 nvarchar(4000)"),
        ]
    );
}
