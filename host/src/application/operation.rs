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
        }
    }

    pub fn access(self) -> Access {
        match self {
            Operation::GetUsers
            | Operation::GetUser
            | Operation::GetChangedUsers
            | Operation::GetEntitlements
            | Operation::GetUserEntitlements => Access::Read,
            _ => Access::Write,
        }
    }

    /// The row effect of its statement unless the administrator sets another.
    pub fn default_effect(self) -> RowEffect {
        match self {
            _ if self.access() == Access::Read => RowEffect::Any,
            Operation::AddEntitlement | Operation::RemoveEntitlement => RowEffect::AtMost(1),
            _ => RowEffect::Exactly(1),
        }
    }

    /// Whether its statements may bind `:password`.
    pub fn has_password(self) -> bool {
        matches!(self, Operation::CreateUser | Operation::SetPassword)
    }

    /// Runs unless the administrator says otherwise; deleting doesn't.
    pub fn enabled_by_default(self) -> bool {
        self != Operation::DeleteUser
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
