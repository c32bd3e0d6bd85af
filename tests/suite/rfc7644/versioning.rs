//! RFC 7644 §3.14: Versioning Resources.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{BARBARA, application};

on_every_database!(section_3_14_a_get_of_what_is_known, section_3_14_a_change_of_what_is_known);

fn section_3_14_a_get_of_what_is_known(on: Kind) {
    let application = application(on);
    let answer = application.get(BARBARA);
    let version = answer.header("etag").unwrap();
    assert!(version.starts_with("W/\""), "{version}");
    let known = application.with_header("if-none-match", version).get(BARBARA);
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    assert_eq!(known.header("etag"), Some(version));
    application
        .with_header("if-none-match", "W/\"e180ee84f0671b1\"")
        .get(BARBARA)
        .expect_ok();
}

fn section_3_14_a_change_of_what_is_known(on: Kind) {
    let application = application(on);
    let version = application.get(BARBARA).header("etag").unwrap().to_owned();
    let operations = json!([{ "op": "replace", "path": "nickName", "value": "Barb" }]);
    let conditional = application.with_header("if-match", &version);
    assert_eq!(conditional.patch(BARBARA, operations.clone()).expect(200)["nickName"], "Barb");
    let again = json!([{ "op": "replace", "path": "nickName", "value": "Babs" }]);
    conditional.patch(BARBARA, again).expect_error(412, None, &[]);
    assert_eq!(application.get(BARBARA).expect(200)["nickName"], "Barb");
}
