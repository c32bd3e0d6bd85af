//! What a nested cargo may see of the outer one's environment.
//!
//! Cargo tells a build script about the outer package, profile and flags in variables that cargo itself also reads. Handed
//! on, they would build components with the host's flags, through clippy's wrapper, or into the outer target directory,
//! whose lock the outer build holds. So all of cargo's and rustc's variables go, except those that say how to reach
//! registries, and the jobserver.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Variables that begin like this are about a package, a profile or flags.
const REMOVED: [&str; 5] = ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "CLIPPY_"];

/// Of those, the ones that stay.
const KEPT: [&str; 7] = [
    "CARGO_HOME",
    "CARGO_MAKEFLAGS",
    "CARGO_NET_",
    "CARGO_HTTP_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
    "CARGO_TERM_",
];

/// Facts about the outer package that mean nothing to the nested build.
const FACTS: [&str; 6] = ["TARGET", "HOST", "PROFILE", "OPT_LEVEL", "DEBUG", "OUT_DIR"];

/// Takes out of a command's environment what would make components depend on the outer build.
pub fn clean(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_removed) {
            command.env_remove(name);
        }
    }
}

/// Settings of cargo with which what is built is the same wherever it is built: messages of panics have the paths of sources, which are
/// told from the workspace and from cargo's home. They go beside the flags of `.cargo/config.toml`; a variable would take their place.
pub fn remapping(target: &str, workspace: &Path) -> String {
    let mut flags = vec![format!("--remap-path-prefix={}=", workspace.join("").display())];
    if let Some(home) = cargo_home() {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    format!("target.{target}.rustflags={flags:?}")
}

fn cargo_home() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

fn is_removed(name: &str) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    FACTS.contains(&name) || (begins(&REMOVED) && !begins(&KEPT))
}

#[cfg(test)]
mod tests {
    use super::is_removed;

    #[test]
    fn flags_and_wrappers_go() {
        for name in [
            "CARGO",
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_PROFILE_RELEASE_LTO",
            "CARGO_MANIFEST_DIR",
            "RUSTFLAGS",
            "RUSTC",
            "RUSTC_WORKSPACE_WRAPPER",
            "CLIPPY_ARGS",
            "TARGET",
        ] {
            assert!(is_removed(name), "{name}");
        }
    }

    #[test]
    fn the_way_to_registries_and_the_toolchain_stay() {
        for name in [
            "CARGO_HOME",
            "CARGO_MAKEFLAGS",
            "CARGO_NET_OFFLINE",
            "CARGO_HTTP_CAINFO",
            "CARGO_REGISTRIES_MINE_INDEX",
            "RUSTUP_TOOLCHAIN",
            "PATH",
            "TARGETS",
        ] {
            assert!(!is_removed(name), "{name}");
        }
    }
}
