//! RFC 7644 §3.5.2.1: Add Operation.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{BARBARA, application};

on_every_database!(section_3_5_2_1_one_or_more_attributes_without_a_path);

fn section_3_5_2_1_one_or_more_attributes_without_a_path(on: Kind) {
    let application = application(on);
    let operations = json!([{
        "op": "add",
        "value": {
            "emails": [
                {
                    "value": "babs@jensen.org",
                    "type": "home"
                }
            ],
            "nickname": "Babs"
        }
    }]);
    let patched = application.patch(BARBARA, operations.clone()).expect(200);
    assert_eq!(patched["nickName"], "Babs");
    let mut emails: Vec<_> = patched["emails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|email| &email["value"])
        .collect();
    emails.sort_by_key(|value| value.to_string());
    assert_eq!(emails, ["babs@jensen.org", "bjensen@example.com"]);
    // "If the value already exists, no changes SHOULD be made": neither to the user nor to its version.
    assert_eq!(application.patch(BARBARA, operations).expect(200), patched);
}
