//! Groups that are found by their members.

use portcullis_tests::{Application, Builder, Kind, application::GROUP, client::encode, on_every_database};

use super::{GET_USER_GROUPS, found};

on_every_database!(
    members_are_filtered_by_whoever_can,
    an_id_is_exact,
    a_page_of_many_groups_is_found,
    what_nobody_sees_is_refused,
    without_names_none_can_be_named,
    without_members_there_is_nothing_to_name,
);

/// The members of one group, by a statement whose rows don't say which.
const OF_ONE_GROUP: &str = "[groups.get-group-members]\n\
    sql = \"SELECT u.user_id, u.username FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE m.group_id = :id\"";

/// The same rows, by statements that nobody can ask for everybody's.
const BY_HOST: [&str; 2] = [
    "[groups.get-group-members]\n\
     sql = \"SELECT * FROM (SELECT m.group_id, u.user_id, u.username FROM group_member m JOIN app_user u ON u.user_id = m.user_id \
            WHERE m.group_id IN (:ids)) inner_rows\"",
    "[groups.get-group-members]\n\
     sql = \"SELECT * FROM (SELECT u.user_id, u.username FROM group_member m JOIN app_user u ON u.user_id = m.user_id \
            WHERE m.group_id = :id) inner_rows\"",
];

/// The groups of one user, by a statement whose rows don't say whose.
const OF_ONE_USER: &str = "[groups.get-user-groups]\n\
    sql = \"SELECT g.group_id FROM group_member m JOIN app_group g ON g.group_id = m.group_id WHERE m.user_id = :id\"";

