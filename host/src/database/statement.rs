//! A statement that may run, and the plan that holds all that an operation can run.

/// Whether a statement only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    Write,
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

/// A placeholder, in the order of the placeholders in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Which named value is bound here.
    pub name: String,
    /// The SQL type that the author asked for.
    pub type_hint: Option<String>,
}

/// A statement in the database's own dialect. Its text never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub name: String,
    pub text: std::sync::Arc<str>,
    pub parameters: Vec<Parameter>,
    pub access: Access,
    pub effect: RowEffect,
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
