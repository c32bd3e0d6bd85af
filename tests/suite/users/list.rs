//! `GET /Users`

use std::collections::BTreeSet;

use portcullis_tests::{Application, Kind, on_every_database, on_procedures};
use serde_json::Value;

on_every_database!(
    pages_partition_the_set,
    the_order_is_stable,
    counts_without_resources,
    a_page_beyond_the_end_is_empty,
    numbers_out_of_range_are_made_valid,
    assignments_come_with_a_page,
    a_page_has_an_upper_bound,
    is_searched_by_post
);

on_procedures!(
    pages_partition_the_set,
    assignments_come_with_a_page,
    a_page_beyond_the_end_is_empty
);

fn names(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array();
    resources
        .into_iter()
        .flatten()
        .map(|user| user["userName"].as_str().unwrap().to_owned())
        .collect()
}

fn pages_partition_the_set(on: Kind) {
    let application = Application::with_users(on, 53).start();
    for size in [1, 7, 10, 53, 100] {
        let mut seen = Vec::new();
        let mut start = 1;
        while start <= 53 {
            let page = application
                .get(&format!("/Users?startIndex={start}&count={size}"))
                .expect(200);
            assert_eq!(page["totalResults"], 53);
            assert_eq!(page["startIndex"], start);
            let some = names(&page);
            assert_eq!(some.len(), size.min(53 - start + 1));
            assert_eq!(page["itemsPerPage"], some.len());
            seen.extend(some);
            start += size;
        }
        assert_eq!(seen.len(), 53);
        assert_eq!(
            seen.iter().collect::<BTreeSet<_>>().len(),
            53,
            "pages of {size} overlap: {seen:?}"
        );
    }
}

/// The same order every time, whatever was changed in between and whatever the size of the page.
fn the_order_is_stable(on: Kind) {
    let application = Application::with_users(on, 40).start();
    let whole = names(&application.get("/Users?count=100").expect(200));
    application
        .database
        .run("UPDATE app_user SET title = 'changed' WHERE user_id IN (3, 17, 21)");
    let again = names(&application.get("/Users?count=100").expect(200));
    assert_eq!(whole, again);
    let page = names(&application.get("/Users?startIndex=11&count=10").expect(200));
    assert_eq!(page, whole[10..20]);
}

fn counts_without_resources(on: Kind) {
    let application = Application::start(on);
    let page = application.get("/Users?count=0").expect(200);
    assert_eq!(page["totalResults"], 7);
    assert_eq!(page["itemsPerPage"], 0);
    assert!(names(&page).is_empty());
}

fn a_page_beyond_the_end_is_empty(on: Kind) {
    let application = Application::start(on);
    let page = application.get("/Users?startIndex=1000&count=10").expect(200);
    assert_eq!(page["totalResults"], 7);
    assert_eq!(page["itemsPerPage"], 0);
    assert!(names(&page).is_empty());
}

/// RFC 7644 §3.4.2.4: below 1 is 1, a negative count is 0. What is no number is an error.
fn numbers_out_of_range_are_made_valid(on: Kind) {
    let application = Application::start(on);
    for start in [0, -5] {
        let page = application.get(&format!("/Users?startIndex={start}&count=2")).expect(200);
        assert_eq!(page["startIndex"], 1);
        assert_eq!(names(&page).len(), 2);
    }
    assert_eq!(application.get("/Users?count=-1").expect(200)["itemsPerPage"], 0);
    application
        .get("/Users?count=many")
        .expect_error(400, Some("invalidValue"), &["`count`", "integer"]);
    application
        .get("/Users?startIndex=1e3")
        .expect_error(400, Some("invalidValue"), &["`startIndex`", "integer"]);
}

fn assignments_come_with_a_page(on: Kind) {
    let application = Application::with_users(on, 30).start();
    application
        .database
        .run("UPDATE app_user SET licence_id = 1 WHERE username = 'user009'");
    let page = application.get("/Users?count=100").expect(200);
    let held = |name: &str, attribute: &str| -> BTreeSet<String> {
        let user = page["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["userName"] == name)
            .unwrap();
        let values = user[attribute].as_array().into_iter().flatten();
        values.map(|held| held["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(held("user001", "roles"), BTreeSet::from(["clerk".to_owned()]));
    assert_eq!(
        held("user002", "roles"),
        BTreeSet::from(["clerk".to_owned(), "reader".to_owned()])
    );
    assert_eq!(held("user003", "roles"), BTreeSet::new());
    assert_eq!(held("user009", "entitlements"), BTreeSet::from(["1".to_owned()]));
}

/// `max-results` of the application holds for a client that asks for more, or for nothing in particular.
fn a_page_has_an_upper_bound(on: Kind) {
    let application = Application::with_users(on, 30).with("[scim]\nmax-results = 20").start();
    for query in ["", "?count=1000000"] {
        let page = application.get(&format!("/Users{query}")).expect(200);
        assert_eq!(page["totalResults"], 30);
        assert_eq!(names(&page).len(), 20);
    }
}

fn is_searched_by_post(on: Kind) {
    let application = Application::with_users(on, 12).start();
    let search = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName sw \"USER00\"",
        "sortBy": "userName",
        "sortOrder": "descending",
        "startIndex": 2,
        "count": 2,
        "attributes": ["userName"],
    });
    let page = application.post("/Users/.search", &search).expect(200);
    assert_eq!(page["totalResults"], 9);
    assert_eq!(page["Resources"][0]["userName"], "user008");
    assert_eq!(page["Resources"][1]["userName"], "user007");
    assert!(page["Resources"][0].get("name").is_none(), "{page}");
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 12);
}
