//! `GET /Users?sortBy=…`

use portcullis_tests::{Application, Kind, client::encode, on_every_database, on_procedures};

on_every_database!(
    by_an_attribute_both_ways,
    what_has_no_value_comes_last,
    pages_follow_the_order,
    rows_that_a_plugin_makes,
    an_order_that_no_column_has_is_refused
);

on_procedures!(by_an_attribute_both_ways, what_has_no_value_comes_last);

fn names(application: &Application, query: &str) -> Vec<String> {
    let list = application.get(&format!("/Users?{query}")).expect(200);
    let name = |user: &serde_json::Value| user["userName"].as_str().unwrap().to_owned();
    list["Resources"].as_array().unwrap().iter().map(name).collect()
}

fn titled(application: &Application, titles: &[(&str, &str)]) {
    for (user, title) in titles {
        let sql = format!("UPDATE app_user SET title = '{title}' WHERE username = '{user}'");
        application.database.run(&sql);
    }
}

fn by_an_attribute_both_ways(on: Kind) {
    let application = Application::with_users(on, 3).start();
    assert_eq!(names(&application, "sortBy=userName"), ["user001", "user002", "user003"]);
    for query in [
        "sortBy=username&sortOrder=descending",
        "sortBy=name.familyName&sortOrder=DESCENDING",
        "sortBy=emails&sortOrder=descending",
    ] {
        assert_eq!(names(&application, query), ["user003", "user002", "user001"], "{query}");
    }
}

fn what_has_no_value_comes_last(on: Kind) {
    let application = Application::with_users(on, 4).start();
    titled(&application, &[("user001", "b"), ("user003", "A"), ("user004", "c")]);
    assert_eq!(
        names(&application, "sortBy=title"),
        ["user003", "user001", "user004", "user002"]
    );
    let descending = names(&application, "sortBy=title&sortOrder=descending");
    assert_eq!(descending, ["user002", "user004", "user001", "user003"]);
}

fn pages_follow_the_order(on: Kind) {
    let application = Application::with_users(on, 9).start();
    titled(&application, &[("user005", "x"), ("user006", "x"), ("user007", "x")]);
    let filter = encode("title eq \"x\" or userName sw \"user00\"");
    let mut seen = Vec::new();
    for start in [1, 4, 7, 10] {
        seen.extend(names(
            &application,
            &format!("sortBy=title&filter={filter}&startIndex={start}&count=3"),
        ));
    }
    assert_eq!(seen[..3], ["user005", "user006", "user007"]);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 9);
}

/// A statement that a page cannot be derived from: the host puts the rows in order.
fn rows_that_a_plugin_makes(on: Kind) {
    let application = Application::with_users(on, 12)
        .with_plugin("everybody", crate::components::EVERYBODY, "")
        .with_operation("get-users", "everybody")
        .start();
    titled(&application, &[("user002", "b"), ("user007", "A")]);
    assert_eq!(names(&application, "sortBy=title&count=3"), ["user007", "user002", "user001"]);
    let last = names(&application, "sortBy=userName&sortOrder=descending&startIndex=11");
    assert_eq!(last, ["user002", "user001"]);
    let found = names(
        &application,
        &format!("sortBy=userName&sortOrder=descending&filter={}", encode("title pr")),
    );
    assert_eq!(found, ["user007", "user002"]);
}

fn an_order_that_no_column_has_is_refused(on: Kind) {
    let application = Application::with_users(on, 1).start();
    for (query, named) in [
        ("sortBy=nickName", "nickName"),
        ("sortBy=roles", "roles"),
        ("sortBy=userName&sortOrder=up", "sortOrder"),
    ] {
        let answer = application.get(&format!("/Users?{query}"));
        answer.expect_error(400, Some("invalidValue"), &[named]);
    }
}
