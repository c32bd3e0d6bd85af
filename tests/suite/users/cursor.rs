//! `GET /Users?cursor=…` (RFC 9865)

use std::collections::BTreeSet;

use portcullis_tests::{Application, Kind, client::encode, on_every_database, on_procedures};
use serde_json::Value;

on_every_database!(
    pages_partition_the_set,
    nobody_is_lost_while_others_come_and_go,
    lead_back_as_well,
    follow_an_order_that_is_asked_for,
    follow_rows_that_a_plugin_makes,
    catalogues_have_them_too,
    made_up_ones_are_refused,
);

on_procedures!(pages_partition_the_set);

fn names(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array().expect("resources");
    resources
        .iter()
        .map(|user| user["userName"].as_str().unwrap().to_owned())
        .collect()
}

/// The pages from the first to the last; between two of them something may be done.
fn walk(application: &Application, query: &str, mut between: impl FnMut(usize)) -> Vec<Value> {
    let mut pages = Vec::new();
    let mut cursor = Some(String::new());
    while let Some(at) = cursor {
        let page = application.get(&format!("/Users?{query}&cursor={at}")).expect(200);
        assert!(page.get("startIndex").is_none(), "{page}");
        cursor = page["nextCursor"].as_str().map(str::to_owned);
        between(pages.len());
        pages.push(page);
        assert!(pages.len() < 200, "the list has no end");
    }
    pages
}

fn pages_partition_the_set(on: Kind) {
    let application = Application::with_users(on, 53).start();
    let everybody: Vec<String> = (1..=53).map(|number| format!("user{number:03}")).collect();
    for size in [1, 7, 53, 100] {
        let pages = walk(&application, &format!("count={size}"), |_| {});
        assert!(pages.iter().all(|page| page["totalResults"] == 53));
        let seen: Vec<String> = pages.iter().flat_map(names).collect();
        assert_eq!(seen, everybody, "pages of {size}");
    }
    let filter = encode("active eq false");
    let pages = walk(&application, &format!("count=4&filter={filter}"), |_| {});
    let inactive: Vec<String> = (1..=17).map(|number| format!("user{:03}", number * 3)).collect();
    assert_eq!(pages.iter().flat_map(names).collect::<Vec<_>>(), inactive);
    assert!(pages.iter().all(|page| page["totalResults"] == 17));
}

/// An index would miss one for each that is deleted before it; a cursor is a place and not a number.
fn nobody_is_lost_while_others_come_and_go(on: Kind) {
    let application = Application::with_users(on, 40).start();
    let database = &application.database;
    let pages = walk(&application, "count=10", |page| {
        database.run(&format!("DELETE FROM app_user WHERE username = 'user{:03}'", page * 10 + 5));
        database.run(&format!("INSERT INTO app_user(username) VALUES ('new{page}')"));
    });
    let seen: Vec<String> = pages.iter().flat_map(names).collect();
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "somebody came twice: {seen:?}");
    for number in 1..=40 {
        assert!(
            once.contains(&format!("user{number:03}")),
            "user{number:03} is missing: {seen:?}"
        );
    }
}

fn lead_back_as_well(on: Kind) {
    let application = Application::with_users(on, 12).start();
    let forth: Vec<Vec<String>> = walk(&application, "count=5", |_| {}).iter().map(names).collect();
    let mut page = walk(&application, "count=5", |_| {}).pop().unwrap();
    let mut back = vec![names(&page)];
    while let Some(cursor) = page["previousCursor"].as_str() {
        page = application.get(&format!("/Users?count=5&cursor={cursor}")).expect(200);
        assert!(page["nextCursor"].is_string(), "{page}");
        back.push(names(&page));
    }
    back.reverse();
    assert_eq!(back, forth);
}

fn follow_an_order_that_is_asked_for(on: Kind) {
    let application = Application::with_users(on, 12).start();
    application
        .database
        .run("UPDATE app_user SET title = 'x' WHERE username IN ('user005', 'user006')");
    let pages = walk(&application, "count=5&sortBy=title", |_| {});
    let seen: Vec<String> = pages.iter().flat_map(names).collect();
    assert_eq!(
        (seen.len(), &seen[..3]),
        (12, &["user005", "user006", "user001"].map(str::to_owned)[..])
    );
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 12);
}

/// The host counts the rows itself where no page can be derived.
fn follow_rows_that_a_plugin_makes(on: Kind) {
    let application = Application::with_users(on, 12)
        .with_plugin("everybody", crate::components::EVERYBODY, "")
        .with_operation("get-users", "everybody")
        .start();
    let seen: Vec<String> = walk(&application, "count=5", |_| {}).iter().flat_map(names).collect();
    assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (12, 12), "{seen:?}");
}

fn catalogues_have_them_too(on: Kind) {
    let application = Application::start(on);
    let first = application.get("/Roles?cursor&count=3").expect(200);
    let next = first["nextCursor"].as_str().expect("there is a fourth role");
    let last = application.get(&format!("/Roles?count=3&cursor={next}")).expect(200);
    assert_eq!((&last["itemsPerPage"], last.get("nextCursor")), (&Value::from(1), None));
}

fn made_up_ones_are_refused(on: Kind) {
    let application = Application::start(on);
    for cursor in ["nonsense", "eyJnaXZlbiI6MH0"] {
        let answer = application.get(&format!("/Users?cursor={cursor}"));
        answer.expect_error(400, Some("invalidCursor"), &["begin again"]);
    }
}
