//! RFC 7644 §3.5.2.3: Replace Operation.

use portcullis_tests::{Kind, on_every_database};
use serde_json::{Value, json};

use super::{BARBARA, application};

on_every_database!(
    section_3_5_2_3_a_complex_value_by_a_filter,
    section_3_5_2_3_a_sub_attribute_by_a_filter,
    section_3_5_2_3_all_values_of_attributes_without_a_path,
    section_3_5_2_3_a_filter_without_a_match_has_no_target
);

fn section_3_5_2_3_a_complex_value_by_a_filter(on: Kind) {
    let application = application(on);
    let operations = json!([{
        "op": "replace",
        "path": "addresses[type eq \"work\"]",
        "value":
        {
            "type": "work",
            "streetAddress": "911 Universal City Plaza",
            "locality": "Hollywood",
            "region": "CA",
            "postalCode": "91608",
            "country": "US",
            "formatted": "911 Universal City Plaza\nHollywood, CA 91608 US",
            "primary": true
        }
    }]);
    let patched = application.patch(BARBARA, operations).expect(200);
    let address = &patched["addresses"][0];
    assert_eq!(address["streetAddress"], "911 Universal City Plaza");
    assert_eq!(address["country"], "US");
    assert_eq!(patched["addresses"].as_array().unwrap().len(), 1);
}

fn section_3_5_2_3_a_sub_attribute_by_a_filter(on: Kind) {
    let application = application(on);
    let operations = json!([{
        "op": "replace",
        "path": "addresses[type eq \"work\"].streetAddress",
        "value": "1010 Broadway Ave"
    }]);
    let patched = application.patch(BARBARA, operations).expect(200);
    let address = &patched["addresses"][0];
    assert_eq!(address["streetAddress"], "1010 Broadway Ave");
    assert_eq!(address["locality"], "Hollywood");
}

fn section_3_5_2_3_all_values_of_attributes_without_a_path(on: Kind) {
    let application = application(on);
    let operations = json!([{
        "op": "replace",
        "value": {
            "emails": [
                {
                    "value": "bjensen@example.com",
                    "type": "work",
                    "primary": true
                },
                {
                    "value": "babs@jensen.org",
                    "type": "home"
                }
            ],
            "nickname": "Babs"
        }
    }]);
    let patched = application.patch(BARBARA, operations).expect(200);
    assert_eq!(patched["nickName"], "Babs");
    assert_eq!(
        email(&patched, "work"),
        json!({ "type": "work", "value": "bjensen@example.com", "primary": true })
    );
    assert_eq!(email(&patched, "home"), json!({ "type": "home", "value": "babs@jensen.org" }));

    // §3.5.2: one that becomes the primary one takes that from the others.
    let primary = json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }]);
    let patched = application.patch(BARBARA, primary).expect(200);
    assert_eq!(email(&patched, "work")["primary"], false, "{patched}");
    assert_eq!(email(&patched, "home")["primary"], true, "{patched}");
}

/// The address of a type; elements have no order.
fn email(user: &Value, of: &str) -> Value {
    let found = user["emails"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|email| email["type"] == of);
    found.cloned().unwrap_or_default()
}

fn section_3_5_2_3_a_filter_without_a_match_has_no_target(on: Kind) {
    let application = application(on);
    application
        .patch(
            BARBARA,
            json!([{ "op": "replace", "path": "emails[value eq \"nobody@example.com\"].type", "value": "work" }]),
        )
        .expect_error(400, Some("noTarget"), &["emails"]);
}
