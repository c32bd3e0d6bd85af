//! What requests cost in the database: how often the program asks it something, counted on the wire where there is one.
//!
//! A statement that a connection sees for the first time is prepared first, which is one round trip more; so each request is
//! made before it is counted.

use portcullis_tests::{Application, Kind, client::encode, on_every_database};

on_every_database!(
    one_user_is_one_and_one_for_each_type_of_assignment,
    a_page_costs_the_same_whatever_is_on_it,
    lists_cost_a_page_one_statement_each,
    a_statement_for_several_users_gives_each_their_own,
    a_page_of_groups_costs_the_same_whatever_is_on_it,
    a_change_reads_writes_and_reads_back,
    what_the_database_refuses_to_answer_at_once_is_asked_one_by_one,
    a_filter_on_assignments_costs_one_statement_each,
    a_filter_on_members_costs_one_statement_each,
);

/// So often that every connection knows its statements.
const WARM: usize = 3;

fn cost(application: &Application, path: &str) -> u64 {
    for _ in 0..WARM {
        application.get(path).expect_ok();
    }
    let asked = application.asked(|application| application.get(path).expect_ok());
    assert!(
        asked.round_trips.is_none_or(|trips| trips == asked.statements),
        "the log doesn't say what went over the wire: {asked:?}"
    );
    asked.statements
}

/// By id and by name.
fn one_user_is_one_and_one_for_each_type_of_assignment(on: Kind) {
    let by_name = format!("/Users?filter={}", encode("userName eq \"user002\""));
    let by_name_as_okta = format!("{by_name}&startIndex=1&count=100");

    let application = Application::with_users(on, 7).without("entitlements").counting().start();
    for path in [&application.user("user002"), &by_name, &by_name_as_okta] {
        assert_eq!(cost(&application, path), 1, "{path}");
    }

    let application = Application::with_users(on, 7)
        .without("entitlements.Licence")
        .counting()
        .start();
    for path in [&application.user("user002"), &by_name, &by_name_as_okta] {
        assert_eq!(cost(&application, path), 2, "{path}");
    }

    let application = Application::with_users(on, 7).counting().start();
    for path in [&application.user("user002"), &by_name, &by_name_as_okta] {
        assert_eq!(cost(&application, path), 3, "{path}");
    }
}

/// The page, how many there are, and each type of assignment, whether its statement takes a list or one user.
fn a_page_costs_the_same_whatever_is_on_it(on: Kind) {
    let application = Application::with_users(on, 250).counting().start();
    for count in [2, 10, 100] {
        assert_eq!(
            cost(&application, &format!("/Users?startIndex=1&count={count}")),
            4,
            "{count}"
        );
    }
    // The last page knows by itself how many there are.
    assert_eq!(cost(&application, "/Users?startIndex=201&count=100"), 3);
    assert_eq!(cost(&application, "/Users?count=0"), 1);
}

/// The page, how many there are, two types of assignments, and three lists, two of whose statements take many users and one a single
/// one; nothing for what nobody sees.
fn lists_cost_a_page_one_statement_each(on: Kind) {
    let application = crate::lists::with_lists(on, 250).counting().start();
    for count in [2, 10, 100] {
        let page = format!("/Users?startIndex=1&count={count}");
        assert_eq!(cost(&application, &page), 7, "{count}");
        let without = format!("{page}&excludedAttributes=phoneNumbers,addresses");
        assert_eq!(cost(&application, &without), 5, "{count}");
    }
    assert_eq!(cost(&application, &application.user("user002")), 6);
}

/// Whose assignments match, the page, how many there are, and two types of assignments; for `ne` also who has any. Whether a statement
/// takes a list of users or one, and how many users there are, is the same.
fn a_filter_on_assignments_costs_one_statement_each(on: Kind) {
    let even = format!("{} = 0", on.remainder("user_id", 2));
    for users in [40, 120] {
        let application = Application::with_users(on, users)
            .counting()
            .with("[database]\nstatement-timeout = \"15s\"")
            .start();
        application
            .database
            .run(&format!("UPDATE app_user SET licence_id = 1 WHERE {even}"));
        application.database.run("DELETE FROM user_role");
        application.database.run(&format!(
            "INSERT INTO user_role(user_id, role_id) SELECT user_id, 'auditor' FROM app_user WHERE {even}"
        ));
        for (filter, statements) in [
            ("roles.value eq \"auditor\"", 5),
            ("entitlements.display sw \"a\" or entitlements pr", 6),
            ("roles.value ne \"auditor\"", 6),
            ("userName sw \"user\" and entitlements[value eq \"1\"] and roles pr", 6),
        ] {
            for count in [2, 10] {
                let page = format!("/Users?count={count}&filter={}", encode(filter));
                assert_eq!(cost(&application, &page), statements, "{filter}, {count} of {users}");
            }
        }
    }
}

