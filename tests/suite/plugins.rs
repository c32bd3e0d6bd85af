//! Components of an administrator's own: the worked examples in `plugins/`, as an administrator would use them.

use portcullis_tests::{Application, Kind, application::complete_user, on_every_database};
use serde_json::json;

use crate::components;

on_every_database!(
    an_operation_writes_what_it_does_into_a_table,
    an_operation_and_its_audit_are_one,
    a_transform_tidies_what_comes_in,
    a_transform_that_fails_fails_the_request,
    rows_that_a_component_puts_out_are_users,
);

const AUDIT: &str = "CREATE TABLE role_audit (user_id VARCHAR(20) NOT NULL, role_id VARCHAR(50) NOT NULL, \
     action VARCHAR(10) NOT NULL, request VARCHAR(100) NOT NULL, at TIMESTAMP NOT NULL, CHECK (action = 'add' OR role_id <> 'clerk'))";

/// `role-audit` gives and takes roles. Its audit table refuses to have the role `clerk` taken.
fn audited(on: Kind) -> Application {
    let settings = format!(
        "allow = [\"log\", \"database\"]\n[plugins.role-audit.settings]\ndatabase = \"{}\"\nassignments = \"user_role\"\n\
         user-column = \"user_id\"\nrole-column = \"role_id\"\naudit = \"role_audit\"",
        on.name()
    );
    let table = AUDIT.replace(
        "user_id VARCHAR(20)",
        if on == Kind::Postgresql {
            "user_id BIGINT"
        } else {
            "user_id VARCHAR(20)"
        },
    );
    Application::with_users(on, 7)
        .with_table(&table.replace("TIMESTAMP", on.timestamp()))
        .with_plugin("role-audit", components::ROLE_AUDIT, &settings)
        .with_operation("Role.add-entitlement", "role-audit")
        .with_operation("Role.remove-entitlement", "role-audit")
        .start()
}

fn an_operation_writes_what_it_does_into_a_table(on: Kind) {
    let application = audited(on);
    let path = application.user("user002");
    let wanted = json!([{ "op": "replace", "path": "roles", "value": [{ "value": "clerk" }, { "value": "auditor" }] }]);
    let patched = application.patch(&path, wanted).expect(200);
    assert_eq!(patched["roles"].as_array().map(Vec::len), Some(2));
    let id = application.id_of("user002");
    let rows = application
        .database
        .rows("SELECT user_id, role_id, action FROM role_audit ORDER BY action");
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(
        rows,
        [
            [text(&id), text("auditor"), text("add")],
            [text(&id), text("reader"), text("remove")]
        ]
    );
    let requests = application.database.count("SELECT count(DISTINCT request) FROM role_audit");
    assert_eq!(requests, 1, "both belong to one request");
}

/// The line is refused, so the role is kept; and so is everything else that the request wanted to change.
fn an_operation_and_its_audit_are_one(on: Kind) {
    let application = audited(on);
    let path = application.user("user001");
    let wanted = json!([
        { "op": "replace", "path": "title", "value": "Changed" },
        { "op": "replace", "path": "roles", "value": [{ "value": "auditor" }] },
    ]);
    let answer = application.patch(&path, wanted);
    answer.expect_error(
        answer.status.as_u16(),
        answer.json()["scimType"].as_str(),
        &["remove-entitlement", "role-audit"],
    );
    assert!(answer.status.is_client_error() || answer.status.is_server_error());
    assert_eq!(application.database.count("SELECT count(*) FROM role_audit"), 0);
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM user_role WHERE role_id = 'auditor'"),
        0
    );
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE title IS NOT NULL"),
        0
    );
    application.expect_unharmed();
}

fn tidied(on: Kind) -> Application {
    Application::with_users(on, 3)
        .with_plugin("normalise-names", components::NORMALISE_NAMES, "allow = [\"log\"]")
        .with("[transforms]\nto-application = [\"normalise-names\"]\nfrom-application = [\"normalise-names\"]")
        .start()
}

fn a_transform_tidies_what_comes_in(on: Kind) {
    let application = tidied(on);
    let mut new = complete_user(" Grace.Hopper@Example.COM ");
    new["name"]["givenName"] = json!("  Grace   Brewster ");
    let created = application.post("/Users", &new).expect(201);
    assert_eq!(created["userName"], "grace.hopper@example.com");
    assert_eq!(created["name"]["givenName"], "Grace Brewster");
    assert_eq!(application.id_of("grace.hopper@example.com"), created["id"].as_str().unwrap());

    let path = application.user("user001");
    let patched = application
        .patch(
            &path,
            json!([{ "op": "replace", "path": "name.familyName", "value": " King  Noel" }]),
        )
        .expect(200);
    assert_eq!(patched["name"]["familyName"], "King Noel");
    assert_eq!(application.get("/Users?count=0").expect(200)["totalResults"], 4);
}

/// A setting that the component does not understand: every request that it should have changed is refused.
fn a_transform_that_fails_fails_the_request(on: Kind) {
    let settings = "allow = [\"log\"]\nsettings = { lower-case = \"no\" }";
    let application = Application::with_users(on, 3)
        .with_plugin("normalise-names", components::NORMALISE_NAMES, settings)
        .with("[transforms]\nto-application = [\"normalise-names\"]")
        .start();
    let answer = application.post("/Users", &complete_user("grace"));
    answer.expect_error(500, None, &["normalise-names", "`lower-case`"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 3);
    application.expect_unharmed();
}

/// With `emit`, some at a time, where others `forward` what the database gives.
fn rows_that_a_component_puts_out_are_users(on: Kind) {
    let application = Application::with_users(on, 300)
        .with_plugin("emitting", components::EMITTING, "")
        .with_operation("get-users", "emitting")
        .start();
    let page = application
        .get("/Users?startIndex=255&count=10&filter=active%20eq%20true")
        .expect(200);
    assert_eq!(page["totalResults"], 200, "{page}");
    let page = application.get("/Users?startIndex=251&count=200").expect(200);
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(300), &json!(50)));
}
