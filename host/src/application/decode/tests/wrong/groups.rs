//! Slips about groups.

use super::report;
use crate::application::decode::tests::wrong::{APPLICATION, MAIN};

const GROUPS: &str = r#"
[groups]
id = "group_id"
new-id = "database"
[groups.attributes]
displayName = "group_name"
externalId = "external_id"
[groups.get-groups]
sql = "SELECT group_id, group_name, external_id FROM app_group"
[groups.get-group-members]
sql = "SELECT group_id, user_id FROM group_member WHERE group_id IN (:ids)"
[groups.create-group]
sql = "INSERT INTO app_group (group_name) VALUES (:displayName)"
[groups.add-member]
sql = "INSERT INTO group_member VALUES (:id, :member-id)"
[groups.remove-member]
sql = "DELETE FROM group_member WHERE group_id = :id AND user_id = :member-id"
"#;

fn reported(groups: &str) -> String {
    let application = format!("{APPLICATION}{groups}");
    report(&[("portcullis.toml", MAIN), ("applications/payroll.toml", &application)])
}

#[test]
fn the_right_ones_are_right() {
    assert_eq!(reported(GROUPS), "");
}

#[test]
fn groups() {
    let section = |name: &str| -> String {
        let begin = GROUPS.find(&format!("[groups.{name}]")).unwrap();
        let lines: Vec<&str> = GROUPS[begin..].lines().take(2).collect();
        format!("{}\n", lines.join("\n"))
    };
    let [list, members, add, remove] = ["get-groups", "get-group-members", "add-member", "remove-member"].map(section);
    let mut text = String::new();
    for (right, wrong) in [
        ("id = \"group_id\"\n", ""),
        (
            "id = \"group_id\"",
            "id = \"group_id\"\nuser = 5\nmember-display = \" name\"\nmembers = \"x\"",
        ),
        ("new-id = \"database\"", "new-id = { attribute = \"userName\" }"),
        ("new-id = \"database\"", "new-id = { attribute = \"meta.version\" }"),
        ("new-id = \"database\"", "new-id = \"serial\""),
        ("displayName = \"group_name\"\n", ""),
        (
            "[groups.attributes]\ndisplayName = \"group_name\"\nexternalId = \"external_id\"\n",
            "",
        ),
        ("externalId =", "id ="),
        ("externalId =", "members ="),
        ("externalId =", "description ="),
        ("externalId =", "dispalyName ="),
        ("externalId =", "'members[type eq \"User\"].value' ="),
        (list.as_str(), ""),
        (members.as_str(), ""),
        (add.as_str(), ""),
        (remove.as_str(), ""),
        (
            "[groups.get-groups]",
            "[groups.get-group]\nrows = 1\nsql = \"SELECT …\"\n[groups.get-groups]",
        ),
        (
            "[groups.get-groups]",
            "[groups.get-group]\nsq = \"SELECT …\"\n[groups.get-groups]",
        ),
        (
            "[groups.get-groups]",
            "[groups.delete-group]\nsql = \"DELETE …\"\n[groups.get-groups]",
        ),
        (
            "[groups.get-groups]",
            "[groups.get-users]\nsql = \"SELECT …\"\n[groups.get-groups]",
        ),
        ("[groups.get-groups]\nsql =", "[groups.get-groups]\nplugin = \"nobody\"\n#"),
    ] {
        assert!(GROUPS.contains(right), "{right}");
        let slipped = GROUPS.replacen(right, wrong, 1);
        text.push_str(&format!("======== {right:?} -> {wrong:?}\n{}\n", reported(&slipped)));
    }
    insta::assert_snapshot!(text);
}
