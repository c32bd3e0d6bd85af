//! Slips about attributes that have tables of their own.

use super::report;
use crate::application::decode::tests::wrong::{APPLICATION, MAIN};

const LISTS: &str = r#"
[users.lists.phoneNumbers]
user = "user_id"
id = "phone_id"
[users.lists.phoneNumbers.attributes]
value = "number"
type = "kind"
[users.lists.phoneNumbers.get-user-values]
sql = "SELECT user_id, phone_id, number, kind FROM phone WHERE user_id IN (:ids)"
[users.lists.phoneNumbers.get-values]
sql = "SELECT user_id, phone_id, number, kind FROM phone"
[users.lists.phoneNumbers.add-value]
sql = "INSERT INTO phone (user_id, number, kind) VALUES (:id, :value, :type)"
[users.lists.phoneNumbers.change-value]
sql = "UPDATE phone SET number = :value, kind = :type WHERE phone_id = :value-id"
[users.lists.phoneNumbers.remove-value]
sql = "DELETE FROM phone WHERE phone_id = :value-id"
[users.lists."urn:example:payroll:badges"]
[users.lists."urn:example:payroll:badges".attributes]
value = "code"
[users.lists."urn:example:payroll:badges".get-user-values]
sql = "SELECT code FROM badge WHERE user_id = :id"
"#;

fn reported(lists: &str) -> String {
    let application = format!("{APPLICATION}{lists}");
    report(&[("portcullis.toml", MAIN), ("applications/payroll.toml", &application)])
}

#[test]
fn the_right_ones_are_right() {
    assert_eq!(reported(LISTS), "");
}

#[test]
fn lists() {
    let section = |name: &str| -> String {
        let begin = LISTS.find(&format!("[users.lists.phoneNumbers.{name}]")).unwrap();
        let lines: Vec<&str> = LISTS[begin..].lines().take(2).collect();
        format!("{}\n", lines.join("\n"))
    };
    let [read, add, change, remove] = ["get-user-values", "add-value", "change-value", "remove-value"].map(section);
    let renamed = |name: &str| LISTS.replace("lists.phoneNumbers", &format!("lists.{name}"));
    let slips = [
        ("user = \"user_id\"\n", ""),
        ("user = \"user_id\"", "user = 5\ncolumn = \"x\""),
        ("value = \"number\"", "valeu = \"number\""),
        ("value = \"number\"", "value = \" number\""),
        ("value = \"number\"\ntype = \"kind\"\n", ""),
        (
            "[users.lists.phoneNumbers.attributes]\nvalue = \"number\"\ntype = \"kind\"\n",
            "",
        ),
        ("value = \"code\"", "Value = \"code\"\nvalue = \"other\""),
        ("value = \"code\"", "id = \"code\""),
        ("value = \"code\"", "\"badge.code\" = \"code\""),
        (read.as_str(), ""),
        (add.as_str(), ""),
        (remove.as_str(), ""),
        (change.as_str(), "[users.lists.phoneNumbers.change-values]\nsql = \"…\"\n"),
        (
            "urn:example:payroll:badges\"]",
            "urn:portcullis:scim:schemas:extension:payroll:2.0:User:badges\"]",
        ),
        (
            "[users.lists.\"urn:example:payroll:badges\"]",
            "[users.lists.PHONENUMBERS]\nuser = \"x\"\n[users.lists.\"urn:example:payroll:badges\"]",
        ),
    ];
    let mut text = String::new();
    for (right, wrong) in slips {
        assert!(LISTS.contains(right), "{right}");
        let slipped = LISTS.replacen(right, wrong, 1);
        text.push_str(&format!("======== {right:?} -> {wrong:?}\n{}\n", reported(&slipped)));
    }
    for name in [
        "phoneNumber",
        "roles",
        "userName",
        "'phoneNumbers[type eq \"work\"]'",
        "'phoneNumbers.value'",
        "name",
    ] {
        text.push_str(&format!("======== {name}\n{}\n", reported(&renamed(name))));
    }
    let both = APPLICATION.replace("userName =", "'phoneNumbers[type eq \"work\"].value' = \"phone\"\nuserName =");
    let both = format!("{both}{LISTS}");
    let files = [("portcullis.toml", MAIN), ("applications/payroll.toml", both.as_str())];
    text.push_str(&format!("======== in both places\n{}\n", report(&files)));
    insta::assert_snapshot!(text);
}
