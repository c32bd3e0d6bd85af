//! When a build script that builds components must run again: when something that went into one of them has changed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::Component;

/// Tells cargo what the components were made from: their sources, as the dep-info file beside each lists them, the
/// manifests of the packages that those belong to, and what holds for the whole workspace.
pub fn watch(workspace: &Path, components: &[Component]) -> Result<(), String> {
    let mut files: BTreeSet<PathBuf> = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml"]
        .map(|file| workspace.join(file))
        .into();
    for component in components {
        let list = component.path.with_extension("d");
        let text = fs::read_to_string(&list).map_err(|error| format!("cannot read {}: {error}", list.display()))?;
        for source in dependencies(&text) {
            files.extend(manifest(workspace, &source));
            files.insert(source);
        }
    }
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    Ok(())
}

/// The files after the colon of a dep-info line. A space inside of a name is written `\ `.
fn dependencies(text: &str) -> Vec<PathBuf> {
    let line = text.lines().next().unwrap_or_default();
    let (_, names) = line.split_once(": ").unwrap_or_default();
    let mut files = vec![String::new()];
    let mut characters = names.chars();
    while let Some(character) = characters.next() {
        match (character, files.last_mut()) {
            ('\\', Some(file)) => file.extend(characters.next()),
            (' ', _) => files.push(String::new()),
            (character, Some(file)) => file.push(character),
            (_, None) => {}
        }
    }
    files.into_iter().filter(|file| !file.is_empty()).map(PathBuf::from).collect()
}

/// The manifest of the package that a source of the workspace belongs to.
fn manifest(workspace: &Path, source: &Path) -> Option<PathBuf> {
    source
        .ancestors()
        .skip(1)
        .take_while(|directory| directory.starts_with(workspace))
        .map(|directory| directory.join("Cargo.toml"))
        .find(|manifest| manifest.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_with_spaces() {
        assert_eq!(
            dependencies("/t/a.wasm: /w/src/lib.rs /w/a\\ b/types.wit\n\n/w/src/lib.rs:\n"),
            [PathBuf::from("/w/src/lib.rs"), PathBuf::from("/w/a b/types.wit")]
        );
    }

    #[test]
    fn an_empty_list_has_no_files() {
        assert!(dependencies("/t/a.wasm:\n").is_empty());
        assert!(dependencies("").is_empty());
    }

    #[test]
    fn finds_the_nearest_manifest_and_stays_inside_the_workspace() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            manifest(package, &package.join("src/lib.rs")),
            Some(package.join("Cargo.toml"))
        );
        assert_eq!(manifest(&package.join("src"), &package.join("src/lib.rs")), None);
    }
}
