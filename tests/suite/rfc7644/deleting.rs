//! RFC 7644 §3.6: Deleting Resources.

use portcullis_tests::{Kind, on_every_database};

use super::{BARBARA, application};

on_every_database!(section_3_6_a_delete_and_what_is_left);

fn section_3_6_a_delete_and_what_is_left(on: Kind) {
    let application = application(on);
    let version = application.get(BARBARA).expect(200)["meta"]["version"].clone();
    let other = application.with_header("if-match", "W/\"c310cd84f0281b7\"").delete(BARBARA);
    other.expect_error(412, None, &[]);
    let deleted = application.with_header("if-match", version.as_str().unwrap()).delete(BARBARA);
    deleted.expect(204);
    assert_eq!(deleted.text, "");
    // The example of the error that a client gets from then on.
    application.get(BARBARA).expect_error(404, None, &["1", "does not exist"]);
    application.delete(BARBARA).expect_error(404, None, &[]);
}
