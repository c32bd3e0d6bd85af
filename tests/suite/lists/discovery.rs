//! `/Schemas` says what the operations make of lists.

use portcullis_tests::{Kind, on_every_database};
use serde_json::Value;

use super::{OWN, with_lists};

on_every_database!(schemas_say_what_elements_have);

fn schemas_say_what_elements_have(on: Kind) {
    let application = with_lists(on, 1).without("users.lists.addresses.remove-value").start();
    let mut told = Vec::new();
    for (urn, name) in [
        (portcullis_tests::application::USER, "phoneNumbers"),
        (portcullis_tests::application::USER, "addresses"),
        (OWN, "badges"),
    ] {
        let schema = application.get(&format!("/Schemas/{urn}")).expect(200);
        let attributes = schema["attributes"].as_array().unwrap();
        let attribute = attributes.iter().find(|it| it["name"] == name).expect("the attribute");
        assert_eq!(attribute["multiValued"], true, "{attribute}");
        told.push(described(attribute));
        told.extend(
            attribute["subAttributes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| format!("  {}", described(it))),
        );
    }
    assert_eq!(
        told,
        [
            "phoneNumbers complex readWrite",
            "  display string readOnly",
            "  primary boolean readWrite",
            "  type string readWrite",
            "  value string readWrite",
            "addresses complex readWrite",
            "  locality string immutable",
            "  streetAddress string immutable",
            "  type string immutable",
            "badges complex readOnly",
            "  floor string readOnly",
            "  issued dateTime readOnly",
            "  value integer readOnly",
        ]
    );
}

fn described(attribute: &Value) -> String {
    let text = |name: &str| attribute[name].as_str().unwrap_or_default();
    format!("{} {} {}", text("name"), text("type"), text("mutability"))
}
