//! A project on its way to a component, by the commands that its author has.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use portcullis_tests::{application, program};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust,
    Python,
    JavaScript,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    Transform,
    Operation,
}

pub struct Project {
    parent: TempDir,
    name: String,
}

impl Project {
    /// Made by `plugin new`.
    #[track_caller]
    pub fn new(language: Language, world: World) -> Self {
        let (language, world) = (language.name(), world.name());
        let project = Self {
            parent: tempfile::tempdir().expect("a directory"),
            name: format!("{language}-{world}"),
        };
        let parent = project.parent.path().to_str().expect("UTF-8");
        expect_success(&command(&[
            "new",
            "--lang",
            language,
            "--world",
            world,
            "--in",
            parent,
            &project.name,
        ]));
        project
    }

    /// `plugin build` and `plugin test`: nothing need be written before it passes.
    #[track_caller]
    pub fn build_and_test(&self) {
        expect_success(&self.build());
        let said = expect_success(&command(&["test", &self.path()]));
        assert!(said.contains(" 0 failed") && said.contains(" 0 broken"), "{said}");
    }

    /// `plugin build`
    pub fn build(&self) -> Output {
        command(&["build", &self.path()])
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn directory(&self) -> PathBuf {
        self.parent.path().join(&self.name)
    }

    pub fn path(&self) -> String {
        self.directory().to_str().expect("UTF-8").to_owned()
    }

    pub fn component(&self) -> PathBuf {
        self.directory().join(format!("dist/{}.wasm", self.name))
    }

    pub fn manifest(&self) -> String {
        self.file(&format!("{}.toml", self.name))
    }

    /// A file's text.
    #[track_caller]
    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.directory().join(name)).expect("a file")
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.directory().join(name), text).expect("a file");
    }
}

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
            Language::JavaScript => "javascript",
        }
    }
}

impl World {
    fn name(self) -> &'static str {
        match self {
            World::Transform => "transform",
            World::Operation => "operation",
        }
    }
}

/// `portcullis plugin …`, where everything that a project needs is at hand.
pub fn command(arguments: &[&str]) -> Output {
    with_tools(program::command(), arguments)
        .output()
        .expect("the program starts")
}

/// What an author's machine has: componentize-py in the PATH, crates that are compiled, and a cache of compiled components.
pub fn with_tools(mut command: Command, arguments: &[&str]) -> Command {
    let languages = target().join("languages");
    let tools = languages.join("bin");
    assert!(
        tools.join("componentize-py").is_file(),
        "there is no componentize-py in {}: `tests/run` installs it",
        tools.display()
    );
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([tools].into_iter().chain(env::split_paths(&path))).expect("a PATH");
    command.arg("plugin").args(arguments);
    command.env("PATH", path);
    command.env("CARGO_TARGET_DIR", languages.join("rust"));
    command.env("XDG_CACHE_HOME", application::caches());
    command
}

fn target() -> PathBuf {
    let test = env::current_exe().expect("a test has a file");
    let target = test.ancestors().nth(3).map(Path::to_owned);
    target.expect("a target directory")
}

#[track_caller]
pub fn expect_success(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
pub fn expect_failure(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
