//! RFC 7644 §3.12: HTTP Status and Error Response Handling.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{BARBARA, application};

on_every_database!(
    section_3_12_a_resource_that_is_not_there,
    section_3_12_an_id_can_not_be_changed
);

fn section_3_12_a_resource_that_is_not_there(on: Kind) {
    let application = application(on);
    application.get("/Users/2819c223-7f76-453a-919d-413861904646").expect_error(
        404,
        None,
        &["2819c223-7f76-453a-919d-413861904646"],
    );
}

/// "Attribute 'id' is readOnly", with `mutability`.
fn section_3_12_an_id_can_not_be_changed(on: Kind) {
    let application = application(on);
    application
        .patch(BARBARA, json!([{ "op": "replace", "path": "id", "value": "2819c223" }]))
        .expect_error(400, Some("mutability"), &["id", "read-only"]);
}
