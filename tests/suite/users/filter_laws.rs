//! Whoever answers a filter, the database or the host, finds the same users: for random filters and awkward data.

use portcullis_tests::{Application, Kind, application::ENTERPRISE, client::encode, on_every_database};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::random::{filter_of, held, literal, operator, order, quoted, runner, sample, text};

on_every_database!(database_and_host_find_the_same);

/// Filters that each database is asked.
const FILTERS: usize = 400;
const USERS: usize = 60;

/// What users hold, read by statements that can't be asked for everybody's.
const BY_HOST: &str = r#"
[entitlements.Role.get-user-entitlements]
sql = "SELECT * FROM (SELECT ur.user_id, r.role_id, r.role_name FROM user_role ur JOIN app_role r ON r.role_id = ur.role_id WHERE ur.user_id IN (:ids)) held"
[entitlements.Licence.get-user-entitlements]
sql = "SELECT * FROM (SELECT l.licence_id, l.title FROM licence l JOIN app_user u ON u.licence_id = l.licence_id WHERE u.user_id = :id) held"
"#;

/// Attributes with their columns, as far as these hold text.
const TEXTS: [(&str, &str); 6] = [
    ("externalId", "external_id"),
    ("name.givenName", "first_name"),
    ("title", "title"),
    ("emails.value", "email"),
    ("phoneNumbers[type eq \"mobile\"].value", "mobile"),
    ("department", "department"),
];

fn atom() -> impl Strategy<Value = String> {
    let path = || {
        proptest::sample::select(&TEXTS[..]).prop_map(|(path, _)| match path {
            "department" => format!("{ENTERPRISE}:department"),
            path => path.to_owned(),
        })
    };
    // A path with a filter in it can't be followed by an operator everywhere; it has a form of its own below.
    let plain = || path().prop_filter("a plain path", |path| !path.contains('['));
    let time = (0..4_u32, 0..3_u32).prop_map(|(day, hour)| format!("2026-03-0{}T{:02}:00:00Z", day + 1, hour * 11));
    prop_oneof![
        6 => (plain(), operator(), text()).prop_map(|(path, operator, text)| format!("{path} {operator} {}", quoted(&text))),
        2 => (operator(), 0..USERS).prop_map(|(operator, n)| format!("userName {operator} \"USER{n:03}\"")),
        2 => (order(), 0..USERS).prop_map(|(operator, n)| format!("id {operator} \"{n}\"")),
        2 => (order(), time).prop_map(|(operator, time)| format!("meta.lastModified {operator} \"{time}\"")),
        1 => plain().prop_map(|path| format!("{path} pr")),
        1 => plain().prop_map(|path| format!("{path} eq null")),
        1 => any::<bool>().prop_map(|active| format!("active eq {active}")),
        1 => (operator(), text())
            .prop_map(|(operator, text)| format!("phoneNumbers[type eq \"mobile\" and value {operator} {}]", quoted(&text))),
        2 => assignment(),
        1 => (operator(), text())
            .prop_map(|(operator, text)| format!("emails[not (type eq \"work\") or value {operator} {}]", quoted(&text))),
    ]
}

/// A condition on what users hold.
fn assignment() -> impl Strategy<Value = String> {
    let part = || {
        proptest::sample::select(vec![
            ("roles", "value"),
            ("roles", "display"),
            ("entitlements", "value"),
            ("entitlements", "display"),
            ("entitlements", "type"),
        ])
    };
    let known = proptest::sample::select(vec!["clerk", "reader", "Auditor", "1", "2", "licence", "10"]);
    let wanted = || prop_oneof![1 => known.clone().prop_map(str::to_owned), 1 => text()];
    prop_oneof![
        4 => (part(), operator(), wanted())
            .prop_map(|((name, part), operator, text)| format!("{name}.{part} {operator} {}", quoted(&text))),
        2 => (part(), operator(), wanted(), operator(), wanted()).prop_map(|((name, part), one, this, other, that)| {
            format!("{name}[{part} {one} {} and not (value {other} {})]", quoted(&this), quoted(&that))
        }),
        1 => part().prop_map(|(name, part)| format!("{name}.{part} pr")),
        1 => part().prop_map(|(name, part)| format!("{name}.{part} eq null")),
        1 => part().prop_map(|(name, _)| format!("{name} pr")),
    ]
}

