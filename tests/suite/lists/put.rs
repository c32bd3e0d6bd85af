//! Users that are replaced: what is left out is removed (RFC 7644 §3.5.1).

use portcullis_tests::{Kind, application::ENTERPRISE, on_every_database};
use serde_json::json;

use super::{OWN, phone, phones, with_lists};

on_every_database!(
    what_is_read_can_be_written_back,
    what_is_left_out_is_removed,
    without_an_operation_for_it_nothing_changes,
);

fn what_is_read_can_be_written_back(on: Kind) {
    let application = with_lists(on, 2).without("entitlements").counting().start();
    let path = application.user("user001");
    let user = application.get(&path).expect(200);
    for _ in 0..2 {
        application.put(&path, &user).expect(200);
    }
    let asked = application.asked(|application| assert_eq!(application.put(&path, &user).expect(200), user));
    // In Oracle a transaction begins by itself.
    let begin = u64::from(on != Kind::Oracle);
    assert_eq!(asked.statements, 5 + begin, "BEGIN, what is there, and COMMIT");
}

fn what_is_left_out_is_removed(on: Kind) {
    let application = with_lists(on, 2).start();
    let path = application.user("user001");
    let mut user = application.get(&path).expect(200);
    user["phoneNumbers"] = json!([phone("+1 555 0102", "mobile", true)]);
    let members = user.as_object_mut().unwrap();
    members.remove("addresses");
    members.remove(OWN);
    members.remove(ENTERPRISE);
    let put = application.put(&path, &user).expect(200);
    assert_eq!(put["phoneNumbers"], json!([phone("+1 555 0102", "mobile", true)]));
    assert_eq!(put.get("addresses"), None);
    assert_eq!(put[OWN]["badges"][0]["value"], 7, "read only");
    assert_eq!(
        phones(&application.database, "user001"),
        [["2", "+1 555 0102", "mobile", "main"]]
    );
    assert_eq!(phones(&application.database, "user002").len(), 1);
    assert_eq!(application.database.count("SELECT count(*) FROM address"), 0);
}

fn without_an_operation_for_it_nothing_changes(on: Kind) {
    let application = with_lists(on, 1).without("users.lists.addresses.remove-value").start();
    let path = application.user("user001");
    let mut user = application.get(&path).expect(200);
    user["addresses"] = json!([{ "locality": "Shelbyville" }]);
    user["phoneNumbers"] = json!([]);
    let answer = application.put(&path, &user);
    answer.expect_error(400, Some("mutability"), &["addresses", "remove-value"]);
    assert_eq!(
        phones(&application.database, "user001").len(),
        2,
        "nothing of the request is kept"
    );
}
