//! Tables that change, triggers, and what T-SQL does by rules of its own; past the protocol.

use portcullis_tds_peer::{Peer, Settings};

fn peer() -> Peer {
    let peer = Peer::start(Settings::default());
    peer.run(include_str!("tables.sql"));
    peer
}

fn value(peer: &Peer, sql: &str) -> String {
    let rows = peer.rows(sql);
    match rows.as_slice() {
        [row] if row.len() == 1 => row[0].clone().unwrap_or_else(|| "NULL".to_owned()),
        _ => panic!("{sql}: {rows:?}"),
    }
}

/// What T-SQL says of an error, inside.
fn error(peer: &Peer, sql: &str) -> String {
    value(
        peer,
        &format!("DECLARE @n int = 0; BEGIN TRY {sql} END TRY BEGIN CATCH SET @n = @@ERROR END CATCH; SELECT @n"),
    )
}

#[test]
fn a_table_changes_and_keeps_its_rows() {
    let peer = peer();
    peer.run("INSERT INTO app_user (username) VALUES (N'ada'), (N'grace')");
    peer.run("INSERT INTO user_role VALUES (1, 'clerk')");
    peer.run("CREATE UNIQUE INDEX by_status ON app_user (status, username)");
    peer.run("ALTER TABLE app_user ADD team int NOT NULL DEFAULT 1 CONSTRAINT app_user_team CHECK (team < 10)");
    peer.run("ALTER TABLE app_user ADD mail nvarchar(20) DEFAULT 'x'");
    assert_eq!(
        value(&peer, "SELECT team FROM app_user WHERE username = 'ada' AND mail IS NULL"),
        "1"
    );
    assert_eq!(error(&peer, "UPDATE app_user SET team = 10"), "547");
    let another = "INSERT INTO app_user (username, status) VALUES (N'ADA', 'INACTIVE')";
    assert_eq!(error(&peer, another), "2627");
    peer.run("ALTER TABLE app_user DROP CONSTRAINT app_user_username");
    assert_eq!(error(&peer, "INSERT INTO app_user (username) VALUES (N'ADA')"), "2601");
    peer.run(another);
    peer.run("DELETE FROM app_user WHERE user_id = 1");
    assert_eq!(value(&peer, "SELECT COUNT(*) FROM user_role"), "0");
}

#[test]
fn a_trigger_is_one_with_its_statement() {
    let peer = peer();
    peer.run("CREATE TABLE written (what varchar(10) NOT NULL CHECK (what <> 'DELETE'))");
    for event in ["INSERT", "UPDATE", "DELETE"] {
        peer.run(&format!(
            "CREATE TRIGGER note_{event} ON app_user AFTER {event} AS INSERT INTO written VALUES ('{event}')"
        ));
    }
    peer.run("INSERT INTO app_user (username) VALUES (N'ada'), (N'grace'); UPDATE app_user SET email = N'x' WHERE username = N'nobody'");
    assert_eq!(value(&peer, "SELECT COUNT(*) FROM written WHERE what = 'INSERT'"), "1");
    assert_eq!(value(&peer, "SELECT COUNT(*) FROM written WHERE what = 'UPDATE'"), "1");
    assert_eq!(error(&peer, "DELETE FROM app_user"), "547");
    assert_eq!(value(&peer, "SELECT COUNT(*) FROM app_user"), "2");
    assert_eq!(
        error(&peer, "INSERT INTO app_user (username) OUTPUT INSERTED.user_id VALUES (N'b')"),
        "334"
    );
    peer.run("DROP TRIGGER note_DELETE; DELETE FROM app_user");
    assert_eq!(value(&peer, "SELECT COUNT(*) FROM app_user"), "0");
}

/// Where SQLite would do otherwise.
#[test]
fn rules_are_those_of_sql_server() {
    let peer = peer();
    for (sql, wanted) in [
        ("SELECT IIF('a ' = 'A', 1, 0)", "1"),
        ("SELECT IIF('a' COLLATE Latin1_General_100_BIN2 = 'A', 1, 0)", "0"),
        ("SELECT LEN(N'ab  ') + DATALENGTH(N'ab')", "6"),
        (
            "SELECT IIF(CAST(N'a ' AS varbinary(max)) = CAST(N'a' AS varbinary(max)), 1, 0)",
            "0",
        ),
        (
            "SELECT CHARINDEX('B', 'abc') + CHARINDEX('B', 'abc' COLLATE Latin1_General_BIN2)",
            "2",
        ),
        ("SELECT 7 / 2", "3"),
        ("SELECT N'1' + N'2'", "12"),
        ("SELECT N'1' + 2", "3"),
        ("SELECT CAST(1.005 AS decimal(4,2))", "1.01"),
        (
            "SELECT CAST(12345678901234567890.5 AS decimal(21,1)) + 0.5",
            "12345678901234567891.0",
        ),
        ("SELECT SUBSTRING(0x010203, 2, 5)", "0x0203"),
        ("SELECT CASE WHEN NULL = NULL THEN 1 ELSE 0 END", "0"),
        ("SELECT ISNULL(CAST(NULL AS varchar(3)), 'abcdef')", "abc"),
        (
            "SELECT SQL_VARIANT_PROPERTY(username, 'Collation') FROM (SELECT N'x' AS username) AS r",
            "SQL_Latin1_General_CP1_CI_AS",
        ),
        ("WITH x AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT MAX(a) FROM x", "2"),
    ] {
        assert_eq!(value(&peer, sql), wanted, "{sql}");
    }
    for (sql, wanted) in [
        ("SELECT * FROM (SELECT username FROM app_user ORDER BY username) AS r", "1033"),
        ("SELECT * FROM (SELECT 1 AS a, 2 AS a) AS r", "8156"),
        ("SELECT username FROM app_user ORDER BY username, username", "169"),
        ("SELECT username, COUNT(*) FROM app_user", "8120"),
        ("SELECT 1 / 0", "8134"),
        ("INSERT INTO app_user (user_id, username) VALUES (5, N'x')", "544"),
        ("SELECT CAST(300 AS tinyint)", "220"),
        ("SELECT user_id FROM app_user AS u WHERE x.user_id = 1", "4104"),
    ] {
        assert_eq!(error(&peer, sql), wanted, "{sql}");
    }
}

