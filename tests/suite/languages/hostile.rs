//! A runtime inside of a component changes nothing of its bounds: they are hit, named, and harm nobody.

use portcullis_tests::application::{USER, complete_user};
use serde_json::{Value, json};

use super::{
    project::{Language, Project, World, expect_success},
    with,
};

fn hits_bounds(project: &Project, source: &str) {
    let name = project.name();
    let application = with(project)
        .with(&format!("[transforms]\nto-application = [\"{name}\"]"))
        .with_server(&format!("[plugins.{name}.limits]\ncpu = \"2s\"\nmemory = \"32MiB\""))
        .start();
    let titled = |title: &str| -> Value { json!({ "schemas": [USER], "userName": "mallory", "title": title }) };
    for (title, bound) in [
        ("loop", "`cpu = 2000ms`"),
        ("memory", "`memory = 32MiB`"),
        ("recurse", "`stack = 512KiB`"),
    ] {
        application
            .post("/Users", &titled(title))
            .expect_error(500, None, &[&format!("plugin {name} "), bound]);
        application.expect_unharmed();
    }

    // What nobody caught: the log has where, and not the message.
    application
        .post("/Users", &titled("fail"))
        .expect_error(500, None, &[&format!("plugin {name} crashed")]);
    let report = application.program.log.expect(&["component failed", source]);
    assert!(!report.contains("the title of the user"), "{report}");
    application.post("/Users", &complete_user("grace")).expect(201);
    application.expect_unharmed();
}

/// It requires a package besides, so that it gets an environment of its own.
#[test]
fn python_hits_bounds() {
    let project = Project::new(Language::Python, World::Transform);
    project.write("src/plugin.py", include_str!("hostile.py"));
    let required = project.file("requirements.txt");
    project.write("requirements.txt", &format!("{required}# of Python alone\nidna==3.10\n"));
    let built = project.build();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(said.contains("installing requirements.txt"), "{said}");
    let page = expect_success(&built);
    for part in ["portcullis:plugin/log@0.1.0", "component-size = "] {
        assert!(page.contains(part), "{part}: {page}");
    }
    hits_bounds(&project, "plugin.py");
}

#[test]
fn javascript_hits_bounds() {
    let project = Project::new(Language::JavaScript, World::Transform);
    project.write("src/plugin.js", include_str!("hostile.js"));
    expect_success(&project.build());
    hits_bounds(&project, "plugin.js");
}
