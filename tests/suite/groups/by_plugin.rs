//! Operations of groups that components do, which can derive no statement: the host then works on the rows.

use portcullis_tests::{Application, Builder, Kind, on_every_database};
use serde_json::json;

use crate::components;

on_every_database!(
    the_host_filters_and_pages_what_a_component_gives,
    a_component_that_changes_too_much_changes_nothing,
);

/// Every user is a group of the same name, and everybody is in it.
fn everybody(on: Kind) -> Builder {
    Application::with_users(on, 7)
        .with_plugin("everybody", components::EVERYBODY, "")
        .without("groups.get-group")
        .with("[groups]\nid = \"user_id\"\n[groups.attributes]\ndisplayName = \"username\"")
        .with_operation("groups.get-groups", "everybody")
        .with_operation("groups.get-group-members", "everybody")
}

fn the_host_filters_and_pages_what_a_component_gives(on: Kind) {
    let application = everybody(on).start();
    let page = application.get("/Groups?startIndex=3&count=2&sortBy=displayName").expect(200);
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(7), &json!(2)));
    assert_eq!(page["Resources"][0]["displayName"], "user003");
    assert_eq!(page["Resources"][1]["members"].as_array().map(Vec::len), Some(7));

    let id = application.id_of("user005");
    let group = application.get(&format!("/Groups/{id}")).expect(200);
    assert_eq!(group["displayName"], "user005");
    application.get("/Groups/4711").expect_error(404, None, &["4711"]);
    let is_member = |user: &str| {
        application
            .find_groups(&format!("id eq \"{id}\" and members eq \"{user}\""))
            .len()
    };
    assert_eq!((is_member(&id), is_member("4711")), (1, 0));
}

fn a_component_that_changes_too_much_changes_nothing(on: Kind) {
    let application = Application::with_users(on, 7)
        .with_plugin("wrong-effect", components::WRONG_EFFECT, "")
        .with_operation("groups.add-member", "wrong-effect")
        .start();
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": application.id_of("user003") }] }]);
    let answer = application.patch(&application.group("Payroll"), add);
    answer.expect_error(500, None, &["add-member", "7 rows", "exactly 1 row"]);
    application.expect_unharmed();
}
