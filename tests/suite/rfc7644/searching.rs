//! RFC 7644 §3.4.3: Querying Resources Using HTTP POST.

use portcullis_tests::{Kind, client::LIST_SCHEMA, on_every_database};
use serde_json::{Value, json};

use super::application;

on_every_database!(section_3_4_3_a_search);

fn section_3_4_3_a_search(on: Kind) {
    let application = application(on);
    application.post(
        "/Users",
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jsmith", "displayName": "Smith, James",
        }),
    );
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"],
        "filter": "displayName sw \"smith\"",
        "startIndex": 1,
        "count": 10
    });
    // The example asks at the root, where there are users and groups.
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Smith Family",
    });
    application.post("/Groups", &group).expect(201);
    let everywhere = application.post("/.search", &body).expect(200);
    assert_eq!(everywhere["totalResults"], 2, "{everywhere}");
    let mut names: Vec<&Value> = everywhere["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["displayName"])
        .collect();
    names.sort_by_key(|name| name.to_string());
    assert_eq!(names, ["Smith Family", "Smith, James"]);

    let found = application.post("/Users/.search", &body).expect(200);
    assert_eq!(found["schemas"], json!([LIST_SCHEMA]));
    assert_eq!(
        (&found["totalResults"], &found["itemsPerPage"], &found["startIndex"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let expected = json!([{
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "2", "userName": "jsmith", "displayName": "Smith, James",
    }]);
    assert_eq!(found["Resources"], expected);
}
