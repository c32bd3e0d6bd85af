//! Transactions that are in each other's way.
//!
//! Two requests each change a user and then give it the other user, as an "entitlement" whose statement writes into the other one's
//! row. Both sleep between the two, so that each has its own row when it wants the other's: a deadlock, of which the database ends one.
//! SQLite has none, since one transaction writes at a time.

use portcullis_tests::{Application, Client, Kind, Response, application::USER, client::PATCH_SCHEMA};
use serde_json::{Value, json};

const PAIRED: &str = "\
[entitlements.Licence.get-entitlements]
sql = \"SELECT user_id AS licence_id, username AS title FROM app_user\"
[entitlements.Licence.get-user-entitlements]
sql = \"SELECT user_id AS licence_id, username AS title FROM app_user WHERE department = :id\"
";

/// Who is changed.
const USERS: [&str; 2] = ["user001", "user002"];

fn paired(on: Kind, retries: u32) -> Application {
    // PostgreSQL sleeps before it locks the row of the statement, the others when they have it.
    let (first, second) = match on {
        Kind::Postgresql => ("", "AND pg_sleep(0.6) IS NOT NULL"),
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
        _ => "1213",
    }
}

fn both_succeed(on: Kind) {
    let application = paired(on, 3);
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
            }
        )+
    };
}

on_servers!(both_succeed, so_they_do_in_bulk, or_one_is_told_to_come_back);
