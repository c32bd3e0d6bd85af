//! Builds components from a build script: the host's built-in ones, and the fixtures of the tests.
//!
//! A nested `cargo build --target wasm32-unknown-unknown --profile component` with its own target directory, beside the
//! profiles of the outer build and shared by all of them. What the outer build was told by flags and environment (a
//! wrapper, `RUSTFLAGS`, a profile) is not what components are built with. The target is installed where it is missing.
//!
//! Whatever goes wrong ends the build script with a message that says what to do. What is needed for building the component of somebody
//! else's project is there for `portcullis plugin build`: [`install_target`], [`artifacts`].

mod artifact;
mod environment;
mod sources;
mod target;

use std::{
    env,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

pub use artifact::{Component, components as artifacts};
pub use target::install as install_target;

/// What the components' target is called, in rustup and on cargo's command line.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the library of each of `packages`, a `cdylib`, and gives the components in the order of their names.
///
/// Call it once from a build script. The script runs again when a source or a manifest that went into one of the
/// components changes.
pub fn components(packages: &[&str]) -> Vec<Component> {
    or_end(build(packages, "--lib"))
}

/// Builds every example of `package`, each a `cdylib`, and gives the components in the order of their names. Otherwise
/// like [`components`]; note that cargo builds a package's dev-dependencies with its examples.
pub fn examples(package: &str) -> Vec<Component> {
    or_end(build(&[package], "--examples"))
}

fn or_end(built: Result<Vec<Component>, String>) -> Vec<Component> {
    built.unwrap_or_else(|message| {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
        process::exit(1);
    })
}

fn build(packages: &[&str], targets: &str) -> Result<Vec<Component>, String> {
    let root = workspace()?;
    target::install(&root)?;

    let mut arguments = vec!["build", "--profile", "component", "--target", TARGET, targets];
    arguments.extend(packages.iter().flat_map(|package| ["--package", package]));
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    environment::clean(&mut cargo);
    cargo
        .current_dir(&root)
        .args(&arguments)
        .args(["--config", &environment::remapping(TARGET, &root)])
        .args(["--locked", "--message-format", "json-render-diagnostics", "--target-dir"])
        .arg(target_directory()?)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let by_hand = format!("cargo {}", arguments.join(" "));
    let output = cargo.output().map_err(|error| format!("cannot run `{by_hand}`: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cannot build components: cargo ended with {}, and said why above.\nThe same build by hand: {by_hand}",
            output.status,
        ));
    }

    let components = artifact::components(&output.stdout)?;
    if components.is_empty() {
        return Err(format!(
            "`{by_hand}` makes no component. A component is a library or example with crate-type = [\"cdylib\"]."
        ));
    }
    sources::watch(&root, &components)?;
    Ok(components)
}

/// The workspace that this package is in.
fn workspace() -> Result<PathBuf, String> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("{} is not two directories below a workspace", package.display()))
}

/// `components` beside the profiles of the build that this script is part of.
///
/// `OUT_DIR` is `…/target/debug/build/<package>/out`, and this gives `…/target/components`.
fn target_directory() -> Result<PathBuf, String> {
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: components are built from a build script")?;
    let out = PathBuf::from(out);
    out.ancestors()
        .find(|directory| directory.ends_with("build"))
        .and_then(|build| build.parent()?.parent())
        .map(|target| target.join("components"))
        .ok_or_else(|| format!("cannot tell the target directory from OUT_DIR={}", out.display()))
}
