//! Where a project has what.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail};

use super::{Language, world};
use crate::{application, plugin::Manifest};

/// The directory with what `portcullis plugin build` makes.
pub const DIST: &str = "dist";

/// Files that tools have beside a manifest.
const OTHERS: [&str; 8] = [
    "Cargo.toml",
    "Cross.toml",
    "clippy.toml",
    "deny.toml",
    "pyproject.toml",
    "ruff.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

/// A project as it lies there.
#[derive(Debug)]
pub struct Project {
    pub directory: PathBuf,
    pub language: Language,
    pub manifest: Manifest,
    /// The manifest's own text.
    pub manifest_text: String,
    /// The world of `vendor/wit` that its component is of.
    pub world: &'static str,
}

impl Project {
    /// Reads what a directory is.
    ///
    /// # Errors
    /// It is no project, or its manifest is missing or wrong.
    pub fn open(directory: &Path) -> anyhow::Result<Self> {
        // Tools are started inside of it, and are told paths.
        let directory = fs::canonicalize(directory).with_context(|| format!("there is no directory {}", directory.display()))?;
        let language = Language::of(&directory)?;
        let file = manifest(&directory)?;
        let manifest_text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.file_name().unwrap_or_default();
        let manifest = application::manifest(name.as_ref(), &manifest_text).map_err(|problems| anyhow!("{problems}"))?;
        if file.file_stem().is_some_and(|stem| *stem != *manifest.name) {
            bail!(
                "{} says that the plugin is {}: call the file {}.toml",
                file.display(),
                manifest.name,
                manifest.name
            );
        }
        let world = world::of(&manifest).with_context(|| file.display().to_string())?;
        Ok(Self {
            directory,
            language,
            manifest,
            manifest_text,
            world,
        })
    }
}

/// The one TOML file at a project's root that is no tool's.
fn manifest(directory: &Path) -> anyhow::Result<PathBuf> {
    let cannot = || format!("cannot read {}", directory.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_file() && name.ends_with(".toml") && !name.starts_with('.') && !OTHERS.contains(&name) {
            found.push(path);
        }
    }
    found.sort();
    match found.as_slice() {
        [file] => Ok(file.clone()),
        [] => bail!(
            "{} has no manifest: write NAME.toml, which says what the plugin is and needs",
            directory.display()
        ),
        several => bail!(
            "{} has several manifests: {}; keep the one of the plugin",
            directory.display(),
            several
                .iter()
                .filter_map(|path| path.file_name()?.to_str())
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}
