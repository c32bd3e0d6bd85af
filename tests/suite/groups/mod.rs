//! `/Groups`

mod absent;
mod by_plugin;
mod delete;
mod entra;
mod filter_laws;
mod filter_members;
mod get;
mod list;
mod many;
mod of_users;
mod okta;
mod patch;
mod plan;
mod post;
mod put;
mod versions;

use std::collections::BTreeSet;

use portcullis_tests::Application;
use serde_json::Value;

/// The user's side of it, which not every application has.
pub const GET_USER_GROUPS: &str = "[groups.get-user-groups]\n\
    sql = \"SELECT m.user_id, g.group_id, g.group_name FROM group_member m JOIN app_group g ON g.group_id = m.group_id \
           WHERE m.user_id IN (:ids)\"";

/// The names of a group's members.
fn names(group: &Value) -> BTreeSet<&str> {
    let members = group["members"].as_array().into_iter().flatten();
    members.map(|member| member["display"].as_str().expect("a name")).collect()
}

/// The names of the users whom the table has in a group.
fn rows(application: &Application, group: &str) -> Vec<String> {
    let rows = application.database.rows(&format!(
        "SELECT u.username FROM group_member m JOIN app_group g ON g.group_id = m.group_id \
         JOIN app_user u ON u.user_id = m.user_id WHERE g.group_name = '{group}' ORDER BY u.username"
    ));
    rows.into_iter().flatten().flatten().collect()
}

/// The ids of users.
fn ids(application: &Application, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| application.id_of(name)).collect()
}

/// The names of the groups that a filter finds.
#[track_caller]
fn found(application: &Application, filter: &str) -> Vec<String> {
    let groups = application.find_groups(filter);
    let names = groups
        .iter()
        .map(|group| group["displayName"].as_str().expect("a name").to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
