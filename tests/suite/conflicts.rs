//! Transactions that are in each other's way.
//!
//! Two requests each change a user and then give it the other user, as an "entitlement" whose statement writes into the other one's
//! row. Both sleep between the two, so that each has its own row when it wants the other's: a deadlock, of which the database ends one.
//! SQLite has none, since one transaction writes at a time. So it is with the peers of SQL Server and Oracle, of which the second
//! request waits for the first: they are told to choose a victim as the real ones do, with their own errors and what these do to the
//! transaction.

use portcullis_tds_peer::ServerError;
use portcullis_tests::{
    Application, Client, Kind, Response,
    application::USER,
    client::PATCH_SCHEMA,
    database::{Behaviour, Times},
};
use portcullis_tns_peer::{Failure, Fault};
use serde_json::{Value, json};

const PAIRED: &str = "\
[entitlements.Licence.get-entitlements]
sql = \"SELECT user_id AS licence_id, username AS title FROM app_user\"
[entitlements.Licence.get-user-entitlements]
sql = \"SELECT user_id AS licence_id, username AS title FROM app_user WHERE department = :id\"
";

/// What the statement says with which one gets in the other's way.
const ASSIGNMENT: &str = "SET department";

/// Who is changed.
const USERS: [&str; 2] = ["user001", "user002"];

fn paired(on: Kind, retries: u32) -> Application {
    // PostgreSQL sleeps before it locks the row of the statement, MariaDB and MySQL when they have it.
    let (first, second) = match on {
        Kind::Postgresql => ("", "AND pg_sleep(0.6) IS NOT NULL"),
        Kind::Sqlserver | Kind::Oracle => ("", ""),
        _ => ("+ SLEEP(0.6)", ""),
    };
    let text = format!(
        "[database]\nconflict-retries = {retries}\n{PAIRED}\
         [operations.update-user]\n\
         sql = \"UPDATE app_user SET title = :title, licence_id = NULL {first} WHERE user_id = :id\"\n\
         [entitlements.Licence.add-entitlement]\n\
         sql = \"UPDATE app_user SET department = :id WHERE user_id = :entitlement-id {second}\"\n"
    );
    Application::with_users(on, 2)
        .without("entitlements.Role")
        .without("groups")
        .with(&text)
        .start()
}

/// What is in the way of a peer's next transactions.
fn obstruct(application: &Application, code: Code, times: u32) {
    if let Some(peer) = application.database.peer() {
        let error = match code {
            Code::Deadlock => ServerError::deadlock(51),
            Code::Serialization => ServerError::snapshot_conflict("app_user"),
        };
        peer.on(ASSIGNMENT, Behaviour::Fail(error), Times::Few(times));
    }
    if let Some(peer) = application.database.oracle() {
        let failure = match code {
            Code::Deadlock => Failure::new(60, "deadlock detected while waiting for resource"),
            Code::Serialization => Failure::new(8177, "can't serialize access for this transaction"),
        };
        for _ in 0..times {
            peer.on_next(ASSIGNMENT, Fault::Fail(failure.clone()));
        }
    }
}

/// Which error it is.
#[derive(Clone, Copy)]
enum Code {
    Deadlock,
    Serialization,
}

/// How often the statement was run that peers refuse.
fn assignments(application: &Application) -> usize {
    let of_sqlserver = application.database.peer().map(|peer| {
        let ran = |recorded: &portcullis_tds_peer::Recorded| match &recorded.request {
            portcullis_tds_peer::Request::Call(call) => {
                call.procedure == "sp_executesql" && call.statement().is_some_and(|text| text.contains(ASSIGNMENT))
            }
            _ => false,
        };
        peer.record().iter().filter(|recorded| ran(recorded)).count()
    });
    let of_oracle = application.database.oracle().map(|peer| {
        let ran = |recorded: &portcullis_tns_peer::Recorded| match &recorded.request {
            portcullis_tns_peer::Request::Executed { text, .. } => text.contains(ASSIGNMENT),
            _ => false,
        };
        peer.recorded().iter().filter(|recorded| ran(recorded)).count()
    });
    of_sqlserver.or(of_oracle).expect("a peer")
}

fn operations(application: &Application, other: &str) -> Value {
    json!([
        { "op": "replace", "path": "title", "value": "Changed" },
        { "op": "add", "path": "entitlements", "value": [{ "value": application.id_of(other) }] },
    ])
}

/// Both requests at the same time.
fn at_once(application: &Application, request: impl Fn(&Client, &str, Value) -> Response + Sync) -> Vec<Response> {
    // The statements are known to their connections, so that both requests take the same time.
    application.get("/Users?count=2").expect(200);
    let [one, two] = USERS;
    std::thread::scope(|scope| {
        let both = [(one, two), (two, one)].map(|(user, other)| {
            let (path, operations) = (application.user(user), operations(application, other));
            let (client, request) = (&**application, &request);
            scope.spawn(move || request(client, &path, operations))
        });
        both.into_iter().map(|thread| thread.join().expect("a request")).collect()
    })
}

