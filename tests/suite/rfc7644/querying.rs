//! RFC 7644 §3.4.2: Query Resources.

use portcullis_tests::{Kind, client::LIST_SCHEMA, on_every_database};
use serde_json::{Value, json};

use super::application;

on_every_database!(
    section_3_4_2_a_list_of_user_names,
    section_3_4_2_3_an_order,
    section_3_4_2_4_a_page
);

fn section_3_4_2_a_list_of_user_names(on: Kind) {
    let application = application(on);
    application.post(
        "/Users",
        &json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jsmith" }),
    );
    let list = application.get("/Users?attributes=userName").expect(200);
    assert_eq!(list["schemas"], json!([LIST_SCHEMA]));
    assert_eq!(list["totalResults"], 2);
    let shown: Vec<(&Value, &Value)> = list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| (&user["id"], &user["userName"]))
        .collect();
    assert_eq!(shown, [(&json!("1"), &json!("bjensen")), (&json!("2"), &json!("jsmith"))]);
}

fn section_3_4_2_3_an_order(on: Kind) {
    let application = application(on);
    for name in ["Zoe", "adam"] {
        application.post(
            "/Users",
            &json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name }),
        );
    }
    let names = |query: &str| -> Vec<Value> {
        let list = application.get(&format!("/Users?{query}")).expect(200);
        list["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["userName"].clone())
            .collect()
    };
    // Not case-exact, so sorted without regard to case; without `sortOrder` ascending.
    assert_eq!(names("sortBy=userName"), ["adam", "bjensen", "Zoe"]);
    assert_eq!(names("sortBy=userName&sortOrder=descending"), ["Zoe", "bjensen", "adam"]);
    // Who has no value comes last.
    assert_eq!(names("sortBy=name.familyName&sortOrder=ascending")[0], "bjensen");
}

/// "a client MAY request ten results at a time".
fn section_3_4_2_4_a_page(on: Kind) {
    let application = application(on);
    let rows: Vec<String> = (0..99).map(|n| format!("'n{n}'")).collect();
    application.database.insert("app_user(username)", &rows);
    let page = application.get("/Users?startIndex=1&count=10").expect(200);
    assert_eq!(
        (&page["totalResults"], &page["itemsPerPage"], &page["startIndex"]),
        (&json!(100), &json!(10), &json!(1))
    );
    assert_eq!(page["Resources"].as_array().unwrap().len(), 10);
    let next = application.get("/Users?startIndex=11&count=10").expect(200);
    assert_eq!(next["startIndex"], 11);
    assert_ne!(next["Resources"][0]["id"], page["Resources"][0]["id"]);
}
