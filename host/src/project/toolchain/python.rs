//! Python: componentize-py, in the version that `requirements.txt` pins.
//!
//! Where the one in the PATH is of that version, and nothing else is required, it serves. Otherwise the project has an environment of
//! its own in `.venv`, with everything of `requirements.txt`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use super::{asked, run, tool};
use crate::project::layout::Project;

const TOOL: &str = "componentize-py";
const REQUIREMENTS: &str = "requirements.txt";
const MISSING: &str = "install Python 3.10 or later with its venv (Debian: python3-venv)";

pub fn componentize(project: &Project, output: &Path) -> anyhow::Result<()> {
    let required = requirements(project)?;
    let on_path = pinned(&required).is_some_and(|version| {
        asked(tool(project, TOOL).arg("--version")).is_some_and(|said| said.split_whitespace().last() == Some(version))
    });
    let mut command = match on_path {
        true => tool(project, TOOL),
        false => {
            let environment = environment(project, &required)?;
            let mut command = tool(project, environment.join("bin").join(TOOL));
            // Where it finds the packages that the project requires.
            command.env("VIRTUAL_ENV", &environment);
            command
        }
    };
    command.args(["--wit-path", "vendor/wit", "--world", project.world, "componentize"]);
    // Without WASI: the component imports nothing but its world.
    command.args([
        "--stub-wasi",
        "--python-path",
        "src",
        "--python-path",
        "vendor",
        "plugin",
        "--output",
    ]);
    run(command.arg(output), &format!("it should be in {REQUIREMENTS}"))
}

fn requirements(project: &Project) -> anyhow::Result<String> {
    let path = project.directory.join(REQUIREMENTS);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if !lines(&text).any(|line| line.starts_with(TOOL)) {
        bail!(
            "{} does not require {TOOL}: write for example `{TOOL}==0.25.1`",
            path.display()
        );
    }
    Ok(text)
}

fn lines(requirements: &str) -> impl Iterator<Item = &str> {
    requirements
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The version of the tool, if it is pinned and all that is required.
fn pinned(requirements: &str) -> Option<&str> {
    let mut lines = lines(requirements);
    let version = lines.next()?.strip_prefix(TOOL)?.strip_prefix("==")?;
    lines.next().is_none().then_some(version.trim())
}

/// The project's own environment, made or made anew where the requirements are others.
fn environment(project: &Project, required: &str) -> anyhow::Result<PathBuf> {
    let environment = project.directory.join(".venv");
    // Written when everything is installed: an environment without it was interrupted.
    let installed = environment.join(REQUIREMENTS);
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == required) {
        return Ok(environment);
    }
    eprintln!("installing {REQUIREMENTS} into {}", environment.display());
    run(tool(project, "python3").args(["-m", "venv", "--clear", ".venv"]), MISSING)?;
    let mut pip = tool(project, environment.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        REQUIREMENTS,
    ]);
    run(&mut pip, MISSING)?;
    fs::write(&installed, required).with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::pinned;

    #[test]
    fn a_tool_of_the_path_serves_if_nothing_else_is_required() {
        assert_eq!(pinned("# the compiler\ncomponentize-py==0.25.1\n"), Some("0.25.1"));
        assert_eq!(pinned("componentize-py==0.25.1\nphonenumbers==9.0.0\n"), None);
        assert_eq!(pinned("componentize-py>=0.25\n"), None);
        assert_eq!(pinned(""), None);
    }
}
