//! New projects, out of `sdk/templates/`: what all projects of a world have, what all of a language have, and what those of both have.
//! A file that is in several of these is their texts, one line after the other.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use include_dir::{Dir, DirEntry, include_dir};

use super::{Language, World};
use crate::application;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sdk/templates");
static SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sdk/src");
static SDK_BUILD: &str = include_str!("../../../sdk/build.rs");
static SDK_README: &str = include_str!("../../../sdk/README.md");
static SDK_PYTHON: &str = include_str!("../../../sdk/python/portcullis_sdk.py");
static SDK_JAVASCRIPT: &str = include_str!("../../../sdk/javascript/portcullis-sdk.js");
static WIT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../wit");

/// What templates call the plugin, where names have hyphens, and where they can't.
const PLACEHOLDERS: [&str; 2] = ["my-plugin", "my_plugin"];
/// A name is that of files, too.
const LONGEST_NAME: usize = 64;

/// Makes the project `name` below `parent`, and gives its directory. All of it is there afterwards, or nothing.
///
/// # Errors
/// The name is none that a plugin can have, something is there already, or it cannot be written.
pub fn create(parent: &Path, name: &str, language: Language, world: World) -> anyhow::Result<PathBuf> {
    if let Err((what, remedy)) = application::plugin_name(name) {
        bail!("{what}: {remedy}");
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.len() > LONGEST_NAME {
        bail!("`{name}` cannot be the name of a project: begin with a letter, and use at most {LONGEST_NAME} characters");
    }
    let target = parent.join(name);
    if target.symlink_metadata().is_ok() {
        bail!(
            "{} is there already, and nothing was written: choose another name, or remove it",
            target.display()
        );
    }
    let cannot = || format!("cannot write {}", target.display());
    let beside = tempfile::Builder::new()
        .prefix(&format!(".{name}-"))
        .tempdir_in(parent)
        .with_context(cannot)?;
    for (path, text) in files(language, world)? {
        let path = beside.path().join(named(&path, name));
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).with_context(cannot)?;
        }
        fs::write(&path, named(&text, name)).with_context(cannot)?;
    }
    readable(beside.path()).with_context(cannot)?;
    // Nobody sees half of it; and what came there meanwhile is not overwritten.
    fs::rename(beside.path(), &target).with_context(cannot)?;
    drop(beside.keep());
    Ok(target)
}

fn named(text: &str, name: &str) -> String {
    let [plain, joined] = PLACEHOLDERS;
    text.replace(plain, name).replace(joined, &name.replace('-', "_"))
}

/// Every file of a new project, by its path.
fn files(language: Language, world: World) -> anyhow::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for layer in [
        world.name().to_owned(),
        format!("{}/project", language.name()),
        format!("{}/{}", language.name(), world.name()),
    ] {
        let directory = TEMPLATES
            .get_dir(&layer)
            .with_context(|| format!("there is no template {layer}"))?;
        add(&mut files, directory, directory.path(), "")?;
    }
    let released = WIT.files().map(|file| (file.path(), file.contents_utf8()));
    for (path, text) in released {
        files.insert(
            format!("vendor/wit/{}", path.display()),
            text.context("wit/ is text")?.to_owned(),
        );
    }
    match language {
        Language::Rust => {
            add(&mut files, &SDK, Path::new(""), "vendor/portcullis-sdk/src/")?;
            files.insert("vendor/portcullis-sdk/build.rs".to_owned(), SDK_BUILD.to_owned());
            files.insert("vendor/portcullis-sdk/README.md".to_owned(), SDK_README.to_owned());
        }
        Language::Python => drop(files.insert("vendor/portcullis_sdk.py".to_owned(), SDK_PYTHON.to_owned())),
        Language::JavaScript => drop(files.insert("vendor/portcullis-sdk.js".to_owned(), SDK_JAVASCRIPT.to_owned())),
    }
    Ok(files)
}

fn add(files: &mut BTreeMap<String, String>, directory: &Dir<'_>, root: &Path, prefix: &str) -> anyhow::Result<()> {
    for entry in directory.entries() {
        match entry {
            DirEntry::Dir(inner) => add(files, inner, root, prefix)?,
            DirEntry::File(file) => {
                let path = file.path().strip_prefix(root)?;
                let text = file
                    .contents_utf8()
                    .with_context(|| format!("{} is text", file.path().display()))?;
                let whole = files.entry(format!("{prefix}{}", path.display())).or_default();
                whole.push_str(text);
            }
        }
    }
    Ok(())
}

/// A temporary directory is its owner's alone; a project is as readable as any other.
fn readable(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    fn refused(parent: &Path, name: &str) -> String {
        create(parent, name, Language::Python, World::Transform)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn every_language_has_every_world() {
        for language in Language::ALL {
            for world in World::value_variants() {
                let parent = tempfile::tempdir().unwrap();
                let made = create(parent.path(), "acme-roles", language, *world).unwrap();
                for file in [
                    "acme-roles.toml",
                    "README.md",
                    "tests/portcullis.toml",
                    "vendor/wit/worlds.wit",
                    ".gitignore",
                ] {
                    assert!(made.join(file).is_file(), "{language:?} {world:?}: {file}");
                }
                assert_eq!(Language::of(&made).unwrap(), language);
                let project = super::super::layout::Project::open(&made).unwrap();
                assert_eq!((project.world, project.manifest.name.as_str()), (world.name(), "acme-roles"));
                assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1, "nothing else is left");
            }
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let parent = tempfile::tempdir().unwrap();
        let there = parent.path().join("acme");
        fs::create_dir(&there).unwrap();
        assert!(refused(parent.path(), "acme").contains("is there already"));
        fs::remove_dir(&there).unwrap();
        std::os::unix::fs::symlink("nowhere", &there).unwrap();
        assert!(refused(parent.path(), "acme").contains("is there already"));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_name_is_a_plugins() {
        let parent = tempfile::tempdir().unwrap();
        let long = "a".repeat(LONGEST_NAME + 1);
        for (name, why) in [
            ("", "is not a plugin's name"),
            ("Acme", "lower-case letters"),
            ("../acme", "is not a plugin's name"),
            ("acme/roles", "is not a plugin's name"),
            ("sqlite", "built-in component"),
            ("4711", "begin with a letter"),
            ("-acme", "begin with a letter"),
            (&long, "at most 64"),
        ] {
            let refusal = refused(parent.path(), name);
            assert!(refusal.contains(why), "{name}: {refusal}");
        }
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        assert!(refused(Path::new("/no/such/directory"), "acme").contains("/no/such/directory/acme"));
    }

    /// The sources are in projects as they are here; their dependencies are written down once more.
    #[test]
    fn the_crate_in_projects_has_the_dependencies_of_ours() {
        let table = |text: &str| text.parse::<toml::Table>().unwrap();
        let ours = table(include_str!("../../../sdk/Cargo.toml"));
        let workspace = table(include_str!("../../../Cargo.toml"));
        let vendored = table(include_str!(
            "../../../sdk/templates/rust/project/vendor/portcullis-sdk/Cargo.toml"
        ));
        let dependencies = vendored["dependencies"].as_table().unwrap();
        let names: Vec<_> = ours["dependencies"].as_table().unwrap().keys().collect();
        assert_eq!(dependencies.keys().collect::<Vec<_>>(), names);
        for name in names {
            assert_eq!(dependencies[name], workspace["workspace"]["dependencies"][name], "{name}");
        }
        for key in ["version", "edition", "rust-version", "license"] {
            assert_eq!(vendored["package"][key], workspace["workspace"]["package"][key], "{key}");
        }
    }
}
