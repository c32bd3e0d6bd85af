//! What was released stays as it was, and goes on working: the contract of each release, and its built-in components.

mod scenario;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use wit_parser::{PackageId, Resolve};

/// The worlds that a component may be of.
const WORLDS: [&str; 4] = ["transform", "password-hash", "operation", "dynamic-operation"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The directories of all releases below one, oldest first.
fn releases(below: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(below)).unwrap();
    let mut directories: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    directories.sort();
    assert!(!directories.is_empty(), "{below} has no release");
    directories
}

/// The files of a directory, in the order of their names.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

#[test]
fn what_was_released_does_not_change() {
    let sums = fs::read_to_string(repository().join("tests/released/SHA256SUMS")).unwrap();
    let listed: BTreeMap<String, String> = sums
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(sum, file)| (file.to_owned(), sum.to_owned()))
        .collect();
    let mut found = BTreeMap::new();
    for below in ["wit/released", "tests/released"] {
        for release in releases(below) {
            for file in files(&release) {
                let sum: [u8; 32] = Sha256::digest(fs::read(&file).unwrap()).into();
                let name = file.strip_prefix(repository()).unwrap().display().to_string();
                found.insert(name, sum.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            }
        }
    }
    assert_eq!(
        found, listed,
        "what was released is frozen: CONTRIBUTING says how a release is added"
    );
}

/// A package under another version, so that two of them can be looked at together.
fn push(resolve: &mut Resolve, directory: &Path, version: &str) -> PackageId {
    let texts = files(directory)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "wit"));
    let mut texts: Vec<String> = texts.map(|file| fs::read_to_string(file).unwrap()).collect();
    // The declaration of the package comes first.
    texts.sort_by_key(|text| !text.contains("\npackage "));
    let text = texts.join("\n");
    let (before, rest) = text.split_once("\npackage portcullis:plugin@").unwrap();
    let (_, behind) = rest.split_once(';').unwrap();
    let text = format!("{before}\npackage portcullis:plugin@{version};{behind}");
    resolve.push_str(directory.join("all.wit"), &text).unwrap()
}

/// A component that was built against a released contract must be linked by a host of this one: imports may only grow, exports stay,
/// and no type is another.
fn check(released: &Path, current: &Path) -> Result<(), String> {
    for world in WORLDS {
        let mut resolve = Resolve::default();
        let before = push(&mut resolve, released, "0.0.1");
        let now = push(&mut resolve, current, "0.0.2");
        let before = resolve
            .select_world(&[before], Some(world))
            .map_err(|error| format!("{world}: {error:#}"))?;
        let now = resolve
            .select_world(&[now], Some(world))
            .map_err(|error| format!("{world}: {error:#}"))?;
        wit_component::semver_check(resolve, before, now).map_err(|error| format!("{world}: {error:#}"))?;
    }
    Ok(())
}

#[test]
fn the_contract_is_compatible_with_every_released_one() {
    for release in releases("wit/released") {
        let outcome = check(&release, &repository().join("wit"));
        assert!(outcome.is_ok(), "{}: {}", release.display(), outcome.unwrap_err());
    }
}

/// The test above would notice.
#[test]
fn a_contract_that_changes_is_noticed() {
    let changes = [
        ("types.wit", "affected: u64,", "affected: u32,"),
        (
            "types.wit",
            "generated-id: option<value>,\n    }",
            "generated-id: option<value>,\n        rows: u64,\n    }",
        ),
        (
            "types.wit",
            "        /// A deadlock or",
            "        brand-new,\n        /// A deadlock or",
        ),
        (
            "imports.wit",
            "write: func(level: level, message: string);",
            "write: func(message: string);",
        ),
        ("imports.wit", "    begin: func(columns: list<column>);\n", ""),
        ("worlds.wit", "    export run:", "    export stop: func();\n    export run:"),
        (
            "worlds.wit",
            "    export run: func(call: call)",
            "    export run: func(call: call, again: bool)",
        ),
    ];
    for (file, from, to) in changes {
        let changed = changed(file, from, to);
        assert!(check(&repository().join("wit"), changed.path()).is_err(), "{file}: {from}");
    }
    let grown = changed(
        "imports.wit",
        "    /// Puts out rows, each",
        "    rest: func() -> u64;\n\n    /// Puts out rows, each",
    );
    assert_eq!(check(&repository().join("wit"), grown.path()), Ok(()), "imports may grow");
}

/// The contract of today with one change.
fn changed(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for path in files(&repository().join("wit")) {
        let name = path.file_name().unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        if name == file {
            assert_eq!(text.matches(from).count(), 1, "{from}");
            text = text.replace(from, to);
        }
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}
