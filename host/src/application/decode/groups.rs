//! `[groups]`

use super::{
    attributes::attributes,
    column::column,
    context::Context,
    log::Decoded,
    operation::{Operations, operations},
    table::Table,
    users::{new_id, unmapped_columns},
};
use crate::{
    application::{
        GroupSettings,
        Operation::{self, AddMember, CreateGroup, GetGroupMembers, GetGroups, RemoveMember},
        ResourceMapping, UnmappedColumns,
    },
    scim::ResourceKind,
};

/// ```toml
/// [groups]                       # may be left out: then there are no groups
/// id = "group_id"                # the column that identifies a group, in every statement that reads
/// new-id = "database"            # as in [users]
/// user = "user_id"               # the user's id in get-group-members and get-user-groups; default: `id` of [users]
/// member-display = "username"    # the member's name in get-group-members; may be left out
/// unmapped-columns = "show"      # as in [users]
///
/// [groups.attributes]            # SCIM attribute = column
/// displayName = "group_name"
/// externalId = "external_id"
///
/// [groups.get-groups]
/// sql = "SELECT group_id, group_name, external_id FROM app_group"
/// [groups.get-group-members]
/// sql = "SELECT group_id, user_id FROM group_member WHERE group_id IN (:ids)"
/// ```
pub fn groups(table: &Table<'_>, users: Option<&ResourceMapping>, context: &Context<'_>) -> Decoded<GroupSettings> {
    let id = table.required("id", "\"group_id\"", column);
    let user = table.or("user", users.map_or_else(String::new, |users| users.id.clone()), column);
    let member_display = table.optional("member-display", column);
    let attributes = match table.get("attributes") {
        Some(node) => attributes(&node, ResourceKind::Group),
        None => Err(table.missing("attributes", "[groups.attributes]` with `displayName = \"group_name\"")),
    };
    let new_id = new_id(table, ResourceKind::Group, attributes.as_ref().ok());
    let unmapped = table.or("unmapped-columns", UnmappedColumns::Show, |node| {
        unmapped_columns(node, attributes.as_ref().ok())
    });
    let operations = operations(table, &Operation::OF_GROUPS, context);
    coherent(table, &operations)?;
    Ok(GroupSettings {
        mapping: ResourceMapping {
            kind: ResourceKind::Group,
            id: id?,
            new_id: new_id?,
            active: None,
            attributes: attributes?,
            unmapped: unmapped?,
        },
        user: user?,
        member_display: member_display?,
        operations: operations.settings?,
    })
}

/// Finds what would silently be empty or could not work.
fn coherent(table: &Table<'_>, operations: &Operations<'_>) -> Decoded<()> {
    let mut outcome = Ok(());
    if !operations.has(GetGroups) {
        outcome = Err(table.missing_because(
            &table.node,
            &[GetGroups.name()],
            "get-groups is missing: clients look groups up and import them with it",
            "configure [groups.get-groups] with a statement that gives every group, one row each",
        ));
    }
    if !operations.has(GetGroupMembers) {
        let remedy = "configure [groups.get-group-members]";
        match operations.first(&[AddMember, RemoveMember]) {
            Some((operation, node)) => {
                let message =
                    format!("{operation} needs get-group-members: who is in a group already decides who is added and removed");
                outcome = Err(table.missing_because(node, &[GetGroupMembers.name()], &message, remedy));
            }
            None => table.node.warning(
                "get-group-members is missing: every group will seem to have nobody in it",
                remedy,
            ),
        }
    }
    for (one, other, consequence) in [
        (AddMember, RemoveMember, "who was added can never be removed"),
        (RemoveMember, AddMember, "who was removed can never be added again"),
        (CreateGroup, AddMember, "nobody can be put into a group that a client creates"),
    ] {
        if let (Some(node), false) = (operations.enabled.get(&one), operations.has(other)) {
            node.warning(
                format!("{other} is missing: {consequence}"),
                format!("configure [groups.{other}]"),
            );
        }
    }
    outcome
}
