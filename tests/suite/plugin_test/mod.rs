//! `portcullis plugin test`: what an author is told of a component.

mod examples;
mod golden;
mod laws;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use portcullis_tests::{application, program};
use tempfile::TempDir;

/// A project as its author has it: the component and its manifest in `dist/`, and tests.
struct Project {
    directory: TempDir,
}

/// What the author is told.
struct Told {
    passed: bool,
    text: String,
}

impl Project {
    /// A component under a name of its own, with the manifest that it is shipped with.
    fn new(name: &str, component: &str, manifest: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let dist = directory.path().join("dist");
        fs::create_dir(&dist).unwrap();
        fs::create_dir(directory.path().join("tests")).unwrap();
        fs::copy(component, dist.join(format!("{name}.wasm"))).unwrap();
        fs::write(dist.join(format!("{name}.toml")), manifest).unwrap();
        Self { directory }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// With a file in its tests.
    fn with(self, file: &str, text: &str) -> Self {
        let path = self.path().join("tests").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// With the tests that are in this directory.
    fn with_tests(self, from: &Path) -> Self {
        copied(from, &self.path().join("tests"));
        self
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join("tests").join(file)).unwrap()
    }

    fn test(&self, arguments: &[&str]) -> Told {
        Told::of(&test(self.path(), arguments), self.path())
    }
}

impl Told {
    /// Without what depends on the machine: the directory, and the figures of what was used.
    fn of(output: &Output, directory: &Path) -> Self {
        let text = [output.stdout.as_slice(), &output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        let text = text.replace(directory.to_str().unwrap(), "PROJECT");
        let text = match text.split_once("\nWhat a call used at the most\n") {
            Some((before, after)) => {
                let (table, last) = after.split_once("\n\n").unwrap();
                for row in table.lines().skip(1).filter(|row| !row.starts_with("limit")) {
                    assert!(
                        row.contains("iB") && row.contains("ms"),
                        "a call without time or memory: {row}"
                    );
                }
                format!("{before}\n{last}")
            }
            None => text,
        };
        Self {
            passed: output.status.success(),
            text,
        }
    }

    #[track_caller]
    fn passes(&self) {
        assert!(self.passed, "{}", self.text);
    }

    #[track_caller]
    fn fails_with(&self, says: &[&str]) {
        assert!(!self.passed, "{}", self.text);
        for part in says {
            assert!(self.text.contains(part), "{part} is not in\n{}", self.text);
        }
    }
}

/// `portcullis plugin test`, with the components that other tests compiled already.
fn test(what: &Path, arguments: &[&str]) -> Output {
    let cache = application::cache();
    let always = ["plugin", "test", what.to_str().unwrap(), "--cache", cache.to_str().unwrap()];
    program::run(&[&always, arguments].concat())
}

/// The tests of a worked example.
fn tests_of(example: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../plugins")
        .join(example)
        .join("tests")
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}
