//! Attributes of the administrator's own, whose types are those of their columns.

use serde_json::{Value, json};

use super::{Answer, Client, memory, pretty, user};
use crate::scim::{Attribute, Capabilities, DataType, Mutability, Surface};

const OWN: &str = "urn:example:payroll:2.0:User";

const TYPES: [(&str, DataType); 6] = [
    ("text", DataType::String),
    ("truth", DataType::Boolean),
    ("number", DataType::Decimal),
    ("count", DataType::Integer),
    ("time", DataType::DateTime),
    ("bytes", DataType::Binary),
];

fn attribute(path: &str, mutability: Mutability, data_type: Option<DataType>) -> Attribute {
    Attribute {
        data_type,
        ..memory::attribute(&format!("{OWN}:{path}"), mutability)
    }
}

/// An attribute of each type, one whose type isn't known, one inside of others, and one that no operation takes.
fn surface() -> Surface {
    use Mutability::{Immutable, ReadOnly, ReadWrite};
    let mut attributes = vec![memory::attribute("userName", ReadWrite)];
    attributes.extend(TYPES.map(|(name, data_type)| attribute(name, ReadWrite, Some(data_type))));
    attributes.extend([
        attribute("unknown", ReadWrite, None),
        attribute("desks[floor eq \"first\"].number", Immutable, Some(DataType::Integer)),
        attribute("rest", ReadOnly, Some(DataType::Integer)),
    ]);
    Surface {
        attributes,
        entitlement_types: Vec::new(),
        groups: None,
        ..memory::surface()
    }
}

/// What nobody has asked the database about.
fn unlearned() -> Surface {
    let mut surface = surface();
    surface.attributes.truncate(1);
    surface.attributes.push(attribute("count", Mutability::ReadWrite, None));
    surface
}

fn with(own: Value) -> Value {
    user("ada", json!({ OWN: own }))
}

async fn post(own: Value) -> Answer {
    Client::of(surface()).post("/Users", with(own)).await
}

#[tokio::test]
async fn schemas_tell_the_types_of_columns() {
    let path = format!("/Schemas/{OWN}");
    insta::assert_snapshot!(pretty(&Client::of(surface()).get(&path).await.ok(200)));
}

#[tokio::test]
async fn schemas_of_an_application_that_takes_nothing() {
    let mut surface = surface();
    surface.capabilities = Capabilities::default();
    for attribute in &mut surface.attributes {
        attribute.mutability = Mutability::ReadOnly;
    }
    let list = Client::of(surface).get("/Schemas").await.ok(200);
    let mut told = String::new();
    for schema in list["Resources"].as_array().unwrap() {
        for attribute in schema["attributes"].as_array().unwrap() {
            told += &format!("{} {}\n", attribute["name"], attribute["mutability"]);
            for part in attribute["subAttributes"].as_array().into_iter().flatten() {
                told += &format!("    {} {}\n", part["name"], part["mutability"]);
            }
        }
    }
    assert!(!told.contains("readWrite") && !told.contains("immutable"), "{told}");
}

#[tokio::test]
async fn values_of_each_type_are_taken() {
    let all = json!({ "text": "x", "truth": true, "number": 0.5, "count": 7, "time": "2026-11-23T10:00:00Z", "bytes": "AP8=" });
    assert_eq!(post(all.clone()).await.ok(201)[OWN], all);
    let as_text =
        json!({ "text": "x", "truth": "TRUE", "number": "0.50", "count": " 7", "time": "2026-11-23T10:00:00Z", "bytes": "AP8=" });
    assert_eq!(post(as_text).await.ok(201)[OWN], all, "clients without numbers write text");
    let large = json!({ "number": "12345678901234567890.5", "count": 18446744073709551615u64 });
    assert_eq!(post(large.clone()).await.ok(201)[OWN], large, "no digit is lost");
}

#[tokio::test]
async fn values_of_other_types_are_refused() {
    let mut told = String::new();
    for own in [
        json!({ "text": 7 }),
        json!({ "truth": 1 }),
        json!({ "number": "seven" }),
        json!({ "number": "NaN" }),
        json!({ "number": [1] }),
        json!({ "count": 7.5 }),
        json!({ "count": "7.5" }),
        json!({ "count": 1e300 }),
        json!({ "time": "2026-11-23" }),
        json!({ "time": 1764000000 }),
        json!({ "bytes": "?" }),
        json!({ "bytes": {} }),
        json!({ "unknown": {} }),
        json!({ "desks": [{ "floor": "first", "number": "one" }] }),
    ] {
        told += &format!("{own}\n    {}\n", post(own.clone()).await.error(400));
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn filters_compare_with_what_the_type_is() {
    let client = Client::of(surface());
    let mut told = String::new();
    for (filter, status) in [
        ("count eq \"7\"", 200),
        ("count eq \"seven\"", 400),
        ("count eq true", 400),
        ("count co \"7\"", 200),
        ("number ge \"12345678901234567890.5\"", 200),
        ("truth eq \"false\"", 200),
        ("truth lt true", 400),
        ("bytes eq \"AP8=\"", 200),
        ("bytes sw \"AP\"", 400),
        ("rest pr", 200),
    ] {
        let query: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = client.get(&format!("/Users?filter={OWN}:{query}")).await;
        if status == 200 {
            answer.ok(200);
        } else {
            told += &format!("{filter}\n    {}\n", answer.error(400));
        }
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn what_no_operation_takes_can_be_repeated_and_not_changed() {
    let client = Client::of(surface());
    client.post("/Users", with(json!({ "count": 1 }))).await.ok(201);
    client.application.put_aside("u 1", &format!("{OWN}:rest"), json!(7));
    let read = client.get("/Users/u%201").await.ok(200);
    assert_eq!(read[OWN]["rest"], 7);
    assert_eq!(client.put("/Users/u%201", read.clone()).await.ok(200), read);
    let changed = client
        .put("/Users/u%201", with(json!({ "count": 1, "rest": 8 })))
        .await
        .ok(200);
    assert_eq!(changed[OWN]["rest"], 7, "RFC 7644 §3.5.1: it is ignored");
    let replace = |value: u8| json!([{ "op": "replace", "path": format!("{OWN}:rest"), "value": value }]);
    client.patch("/Users/u%201", replace(7)).await.ok(200);
    let error = client.patch("/Users/u%201", replace(8)).await.error(400);
    assert!(error.starts_with("mutability: "), "{error}");
}

#[tokio::test]
async fn what_is_learned_counts_from_the_request_that_learns_it() {
    let client = Client::of(unlearned());
    client.application.has_to_learn(surface());
    let error = client.post("/Users", with(json!({ "count": "seven" }))).await.error(400);
    assert!(error.contains("a whole number"), "{error}");
    client.post("/Users", with(json!({ "text": "x" }))).await.ok(201);

    let client = Client::of(unlearned());
    let schema = client.get(&format!("/Schemas/{OWN}")).await.ok(200);
    assert_eq!(
        (&schema["attributes"][0]["name"], &schema["attributes"][0]["type"]),
        (&json!("count"), &json!("string"))
    );
    client.post("/Users", with(json!({ "count": "seven" }))).await.ok(201);
    client.application.has_to_learn(surface());
    let schema = client.get(&format!("/Schemas/{OWN}")).await.ok(200);
    assert_eq!(schema["attributes"].as_array().unwrap().len(), 9);
}
