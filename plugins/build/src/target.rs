//! The compiler's target for components. `rust-toolchain.toml` names it, but where rustup's automatic installation is
//! switched off nobody has fetched it yet.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{TARGET, environment};

/// Makes sure that the target's standard library is there, for the toolchain of a workspace; asks rustup for it if it isn't.
///
/// # Errors
/// It is not there; what to run or to install.
pub fn install(workspace: &Path) -> Result<(), String> {
    if is_installed(workspace)? {
        return Ok(());
    }
    let reason = match Command::new("rustup")
        .args(["target", "add", TARGET])
        .current_dir(workspace)
        .output()
    {
        Ok(output) if output.status.success() && is_installed(workspace)? => return Ok(()),
        Ok(output) => format!(
            "`rustup target add {TARGET}` did not install it: {}",
            last_line(&output.stderr)
        ),
        Err(error) => format!("rustup cannot be run: {error}"),
    };
    Err(format!(
        "components are built for the target {TARGET}, which this toolchain does not have, and {reason}\n\
         Run, in {}: rustup target add {TARGET}\n\
         Where Rust does not come from rustup, install the distribution's package with the standard library for {TARGET}.",
        workspace.display()
    ))
}

fn is_installed(workspace: &Path) -> Result<bool, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let mut command = Command::new(&rustc);
    environment::clean(&mut command);
    let output = command
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(workspace)
        .output()
        .map_err(|error| format!("cannot run {}: {error}", rustc.display()))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

fn last_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.trim().lines().last().unwrap_or("it said nothing").to_owned()
}
