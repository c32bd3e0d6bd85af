//! The driver against the peer of the tests, which is not SQL Server but speaks as it does.

use std::{sync::Arc, time::Duration};

use portcullis_tds_peer::{Behaviour, Encrypted, Peer, Request, Reset, ServerError, Settings, Times};

use super::{Encryption, Place, SqlserverTarget, Trust};
use crate::database::{
    self, Access, Column, Connection, Database, DatabaseError, ErrorKind, Execution, Parameter, ParameterDirection, RowEffect,
    RowSink, RowSource, Secret, Session, Statement, Stop, Target, Value,
};

const PASSWORD: &str = "a secret {of} the test's";

fn peer() -> Peer {
    let peer = Peer::start(Settings {
        password: PASSWORD.into(),
        ..Settings::default()
    });
    peer.run(
        "CREATE TABLE app_user (user_id bigint IDENTITY PRIMARY KEY, username nvarchar(50) NOT NULL CONSTRAINT by_name UNIQUE, \
         code varchar(10), hired_on date, seen_at datetime2, left_at datetimeoffset, rate decimal(10,2), is_external bit, \
         badge uniqueidentifier, picture varbinary(max), share float)",
    );
    peer
}

fn target(peer: &Peer) -> SqlserverTarget {
    SqlserverTarget {
        host: "localhost".into(),
        place: Place::Port(peer.port()),
        name: peer.settings().database.clone(),
        user: peer.settings().user.clone(),
        password: Some(Secret::new(PASSWORD)),
        encryption: Encryption::Off,
        application_name: "the driver's tests".into(),
    }
}

fn open(target: SqlserverTarget) -> Arc<dyn Database> {
    database::open(&Connection {
        target: Target::Sqlserver(target),
        pool_size: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(5),
        conflict_retries: 0,
    })
}

fn statement(text: &str, access: Access, parameters: Vec<Parameter>) -> Statement {
    Statement {
        name: "main".into(),
        text: text.into(),
        parameters,
        access,
        effect: RowEffect::Any,
        rows_from: RowSource::Result,
        slots: Vec::new(),
    }
}

fn reading(text: &str, names: &[&str]) -> Statement {
    statement(text, Access::Read, names.iter().map(|name| Parameter::new(*name)).collect())
}

fn writing(text: &str, names: &[&str]) -> Statement {
    statement(text, Access::Write, names.iter().map(|name| Parameter::new(*name)).collect())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Keeps what comes, up to a number of rows.
#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
    most: Option<usize>,
}

impl RowSink for Rows {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        if self.most == Some(self.rows.len()) {
            return Err(Stop);
        }
        self.rows.push(row);
        Ok(())
    }
}

async fn read(session: &mut Box<dyn Session>, statement: &Statement, values: &[Value]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut rows = Rows::default();
    session.query(statement, values, &mut rows).await?;
    Ok(rows.rows)
}

/// One statement in a session of its own.
async fn written(database: &Arc<dyn Database>, statement: &Statement, values: &[Value]) -> Result<Execution, DatabaseError> {
    let mut session = database.begin(Access::Write).await?;
    let execution = session.execute(statement, values, 10).await?;
    session.commit().await?;
    Ok(execution)
}

async fn found(database: &Arc<dyn Database>, statement: &Statement, values: &[Value]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut session = database.begin(Access::Read).await?;
    let rows = read(&mut session, statement, values).await?;
    session.commit().await?;
    Ok(rows)
}

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
async fn who_is_not_let_in_learns_no_password() {
    let peer = peer();
    let mut wrong = target(&peer);
    wrong.password = Some(Secret::new("hunter2"));
    let refused = open(wrong).begin(Access::Write).await.err().unwrap();
    assert_eq!(
        (refused.kind, refused.code.as_deref()),
        (ErrorKind::Unavailable, Some("18456"))
    );
    assert!(!format!("{refused:?}").contains("hunter2"));
    let mut nowhere = target(&peer);
    nowhere.place = Place::Port(9);
    assert_eq!(
        open(nowhere).begin(Access::Write).await.err().unwrap().kind,
        ErrorKind::Unavailable
    );
}

