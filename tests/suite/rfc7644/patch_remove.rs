//! RFC 7644 §3.5.2.2: Remove Operation.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{BARBARA, application};

on_every_database!(
    section_3_5_2_2_a_value_of_a_complex_attribute_by_a_filter,
    section_3_5_2_2_a_remove_without_a_path_has_no_target,
    section_3_5_2_2_what_is_required_stays
);

fn section_3_5_2_2_a_value_of_a_complex_attribute_by_a_filter(on: Kind) {
    let application = application(on);
    let add = json!([{ "op": "add", "path": "emails", "value": [{ "value": "babs@jensen.org", "type": "home" }] }]);
    application.patch(BARBARA, add).expect(200);
    let operations = json!([{
        "op": "remove",
        "path": "emails[type eq \"work\" and value ew \"example.com\"]"
    }]);
    let patched = application.patch(BARBARA, operations).expect(200);
    assert_eq!(
        patched["emails"],
        json!([{ "value": "babs@jensen.org", "type": "home" }]),
        "{patched}"
    );
    // "If no other values remain … the attribute SHALL be considered unassigned".
    let others = json!([{ "op": "remove", "path": "emails[type eq \"home\"]" }]);
    assert_eq!(application.patch(BARBARA, others).expect(200).get("emails"), None);
}

fn section_3_5_2_2_a_remove_without_a_path_has_no_target(on: Kind) {
    let application = application(on);
    application
        .patch(BARBARA, json!([{ "op": "remove" }]))
        .expect_error(400, Some("noTarget"), &["path"]);
}

fn section_3_5_2_2_what_is_required_stays(on: Kind) {
    let application = application(on);
    for path in ["userName", "id", "meta"] {
        application
            .patch(BARBARA, json!([{ "op": "remove", "path": path }]))
            .expect_error(400, Some("mutability"), &[path]);
    }
}
