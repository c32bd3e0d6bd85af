//! The peer is accepted by tiberius, the driver that the program has, as it is and without the program around it.

use futures_util::TryStreamExt as _;
use portcullis_tds_peer::{Behaviour, Peer, Procedure, Request, ServerError, Settings, Times, Value};
use tiberius::{AuthMethod, Client, ColumnData, Command, CommandItem, Config, EncryptionLevel, error::Error};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};

type Connection = Client<Compat<TcpStream>>;

fn peer() -> Peer {
    let peer = Peer::start(Settings::default());
    peer.run(include_str!("tables.sql"));
    peer
}

async fn connect_as(peer: &Peer, user: &str, password: &str, database: &str) -> Result<Connection, Error> {
    let mut config = Config::new();
    config.host("127.0.0.1");
    config.port(peer.port());
    config.database(database);
    config.encryption(EncryptionLevel::NotSupported);
    config.authentication(AuthMethod::sql_server(user, password));
    let socket = TcpStream::connect(config.get_addr()).await.unwrap();
    Client::connect(config, socket.compat_write()).await
}

async fn connect(peer: &Peer) -> Connection {
    let settings = peer.settings();
    connect_as(peer, &settings.user, &settings.password, &settings.database)
        .await
        .unwrap()
}

#[track_caller]
fn number<T>(result: Result<T, Error>) -> u32 {
    match result {
        Err(Error::Server(token)) => token.code(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("an error was expected"),
    }
}

#[tokio::test]
async fn who_is_let_in() {
    let peer = peer();
    let settings = peer.settings();
    let (user, password, database) = (&settings.user, &settings.password, &settings.database);
    assert!(connect_as(&peer, user, password, database).await.is_ok());
    assert_eq!(number(connect_as(&peer, user, "wrong", database).await), 18_456);
    assert_eq!(number(connect_as(&peer, "nobody", password, database).await), 18_456);
    assert_eq!(number(connect_as(&peer, user, password, "elsewhere").await), 4060);
    let logins = peer.record();
    assert_eq!(logins.len(), 4);
    assert!(!format!("{logins:?}").contains(password.as_str()));
}

#[tokio::test]
async fn queries_have_typed_values() {
    let peer = peer();
    let mut client = connect(&peer).await;
    let rows = client
        .query(
            "SELECT @P1 AS n, @P2 AS t, CAST(NULL AS date) AS d, CAST(@P3 AS decimal(10,2)) AS m WHERE @P1 = 7",
            &[&7_i64, &"é", &"1.50"],
        )
        .await
        .unwrap()
        .into_first_result()
        .await
        .unwrap();
    let row = &rows[0];
    assert_eq!(row.get::<i64, _>("n"), Some(7));
    assert_eq!(row.get::<&str, _>("t"), Some("é"));
    assert_eq!(row.get::<chrono::NaiveDate, _>("d"), None);
    assert_eq!(row.get::<bigdecimal::BigDecimal, _>("m"), Some("1.50".parse().unwrap()));

    let results = client.simple_query("SELECT 1 AS a; SELECT 2 AS b, 3 AS c").await.unwrap();
    let results = results.into_results().await.unwrap();
    assert_eq!(results.iter().map(|rows| rows[0].len()).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn a_thousand_rows_come_one_by_one() {
    let peer = peer();
    let mut client = connect(&peer).await;
    for start in 0..10 {
        let values: Vec<String> = (0..100).map(|n| format!("(N'user {}')", start * 100 + n)).collect();
        let sql = format!("INSERT INTO app_user (username) VALUES {}", values.join(", "));
        assert_eq!(client.execute(sql, &[]).await.unwrap().total(), 100);
    }
    let sql = "SELECT user_id, username, email FROM app_user ORDER BY user_id";
    let rows: Vec<_> = client
        .query(sql, &[])
        .await
        .unwrap()
        .into_row_stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(rows.len(), 1000);
    assert_eq!(rows[999].get::<&str, _>(1), Some("user 999"));
    assert_eq!(rows[999].get::<&str, _>(2), None);
}

#[tokio::test]
async fn procedures_have_outputs_and_a_status() {
    let peer = peer();
    peer.procedure(
        "dbo.create_user",
        Procedure::new("@p_name nvarchar(500), @p_id bigint OUTPUT", |call| {
            call.run("SET NOCOUNT ON; INSERT INTO app_user (username) VALUES (@p_name); SET @p_id = SCOPE_IDENTITY(); SELECT @p_id AS id")?;
            Ok(4)
        }),
    );
    let mut client = connect(&peer).await;

    let mut command = Command::new("dbo.create_user");
    command.bind_param("@p_name", "ada");
    command.bind_out_param("@p_id", ColumnData::I64(None));
    assert_eq!(told(command, &mut client).await, (Some(4), vec![("@p_id".to_owned(), 1)]));

    // As the program does it.
    let mut command = Command::new("sp_executesql");
    command.bind_param("", "EXEC @P1 = dbo.create_user @p_name = @P2, @p_id = @P3 OUTPUT");
    command.bind_param("", "@P1 int OUTPUT,@P2 nvarchar(4000),@P3 bigint OUTPUT");
    command.bind_out_param("@P1", ColumnData::I32(None));
    command.bind_param("@P2", "grace");
    command.bind_out_param("@P3", ColumnData::I64(None));
    let (status, outputs) = told(command, &mut client).await;
    assert_eq!(
        (status, outputs),
        (Some(0), vec![("@P1".to_owned(), 4), ("@P3".to_owned(), 2)])
    );

    let sent = peer.take_record();
    let Request::Call(call) = &sent.last().unwrap().request else {
        panic!("{sent:?}")
    };
    assert_eq!(call.procedure, "sp_executesql");
    assert_eq!(call.arguments[3].value, Value::Text("grace".to_owned()));
}

async fn told(command: Command<'_>, client: &mut Connection) -> (Option<u32>, Vec<(String, i64)>) {
    let mut stream = command.exec(client).await.unwrap();
    let (mut status, mut outputs) = (None, Vec::new());
    while let Some(item) = stream.try_next().await.unwrap() {
        match item {
            CommandItem::ReturnStatus(value) => status = Some(value),
            CommandItem::ReturnValue(output) => {
                let value = match output.data() {
                    ColumnData::I32(Some(value)) => i64::from(*value),
                    ColumnData::I64(Some(value)) => *value,
                    other => panic!("{other:?}"),
                };
                outputs.push((output.name().to_owned(), value));
            }
            _ => {}
        }
    }
    (status, outputs)
}

fn texts(procedure: &'static str, texts: &[&str]) -> Command<'static> {
    let mut command = Command::new(procedure);
    for text in texts {
        command.bind_param("", (*text).to_owned());
    }
    command
}

/// The values of a column of a result, as text.
async fn column(command: Command<'_>, client: &mut Connection, name: &str) -> Vec<String> {
    let mut stream = command.exec(client).await.unwrap();
    let mut values = Vec::new();
    while let Some(item) = stream.try_next().await.unwrap() {
        if let CommandItem::Row(row) = item {
            values.push(row.get::<&str, _>(name).unwrap_or("NULL").to_owned());
        }
    }
    values
}

#[tokio::test]
async fn statements_are_described() {
    let peer = peer();
    let mut client = connect(&peer).await;
    let sql = "INSERT INTO user_role (user_id, role_id) SELECT @P1, role_id FROM app_role WHERE role_name = @P2";
    let described = texts("sp_describe_undeclared_parameters", &[sql]);
    let types = column(described, &mut client, "suggested_system_type_name").await;
    assert_eq!(types, ["bigint", "nvarchar(4000)"]);
    let sql = "SELECT user_id, username AS name, COUNT_BIG(*) OVER (ORDER BY user_id) AS n FROM app_user WHERE user_id = @P1";
    let described = texts("sp_describe_first_result_set", &[sql, "@P1 bigint"]);
    assert_eq!(column(described, &mut client, "name").await, ["user_id", "name", "n"]);
    let described = texts("sp_describe_first_result_set", &[sql, "@P1 bigint"]);
    let types = column(described, &mut client, "system_type_name").await;
    assert_eq!(types, ["bigint", "nvarchar(500)", "bigint"]);
    let twice = texts("sp_describe_undeclared_parameters", &["SELECT 1 WHERE 1 = @P1 AND 2 = @P1"]);
    let failed = match twice.exec(&mut client).await {
        Ok(stream) => number(stream.try_collect::<Vec<_>>().await),
        Err(error) => number::<()>(Err(error)),
    };
    assert_eq!(failed, 11_508);
}

#[tokio::test]
async fn statements_are_prepared() {
    let peer = peer();
    let mut client = connect(&peer).await;
    let mut prepare = Command::new("sp_prepexec");
    prepare.bind_out_param("", ColumnData::I32(None));
    prepare.bind_param("", "@P1 int");
    prepare.bind_param("", "SELECT CAST(@P1 * 2 AS nvarchar(10)) AS double");
    prepare.bind_param("", 21_i32);
    let mut stream = prepare.exec(&mut client).await.unwrap();
    let (mut double, mut handle) = (None, None);
    while let Some(item) = stream.try_next().await.unwrap() {
        match item {
            CommandItem::Row(row) => double = row.get::<&str, _>(0).map(str::to_owned),
            CommandItem::ReturnValue(output) => handle = Some(output.data().clone()),
            _ => {}
        }
    }
    drop(stream);
    assert_eq!(double.as_deref(), Some("42"));
    let Some(ColumnData::I32(Some(handle))) = handle else {
        panic!("{handle:?}")
    };
    let mut again = Command::new("sp_execute");
    again.bind_param("", handle);
    again.bind_param("", 4_i32);
    assert_eq!(column(again, &mut client, "double").await, ["8"]);
    let mut forget = Command::new("sp_unprepare");
    forget.bind_param("", handle);
    assert_eq!(told(forget, &mut client).await.0, Some(0));
    let mut gone = Command::new("sp_execute");
    gone.bind_param("", handle);
    let failed = match gone.exec(&mut client).await {
        Ok(stream) => number(stream.try_collect::<Vec<_>>().await),
        Err(error) => number::<()>(Err(error)),
    };
    assert_eq!(failed, 8179);
}

#[tokio::test]
async fn what_goes_wrong_has_a_number() {
    let peer = peer();
    let mut client = connect(&peer).await;
    let insert = "INSERT INTO app_user (username) VALUES (@P1)";
    client.execute(insert, &[&"once"]).await.unwrap();
    assert_eq!(number(client.execute(insert, &[&"Once"]).await), 2627);
    assert_eq!(number(client.execute(insert, &[&None::<&str>]).await), 515);
    peer.deny("SELECT", "app_user");
    assert_eq!(number(client.execute("SELECT * FROM app_user", &[]).await), 229);
    peer.on("SELECT 42", Behaviour::Fail(ServerError::deadlock(51)), Times::Once);
    assert_eq!(number(client.execute("SELECT 42", &[]).await), 1205);
    assert_eq!(client.execute("SELECT 42", &[]).await.unwrap().total(), 1);
    peer.on("SELECT 43", Behaviour::HangUp, Times::Once);
    assert!(client.execute("SELECT 43", &[]).await.is_err());
    assert!(client.execute("SELECT 44", &[]).await.is_err());
}

#[tokio::test]
async fn transactions_are_kept_or_undone() {
    let peer = peer();
    let mut client = connect(&peer).await;
    let insert = "INSERT INTO app_user (username) VALUES (N'in doubt')";
    client.begin_transaction().await.unwrap();
    client.execute(insert, &[]).await.unwrap();
    assert_eq!(peer.open_transactions(), 1);
    client.rollback_transaction().await.unwrap();
    assert_eq!(peer.rows("SELECT COUNT(*) FROM app_user"), [[Some("0".to_owned())]]);
    client.begin_transaction().await.unwrap();
    client.execute(insert, &[]).await.unwrap();
    client.commit_transaction().await.unwrap();
    assert_eq!(peer.rows("SELECT username FROM app_user"), [[Some("in doubt".to_owned())]]);
    assert_eq!(peer.open_transactions(), 0);
    // Who goes away leaves nothing.
    client.begin_transaction().await.unwrap();
    client.execute("DELETE FROM app_user", &[]).await.unwrap();
    drop(client);
    while peer.open_transactions() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(peer.rows("SELECT COUNT(*) FROM app_user"), [[Some("1".to_owned())]]);
}

#[tokio::test]
async fn a_statement_can_be_cancelled() {
    let peer = peer();
    let mut client = connect(&peer).await;
    let waits = "WAITFOR DELAY '00:10:00'";
    let cut = tokio::time::timeout(std::time::Duration::from_millis(300), client.execute(waits, &[])).await;
    assert!(cut.is_err());
    client.cancel_query().await.unwrap();
    assert_eq!(client.execute("SELECT 1", &[]).await.unwrap().total(), 1);
    assert!(peer.record().iter().any(|sent| matches!(sent.request, Request::Attention)));
}

#[tokio::test]
async fn an_attention_may_go_unheard() {
    let peer = peer();
    peer.ignore_attentions();
    let mut client = connect(&peer).await;
    let short = std::time::Duration::from_millis(300);
    let cut = tokio::time::timeout(short, client.execute("WAITFOR DELAY '00:10:00'", &[])).await;
    assert!(cut.is_err());
    assert!(tokio::time::timeout(short, client.cancel_query()).await.is_err());
}