/// The page, how many there are, and the members of all; nothing for members that nobody sees.
fn a_page_of_groups_costs_the_same_whatever_is_on_it(on: Kind) {
    let application = Application::with_users(on, 7).counting().start();
    let path = application.group("Payroll");
    assert_eq!(cost(&application, &path), 2);
    assert_eq!(cost(&application, &format!("{path}?excludedAttributes=members")), 1);
    assert_eq!(
        cost(&application, "/Groups"),
        2,
        "the last page knows by itself how many there are"
    );
    for count in [1, 2] {
        let page = format!("/Groups?count={count}");
        assert_eq!(cost(&application, &page), 3, "{count}");
        assert_eq!(
            cost(&application, &format!("{page}&excludedAttributes=members")),
            2,
            "{count}"
        );
    }
}

/// Whose members match, and the page of groups; for `ne` also which have any. One user is looked for in the group that the filter
/// names, or by the groups that he is in; and where nobody is found there is no page to ask for.
fn a_filter_on_members_costs_one_statement_each(on: Kind) {
    let both = [
        Application::with_users(on, 7),
        Application::with_users(on, 7).with(crate::groups::GET_USER_GROUPS),
    ];
    for application in both.map(|builder| builder.counting().start()) {
        let group = application.group("Night Shift").replace("/Groups/", "");
        let [one, two] = ["user001", "user002"].map(|name| application.id_of(name));
        for (filter, statements) in [
            (format!("id eq \"{group}\" and members eq \"{two}\""), 2),
            (format!("id eq \"{group}\" and members eq \"{one}\""), 1),
            (format!("members[value eq \"{two}\"]"), 2),
            ("members.value eq \"4711\"".to_owned(), 1),
            (format!("members.value eq \"{one}\" or members.value eq \"{two}\""), 3),
            (format!("members[value eq \"{one}\" and type eq \"User\"]"), 2),
            ("members.display sw \"user\" and displayName pr".to_owned(), 2),
            (format!("members.value ne \"{one}\""), 3),
            ("not (members pr)".to_owned(), 2),
            ("members.type eq \"Group\"".to_owned(), 0),
        ] {
            let path = format!("/Groups?filter={}&excludedAttributes=members", encode(&filter));
            assert_eq!(cost(&application, &path), statements, "{filter}");
        }
    }
}

fn a_statement_for_several_users_gives_each_their_own(on: Kind) {
    let application = Application::with_users(on, 140).start();
    application.database.run(&format!(
        "UPDATE app_user SET licence_id = 1 + {} WHERE {} > 0",
        on.remainder("user_id", 2),
        on.remainder("user_id", 3)
    ));
    let page = application.get("/Users?count=200").expect(200);
    let users = page["Resources"].as_array().expect("users");
    assert_eq!(users.len(), 140);
    for user in users {
        let id: u64 = user["id"].as_str().and_then(|id| id.parse().ok()).expect("a number");
        let held: Vec<&str> = user["entitlements"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it["value"].as_str())
            .collect();
        let wanted: &[&str] = match (id % 3, id % 2) {
            (0, _) => &[],
            (_, 0) => &["1"],
            _ => &["2"],
        };
        assert_eq!(held, wanted, "{user}");
    }
}

/// BEGIN, the user as it is, the update, the user as it has become, COMMIT; assignments each time.
fn a_change_reads_writes_and_reads_back(on: Kind) {
    let application = Application::with_users(on, 7).without("entitlements").counting().start();
    let path = application.user("user002");
    let title = |n: usize| serde_json::json!([{ "op": "replace", "path": "title", "value": format!("Title {n}") }]);
    for n in 0..WARM {
        application.patch(&path, title(n)).expect(200);
    }
    let again = |application: &Application| drop(application.patch(&path, title(WARM)).expect(200));
    // In Oracle a transaction begins by itself.
    let begin = u64::from(on != Kind::Oracle);
    assert_eq!(application.asked(again).statements, 4 + begin);
    assert_eq!(
        application.asked(again).statements,
        2 + begin,
        "nothing changed, so nothing is written"
    );
}

/// Two columns of one name can't stand in brackets everywhere.
fn what_the_database_refuses_to_answer_at_once_is_asked_one_by_one(on: Kind) {
    let twice = "SELECT l.licence_id, l.title, u.licence_id FROM licence l JOIN app_user u ON u.licence_id = l.licence_id \
                 WHERE u.user_id = :id";
    let application = Application::with_users(on, 3)
        .with(&format!("[entitlements.Licence.get-user-entitlements]\nsql = \"{twice}\""))
        .start();
    application
        .database
        .run("UPDATE app_user SET licence_id = 2 WHERE username <> 'user003'");
    let page = application.get("/Users?count=3").expect(200);
    let held: Vec<usize> = page["Resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|user| user["entitlements"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(held, [1, 1, 0], "{page}");
}
