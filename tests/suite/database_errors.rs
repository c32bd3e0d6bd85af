//! Each kind of error that a database reports, provoked on every database: recognised by its code, answered with SCIM's status, and
//! with the constraint or the column where the database names one.
//!
//! The application's operations write into a table that is made for being refused. Deadlocks are in `conflicts`.

use std::time::{Duration, Instant};

use portcullis_tests::{
    Application, Kind, Response,
    database::{Behaviour, Times},
    on_every_database,
};
use portcullis_tns_peer::Fault;
use serde_json::json;

on_every_database!(each_kind_is_recognised, a_connection_that_is_lost_is_replaced);

/// What happens on SQLite, PostgreSQL, MariaDB, MySQL and SQL Server.
type Each<T> = [T; 6];

struct Case {
    request: fn(&Application) -> Response,
    status: u16,
    scim_type: Option<&'static str>,
    /// As the log has it; each is provoked once.
    kind: &'static str,
    /// The database's own; `None` where it doesn't know such an error.
    codes: Each<Option<&'static str>>,
    detail: Each<&'static str>,
}

const CASES: [Case; 9] = [
    Case {
        request: |it| changed(it, &[("title", "b")]),
        status: 409,
        scim_type: Some("uniqueness"),
        kind: "Unique",
        codes: [
            Some("2067"),
            Some("23505"),
            Some("1062"),
            Some("1062"),
            Some("2627"),
            Some("ORA-00001"),
        ],
        detail: [
            "the column `title` is the attribute `title`",
            "(constraint probe_title): duplicate key",
            "(constraint probe_title)",
            "(constraint probe_title)",
            "(constraint probe_title)",
            "(constraint PROBE_TITLE)",
        ],
    },
    Case {
        request: |it| changed(it, &[("title", "x"), ("displayName", "99")]),
        status: 400,
        scim_type: Some("invalidValue"),
        kind: "ForeignKey",
        codes: [
            Some("787"),
            Some("23503"),
            Some("1452"),
            Some("1452"),
            Some("547"),
            Some("ORA-02291"),
        ],
        detail: [
            "refers to something that does not exist",
            "(constraint probe_licence)",
            "(constraint probe_licence)",
            "the column `display_name` is the attribute `displayName`",
            "(constraint probe_licence)",
            "(constraint PROBE_LICENCE)",
        ],
    },
    Case {
        request: |it| changed(it, &[("displayName", "1")]),
        status: 400,
        scim_type: Some("invalidValue"),
        kind: "NotNull",
        codes: [
            Some("1299"),
            Some("23502"),
            Some("1048"),
            Some("1048"),
            Some("515"),
            Some("ORA-01407"),
        ],
        detail: [
            "the column `title` is the attribute `title`",
            "the column `title` is the attribute `title`",
            "the column `title` is the attribute `title`",
            "the column `title` is the attribute `title`",
            "the column `title` is the attribute `title`",
            "the column `TITLE` is the attribute `title`",
        ],
    },
    Case {
        request: |it| changed(it, &[("title", "x"), (DEPARTMENT, "11")]),
        status: 400,
        scim_type: Some("invalidValue"),
        kind: "Check",
        codes: [
            Some("275"),
            Some("23514"),
            Some("4025"),
            Some("3819"),
            Some("547"),
            Some("ORA-02290"),
        ],
        detail: [
            "(constraint probe_department)",
            "(constraint probe_department)",
            "(constraint probe_department)",
            "(constraint probe_department)",
            "(constraint probe_department)",
            "(constraint PROBE_DEPARTMENT)",
        ],
    },
    Case {
        request: |it| changed(it, &[("title", "much too long")]),
        status: 400,
        scim_type: Some("invalidValue"),
        kind: "TooLong",
        // SQLite's columns have no length.
        codes: [
            None,
            Some("22001"),
            Some("1406"),
            Some("1406"),
            Some("2628"),
            Some("ORA-12899"),
        ],
        detail: [
            "",
            "character varying(5)",
            "the column `title` is the attribute `title`",
            "the column `title` is the attribute `title`",
            "the column `title` is the attribute `title`",
            "the column `TITLE` is the attribute `title`",
        ],
    },
    Case {
        request: |it| changed(it, &[("title", "x"), (DEPARTMENT, "ninety")]),
        status: 400,
        scim_type: Some("invalidValue"),
        kind: "InvalidValue",
        codes: [
            Some("3091"),
            Some("22P02"),
            Some("1366"),
            Some("1366"),
            Some("245"),
            Some("ORA-01722"),
        ],
        detail: ["does not fit the type of its column"; 6],
    },
    Case {
        request: |it| {
            it.patch(
                &it.user("user001"),
                json!([{ "op": "replace", "path": "active", "value": false }]),
            )
        },
        status: 500,
        scim_type: None,
        kind: "Permission",
        // SQLite has no accounts. Of what an account has no right to, Oracle says that there is no such thing.
        codes: [
            None,
            Some("42501"),
            Some("1142"),
            Some("1142"),
            Some("229"),
            Some("ORA-00942"),
        ],
        detail: ["deactivate-user"; 6],
    },
    Case {
        request: |it| it.delete(&it.user("user001")),
        status: 500,
        scim_type: None,
        kind: "Statement",
        codes: [
            Some("1"),
            Some("42703"),
            Some("1054"),
            Some("1054"),
            Some("207"),
            Some("ORA-00904"),
        ],
        detail: ["delete-user"; 6],
    },
    Case {
        request: |it| it.get("/Licences"),
        status: 503,
        scim_type: None,
        kind: "Timeout",
        // SQL Server and Oracle have no limit of their own: the driver cancels, and nobody gives a number.
        codes: [Some("9"), Some("57014"), Some("1969"), Some("3024"), Some(""), Some("")],
        detail: ["took longer than it may"; 6],
    },
];

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

