//! Texts with slots: where a database takes no placeholder, the host puts a quoted value.

use crate::{Slot, SlotKind, Statement};

/// A text being written, with slots in it.
///
/// A plugin whose plan has slots needs the capability `slots`. The text itself holds no quotes and no comments, and blanks,
/// brackets, `,`, `.`, `;`, `=` or `@` stand between a slot and what is beside it; a constant is the value of a slot, too.
///
/// ```
/// use portcullis_sdk::{RowEffect, Slotted, Statement};
///
/// let text = Slotted::text("CREATE ROLE ").identifier("userName").then(" LOGIN PASSWORD ").literal("password");
/// let statement = Statement::write("main", "", [], RowEffect::Any).slotted(text);
/// assert_eq!((statement.text.as_str(), statement.slots.len()), ("CREATE ROLE  LOGIN PASSWORD ", 2));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Slotted {
    text: String,
    slots: Vec<Slot>,
}

impl Slotted {
    /// Begins with a text.
    pub fn text(text: &str) -> Self {
        Self::default().then(text)
    }

    /// Goes on with a text.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// The value of this name, as a name in the database. Never a secret.
    #[must_use]
    pub fn identifier(self, name: &str) -> Self {
        self.slot(name, SlotKind::Identifier)
    }

    /// The value of this name, as a text constant.
    #[must_use]
    pub fn literal(self, name: &str) -> Self {
        self.slot(name, SlotKind::Literal)
    }

    fn slot(mut self, name: &str, kind: SlotKind) -> Self {
        let offset = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.slots.push(Slot {
            offset,
            name: name.to_owned(),
            kind,
        });
        self
    }
}

impl Statement {
    /// The same statement with this text and its slots.
    #[must_use]
    pub fn slotted(mut self, text: Slotted) -> Self {
        self.text = text.text;
        self.slots = text.slots;
        self
    }
}
