//! JavaScript: componentize-qjs, which puts QuickJS and the sources into a component, in the version that `package-lock.json` pins, out
//! of the project's `node_modules`.

use std::{fs, path::Path, time::SystemTime};

use super::{run, tool};
use crate::project::layout::Project;

const TOOL: &str = "node_modules/.bin/componentize-qjs";
const MISSING: &str = "install Node.js 18 or later with npm (Debian: nodejs, npm)";

pub fn componentize(project: &Project, output: &Path) -> anyhow::Result<()> {
    install(project)?;
    let mut command = tool(project, project.directory.join(TOOL));
    command.args([
        "--wit",
        "vendor/wit",
        "--world",
        project.world,
        "--js",
        "src/plugin.js",
        "--module-root",
        ".",
    ]);
    // Without WASI and without async: the component imports nothing but its world.
    command.args(["--sync", "--stub-wasi", "--output"]);
    run(
        command.arg(output),
        "componentize-qjs should be among the devDependencies of package.json",
    )
}

/// Has npm install what the project requires, unless it has since that was last changed.
fn install(project: &Project) -> anyhow::Result<()> {
    let changed = |file: &str| -> Option<SystemTime> { fs::metadata(project.directory.join(file)).ok()?.modified().ok() };
    // npm writes it when everything is installed.
    let installed = changed("node_modules/.package-lock.json");
    let required = ["package.json", "package-lock.json"].into_iter().filter_map(changed).max();
    if installed.is_some() && installed >= required {
        return Ok(());
    }
    let command = match changed("package-lock.json") {
        Some(_) => "ci",
        None => "install",
    };
    eprintln!(
        "installing package.json into {}",
        project.directory.join("node_modules").display()
    );
    run(
        tool(project, "npm").args([command, "--no-audit", "--no-fund", "--loglevel", "error"]),
        MISSING,
    )
}