fn expect_both(application: &Application) {
    let done = "SELECT count(*) FROM app_user WHERE title = 'Changed' AND department IS NOT NULL";
    assert_eq!(application.database.count(done), 2, "the change of one of them is lost");
    application.expect_unharmed();
}

fn code(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "40P01",
        Kind::Sqlserver => "1205",
        Kind::Oracle => "ORA-00060",
        _ => "1213",
    }
}

fn both_succeed(on: Kind) {
    let application = paired(on, 3);
    obstruct(&application, Code::Deadlock, 1);
    for answer in at_once(&application, |client, path, operations| client.patch(path, operations)) {
        answer.expect(200);
    }
    expect_both(&application);
    application
        .program
        .log
        .expect(&["is done again", &format!("\"{}\"", code(on))]);
}

/// Each operation of a bulk request is a transaction of its own, and so done again by itself.
fn so_they_do_in_bulk(on: Kind) {
    let application = paired(on, 3);
    obstruct(&application, Code::Deadlock, 1);
    let answers = at_once(&application, |client, path, operations| {
        let patch = json!({ "schemas": [PATCH_SCHEMA], "Operations": operations });
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "new", "data": { "schemas": [USER], "userName": format!("new{}", path.replace('/', "-")) } },
                { "method": "PATCH", "path": path, "data": patch },
            ],
        });
        client.post("/Bulk", &bulk)
    });
    for answer in answers {
        let body = answer.expect(200);
        let statuses = ["0", "1"].map(|index| body["Operations"][index.parse::<usize>().unwrap()]["status"].clone());
        assert_eq!(statuses, [json!("201"), json!("200")], "{body}");
    }
    let made = "SELECT count(*) FROM app_user WHERE username LIKE 'new%'";
    assert_eq!(
        application.database.count(made),
        2,
        "only the operation that was in the way is done again"
    );
    expect_both(&application);
    application
        .program
        .log
        .expect(&["is done again", &format!("\"{}\"", code(on))]);
}

/// Where it is not to be done again, the client is told that it may.
fn or_one_is_told_to_come_back(on: Kind) {
    let application = paired(on, 0);
    obstruct(&application, Code::Deadlock, 1);
    let answers = at_once(&application, |client, path, operations| client.patch(path, operations));
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((done.len(), refused.len()), (1, 1), "{answers:?}");
    refused[0].expect_error(503, None, &["add-entitlement", "another transaction was in the way"]);
    assert!(refused[0].header("retry-after").is_some(), "{}", refused[0]);
    let done = "SELECT count(*) FROM app_user WHERE title = 'Changed'";
    assert_eq!(
        application.database.count(done),
        1,
        "something of the refused request was kept"
    );
    application.expect_unharmed();
}

/// One attempt and as many as there may be further ones. What each of them did is undone, and the last one's error is the answer.
fn nor_is_it_done_for_ever(on: Kind) {
    for code in [Code::Deadlock, Code::Serialization] {
        let application = paired(on, 2);
        let [one, two] = USERS;
        let path = application.user(one);
        // So that SQL Server has told of the statement's parameters already.
        let other = json!([{ "op": "add", "path": "entitlements", "value": [{ "value": application.id_of(one) }] }]);
        application.patch(&application.user(two), other).expect(200);
        let before = assignments(&application);
        obstruct(&application, code, 5);
        let answer = application.patch(&path, operations(&application, two));
        answer.expect_error(503, None, &["add-entitlement", "another transaction was in the way"]);
        assert_eq!(assignments(&application) - before, 3);
        let done = "SELECT count(*) FROM app_user WHERE title = 'Changed'";
        assert_eq!(application.database.count(done), 0, "something of an attempt was kept");
        // The next one meets the last two of five, and then nothing.
        application.patch(&path, operations(&application, two)).expect(200);
        assert_eq!(assignments(&application) - before, 6);
        assert_eq!(application.database.count(done), 1);
        application.expect_unharmed();
    }
}

/// SQLite is left out, and so the tests are made by hand.
macro_rules! on_servers {
    ($($scenario:ident),+) => {
        $(
            mod $scenario {
                use portcullis_tests::Kind;

                #[test]
                fn postgresql() {
                    super::$scenario(Kind::Postgresql);
                }

                #[test]
                fn mariadb() {
                    super::$scenario(Kind::Mariadb);
                }

                #[test]
                fn mysql() {
                    if Kind::Mysql.is_there() {
                        super::$scenario(Kind::Mysql);
                    }
                }

                #[test]
                fn sqlserver() {
                    super::$scenario(Kind::Sqlserver);
                }

                #[test]
                fn oracle() {
                    super::$scenario(Kind::Oracle);
                }
            }
        )+
    };
}

/// How often something was tried is seen where a peer tells it.
mod nor_is_it_done_for_ever {
    use portcullis_tests::Kind;

    #[test]
    fn sqlserver() {
        super::nor_is_it_done_for_ever(Kind::Sqlserver);
    }

    #[test]
    fn oracle() {
        super::nor_is_it_done_for_ever(Kind::Oracle);
    }
}

on_servers!(both_succeed, so_they_do_in_bulk, or_one_is_told_to_come_back);
