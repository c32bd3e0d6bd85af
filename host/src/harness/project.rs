//! Where a plugin and its tests are.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, bail};

/// A component's file, and the directory with its tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub component: PathBuf,
    pub tests: PathBuf,
    /// Where compiled components are kept from one run to the next; `None`: nowhere.
    pub cache: Option<PathBuf>,
}

impl Project {
    /// Of the directory of a project, whose component is in `dist/`, or of a component's file. Tests are in `tests/` of the project,
    /// or beside the file, unless it is said where.
    ///
    /// # Errors
    /// There is no component, or no directory with tests.
    pub fn find(what: &Path, tests: Option<&Path>) -> anyhow::Result<Self> {
        let component = match what.is_dir() {
            true => built(what)?,
            false => what.to_owned(),
        };
        let tests = match tests {
            Some(tests) => tests.to_owned(),
            None => beside(&component),
        };
        if !component.is_file() {
            bail!(
                "there is no component {}: name a project's directory or a .wasm file",
                component.display()
            );
        }
        if !tests.is_dir() {
            bail!(
                "there is no directory {}: put a directory for each case into it, or say with `--tests` where they are",
                tests.display()
            );
        }
        Ok(Self {
            component,
            tests,
            cache: None,
        })
    }
}

/// A source of a project that has changed since its component was built, if the directory is a project's.
pub fn newer_source(directory: &Path, component: &Path) -> Option<PathBuf> {
    let built = modified(component)?;
    let mut sources = files_in(&directory.join("src"));
    let beside = files_in(directory).into_iter();
    sources.extend(beside.filter(|file| file.extension().is_some_and(|extension| extension == "toml")));
    sources.into_iter().find(|file| modified(file).is_some_and(|at| at > built))
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

fn files_in(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The one component in `dist/`.
fn built(directory: &Path) -> anyhow::Result<PathBuf> {
    let dist = directory.join("dist");
    let entries = match fs::read_dir(&dist) {
        Ok(entries) => entries.collect::<Result<Vec<_>, _>>(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let entries = entries.with_context(|| format!("cannot read {}", dist.display()))?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    files.sort();
    match files.as_slice() {
        [file] => Ok(file.clone()),
        [] => bail!(
            "there is no component in {}: `portcullis plugin build {}` makes it",
            dist.display(),
            directory.display()
        ),
        [first, ..] => bail!(
            "there are {} components in {}: name the one that is to be tested, for example {}",
            files.len(),
            dist.display(),
            first.display()
        ),
    }
}

fn beside(component: &Path) -> PathBuf {
    let directory = component.parent().unwrap_or(Path::new("."));
    match directory.file_name() {
        Some(name) if name == "dist" => directory.with_file_name("tests"),
        _ => directory.join("tests"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn a_source_that_has_changed_since_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let (component, source) = (root.join("dist/acme.wasm"), root.join("src/plugin.js"));
        touch(&source);
        touch(&component);
        let at = |file: &Path, seconds: u64| {
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 + seconds);
            fs::File::options()
                .write(true)
                .open(file)
                .unwrap()
                .set_modified(time)
                .unwrap();
        };
        at(&source, 0);
        at(&component, 1);
        assert_eq!(newer_source(root, &component), None);
        at(&source, 2);
        assert_eq!(newer_source(root, &component), Some(source));
    }

    #[test]
    fn finds_what_was_built_and_its_tests() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let wrong = |what: &Path| Project::find(what, None).unwrap_err().to_string();
        assert!(wrong(root).contains("plugin build"));
        touch(&root.join("dist/acme.wasm"));
        assert!(wrong(root).contains("tests"));
        fs::create_dir(root.join("tests")).unwrap();
        let found = Project::find(root, None).unwrap();
        assert_eq!(found.component, root.join("dist/acme.wasm"));
        assert_eq!(found.tests, root.join("tests"));
        assert_eq!(Project::find(&root.join("dist/acme.wasm"), None).unwrap(), found);
        let elsewhere = Project::find(&root.join("dist/acme.wasm"), Some(root)).unwrap();
        assert_eq!(elsewhere.tests, root);
        touch(&root.join("dist/other.wasm"));
        assert!(wrong(root).contains("2 components"));
    }
}