fn place(on: Kind) -> usize {
    match on {
        Kind::Sqlite => 0,
        Kind::Postgresql => 1,
        Kind::Mariadb => 2,
        Kind::Mysql => 3,
        Kind::Sqlserver => 4,
        Kind::Oracle => 5,
    }
}

fn changed(application: &Application, values: &[(&str, &str)]) -> Response {
    let operations = values
        .iter()
        .map(|(path, value)| json!({ "op": "replace", "path": path, "value": value }));
    application.patch(&application.user("user001"), operations.collect())
}

/// `probe` is written to and has no column `vanished`; `forbidden` must not be written to.
fn application(on: Kind) -> Application {
    // In SQLite only strict tables have types.
    let (text, end) = if on == Kind::Sqlite {
        ("TEXT", " STRICT")
    } else {
        ("VARCHAR(5)", "")
    };
    // What a parameter is for an integer, PostgreSQL's and SQL Server's drivers convert before the database sees it.
    let department = if matches!(on, Kind::Postgresql | Kind::Sqlserver) {
        "CAST(CAST(:department AS VARCHAR(20)) AS INTEGER)"
    } else {
        ":department"
    };
    let probe = format!(
        "CREATE TABLE probe (probe_id INTEGER PRIMARY KEY, title {text} NOT NULL, department INTEGER, display_name INTEGER, \
         CONSTRAINT probe_title UNIQUE (title), CONSTRAINT probe_department CHECK (department < 10), \
         CONSTRAINT probe_licence FOREIGN KEY (display_name) REFERENCES licence(licence_id)){end}"
    );
    let product: String = (2..=16).map(|n| format!("CROSS JOIN app_role r{n} ")).collect();
    let length = if on == Kind::Sqlserver { "LEN" } else { "length" };
    let text = format!(
        "[database]\nstatement-timeout = \"700ms\"\n\
         [operations.update-user]\n\
         sql = \"UPDATE probe SET title = :title, department = {department}, display_name = :displayName WHERE probe_id = 1\"\n\
         [operations.deactivate-user]\n\
         sql = \"UPDATE forbidden SET n = n + 1 WHERE n = :id\"\n\
         [operations.delete-user]\n\
         sql = \"DELETE FROM probe WHERE vanished = :id\"\n\
         [entitlements.Licence.get-entitlements]\n\
         sql = \"SELECT sum({length}(r1.role_id) - {length}(r16.role_id)) AS licence_id, 'x' AS title FROM app_role r1 {product}\"\n"
    );
    let application = Application::with_users(on, 2)
        .with_table(&probe)
        .with_table("INSERT INTO probe VALUES (1, 'a', 1, 1)")
        .with_table("INSERT INTO probe VALUES (2, 'b', 1, 1)")
        .with_table("CREATE TABLE forbidden (n INTEGER)")
        .with(&text);
    let tables = [
        "app_user",
        "app_role",
        "user_role",
        "licence",
        "app_group",
        "group_member",
        "probe",
    ];
    let grants: Vec<String> = tables
        .iter()
        .map(|table| format!("SELECT, INSERT, UPDATE, DELETE ON {table}"))
        .collect();
    let application = application.as_account(&grants).start();
    if let Some(peer) = application.database.peer() {
        peer.deny("UPDATE", "forbidden");
    }
    application
}

