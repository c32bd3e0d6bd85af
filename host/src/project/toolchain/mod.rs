//! The tools that make components, one file a language. What they say goes to whoever runs the command; what is missing is named with
//! what to install.

mod javascript;
mod python;
mod rust;

use std::{
    ffi::OsStr,
    io,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

use super::{Language, layout::Project};

/// Makes the component of a project, in this file.
///
/// # Errors
/// A tool is missing, with what to install; or it fails, having said why.
pub fn componentize(project: &Project, output: &Path) -> anyhow::Result<()> {
    match project.language {
        Language::Rust => rust::componentize(project, output),
        Language::Python => python::componentize(project, output),
        Language::JavaScript => javascript::componentize(project, output),
    }
}

/// A tool that is started in the project's directory.
fn tool(project: &Project, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&project.directory).stdin(Stdio::null());
    command
}

/// Runs a tool to its end. `missing` says what to install where it isn't there.
fn run(command: &mut Command, missing: &str) -> anyhow::Result<()> {
    // What it prints belongs with the errors: the command's own output is what it made.
    let status = command.stdout(io::stderr()).stderr(Stdio::inherit()).status();
    let said = shown(command);
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`{said}` ended with {status}, and said why above"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("there is no `{}`: {missing}", program(command)),
        Err(error) => Err(error).with_context(|| format!("cannot run `{said}`")),
    }
}

/// Runs a tool and gives what it printed; `None`: it isn't there, or failed.
fn asked(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(OsStr::to_string_lossy);
    let words: Vec<_> = std::iter::once(command.get_program().to_string_lossy())
        .chain(arguments)
        .collect();
    words.join(" ")
}
