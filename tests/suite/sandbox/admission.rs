//! What a component imports its manifest must ask for, by name.

use portcullis_tests::{Application, Builder, Kind, on_every_database, program};

use crate::components;

use super::{deactivate, read, with_fixture};

on_every_database!(an_import_that_is_allowed_works, what_a_component_makes_up_keeps_nothing);

/// Nobody can approve it, and it does not serve; gives what is said of it.
#[track_caller]
pub fn refused(builder: &Builder) -> String {
    let directory = builder.write();
    let path = directory.path().to_str().expect("UTF-8");
    let served = program::run(&["serve", "--listen", "127.0.0.1:0", "--config", path]);
    let approved = program::run(&["plugin", "approve", "--yes", "--config", path]);
    let said = |output: &std::process::Output| {
        assert!(!output.status.success(), "{output:?}");
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    said(&served);
    said(&approved)
}

fn an_import_that_is_allowed_works(on: Kind) {
    let allow = "allow = [\"log\", \"database\", \"output\", \"dynamic-sql\"]";
    for component in [components::DYNAMIC_SQL, components::COUNTING] {
        let application = with_fixture(on, "inventor", component, allow)
            .with_operation("get-user", "inventor")
            .start();
        read(&application).expect_error(400, None, &["get-user", "counted", "7"]);
    }
}

/// A statement of its own can't end the request's transaction.
fn what_a_component_makes_up_keeps_nothing(on: Kind) {
    let allow = "allow = [\"log\", \"database\", \"output\", \"dynamic-sql\"]";
    let application = with_fixture(on, "inventor", components::DYNAMIC_SQL, allow)
        .with_operation("deactivate-user", "inventor")
        .start();
    deactivate(&application).expect_error(400, None, &["NotPlanned", "COMMIT"]);
    application.expect_unharmed();
}

#[test]
fn an_import_that_is_not_allowed_is_refused_by_name() {
    let builder = with_fixture(Kind::Sqlite, "inventor", components::DYNAMIC_SQL, "").with_operation("get-user", "inventor");
    let said = refused(&builder);
    for part in [
        "inventor",
        "inventor.wasm",
        "portcullis:plugin/dynamic-sql@0.1.0",
        "`dynamic-sql`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn wasi_needs_to_be_allowed_too() {
    let builder = with_fixture(Kind::Sqlite, "writer", components::STDERR, "").with_operation("deactivate-user", "writer");
    let said = refused(&builder);
    assert!(said.contains("wasi:cli/stderr@0.2.") && said.contains("`stdio`"), "{said}");
}

/// Nothing that a manifest can ask for grants a filesystem or sockets.
#[test]
fn nothing_grants_a_filesystem_or_sockets() {
    for import in [
        "wasi:filesystem/types@0.2.6",
        "wasi:filesystem/preopens@0.2.6",
        "wasi:sockets/tcp@0.2.6",
        "wasi:http/incoming-handler@0.2.6",
    ] {
        let component = wat::parse_str(format!("(component (import \"{import}\" (instance)))")).expect("a component");
        let all = "allow = [\"log\", \"database\", \"output\", \"dynamic-sql\", \"stdio\", \"clock\", \"random\"]";
        let said = refused(&with_bytes("reacher", component, all).with_operation("get-user", "reacher"));
        assert!(said.contains(import) && said.contains("reacher"), "{said}");
    }
}

/// Which interface, what is wanted, what is offered, and what to do.
#[test]
fn another_version_of_the_contract_is_named() {
    for (import, offered) in [
        ("portcullis:plugin/database@0.2.0", "this host offers 0.1.0"),
        (
            "portcullis:plugin/queue@0.1.0",
            "has no such interface: it has types, log, database",
        ),
        ("wasi:cli/stderr@0.3.0", "this host offers 0.2.0"),
    ] {
        let component = wat::parse_str(format!("(component (import \"{import}\" (instance)))")).expect("a component");
        let all = "allow = [\"log\", \"database\", \"output\", \"stdio\"]";
        let said = refused(&with_bytes("newer", component, all).with_operation("get-user", "newer"));
        for part in ["newer", import, offered, "build it against"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

#[test]
fn what_is_not_a_component_is_refused() {
    let module = wat::parse_str("(module)").expect("a module");
    let said = refused(&with_bytes("core", module, "").with_operation("get-user", "core"));
    assert!(said.contains("core.wasm") && said.contains("module"), "{said}");

    let said = refused(&with_bytes("text", b"#!/bin/sh\necho hello\n".to_vec(), "").with_operation("get-user", "text"));
    assert!(said.contains("text.wasm") && said.contains("component"), "{said}");

    let whole = std::fs::read(components::TRAP).expect("a fixture");
    let half = whole.get(..whole.len() / 2).unwrap_or_default().to_vec();
    let said = refused(&with_bytes("half", half, "").with_operation("get-user", "half"));
    assert!(said.contains("half.wasm"), "{said}");

    let said = refused(&with_bytes("empty", Vec::new(), "").with_operation("get-user", "empty"));
    assert!(said.contains("empty.wasm"), "{said}");
}

/// A component that imports nothing it may not, and is of no world of ours.
#[test]
fn a_component_without_the_exports_is_refused() {
    let component = wat::parse_str("(component)").expect("a component");
    let said = refused(&with_bytes("hollow", component, "").with_operation("get-user", "hollow"));
    assert!(said.contains("hollow") && said.contains("prepare"), "{said}");
}

#[test]
fn a_component_over_the_size_is_refused() {
    let builder = with_fixture(Kind::Sqlite, "large", components::TRAP, "")
        .with_server("[sandbox]\ncomponent-size = \"1KiB\"")
        .with_operation("get-user", "large");
    let said = refused(&builder);
    assert!(said.contains("large.wasm") && said.contains("component-size"), "{said}");
}

/// Files come out of the plugins directory and out of nowhere else.
#[test]
fn a_file_outside_of_the_plugins_directory_is_refused() {
    let outside = tempfile_with_component();
    let absolute = outside.path().display().to_string();
    for (file, why) in [
        (absolute.as_str(), "inside the plugins directory"),
        ("../plugins/../portcullis.toml", "inside the plugins directory"),
        ("no-such-file.wasm", "no-such-file.wasm"),
    ] {
        let builder = with_fixture(Kind::Sqlite, "stranger", components::TRAP, &format!("file = {file:?}"));
        let said = refused(&builder.with_operation("get-user", "stranger"));
        assert!(said.contains("plugins.stranger") && said.contains(why), "{said}");
    }
    let builder =
        with_fixture(Kind::Sqlite, "stranger", components::TRAP, "file = \"link.wasm\"").with_operation("get-user", "stranger");
    let directory = builder.write();
    std::os::unix::fs::symlink(outside.path(), directory.path().join("plugins/link.wasm")).expect("a link");
    let checked = program::run(&[
        "plugin",
        "approve",
        "--yes",
        "--config",
        directory.path().to_str().expect("UTF-8"),
    ]);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&checked.stdout),
        String::from_utf8_lossy(&checked.stderr)
    );
    assert!(
        !checked.status.success() && said.contains("plugins.stranger") && said.contains("link.wasm"),
        "{said}"
    );
}

fn tempfile_with_component() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::copy(components::TRAP, file.path()).expect("a copy");
    file
}

fn with_bytes(name: &str, bytes: Vec<u8>, entry: &str) -> Builder {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("bytes");
    Application::with_users(Kind::Sqlite, 1).with_plugin(name, file.path(), entry)
}
