//! One mistake in a configuration, written for the person who made it.

use std::{fmt, path::PathBuf};

/// What is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Relative to the configuration directory.
    pub file: PathBuf,
    /// `None` when nothing in the file can be pointed at: the file itself, or a section that is missing.
    pub place: Option<Place>,
    /// The key with the tables that it stands in, for example `operations.get-user.sql`; empty for the file itself.
    pub key: String,
    /// What is wrong. Never holds a secret.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

/// A place in a file, and its line to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1-based.
    pub line: usize,
    /// In characters, 1-based.
    pub column: usize,
    /// The line itself, without what may be a secret.
    pub excerpt: String,
    /// How many characters of the line are meant, at least 1.
    pub width: usize,
}

/// The longest excerpt, in characters.
const EXCERPT: usize = 110;

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(place) = &self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        writeln!(f, ": {}", self.message)?;
        if let Some(place) = &self.place {
            write!(f, "{place}")?;
        }
        write!(f, "  {}", self.remedy)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.column - 1;
        // A long line is shown from a little before the mistake.
        let from = if before + self.width.min(20) > EXCERPT {
            before.saturating_sub(20)
        } else {
            0
        };
        let shown: String = self.excerpt.chars().skip(from).take(EXCERPT).collect();
        let length = shown.chars().count();
        let ellipsis = if self.excerpt.chars().count() > from + length {
            "…"
        } else {
            ""
        };
        let start = if from > 0 { "…" } else { "" };
        let indent = before - from + start.chars().count();
        let carets = self.width.min(length.saturating_sub(before - from)).max(1);
        writeln!(f, "{:>6} | {start}{shown}{ellipsis}", self.line)?;
        writeln!(f, "{:>6} | {:indent$}{}", "", "", "^".repeat(carets))
    }
}

/// Every mistake of a configuration, and what is doubtful beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    /// At least one.
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
}

impl fmt::Display for Problems {
    /// The mistakes alone, one block each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.problems.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            writeln!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