/// Every way to answer.
fn applications(on: Kind) -> [(&'static str, Builder); 6] {
    let with = |text: &str| Application::with_users(on, 4).with(text);
    [
        ("by a statement for many groups", Application::with_users(on, 4)),
        ("by a statement for one group", with(OF_ONE_GROUP)),
        ("by the host, of many groups", with(BY_HOST[0])),
        ("by the host, of one group", with(BY_HOST[1])),
        ("by a statement for many users", with(GET_USER_GROUPS)),
        ("by a statement for one user", with(OF_ONE_USER)),
    ]
}

const NIGHT: &[&str] = &["Night Shift"];
const PAYROLL: &[&str] = &["Payroll"];
const VACANT: &[&str] = &["Vacant"];
const BOTH: &[&str] = &["Night Shift", "Payroll"];
const ALL: &[&str] = &["Night Shift", "Payroll", "Vacant"];

/// `Payroll` has the first two users in it, `Night Shift` the second, and `Vacant` nobody.
const CASES: [(&str, &[&str]); 36] = [
    ("members eq \"ONE\"", PAYROLL),
    ("members.value eq \"TWO\"", BOTH),
    ("Members[VALUE eq \"TWO\"]", BOTH),
    ("GROUP:members.value eq \"ONE\"", PAYROLL),
    ("members.value eq \"THREE\"", &[]),
    ("members eq \"nobody\"", &[]),
    ("members[value eq \"TWO\"] and displayName co \"shift\"", NIGHT),
    ("members eq \"ONE\" and members eq \"TWO\"", PAYROLL),
    ("members eq \"ONE\" or members eq \"TWO\"", BOTH),
    ("members eq \"ONE\" or displayName eq \"vacant\"", &["Payroll", "Vacant"]),
    ("members pr", BOTH),
    ("not (members pr)", VACANT),
    ("members.value pr and members.display pr and members.type pr", BOTH),
    ("members eq null", VACANT),
    ("members.display ne null", BOTH),
    ("members ne \"ONE\"", ALL),
    ("members ne \"TWO\"", &["Payroll", "Vacant"]),
    ("not (members eq \"ONE\")", &["Night Shift", "Vacant"]),
    ("not (members eq \"ONE\") and members pr", NIGHT),
    ("not (members eq \"ONE\" or members eq \"TWO\")", VACANT),
    ("members.display eq \"USER001\"", PAYROLL),
    ("members.display ew \"2\"", BOTH),
    ("members.display ne \"user002\"", &["Payroll", "Vacant"]),
    ("members.display gt \"user001\"", BOTH),
    ("members.type eq \"user\"", BOTH),
    ("members.type ne \"User\"", VACANT),
    ("members.type eq \"Group\"", &[]),
    ("members[value eq \"TWO\" and type eq \"User\"]", BOTH),
    ("members[value eq \"ONE\" and display eq \"user002\"]", &[]),
    ("members[value eq \"ONE\" or display eq \"user002\"]", BOTH),
    ("members[not (value eq \"TWO\")]", PAYROLL),
    (
        "(members eq \"ONE\" or members.display ew \"9\") and (not (displayName co \"x\") or members pr)",
        PAYROLL,
    ),
    ("id eq \"NIGHT\" and members eq \"TWO\"", NIGHT),
    ("id eq \"NIGHT\" and members eq \"ONE\"", &[]),
    (
        "id eq \"NIGHT\" and (members ne \"TWO\" or members.display sw \"user\")",
        NIGHT,
    ),
    ("id eq \"NIGHT\" and not (members eq \"TWO\")", &[]),
];

fn members_are_filtered_by_whoever_can(on: Kind) {
    for (who, builder) in applications(on) {
        let application = builder.start();
        let [one, two, three] = ["user001", "user002", "user003"].map(|name| application.id_of(name));
        let night = application.group("Night Shift").replace("/Groups/", "");
        let words = [
            ("ONE", &*one),
            ("TWO", &*two),
            ("THREE", &*three),
            ("NIGHT", &*night),
            ("GROUP", GROUP),
        ];
        for (filter, wanted) in CASES {
            let filter = words
                .iter()
                .fold(filter.to_owned(), |filter, (word, id)| filter.replace(word, id));
            assert_eq!(found(&application, &filter), wanted, "{filter}, {who}");
        }
        let filter = encode(&format!("members.value eq \"{two}\""));
        let page = application
            .get(&format!("/Groups?filter={filter}&sortBy=displayName&startIndex=2&count=1"))
            .expect(200);
        assert_eq!(page["totalResults"], 2, "{who}");
        assert_eq!(page["Resources"][0]["displayName"], "Payroll", "{who}");
    }
}

/// Databases take `1abc` for 1, and blanks for nothing.
fn an_id_is_exact(on: Kind) {
    for (who, builder) in applications(on) {
        let application = builder.start();
        let two = application.id_of("user002");
        let night = application.group("Night Shift").replace("/Groups/", "");
        for nearly in [format!("{two}abc"), format!("{two} "), format!("0{two}"), format!("{two}.0")] {
            for filter in [
                format!("members eq \"{nearly}\""),
                format!("members[value eq \"{nearly}\" and type eq \"User\"]"),
                format!("id eq \"{night}\" and members eq \"{nearly}\""),
            ] {
                assert_eq!(found(&application, &filter), [""; 0], "{filter}, {who}");
            }
        }
    }
}

/// More than one statement compares with, by whoever finds them.
fn a_page_of_many_groups_is_found(on: Kind) {
    for text in ["", BY_HOST[0], GET_USER_GROUPS] {
        let application = Application::with_users(on, 620).with(text).start();
        let insert = "INSERT INTO app_group(group_name) SELECT username FROM app_user";
        application.database.run(insert);
        application.database.run(
            "INSERT INTO group_member(group_id, user_id) SELECT g.group_id, u.user_id FROM app_group g CROSS JOIN app_user u \
             WHERE g.group_name LIKE 'user%' AND u.username = 'user003'",
        );
        let three = application.id_of("user003");
        let filter = format!("members eq \"{three}\" and not (displayName eq \"user009\")");
        let names = application.walk("/Groups", "displayName", &filter);
        assert_eq!(names.len(), 619);
        assert_eq!(
            found(&application, &format!("members ne \"{three}\"")),
            ["Night Shift", "Payroll", "Vacant"]
        );
    }
}

fn what_nobody_sees_is_refused(on: Kind) {
    let application = Application::start(on);
    for (filter, part) in [
        ("members.primary eq true", "members.primary"),
        ("members[primary eq true]", "primary"),
        ("members.colour eq \"red\"", "members.colour"),
        ("members.value gt null", "null"),
        ("members.value eq true", "is a string"),
    ] {
        let answer = application.get(&format!("/Groups?filter={}", encode(filter)));
        answer.expect_error(400, Some("invalidFilter"), &[part]);
    }
}

fn without_names_none_can_be_named(on: Kind) {
    let application = Application::with_users(on, 4).without("groups.member-display").start();
    for filter in ["members.display eq \"user001\"", "members[display pr]"] {
        let answer = application.get(&format!("/Groups?filter={}", encode(filter)));
        answer.expect_error(400, Some("invalidFilter"), &["display", "is not mapped"]);
    }
    assert_eq!(found(&application, "members.type pr"), BOTH);
    let schema = application.get(&format!("/Schemas/{GROUP}")).expect(200);
    let attributes = schema["attributes"].as_array().unwrap();
    let members = attributes.iter().find(|it| it["name"] == "members").expect("members");
    let parts = members["subAttributes"].as_array().unwrap();
    assert!(parts.iter().all(|part| part["name"] != "display"), "{members}");
}

fn without_members_there_is_nothing_to_name(on: Kind) {
    let application = ["get-group-members", "add-member", "remove-member"]
        .iter()
        .fold(Application::with_users(on, 4), |builder, name| {
            builder.without(&format!("groups.{name}"))
        })
        .start();
    let answer = application.get(&format!("/Groups?filter={}", encode("members pr")));
    answer.expect_error(400, Some("invalidFilter"), &["`members` is not mapped"]);
}
