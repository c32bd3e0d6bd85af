//! Queries at an application's base (RFC 7644 §3.4.2.1).

use portcullis_tests::{Application, Kind, client::encode, on_every_database};
use serde_json::{Value, json};

on_every_database!(pages_partition_everything, a_filter_finds_in_every_type);

fn shown(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array().expect("resources");
    let shown = resources
        .iter()
        .map(|it| format!("{} {}", it["meta"]["resourceType"], it["id"]).replace('"', ""));
    shown.collect()
}

fn pages_partition_everything(on: Kind) {
    let application = Application::start(on);
    let whole = application.get("/?count=100").expect(200);
    let total = whole["totalResults"].as_u64().unwrap();
    assert_eq!(shown(&whole).len() as u64, total, "{whole}");
    for of in ["User ", "Role clerk", "Licence 1"] {
        assert!(shown(&whole).iter().any(|it| it.starts_with(of)), "{of}: {whole}");
    }
    let mut seen = Vec::new();
    for start in (1..=total).step_by(3) {
        let page = application.get(&format!("?startIndex={start}&count=3")).expect(200);
        assert_eq!(page["totalResults"], total);
        seen.extend(shown(&page));
    }
    assert_eq!(seen, shown(&whole));
}

fn a_filter_finds_in_every_type(on: Kind) {
    let application = Application::start(on);
    let id = application.id_of("user002");
    let filter = "userName eq \"user002\" or displayName eq \"auditor\" or displayName eq \"Full\"".to_owned();
    let found = application.get(&format!("/?filter={}", encode(&filter))).expect(200);
    let mut all = shown(&found);
    all.sort();
    assert_eq!(all, ["Licence 2".to_owned(), "Role auditor".to_owned(), format!("User {id}")]);
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "meta.resourceType eq \"User\" and active eq false", "sortBy": "userName", "sortOrder": "descending",
    });
    let found = application.post("/.search", &search).expect(200);
    assert_eq!(found["Resources"][0]["userName"], "user006");
    application.authorized_by(None).get("/").expect_error(401, None, &[]);
}
