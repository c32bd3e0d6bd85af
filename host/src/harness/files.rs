//! What a case has in common with others: configuration, application and tables, its own or those of the tests' directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// The server's configuration, with the plugin's settings.
pub const PORTCULLIS: &str = "portcullis.toml";
/// The application, as an administrator writes it.
pub const APPLICATION: &str = "application.toml";
/// Its tables, and the rows that they begin with.
pub const SCHEMA: &str = "schema.sql";

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// The files that an installation is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Files {
    pub portcullis: Option<PathBuf>,
    pub application: Option<PathBuf>,
    pub schema: Option<PathBuf>,
}

impl Files {
    /// Those of a case, or in their place those of all cases.
    pub fn of(case: &Path, tests: &Path) -> Self {
        let find = |name: &str| {
            let places = [case.join(name), tests.join(name)];
            places.into_iter().find(|path| path.exists())
        };
        Self {
            portcullis: find(PORTCULLIS),
            application: find(APPLICATION),
            schema: find(SCHEMA),
        }
    }

    /// All that is in them.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn texts(&self) -> anyhow::Result<String> {
        let files = [&self.portcullis, &self.application, &self.schema];
        let texts: Result<Vec<String>, _> = files.into_iter().flatten().map(|path| text(path)).collect();
        Ok(texts?.concat())
    }
}

/// A file's text.
///
/// # Errors
/// It cannot be read, is too large, or is not UTF-8.
pub fn text(path: &Path) -> anyhow::Result<String> {
    text_if_any(path)?.with_context(|| format!("there is no {}", path.display()))
}

/// A file's text; `None`: there is no such file.
///
/// # Errors
/// As [`text`].
pub fn text_if_any(path: &Path) -> anyhow::Result<Option<String>> {
    let cannot = || format!("cannot read {}", path.display());
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(cannot),
    };
    if size > LARGEST {
        bail!("{} has more than {} MiB: make it smaller", path.display(), LARGEST >> 20);
    }
    fs::read_to_string(path).map(Some).with_context(cannot)
}
