//! `GET /Users?filter=…`

use portcullis_tests::{Application, Kind, client::encode, on_every_database, on_procedures};
use serde_json::json;

on_every_database!(
    a_user_name_is_found_in_any_case,
    who_is_not_there_is_not_found,
    combinations_are_understood,
    totals_are_those_of_the_filter,
    other_comparisons_are_answered,
    an_id_is_found,
    entries_with_wildcards_are_not_patterns,
    an_unknown_attribute_is_refused,
    nonsense_is_refused,
);

on_procedures!(
    a_user_name_is_found_in_any_case,
    who_is_not_there_is_not_found,
    combinations_are_understood,
    totals_are_those_of_the_filter
);

fn a_user_name_is_found_in_any_case(on: Kind) {
    let application = Application::start(on);
    for filter in [
        "userName eq \"user003\"",
        "userName eq \"USER003\"",
        "username EQ \"User003\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"user003\"",
    ] {
        assert_eq!(application.who(filter), ["user003"], "{filter}");
    }
}

fn who_is_not_there_is_not_found(on: Kind) {
    let application = Application::start(on);
    let page = application
        .get(&format!("/Users?filter={}", encode("userName eq \"nobody\"")))
        .expect(200);
    assert_eq!(page["totalResults"], 0);
    assert_eq!(page["itemsPerPage"], 0);
    assert!(page["Resources"].as_array().is_none_or(Vec::is_empty), "{page}");
}

fn combinations_are_understood(on: Kind) {
    let application = Application::start(on);
    assert_eq!(
        application.who("userName eq \"user001\" or userName eq \"user002\""),
        ["user001", "user002"]
    );
    assert_eq!(application.who("active eq false"), ["user003", "user006"]);
    assert_eq!(
        application.who("active eq false and not (userName eq \"user003\")"),
        ["user006"]
    );
    assert_eq!(
        application.who("emails[type eq \"work\" and value eq \"user004@example.com\"]"),
        ["user004"]
    );
    assert_eq!(application.who("emails.value eq \"user004@example.com\""), ["user004"]);
}

fn totals_are_those_of_the_filter(on: Kind) {
    let application = Application::with_users(on, 30).start();
    let filter = encode("active eq false");
    let page = application
        .get(&format!("/Users?filter={filter}&startIndex=4&count=3"))
        .expect(200);
    assert_eq!(page["totalResults"], 10);
    assert_eq!(page["itemsPerPage"], 3);
    let names: Vec<_> = page["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["userName"].clone())
        .collect();
    assert_eq!(names, [json!("user012"), json!("user015"), json!("user018")]);
}

fn other_comparisons_are_answered(on: Kind) {
    let application = Application::start(on);
    assert_eq!(
        application.who("userName sw \"user00\""),
        (1..=7).map(|n| format!("user00{n}")).collect::<Vec<_>>()
    );
    assert_eq!(application.who("userName ew \"5\""), ["user005"]);
    assert_eq!(application.who("name.familyName co \"st6\""), ["user006"]);
    assert_eq!(application.who("userName gt \"user005\""), ["user006", "user007"]);
    application
        .database
        .run("UPDATE app_user SET title = 'Clerk' WHERE username = 'user001'");
    application
        .database
        .run("UPDATE app_user SET title = '' WHERE username = 'user002'");
    assert_eq!(application.who("title pr"), ["user001"]);
    assert_eq!(application.who("title ne \"Clerk\"").len(), 6);
}

fn an_id_is_found(on: Kind) {
    let application = Application::start(on);
    let id = application.id_of("user004");
    assert_eq!(application.who(&format!("id eq \"{id}\"")), ["user004"]);
    assert_eq!(application.who("id eq \"not-a-number\""), [] as [String; 0]);
}

fn entries_with_wildcards_are_not_patterns(on: Kind) {
    let application = Application::start(on);
    application
        .database
        .run("UPDATE app_user SET title = '100% sure' WHERE username = 'user001'");
    assert_eq!(application.who("title co \"0%\""), ["user001"]);
    for filter in [
        "userName sw \"%\"",
        "userName sw \"user___\"",
        "userName co \"%\"",
        "userName eq \"user00_\"",
        "title co \"_\"",
    ] {
        assert_eq!(application.who(filter), [] as [String; 0], "{filter}");
    }
}

fn an_unknown_attribute_is_refused(on: Kind) {
    let application = Application::start(on);
    let filter = encode("favouriteColour eq \"blue\"");
    application
        .get(&format!("/Users?filter={filter}"))
        .expect_error(400, Some("invalidFilter"), &["favouriteColour"]);
}

fn nonsense_is_refused(on: Kind) {
    let application = Application::start(on);
    for filter in [
        "userName",
        "userName eq",
        "userName is \"x\"",
        "(userName eq \"x\"",
        "eq eq eq",
        "userName eq \"x",
        "userName eq x",
    ] {
        application
            .get(&format!("/Users?filter={}", encode(filter)))
            .expect_error(400, Some("invalidFilter"), &[]);
    }
}