fn each_kind_is_recognised(on: Kind) {
    let application = application(on);
    let before = application.database.rows("SELECT * FROM probe ORDER BY probe_id");
    for case in &CASES {
        let (Some(code), detail) = (case.codes[place(on)], case.detail[place(on)]) else {
            continue;
        };
        let answer = (case.request)(&application);
        answer.expect_error(case.status, case.scim_type, &[detail]);
        assert_eq!(answer.header("retry-after").is_some(), case.status == 503, "{answer}");
        let kind = match (on, case.kind) {
            // One number for both.
            (Kind::Sqlserver, "ForeignKey") => "Check",
            (_, kind) => kind,
        };
        let code = if code.is_empty() {
            String::new()
        } else {
            format!("\"code\":\"{code}\"")
        };
        let wanted = [format!("\"kind\":\"{kind}\""), code];
        application.program.log.expect(&wanted.each_ref().map(String::as_str));
    }
    assert_eq!(application.database.rows("SELECT * FROM probe ORDER BY probe_id"), before);
    application.expect_unharmed();
}

/// In the middle of a statement that changes something: nobody knows what became of it, and it isn't repeated.
fn a_connection_that_is_lost_is_replaced(on: Kind) {
    let slow = match on {
        // A file has no connection to lose.
        Kind::Sqlite => return,
        Kind::Sqlserver | Kind::Oracle => "1 = 1",
        Kind::Postgresql => "pg_sleep(20) IS NOT NULL",
        Kind::Mariadb | Kind::Mysql => "SLEEP(20) = 0",
    };
    let application = Application::with_users(on, 2)
        .with("[database]\nstatement-timeout = \"4500ms\"")
        .with(&format!(
            "[operations.delete-user]\nsql = \"DELETE FROM app_user WHERE user_id = :id AND {slow}\""
        ))
        .start();
    if let Some(peer) = application.database.peer() {
        peer.on("DELETE FROM app_user", Behaviour::HangUp, Times::Once);
    }
    let path = application.user("user001");
    if let Some(peer) = application.database.oracle() {
        peer.on_next("DELETE FROM app_user", Fault::Disconnect);
    }
    let answer = std::thread::scope(|scope| {
        let request = scope.spawn(|| application.delete(&path));
        if on != Kind::Oracle {
            lose(&application);
        }
        request.join().expect("an answer")
    });
    answer.expect_error(503, None, &["delete-user", "cannot be reached"]);
    assert!(answer.header("retry-after").is_some(), "{answer}");
    application
        .program
        .log
        .expect(&["operation failed", "\"kind\":\"Unavailable\""]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
    application.get(&path).expect(200);
    application.expect_unharmed();
}

/// Ends the connection on which the slow statement runs, when it runs.
fn lose(application: &Application) {
    let database = &application.database;
    // A peer was told already to hang up.
    if database.peer().is_some() {
        return;
    }
    let (find, end) = match database.kind() {
        Kind::Postgresql => (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'DELETE%'",
            "SELECT pg_terminate_backend(",
        ),
        _ => (
            "SELECT id FROM information_schema.processlist WHERE db = database() AND info LIKE 'DELETE%'",
            "KILL (",
        ),
    };
    let deadline = Instant::now() + Duration::from_secs(15);
    let id = loop {
        if let Some([Some(id)]) = database.rows(find).first().map(Vec::as_slice) {
            break id.clone();
        }
        assert!(Instant::now() < deadline, "nobody runs the statement");
        std::thread::sleep(Duration::from_millis(50));
    };
    database.run(&format!("{end}{id})"));
}
