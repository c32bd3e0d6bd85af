//! Whoever answers a filter of groups, the database, the host, or the operation that reads a user's groups, finds the same groups: for random
//! filters and awkward data.

use portcullis_tests::{Application, Client, Kind, client::encode, on_every_database};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::Value;

use crate::random::{filter_of, held, literal, operator, order, quoted, runner, sample, text};

on_every_database!(database_and_host_find_the_same);

/// Filters that each database is asked.
const FILTERS: usize = 200;
const USERS: usize = 20;
const GROUPS: usize = 30;

/// Members are told apart by what is as awkward as everything else.
const BY_DATABASE: &str = r#"
[groups]
user = "external_id"
member-display = "title"
[groups.get-group-members]
sql = "SELECT m.group_id, u.external_id, u.title FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE m.group_id IN (:ids)"
"#;

/// The same by statements of which none can be derived, so that the host answers.
const BY_HOST: &str = r#"
[groups.get-group-members]
sql = "SELECT * FROM (SELECT m.group_id, u.external_id, u.title FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE m.group_id IN (:ids)) inner_rows"
[[groups.get-groups.statements]]
sql = "SELECT count(*) AS many FROM app_group"
[[groups.get-groups.statements]]
sql = "SELECT group_id, group_name, external_id FROM app_group"
"#;

/// The same with the groups of a user.
const BY_USER: &str = r#"
[groups.get-user-groups]
sql = "SELECT u.external_id, m.group_id FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE u.external_id IN (:ids)"
"#;

/// The ids of some users, and what is nearly one.
fn ids() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (1..=USERS).prop_map(id),
        1 => (1..=USERS).prop_map(|n| id(n).to_uppercase()),
        1 => (1..=USERS).prop_map(|n| format!("{} ", id(n))),
        1 => text(),
    ]
}

/// Ids that differ in case alone, or in their accents.
fn id(user: usize) -> String {
    let word = ["a", "A", "é", "E", "%_"][user % 5];
    format!("{word}{}", user / 5)
}

fn condition() -> impl Strategy<Value = String> {
    let part = || proptest::sample::select(vec!["value", "display", "type"]);
    let wanted = || prop_oneof![3 => ids(), 2 => text(), 1 => Just("user".to_owned())];
    prop_oneof![
        3 => ids().prop_map(|id| format!("members eq {}", quoted(&id))),
        3 => ids().prop_map(|id| format!("members[value eq {}]", quoted(&id))),
        2 => ids().prop_map(|id| format!("members.value ne {}", quoted(&id))),
        4 => (part(), operator(), wanted()).prop_map(|(part, operator, text)| format!("members.{part} {operator} {}", quoted(&text))),
        2 => (part(), operator(), wanted(), part(), operator(), wanted()).prop_map(|(one, this, text, other, that, another)| {
            format!("members[{one} {this} {} and not ({other} {that} {})]", quoted(&text), quoted(&another))
        }),
        1 => part().prop_map(|part| format!("members.{part} pr")),
        1 => part().prop_map(|part| format!("members.{part} eq null")),
        1 => Just("members pr".to_owned()),
        2 => (operator(), text()).prop_map(|(operator, text)| format!("displayName {operator} {}", quoted(&text))),
        1 => (order(), 0..GROUPS).prop_map(|(operator, n)| format!("id {operator} \"{n}\"")),
    ]
}

/// As Entra asks, besides whatever else there is.
fn filter() -> impl Strategy<Value = String> {
    let named = (1..=GROUPS, condition()).prop_map(|(n, condition)| format!("id eq \"{n}\" and {condition}"));
    prop_oneof![1 => named, 5 => filter_of(condition())]
}

fn fill(application: &Application, on: Kind, runner: &mut TestRunner) {
    for user in 1..=USERS {
        let (id, title) = (id(user), sample(runner, &held()));
        application.database.run(&format!(
            "UPDATE app_user SET external_id = {}, title = {} WHERE username = 'user{user:03}'",
            literal(on, Some(&id)),
            literal(on, title.as_deref())
        ));
    }
    // Somebody without an id is nobody's member.
    application
        .database
        .run("UPDATE app_user SET external_id = NULL WHERE username = 'user007'");
    application.database.run("DELETE FROM group_member");
    for group in 0..GROUPS {
        let name = format!("{}{group}", sample(runner, &text()));
        let insert = format!("INSERT INTO app_group(group_name) VALUES ({})", literal(on, Some(&name)));
        application.database.run(&insert);
    }
    for number in 2..8 {
        let which = format!(
            "{} = 1 AND {} = {}",
            on.remainder("g.group_id", number),
            on.remainder("u.user_id", number + 1),
            number % 3
        );
        application.database.run(&format!(
            "INSERT INTO group_member(group_id, user_id) SELECT g.group_id, u.user_id FROM app_group g CROSS JOIN app_user u WHERE {which} \
             AND NOT EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = g.group_id AND m.user_id = u.user_id)"
        ));
    }
}

fn found(client: &Client, filter: &str) -> (u16, Value, Vec<String>) {
    let answer = client.get(&format!("/Groups?count=200&attributes=displayName&filter={}", encode(filter)));
    let body = answer.json();
    let groups = body["Resources"].as_array().into_iter().flatten();
    let mut ids: Vec<String> = groups.map(|group| group["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    (answer.status.as_u16(), body["totalResults"].clone(), ids)
}

fn database_and_host_find_the_same(on: Kind) {
    let application = Application::with_users(on, USERS)
        .with(BY_DATABASE)
        .with_other("byuser", BY_USER)
        .with_other("byhost", BY_HOST)
        .without_in("byhost", "groups.get-groups.sql")
        .start();
    let [by_user, by_host] = ["byuser", "byhost"].map(|name| {
        let base = application.base().replace("/payroll/", &format!("/{name}/"));
        application.at(base)
    });
    let mut runner = runner();
    fill(&application, on, &mut runner);
    let mut sizes = std::collections::BTreeSet::new();
    for _ in 0..FILTERS {
        let filter = sample(&mut runner, &filter());
        let by_database = found(&application, &filter);
        assert_eq!(by_database.0, 200, "{filter}");
        assert_eq!(by_database, found(&by_host, &filter), "{filter}, by the host");
        assert_eq!(by_database, found(&by_user, &filter), "{filter}, by the user's groups");
        sizes.insert(by_database.2.len());
    }
    // Nobody and everybody would be found the same by anything.
    assert!(sizes.len() > 12, "the filters tell too little: {sizes:?}");
}
