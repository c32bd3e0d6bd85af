//! The operations that an administrator configures.

use crate::database::{Access, RowEffect};

/// A verb. Its name is the key in a configuration and the word that components know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    GetUsers,
    GetUser,
    GetChangedUsers,
    GetEntitlements,
    GetUserEntitlements,
    CreateUser,
    UpdateUser,
    ActivateUser,
    DeactivateUser,
    DeleteUser,
    SetPassword,
    AddEntitlement,
    RemoveEntitlement,
    GetGroups,
    GetGroup,
    GetGroupMembers,
    GetUserGroups,
    CreateGroup,
    UpdateGroup,
    DeleteGroup,
    AddMember,
    RemoveMember,
    GetUserValues,
    GetValues,
    AddValue,
    ChangeValue,
    RemoveValue,
}

impl Operation {
    /// Those of `[operations.…]`.
    pub const OF_USERS: [Operation; 9] = [
        Operation::GetUsers,
        Operation::GetUser,
        Operation::GetChangedUsers,
        Operation::CreateUser,
        Operation::UpdateUser,
        Operation::ActivateUser,
        Operation::DeactivateUser,
        Operation::DeleteUser,
        Operation::SetPassword,
    ];

    /// Those of `[entitlements.TYPE.…]`.
    pub const OF_ENTITLEMENTS: [Operation; 4] = [
        Operation::GetEntitlements,
        Operation::GetUserEntitlements,
        Operation::AddEntitlement,
        Operation::RemoveEntitlement,
    ];

    /// Those of `[groups.…]`.
    pub const OF_GROUPS: [Operation; 9] = [
        Operation::GetGroups,
        Operation::GetGroup,
        Operation::GetGroupMembers,
        Operation::GetUserGroups,
        Operation::CreateGroup,
        Operation::UpdateGroup,
        Operation::DeleteGroup,
        Operation::AddMember,
        Operation::RemoveMember,
    ];

    /// Those of `[users.lists.ATTRIBUTE.…]`.
    pub const OF_LISTS: [Operation; 5] = [
        Operation::GetUserValues,
        Operation::GetValues,
        Operation::AddValue,
        Operation::ChangeValue,
        Operation::RemoveValue,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Operation> {
        let of_users = Self::OF_USERS.into_iter().chain(Self::OF_ENTITLEMENTS);
        of_users.chain(Self::OF_GROUPS).chain(Self::OF_LISTS)
    }

    pub fn name(self) -> &'static str {
        match self {
            Operation::GetUsers => "get-users",
            Operation::GetUser => "get-user",
            Operation::GetChangedUsers => "get-changed-users",
            Operation::GetEntitlements => "get-entitlements",
            Operation::GetUserEntitlements => "get-user-entitlements",
            Operation::CreateUser => "create-user",
            Operation::UpdateUser => "update-user",
            Operation::ActivateUser => "activate-user",
            Operation::DeactivateUser => "deactivate-user",
            Operation::DeleteUser => "delete-user",
            Operation::SetPassword => "set-password",
            Operation::AddEntitlement => "add-entitlement",
            Operation::RemoveEntitlement => "remove-entitlement",
            Operation::GetGroups => "get-groups",
            Operation::GetGroup => "get-group",
            Operation::GetGroupMembers => "get-group-members",
            Operation::GetUserGroups => "get-user-groups",
            Operation::CreateGroup => "create-group",
            Operation::UpdateGroup => "update-group",
            Operation::DeleteGroup => "delete-group",
            Operation::AddMember => "add-member",
            Operation::RemoveMember => "remove-member",
            Operation::GetUserValues => "get-user-values",
            Operation::GetValues => "get-values",
            Operation::AddValue => "add-value",
            Operation::ChangeValue => "change-value",
            Operation::RemoveValue => "remove-value",
        }
    }

    pub fn access(self) -> Access {
        match self {
            Operation::GetUsers
            | Operation::GetUser
            | Operation::GetChangedUsers
            | Operation::GetEntitlements
            | Operation::GetUserEntitlements
            | Operation::GetGroups
            | Operation::GetGroup
            | Operation::GetGroupMembers
            | Operation::GetUserGroups
            | Operation::GetUserValues
            | Operation::GetValues => Access::Read,
            _ => Access::Write,
        }
    }

    /// The row effect of its statement unless the administrator sets another.
    pub fn default_effect(self) -> RowEffect {
        match self {
            _ if self.access() == Access::Read => RowEffect::Any,
            Operation::AddEntitlement | Operation::RemoveEntitlement | Operation::AddMember | Operation::RemoveMember => {
                RowEffect::AtMost(1)
            }
            _ => RowEffect::Exactly(1),
        }
    }

    /// Whether its statements may bind `:password`.
    pub fn has_password(self) -> bool {
        matches!(self, Operation::CreateUser | Operation::SetPassword)
    }

    /// Runs unless the administrator says otherwise; deleting doesn't.
    pub fn enabled_by_default(self) -> bool {
        !matches!(self, Operation::DeleteUser | Operation::DeleteGroup)
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