fn fill(application: &Application, on: Kind, runner: &mut TestRunner) {
    let columns = TEXTS.map(|(_, column)| column);
    for number in 1..=USERS {
        let mut set: Vec<String> = columns
            .iter()
            .map(|column| {
                let value = sample(runner, &held());
                format!("{column} = {}", literal(on, value.as_deref()))
            })
            .collect();
        let (day, hour) = sample(runner, &(0..4_u32, 0..3_u32));
        let moment = format!("2026-03-0{} {:02}:00:00", day + 1, hour * 11);
        set.push(format!("changed_at = {}", on.moment(&moment)));
        let sql = format!("UPDATE app_user SET {} WHERE username = 'user{number:03}'", set.join(", "));
        application.database.run(&sql);
    }
    // Names and ids as awkward as everything else.
    application.database.run("DELETE FROM user_role");
    // What has to have a value, an empty text has none in Oracle.
    let empty = if on == Kind::Oracle { "-" } else { "" };
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or(empty.to_owned());
    for role in 0..6 {
        let (id, name) = (sample(runner, &text()), sample(runner, &held()));
        let id = literal(on, Some(&format!("{id}{role}")));
        let name = literal(on, Some(&filled(name)));
        application
            .database
            .run(&format!("INSERT INTO app_role(role_id, role_name) VALUES ({id}, {name})"));
        let some = format!("{} = {}", on.remainder("user_id", role + 2), role % 2);
        application.database.run(&format!(
            "INSERT INTO user_role(user_id, role_id) SELECT user_id, {id} FROM app_user WHERE {some}"
        ));
    }
    for role in ["clerk", "reader", "auditor"] {
        let some = format!("{} < {}", on.remainder("user_id", 7), role.len() - 4);
        application.database.run(&format!(
            "INSERT INTO user_role(user_id, role_id) SELECT user_id, '{role}' FROM app_user WHERE {some}"
        ));
    }
    let title = literal(on, Some(&filled(Some(sample(runner, &text())))));
    application
        .database
        .run(&format!("UPDATE licence SET title = {title} WHERE licence_id = 2"));
    application.database.run(&format!(
        "UPDATE app_user SET licence_id = 1 + {} WHERE {} > 0",
        on.remainder("user_id", 2),
        on.remainder("user_id", 3)
    ));
}

fn database_and_host_find_the_same(on: Kind) {
    let application = Application::with_users(on, USERS)
        .with_plugin("everybody", crate::components::EVERYBODY, "")
        .with_other(
            "byhost",
            &format!("[operations.get-users]\nplugin = \"everybody\"\n{BY_HOST}"),
        )
        .without_in("byhost", "operations.get-users.sql")
        .start();
    let by_host = application.at(application.base().replace("/payroll/", "/byhost/"));
    let mut runner = runner();
    fill(&application, on, &mut runner);
    let found = |client: &portcullis_tests::Client, filter: &str| {
        let answer = client.get(&format!("/Users?count=200&attributes=userName&filter={}", encode(filter)));
        let body = answer.json();
        let mut names: Vec<String> = body["Resources"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|user| user["userName"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        (answer.status, body["totalResults"].clone(), names)
    };
    let mut sizes = std::collections::BTreeSet::new();
    for _ in 0..FILTERS {
        let filter = sample(&mut runner, &filter_of(atom()));
        let (by_database, by_host) = (found(&application, &filter), found(&by_host, &filter));
        assert_eq!(by_database.0, 200, "{filter}");
        assert_eq!(by_database, by_host, "{filter}");
        sizes.insert(by_database.2.len());
    }
    // Nobody and everybody would be found the same by anything.
    assert!(sizes.len() > 20, "the filters tell too little: {sizes:?}");
}