#[tokio::test]
async fn the_server_is_the_one_that_the_certificate_says() {
    let peer = peer();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), peer.certificate()).unwrap();
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    for trust in [Trust::Authority(file.path().to_owned()), Trust::Anything] {
        let target = SqlserverTarget {
            encryption: Encryption::Tls(trust),
            ..target(&peer)
        };
        peer.take_record();
        assert_eq!(found(&open(target), &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
        let logins = peer.take_record();
        let Request::Login(login) = &logins[0].request else {
            panic!("{logins:?}")
        };
        assert_eq!(
            (login.encryption, login.application.as_str()),
            (Encrypted::Everything, "the driver's tests")
        );
    }
    let other = SqlserverTarget {
        encryption: Encryption::Tls(Trust::System),
        ..target(&peer)
    };
    assert_eq!(
        found(&open(other), &count, &[]).await.unwrap_err().kind,
        ErrorKind::Unavailable
    );
}

/// However the procedure ends, in one request, and the connection goes on. What writes keeps what the same procedure does.
#[tokio::test]
async fn what_a_read_changes_is_undone() {
    let peer = peer();
    peer.run(
        "CREATE PROCEDURE sly @p_name nvarchar(50), @p_fails bit AS BEGIN\n\
         INSERT INTO app_user (username) VALUES (@p_name);\n\
         SELECT username FROM app_user;\n\
         IF @p_fails = 1 THROW 50123, 'no', 1;\n\
         END",
    );
    let database = open(target(&peer));
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    let text_of = "EXEC sly @p_name = @P1, @p_fails = @P2 -- and what it leaves";
    let sly = reading(text_of, &["name", "fails"]);
    peer.take_record();
    let mut session = database.begin(Access::Read).await.unwrap();
    for _ in 0..2 {
        let rows = read(&mut session, &sly, &[text("ada"), Value::Boolean(false)]).await.unwrap();
        assert_eq!(rows, [[text("ada")]]);
        let failed = read(&mut session, &sly, &[text("ada"), Value::Boolean(true)])
            .await
            .unwrap_err();
        assert_eq!(failed.code.as_deref(), Some("50123"));
        assert_eq!(read(&mut session, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
        assert_eq!(peer.open_transactions(), 0);
    }
    session.commit().await.unwrap();
    let record = peer.take_record();
    let batches = record.iter().filter(|sent| matches!(sent.request, Request::Batch(_))).count();
    assert_eq!(batches, 2, "one for each failure: {record:?}");
    assert!(record.iter().all(|sent| sent.connection == record[0].connection));

    let (name, fails) = (text("ada"), Value::Boolean(false));
    written(&database, &writing(text_of, &["name", "fails"]), &[name, fails])
        .await
        .unwrap();
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(1)]]);
}

/// With the first request of each session on a connection that was used before, and no other.
#[tokio::test]
async fn a_session_begins_as_new() {
    let peer = peer();
    let database = open(target(&peer));
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    for _ in 0..2 {
        let mut session = database.begin(Access::Read).await.unwrap();
        for _ in 0..2 {
            read(&mut session, &count, &[]).await.unwrap();
        }
        session.commit().await.unwrap();
    }
    let record = peer.take_record();
    let resets: Vec<Reset> = record
        .iter()
        .filter(|sent| matches!(sent.request, Request::Call(_)))
        .map(|sent| sent.reset)
        .collect();
    assert_eq!(resets, [Reset::No, Reset::No, Reset::Session, Reset::No]);
    assert!(record.iter().all(|sent| sent.connection == record[0].connection));
    // A transaction's begin is a request too.
    for name in ["ada", "grace"] {
        let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
        written(&database, &insert, &[text(name)]).await.unwrap();
    }
    let begun: Vec<Reset> = peer
        .take_record()
        .iter()
        .filter(|sent| matches!(sent.request, Request::Transaction(_)))
        .map(|sent| sent.reset)
        .collect();
    assert_eq!(begun, [Reset::No, Reset::No, Reset::Session, Reset::No]);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_in_the_server() {
    let peer = peer();
    for deaf in [false, true] {
        if deaf {
            peer.ignore_attentions();
        }
        let database = database::open(&Connection {
            target: Target::Sqlserver(target(&peer)),
            pool_size: 1,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_millis(300),
            conflict_retries: 0,
        });
        let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
        peer.on("COUNT_BIG", Behaviour::Delay(Duration::from_secs(600)), Times::Once);
        peer.take_record();
        let late = found(&database, &count, &[]).await.unwrap_err();
        assert_eq!(late.kind, ErrorKind::Timeout);
        // The next one has another connection, though the pool has no more than one.
        assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
        let told = || peer.record().iter().any(|sent| matches!(sent.request, Request::Attention));
        for _ in 0..100 {
            if told() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(told());
    }
}

/// As when a client hangs up in the middle of a request.
#[tokio::test]
async fn what_is_given_up_is_undone() {
    let peer = peer();
    let database = open(target(&peer));
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert, &[text("ada")], 0).await.unwrap();
    drop(session);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert, &[text("grace")], 0).await.unwrap();
    peer.on("slow", Behaviour::Delay(Duration::from_secs(600)), Times::Once);
    let slow = reading("SELECT 'slow' AS word", &[]);
    let mut rows = Rows::default();
    let given_up = tokio::time::timeout(Duration::from_millis(300), session.query(&slow, &[], &mut rows)).await;
    assert!(given_up.is_err());
    drop(session);
    for _ in 0..100 {
        if peer.open_transactions() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(peer.open_transactions(), 0);
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
}

#[tokio::test]
async fn a_connection_that_died_is_replaced_unless_something_was_lost() {
    let peer = peer();
    let database = open(target(&peer));
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    found(&database, &count, &[]).await.unwrap();
    peer.on("COUNT_BIG", Behaviour::HangUp, Times::Once);
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
    peer.on("INSERT INTO", Behaviour::HangUp, Times::Once);
    let lost = written(&database, &insert, &[text("ada")]).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unavailable);
    written(&database, &insert, &[text("ada")]).await.unwrap();
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

/// The transaction is gone then: what follows would be kept by itself.
#[tokio::test]
async fn a_deadlock_while_parameters_are_asked_for_is_no_answer() {
    let peer = peer();
    let database = open(target(&peer));
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    peer.on(
        "INSERT INTO app_user",
        Behaviour::Fail(ServerError::deadlock(51)),
        Times::Once,
    );
    let error = session.execute(&insert, &[text("ada")], 0).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Conflict, Some("1205")));
    drop(session);
    assert_eq!(peer.rows("SELECT COUNT_BIG(*) FROM app_user"), [[Some("0".to_owned())]]);
    written(&database, &insert, &[text("ada")]).await.unwrap();
}
