//! What clients are told of the types.

use portcullis_tests::{Kind, on_every_database};
use serde_json::json;

use super::{OWN, TYPES, application};

on_every_database!(discovery_says_what_they_are);

fn discovery_says_what_they_are(on: Kind) {
    let application = application(on).start();
    let schema = application.get(&format!("/Schemas/{OWN}")).expect(200);
    for typed in &TYPES {
        let attributes = schema["attributes"].as_array().expect("attributes");
        let found = attributes
            .iter()
            .find(|found| found["name"] == typed.column)
            .expect("the attribute");
        assert_eq!(
            (&found["type"], &found["multiValued"]),
            (&json!(typed.data_type), &json!(false)),
            "{found}"
        );
        assert_eq!(found["mutability"], "readWrite");
    }
}
