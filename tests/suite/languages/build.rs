//! `plugin build`: what it needs, what it refuses, and that it leaves what was there before.

use std::fs;

use portcullis_tests::{plugin::manifest, program};

use super::project::{Language, Project, World, command, expect_failure, expect_success, with_tools};

#[test]
fn a_tool_that_is_missing_is_named() {
    for (language, missing, remedy) in [
        (Language::Python, "python3", "python3-venv"),
        (Language::JavaScript, "npm", "install Node.js 18"),
    ] {
        let project = Project::new(language, World::Transform);
        let mut build = with_tools(program::command(), &["build", &project.path()]);
        let output = build.env("PATH", project.directory()).output().expect("the program starts");
        let said = expect_failure(&output);
        assert!(
            said.contains(&format!("there is no `{missing}`")) && said.contains(remedy),
            "{said}"
        );
        assert!(!project.component().exists());
    }
}

/// A component that imports what its manifest doesn't ask for is not put there, and what was there stays.
#[test]
fn what_no_host_would_take_is_refused() {
    let project = Project::new(Language::JavaScript, World::Transform);
    expect_success(&project.build());
    let before = fs::read(project.component()).expect("a component");
    let manifest = project.manifest();
    let file = format!("{}.toml", project.name());

    project.write(
        &file,
        &manifest.replace("log = \"says how many numbers it changed, never which\"", ""),
    );
    let said = expect_failure(&project.build());
    assert!(
        said.contains("portcullis:plugin/log@0.1.0") && said.contains("does not fit"),
        "{said}"
    );

    project.write(&file, &manifest);
    project.write("src/plugin.js", "export function transform( {");
    let said = expect_failure(&project.build());
    assert!(said.contains("componentize-qjs") && said.contains("said why above"), "{said}");
    assert_eq!(fs::read(project.component()).expect("a component"), before);
    let left = fs::read_dir(project.directory().join("dist")).expect("a directory").count();
    assert_eq!(left, 2, "the component and its manifest");
}

#[test]
fn what_is_no_project_is_said() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("UTF-8");
    let refused = |part: &str| {
        let said = expect_failure(&command(&["build", path]));
        assert!(said.contains(part), "{part}: {said}");
    };
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("a file");
    refused("`portcullis plugin new` makes one");
    fs::create_dir(directory.path().join("src")).expect("a directory");
    write("src/plugin.js", "");
    refused("has no manifest");
    write("acme.toml", &manifest("acme", None));
    refused("a component does operations, or changes documents, or hashes passwords");
    write("acme.toml", &manifest("another", None));
    refused("call the file another.toml");
    write("other.toml", "");
    refused("several manifests");
    write("src/plugin.py", "");
    refused("one language");
    let said = expect_failure(&command(&["build", "/no/such/directory"]));
    assert!(said.contains("/no/such/directory"), "{said}");
}
