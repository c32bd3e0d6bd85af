//! Rust: an ordinary `cargo build`, whose linker makes a component.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, anyhow, bail};

use super::{shown, tool};
use crate::project::layout::Project;

const MISSING: &str = "install Rust with https://rustup.rs";

pub fn componentize(project: &Project, output: &Path) -> anyhow::Result<()> {
    portcullis_build::install_target(&project.directory).map_err(|message| anyhow!("{message}"))?;
    let mut cargo = tool(project, "cargo");
    cargo.args(["build", "--release", "--target", portcullis_build::TARGET]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    let said = shown(&cargo);
    let output_of_cargo = match cargo.stderr(Stdio::inherit()).output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("there is no `cargo`: {MISSING}"),
        output => output.with_context(|| format!("cannot run `{said}`"))?,
    };
    if !output_of_cargo.status.success() {
        bail!("`{said}` ended with {}, and said why above", output_of_cargo.status);
    }
    let made = portcullis_build::artifacts(&output_of_cargo.stdout).map_err(|message| anyhow!("{message}"))?;
    let made: Vec<PathBuf> = made.into_iter().map(|component| component.path).collect();
    match made.as_slice() {
        [component] => {
            fs::copy(component, output).with_context(|| format!("cannot copy {}", component.display()))?;
            Ok(())
        }
        [] => bail!("`{said}` made no component: write crate-type = [\"cdylib\"] into [lib] of Cargo.toml"),
        several => bail!("`{said}` made {} components: a project makes one", several.len()),
    }
}
