//! What the plan of an operation may hold, whatever its component says.

use std::collections::BTreeSet;

use portcullis_grants::{Product, conduct, derived, reading};

use crate::{
    application::Operation,
    database::{Access, Author, Kind, ParameterDirection, Plan, SlotKind, Statement, is_hidden, misplaced},
    plugin::{Capability, Terms},
};

/// Statements that a plugin's plan may have.
const STATEMENTS: usize = 1000;
/// Characters of a name in a plugin's plan.
const NAME: usize = 200;

/// What binds the statements of an operation, derived ones too.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub operation: Operation,
    pub slots: Slots,
    pub author: Author,
    pub kind: Kind,
}

/// Whether a plugin's statements may have slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    Allowed,
    Refused,
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
    /// As was approved of the plugin.
    pub fn of(operation: Operation, terms: Terms<'_>, kind: Kind) -> Self {
        Self {
            operation,
            slots: match terms.hold(Capability::Slots) {
                true => Slots::Allowed,
                false => Slots::Refused,
            },
            author: match terms {
                Terms::Builtin => Author::Administrator,
                Terms::Plugin { .. } => Author::Plugin,
            },
            kind,
        }
    }

    /// Names are unique, and each statement keeps the rules.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn hold(&self, plan: &Plan) -> Result<(), Broken> {
        if self.author == Author::Plugin && plan.statements.len() > STATEMENTS {
            return Err(Broken::by_author(format!("the plan has more than {STATEMENTS} statements")));
        }
        let mut names = BTreeSet::new();
        for statement in &plan.statements {
            self.hold_one(statement)?;
            if !names.insert(&statement.name) {
                return Err(Broken::by_author(format!("the plan has two statements `{}`", statement.name)));
            }
        }
        Ok(())
    }

    /// An operation that reads has no statement that writes, none has a password that has no use for it, slots are allowed
    /// and stand where they may, and what a plugin says of its statements can be believed.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn hold_one(&self, statement: &Statement) -> Result<(), Broken> {
        if self.author == Author::Plugin {
            are_names(statement)?;
        }
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
        match self.author {
            Author::Administrator => Ok(()),
            Author::Plugin => self.believe(statement),
        }
    }

    /// What a plugin says of a statement is what can be seen of it.
    fn believe(&self, statement: &Statement) -> Result<(), Broken> {
        let name = &statement.name;
        let product = product(self.kind);
        let text = with_something_in_slots(statement);
        conduct(product, &text).map_err(|what| Broken::by_author(format!("statement `{name}` {what}")))?;
        let gives_back = |parameter: &crate::database::Parameter| {
            parameter.name == "password" && (statement.access == Access::Read || parameter.direction != ParameterDirection::In)
        };
        if statement.parameters.iter().any(gives_back) {
            let message =
                format!("statement `{name}` has a parameter `password`, and gives back what it binds: a secret goes one way");
            return Err(Broken::by_author(message));
        }
        // Where an operation only reads, the database holds its statements to that.
        if self.operation.access() == Access::Write && statement.access == Access::Read {
            reading(product, &text)
                .map_err(|what| Broken::by_author(format!("statement `{name}` says that it reads, and {what}")))?;
        }
        Ok(())
    }

    /// A statement that a component derived keeps the rules, and one of a plugin does nothing that those of its plan don't.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn hold_derived(&self, statement: &Statement, plan: &Plan) -> Result<(), Broken> {
        self.hold_one(statement)?;
        if self.author == Author::Administrator {
            return Ok(());
        }
        let originals: Vec<String> = plan.statements.iter().map(with_something_in_slots).collect();
        let originals: Vec<&str> = originals.iter().map(String::as_str).collect();
        derived(product(self.kind), &with_something_in_slots(statement), &originals).map_err(Broken::by_author)
    }
}

/// Whether a statement that a plugin makes as it runs leaves the transaction and the session alone.
///
/// # Errors
/// What it does to them, as a sentence without its subject.
pub fn behaves(kind: Kind, text: &str) -> Result<(), String> {
    conduct(product(kind), text)
}

fn product(kind: Kind) -> Product {
    match kind {
        Kind::Sqlite => Product::Sqlite,
        Kind::Postgresql => Product::Postgresql,
        Kind::Mysql => Product::Mysql,
        Kind::Sqlserver => Product::Sqlserver,
        Kind::Oracle => Product::Oracle,
    }
}

/// A text as it can be read: with a name or a constant in each of its slots, which stand where they may.
fn with_something_in_slots(statement: &Statement) -> String {
    let mut text = statement.text.to_string();
    for slot in statement.slots.iter().rev() {
        text.insert_str(
            slot.offset,
            match slot.kind {
                SlotKind::Identifier => "slot",
                SlotKind::Literal => "'slot'",
            },
        );
    }
    text
}

/// Names are shown to who decides, and stand in errors.
fn are_names(statement: &Statement) -> Result<(), Broken> {
    let is_name = |name: &str| (1..=NAME).contains(&name.chars().count()) && !name.chars().any(is_hidden);
    let mut names = std::iter::once(statement.name.as_str()).chain(statement.names());
    match names.all(is_name) {
        true => Ok(()),
        false => Err(Broken::by_author(format!(
            "the plan has a statement or a parameter with a name that is not 1 to {NAME} visible characters"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Parameter, Slot};

    fn statement(text: &str, slots: &[(usize, &str, SlotKind)]) -> Statement {
        Statement {
            slots: slots
                .iter()
                .map(|(offset, name, kind)| Slot {
                    offset: *offset,
                    name: (*name).to_owned(),
                    kind: *kind,
                })
                .collect(),
            author: Author::Plugin,
            ..Statement::new("main", text, Access::Write)
        }
    }

    fn broken(operation: Operation, slots: Slots, statement: Statement) -> Option<String> {
        let plan = Plan {
            statements: vec![statement],
            memo: String::new(),
        };
        let rules = Rules {
            operation,
            slots,
            author: Author::Plugin,
            kind: Kind::Postgresql,
        };
        let held = rules.hold(&plan);
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
