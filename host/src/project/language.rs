//! The languages that there are templates and tools for.

use std::path::Path;

use anyhow::bail;
use clap::ValueEnum;

/// What a project is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Rust,
    Python,
    #[value(name = "javascript")]
    JavaScript,
}

impl Language {
    pub const ALL: [Language; 3] = [Language::Rust, Language::Python, Language::JavaScript];

    /// As on the command line, and the name of its directory of templates.
    pub const fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
            Language::JavaScript => "javascript",
        }
    }

    /// The file that a project has if it is written in this language.
    pub const fn mark(self) -> &'static str {
        match self {
            Language::Rust => "Cargo.toml",
            Language::Python => "src/plugin.py",
            Language::JavaScript => "src/plugin.js",
        }
    }

    /// The language of a project.
    ///
    /// # Errors
    /// It has the marks of none, or of several.
    pub fn of(directory: &Path) -> anyhow::Result<Self> {
        let found: Vec<_> = Self::ALL
            .into_iter()
            .filter(|language| directory.join(language.mark()).is_file())
            .collect();
        match found.as_slice() {
            [language] => Ok(*language),
            [] => bail!(
                "{} is not the project of a plugin: it has none of {}; `portcullis plugin new` makes one",
                directory.display(),
                Self::ALL.map(Self::mark).join(", ")
            ),
            several => bail!(
                "{} has {}: a project is written in one language",
                directory.display(),
                several
                    .iter()
                    .map(|language| language.mark())
                    .collect::<Vec<_>>()
                    .join(" and ")
            ),
        }
    }
}