/// Two NULLs are the same to a constraint, where SQLite takes them for different.
#[test]
fn a_unique_column_has_one_null() {
    let peer = peer();
    peer.run("CREATE TABLE t (a int CONSTRAINT only UNIQUE)");
    peer.run("INSERT INTO t VALUES (NULL), (1)");
    assert_eq!(error(&peer, "INSERT INTO t VALUES (NULL)"), "2627");
}

#[test]
fn functions_stand_where_they_are_called() {
    let peer = peer();
    peer.run("INSERT INTO app_user (username, status) VALUES (N'ada', 'ACTIVE'), (N'grace', 'INACTIVE')");
    peer.run(
        "CREATE FUNCTION dbo.users(@status varchar(10), @least bigint) RETURNS TABLE AS
         RETURN (SELECT user_id, username FROM app_user WHERE status = @status AND user_id >= @least)",
    );
    peer.run("CREATE FUNCTION dbo.badge(@id bigint, @prefix nvarchar(5)) RETURNS nvarchar(20) AS BEGIN RETURN @prefix + CAST(@id AS nvarchar(20)) END");
    let of_others = "DECLARE @s varchar(10) = 'INACTIVE'; SELECT u.username FROM dbo.users(@s, 1) AS u";
    assert_eq!(value(&peer, of_others), "grace");
    assert_eq!(
        value(&peer, "SELECT COUNT(*) FROM (SELECT * FROM dbo.users('ACTIVE', '1')) AS r"),
        "1"
    );
    assert_eq!(
        value(
            &peer,
            "SELECT dbo.badge(user_id, N'x-') AS b FROM app_user WHERE username = N'grace'"
        ),
        "x-2"
    );
    assert_eq!(error(&peer, "SELECT * FROM dbo.users('ACTIVE')"), "313");
    assert_eq!(error(&peer, "SELECT dbo.nothing(1)"), "4121");
    assert_eq!(error(&peer, "SELECT * FROM dbo.users('ACTIVE', N'x')"), "8114");
    peer.run("DROP FUNCTION dbo.badge");
    assert_eq!(error(&peer, "SELECT dbo.badge(1, N'')"), "4121");
}

#[test]
fn a_call_is_described_by_what_the_procedure_selects() {
    let peer = peer();
    peer.run(
        "CREATE PROCEDURE dbo.list_users @status varchar(10) AS
         SET NOCOUNT ON; DECLARE @n int; IF @status IS NULL SET @n = 1 ELSE SELECT username, user_id FROM app_user WHERE status = @status",
    );
    let described = peer.rows("EXEC sp_describe_first_result_set N'EXEC dbo.list_users @P1', N'@P1 varchar(10)'");
    let names: Vec<_> = described.iter().map(|row| (row[2].as_deref(), row[5].as_deref())).collect();
    assert_eq!(
        names,
        [(Some("username"), Some("nvarchar(500)")), (Some("user_id"), Some("bigint"))]
    );
    let wanted = peer.rows("EXEC sp_describe_undeclared_parameters N'EXEC @P1 = dbo.list_users @status = @P2'");
    let types: Vec<_> = wanted.iter().map(|row| (row[1].as_deref(), row[3].as_deref())).collect();
    assert_eq!(types, [(Some("@P1"), Some("int")), (Some("@P2"), Some("varchar(10)"))]);
}

#[test]
fn a_row_goes_into_variables() {
    let peer = peer();
    peer.run("INSERT INTO app_user (username) VALUES (N'ada'), (N'grace')");
    let into = "DECLARE @n int = 7, @name varchar(3) = 'x'; SELECT @n = user_id, @name = username FROM app_user";
    let shown = "SELECT CAST(@n AS varchar(10)) + @name + CAST(@@ROWCOUNT AS varchar(10))";
    assert_eq!(value(&peer, &format!("{into} ORDER BY user_id; {shown}")), "2gra2");
    assert_eq!(value(&peer, &format!("{into} WHERE 1 = 0; {shown}")), "7x0");
    assert_eq!(value(&peer, "DECLARE @n int = 7; SELECT 1 AS [@n]"), "1");
}

#[test]
fn a_procedure_says_when_transactions_are_more_or_fewer_behind_it() {
    let peer = peer();
    peer.run("CREATE PROCEDURE begins AS BEGIN TRANSACTION");
    peer.run("CREATE PROCEDURE ends AS ROLLBACK");
    let error = |sql: &str| {
        value(
            &peer,
            &format!("DECLARE @n int; {sql}; SET @n = @@ERROR; IF @@TRANCOUNT > 0 ROLLBACK; SELECT @n"),
        )
    };
    assert_eq!(error("EXEC begins"), "266");
    assert_eq!(error("BEGIN TRANSACTION; EXEC ends"), "266");
    assert_eq!(error("BEGIN TRANSACTION; EXEC begins; COMMIT; COMMIT; EXEC begins"), "266");
    assert_eq!(peer.open_transactions(), 0);
}
