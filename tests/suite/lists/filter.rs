//! Users who are found by their elements.

use portcullis_tests::{Kind, client::encode, on_every_database};

use super::{OWN, with_lists};

on_every_database!(
    elements_are_filtered_by_the_database_and_by_the_host,
    many_users_are_found_page_by_page,
    what_no_column_holds_is_refused,
);

/// Who is found, of the first three users.
fn cases() -> Vec<(String, &'static [u8])> {
    let own = |text: &str| text.replace("OWN", OWN);
    vec![
        ("phoneNumbers[type eq \"work\" and value co \"0201\"]".into(), &[2]),
        ("phoneNumbers[type eq \"mobile\" and value co \"0101\"]".into(), &[]),
        ("phoneNumbers[not (type eq \"work\")]".into(), &[1]),
        ("phoneNumbers.value eq \"+1 555 0101\"".into(), &[1]),
        ("phoneNumbers.type eq \"WORK\"".into(), &[1, 2]),
        ("phoneNumbers pr".into(), &[1, 2]),
        ("not (phoneNumbers pr)".into(), &[3]),
        ("phoneNumbers.type ne \"work\"".into(), &[1, 3]),
        ("phoneNumbers.type eq null".into(), &[3]),
        ("phoneNumbers.display eq null".into(), &[1, 2, 3]),
        ("phoneNumbers.primary eq true".into(), &[1]),
        ("addresses pr".into(), &[1]),
        ("addresses.locality sw \"spring\"".into(), &[1]),
        ("addresses[type eq \"work\"] and userName eq \"user002\"".into(), &[]),
        ("addresses[type eq \"work\"] and userName eq \"user001\"".into(), &[1]),
        ("userName eq \"user003\" or phoneNumbers.value ew \"0201\"".into(), &[2, 3]),
        (own("OWN:badges[value eq 8 or floor eq \"second\"]"), &[2]),
        (own("OWN:badges.value gt 7"), &[2]),
        (own("OWN:badges.issued ge \"2026-03-01T12:00:00Z\""), &[1]),
        (own("schemas eq \"OWN\""), &[1, 2]),
    ]
}

fn elements_are_filtered_by_the_database_and_by_the_host(on: Kind) {
    let by_database = with_lists(on, 3).start();
    let by_host = with_lists(on, 3).without("users.lists.phoneNumbers.get-values").start();
    for (filter, wanted) in cases() {
        let wanted: Vec<String> = wanted.iter().map(|n| format!("user{n:03}")).collect();
        assert_eq!(by_database.who(&filter), wanted, "{filter}, by the database");
        assert_eq!(by_host.who(&filter), wanted, "{filter}, by the host");
    }
}

/// More than one statement compares with.
fn many_users_are_found_page_by_page(on: Kind) {
    let application = with_lists(on, 620).start();
    application
        .database
        .run(&format!("INSERT INTO phone(user_id, digits, kind, is_main) SELECT user_id, username, 'all', {} FROM app_user WHERE username <> 'user007'", on.truth().2));
    let names = application.walk(
        "/Users",
        "userName",
        "phoneNumbers[type eq \"all\"] and not (userName eq \"user001\")",
    );
    assert_eq!(names.len(), 618);
    assert!(!names.iter().any(|name| name == "user007" || name == "user001"));
}

fn what_no_column_holds_is_refused(on: Kind) {
    let application = with_lists(on, 1).start();
    for (filter, part) in [
        ("addresses.country eq \"US\"", "addresses.country"),
        ("addresses[country eq \"US\"]", "country"),
        ("addresses eq \"US\"", "addresses"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(filter)));
        answer.expect_error(400, Some("invalidFilter"), &[part]);
    }
}
