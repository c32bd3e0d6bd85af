//! What is right key by key, and would silently be empty or not work all the same.

use super::{log::Decoded, node::Node, operation::Operations, table::Table};
use crate::application::{
    Operation::{self, ActivateUser, CreateUser, DeactivateUser, GetChangedUsers, GetUsers, UpdateUser},
    ResourceMapping,
};

/// Looks at the operations of users beside the mapping; a mapping with mistakes of its own isn't judged.
pub fn coherent(operations: &Operations<'_>, table: &Table<'_>, users: Option<&ResourceMapping>) -> Decoded<()> {
    let mut outcome = Ok(());
    if !operations.has(GetUsers) {
        outcome = Err(table.missing_because(
            &table.node,
            &[GetUsers.name()],
            "get-users is missing: clients look users up and import them with it",
            "configure [operations.get-users] with a statement that gives every user, one row each",
        ));
    }
    for (one, other, consequence) in [
        (ActivateUser, DeactivateUser, "clients could never deactivate a user"),
        (
            DeactivateUser,
            ActivateUser,
            "a user who is deactivated could never be activated again",
        ),
    ] {
        if let (Some(node), false) = (operations.enabled.get(&one), operations.has(other)) {
            node.warning(
                format!("{other} is missing: {consequence}"),
                format!("configure [operations.{other}]"),
            );
        }
    }
    let Some(users) = users else {
        return outcome;
    };
    if users.active.is_none() {
        if let Some((operation, node)) = operations.first(&[DeactivateUser, ActivateUser]) {
            let message = format!("{operation} would never run: nothing says whether a user is active");
            outcome = Err(node.problem(message, "write `active = \"…\"` under [users], with the column that says so"));
        }
    } else if let Some((operation, node)) = no_way_to_deactivate(operations) {
        node.warning(
            format!("{operation} is configured, and nothing changes `active`: clients that deactivate a user are refused"),
            "configure [operations.deactivate-user] and [operations.activate-user]",
        );
    }
    if let Some(node) = operations.enabled.get(&GetChangedUsers)
        && !users
            .attributes
            .iter()
            .any(|attribute| attribute.is_read_only() && attribute.path.sub_attribute.as_deref() == Some("lastModified"))
    {
        node.warning(
            "`meta.lastModified` is not mapped: clients cannot see when a user was changed",
            "write `\"meta.lastModified\" = \"…\"` in [users.attributes], with the column that says so",
        );
    }
    outcome
}

fn no_way_to_deactivate<'o, 's>(operations: &'o Operations<'s>) -> Option<(Operation, &'o Node<'s>)> {
    let able = operations.first(&[DeactivateUser, ActivateUser, UpdateUser]).is_some();
    if able { None } else { operations.first(&[CreateUser]) }
}
