//! Components that misbehave: each gets an answer that says what it did, and the program goes on as if nothing had been.

pub mod admission;
mod contract;
mod crashes;
mod handles;
mod hostile;
mod http;
mod isolation;
mod lies;
mod limits;
mod mischief;
mod prepare;
mod twists;

use portcullis_tests::{Application, Builder, Kind, Response};
use serde_json::json;

/// The application with `deactivate-user` done by a fixture. `entry` is laid over the plugin's entry.
fn deactivating(on: Kind, plugin: &str, fixture: &str, entry: &str) -> Application {
    with_fixture(on, plugin, fixture, entry)
        .with_operation("deactivate-user", plugin)
        .start()
}

/// The application with `get-user` done by a fixture, which therefore can only read.
fn reading(on: Kind, plugin: &str, fixture: &str, entry: &str) -> Application {
    with_fixture(on, plugin, fixture, entry)
        .with_operation("get-user", plugin)
        .start()
}

fn with_fixture(on: Kind, plugin: &str, fixture: &str, entry: &str) -> Builder {
    Application::with_users(on, 7).with_plugin(plugin, fixture, entry)
}

/// A request that calls `deactivate-user`.
fn deactivate(application: &Application) -> Response {
    application.patch(
        &application.user("user001"),
        json!([{ "op": "replace", "path": "active", "value": false }]),
    )
}

/// A request that calls `get-user`.
fn read(application: &Application) -> Response {
    application.get(&application.user("user001"))
}

/// Several failures in a row, and then requests that have nothing to do with the fixture: reads, a write of another kind.
#[track_caller]
fn expect_to_go_on(application: &Application, failing: impl Fn(&Application) -> Response) {
    for _ in 0..3 {
        assert_eq!(failing(application).status.as_u16(), 500);
    }
    application.expect_unharmed();
    let created = application.post(
        "/Users",
        &json!({ "schemas": [portcullis_tests::application::USER], "userName": "after" }),
    );
    assert!(created.status == 201 || created.status == 500, "{created}");
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE username = 'after'"),
        u64::from(created.status == 201)
    );
    application.get("/Roles").expect(200);
}
