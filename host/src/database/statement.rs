//! A statement that may run, and the plan that holds all that an operation can run.

/// Whether a statement only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    Write,
}

/// Who wrote a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Author {
    /// The administrator, in the configuration; or this program.
    #[default]
    Administrator,
    /// A plugin. Nobody takes its word for what the statement does.
    Plugin,
}

/// How many rows a statement must change; another number rolls the request back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowEffect {
    Any,
    Exactly(u64),
    AtMost(u64),
}

impl RowEffect {
    /// Whether `affected` rows are what was declared.
    pub fn allows(self, affected: u64) -> bool {
        match self {
            RowEffect::Any => true,
            RowEffect::Exactly(n) => affected == n,
            RowEffect::AtMost(n) => affected <= n,
        }
    }
}

impl std::fmt::Display for RowEffect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RowEffect::Any => f.write_str("any number of rows"),
            RowEffect::Exactly(1) => f.write_str("exactly 1 row"),
            RowEffect::Exactly(n) => write!(f, "exactly {n} rows"),
            RowEffect::AtMost(1) => f.write_str("at most 1 row"),
            RowEffect::AtMost(n) => write!(f, "at most {n} rows"),
        }
    }
}

/// Which way the value of a parameter goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterDirection {
    #[default]
    In,
    /// From the database; NULL stands for it among the values that are bound.
    Out,
    InOut,
    /// From the database: a cursor, whose rows are those of the statement.
    Cursor,
}

impl ParameterDirection {
    /// Whether a value must be given.
    pub fn takes_value(self) -> bool {
        matches!(self, ParameterDirection::In | ParameterDirection::InOut)
    }
}

/// A placeholder, in the order of the placeholders in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Which named value is bound here, or what an [output](super::Execution::outputs) is called.
    pub name: String,
    /// The SQL type that the author asked for.
    pub type_hint: Option<String>,
    pub direction: ParameterDirection,
}

impl Parameter {
    /// A value that is given, of whatever type the database asks for.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            type_hint: None,
            direction: ParameterDirection::In,
        }
    }
}

/// Where the rows of a statement are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowSource {
    /// In its result; of several, in the first that has columns.
    #[default]
    Result,
    /// In the first cursor that it gives back, as a parameter or as a value of its result.
    Cursor,
}

/// A place in a statement that takes no placeholder, such as the name in `CREATE USER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The byte of the text in front of which the quoted value is put.
    pub offset: usize,
    /// Which named value it is.
    pub name: String,
    pub kind: SlotKind,
}

/// How a value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    Identifier,
    Literal,
}

/// A statement in the database's own dialect. Its text never holds a value: what its slots are filled with is known to nobody but
/// the session that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub name: String,
    pub text: std::sync::Arc<str>,
    pub parameters: Vec<Parameter>,
    pub access: Access,
    pub effect: RowEffect,
    pub rows_from: RowSource,
    /// In the order of their places.
    pub slots: Vec<Slot>,
    pub author: Author,
}

impl Statement {
    /// An administrator's, or the host's own, with neither parameters nor slots, that changes any number of rows.
    pub fn new(name: &str, text: &str, access: Access) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            parameters: Vec::new(),
            access,
            effect: RowEffect::Any,
            rows_from: RowSource::Result,
            slots: Vec::new(),
            author: Author::Administrator,
        }
    }

    /// The names of the values that it wants, parameters before slots.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let parameters = self.parameters.iter().map(|parameter| parameter.name.as_str());
        parameters.chain(self.slots.iter().map(|slot| slot.name.as_str()))
    }
}

/// Every statement that an operation can ever run, and what its component wants to have back at each call.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub statements: Vec<Statement>,
    pub memo: String,
}

impl Plan {
    pub fn statement(&self, name: &str) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.name == name)
    }
}
