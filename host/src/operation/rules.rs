//! What the plan of an operation may hold, whatever its component says.

use std::collections::BTreeSet;

use crate::{
    application::Operation,
    database::{Access, Plan, SlotKind, Statement, misplaced},
    plugin::{Capability, Terms},
};

/// What binds the statements of an operation, derived ones too.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub operation: Operation,
    pub slots: Slots,
}

/// Whether a plugin's statements may have slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    Allowed,
    Refused,
}

impl Slots {
    /// As was approved of the plugin.
    pub fn of(terms: Terms<'_>) -> Self {
        match terms.hold(Capability::Slots) {
            true => Slots::Allowed,
            false => Slots::Refused,
        }
    }
}

/// A rule that a plan does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub message: String,
}

impl Broken {
    fn by_author(message: String) -> Self {
        Self { message }
    }

    /// What to do.
    pub fn remedy(&self, operation: Operation, plugin: &str) -> String {
        format!("plugin {plugin} must be mended: its plan is not what {operation} may do")
    }
}

impl Rules {
    /// Names are unique, and each statement keeps the rules.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn hold(&self, plan: &Plan) -> Result<(), Broken> {
        let mut names = BTreeSet::new();
        for statement in &plan.statements {
            if !names.insert(&statement.name) {
                return Err(Broken::by_author(format!("the plan has two statements `{}`", statement.name)));
            }
            self.hold_one(statement)?;
        }
        Ok(())
    }

    /// An operation that reads has no statement that writes, none has a password that has no use for it, and slots are allowed
    /// and stand where they may.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn hold_one(&self, statement: &Statement) -> Result<(), Broken> {
        let (operation, name) = (self.operation, &statement.name);
        if operation.access() == Access::Read && statement.access == Access::Write {
            let message = format!("statement `{name}` writes, and {operation} only reads");
            return Err(Broken::by_author(message));
        }
        if !operation.has_password() && statement.names().any(|name| name == "password") {
            let message = format!("statement `{name}` has a parameter `password`, which {operation} never has a value for");
            return Err(Broken::by_author(message));
        }
        if !statement.slots.is_empty() && self.slots == Slots::Refused {
            let message = format!("statement `{name}` has slots, and the plugin's manifest does not ask for `slots`");
            return Err(Broken::by_author(message));
        }
        if let Some(message) = misplaced(statement) {
            return Err(Broken::by_author(message));
        }
        let is_name = |slot: &&crate::database::Slot| slot.name == "password" && slot.kind == SlotKind::Identifier;
        if statement.slots.iter().any(|slot| is_name(&slot)) {
            let message = format!("statement `{name}` makes a name of the password, which is a secret: it can be a literal only");
            return Err(Broken::by_author(message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Parameter, RowEffect, RowSource, Slot};

    fn statement(text: &str, slots: &[(usize, &str, SlotKind)]) -> Statement {
        Statement {
            name: "main".into(),
            text: text.into(),
            parameters: Vec::new(),
            access: Access::Write,
            effect: RowEffect::Any,
            rows_from: RowSource::Result,
            slots: slots
                .iter()
                .map(|(offset, name, kind)| Slot {
                    offset: *offset,
                    name: (*name).to_owned(),
                    kind: *kind,
                })
                .collect(),
        }
    }

    fn broken(operation: Operation, slots: Slots, statement: Statement) -> Option<String> {
        let plan = Plan {
            statements: vec![statement],
            memo: String::new(),
        };
        let held = Rules { operation, slots }.hold(&plan);
        held.err()
            .map(|broken| format!("{}; {}", broken.message, broken.remedy(operation, "accounts")))
    }

    #[test]
    fn slots_need_the_capability_and_a_place() {
        let drop = || statement("DROP ROLE ", &[(10, "id", SlotKind::Identifier)]);
        let delete = Operation::DeleteUser;
        assert_eq!(broken(delete, Slots::Allowed, drop()), None);
        let refused = broken(delete, Slots::Refused, drop()).unwrap();
        assert!(
            refused.contains("`main` has slots") && refused.contains("plugin accounts must be mended"),
            "{refused}"
        );
        let inside = statement("SELECT ''", &[(8, "id", SlotKind::Literal)]);
        let refused = broken(delete, Slots::Allowed, inside).unwrap();
        assert!(
            refused.contains("no quotes") && refused.contains("must be mended"),
            "{refused}"
        );
    }

    #[test]
    fn a_secret_is_no_name() {
        let secret = |kind| statement("CREATE ROLE ", &[(12, "password", kind)]);
        let create = Operation::CreateUser;
        assert_eq!(broken(create, Slots::Allowed, secret(SlotKind::Literal)), None);
        let refused = broken(create, Slots::Allowed, secret(SlotKind::Identifier)).unwrap();
        assert!(refused.contains("secret"), "{refused}");
        let refused = broken(Operation::DeleteUser, Slots::Allowed, secret(SlotKind::Literal)).unwrap();
        assert!(refused.contains("never has a value"), "{refused}");
    }

    #[test]
    fn an_operation_that_reads_does_not_write_nor_bind_a_password() {
        let refused = broken(Operation::GetUsers, Slots::Refused, statement("DELETE FROM u", &[])).unwrap();
        assert!(refused.contains("only reads"), "{refused}");
        let mut with_password = statement("DELETE FROM u WHERE p = ?", &[]);
        with_password.parameters = vec![Parameter::new("password")];
        let refused = broken(Operation::DeleteUser, Slots::Refused, with_password).unwrap();
        assert!(refused.contains("never has a value"), "{refused}");
    }
}
