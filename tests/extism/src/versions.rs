//! The versions that are compared, out of the lock file of this workspace.

use anyhow::Context as _;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Versions {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Versions {
    pub fn read() -> anyhow::Result<Self> {
        toml::from_str(include_str!("../Cargo.lock")).context("cannot read Cargo.lock")
    }

    /// A package and its wasmtime.
    pub fn of(&self, name: &str) -> anyhow::Result<String> {
        let package = self.package.iter().find(|package| package.name == name);
        let package = package.with_context(|| format!("Cargo.lock has no {name}"))?;
        // Where a lock file has several versions of a package, a dependency says which.
        let wasmtime = package
            .dependencies
            .iter()
            .find(|dependency| dependency.starts_with("wasmtime "));
        let wasmtime = wasmtime.with_context(|| format!("{name} depends on none of several versions of wasmtime"))?;
        Ok(format!("{name} {} with {wasmtime}", package.version))
    }
}
