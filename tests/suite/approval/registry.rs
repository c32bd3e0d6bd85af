//! Plugins out of a registry: fetched by an administrator's command, by digest, and never by a server.

use std::{fs, process::Output};

use portcullis_tests::{
    Builder, Program, Registry,
    application::NAME,
    authority::Authority,
    plugin,
    program::{self, command as portcullis},
    registry::{Fault, basic, digest},
};
use tempfile::TempDir;

use super::{MANIFEST, audited, client, command, edit, give, put_new_version, refused, said};

/// The application with what its `portcullis.toml` says of a registry.
fn knowing(host: &str, says: &str) -> Builder {
    audited().with_server(&format!("[registries.\"{host}\"]\n{says}"))
}

/// Pushes the component of a directory, and gives what it is called by its digest.
fn pushed(directory: &TempDir, host: &str) -> String {
    let component = directory.path().join("plugins/role-audit.wasm");
    let name = format!("oci://{host}/acme/role-audit:0.1.0");
    let output = said(&command(directory, &["push", component.to_str().expect("UTF-8"), &name]));
    let line = output.lines().find_map(|line| line.strip_prefix("oci = \""));
    line.and_then(|line| line.strip_suffix('"'))
        .expect("a line to paste")
        .to_owned()
}

/// A configuration whose plugin is in a registry, and nowhere else.
fn pinned(host: &str, says: &str, reference: &str) -> TempDir {
    let builder = knowing(host, says).with_server(&format!("[plugins.role-audit]\noci = \"{reference}\""));
    let directory = builder.write();
    for file in ["role-audit.wasm", "role-audit.toml"] {
        fs::remove_file(directory.path().join("plugins").join(file)).expect("a file");
    }
    directory
}

const PLAIN: &str = "tls = \"off\"";

#[test]
fn what_is_pushed_is_what_is_approved_and_serves_without_the_registry() {
    let registry = Registry::start();
    let host = registry.host();
    let builder = knowing(&host, PLAIN);
    let source = builder.write();
    let reference = pushed(&source, &host);
    assert_eq!(pushed(&source, &host), reference, "the same plugin is the same artifact");

    let builder = builder.with_server(&format!("[plugins.role-audit]\noci = \"{reference}\""));
    let directory = builder.write();
    fs::write(directory.path().join("plugins/role-audit.wasm"), "nobody looks at it").expect("a file");
    let page = said(&command(&directory, &["inspect", "role-audit"]));
    assert!(page.contains(&format!("  source    {reference}\n")), "{page}");
    assert!(said(&command(&directory, &["list"])).contains("waits for approval"));
    plugin::approve(directory.path());
    let asked = registry.heard().len();

    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
    assert!(said(&command(&directory, &["list"])).contains("serving"));
    let output = said(&command(&directory, &["approve", "role-audit", "--yes"]));
    assert!(output.contains("approved as it is"), "{output}");
    assert_eq!(registry.heard().len(), asked, "what is approved is not fetched again");

    // A new version is another digest, which waits for approval while the old one serves.
    put_new_version(&source);
    let newer = pushed(&source, &host);
    assert_ne!(newer, reference);
    edit(&directory.path().join("portcullis.toml"), &reference, &newer);
    drop(program);
    let program = Program::serve(directory.path());
    program.log.expect(&[&newer, "is not approved; version 0.1.0 serves on"]);
    let page = said(&command(&directory, &["inspect", "role-audit"]));
    assert!(
        page.contains(&format!("  - fetched from {reference}\n  + fetched from {newer}\n")),
        "{page}"
    );
    plugin::approve(directory.path());
    let list = said(&command(&directory, &["list"]));
    assert!(list.contains("1.1.0") && !list.contains("waits"), "{list}");
}

#[test]
fn a_signature_is_pushed_and_fetched_with_what_it_is_of() {
    let registry = Registry::start();
    let host = registry.host();
    let directory = knowing(&host, PLAIN).write();
    let key = directory.path().join("key.pem");
    let output = said(&program::run(&["plugin", "key", key.to_str().expect("UTF-8")]));
    let public = output
        .lines()
        .find_map(|line| line.strip_prefix("YOUR-NAME = "))
        .expect("a line to paste");
    let component = directory.path().join("plugins/role-audit.wasm");
    let component = component.to_str().expect("UTF-8");
    said(&program::run(&[
        "plugin",
        "sign",
        component,
        "--key",
        key.to_str().expect("UTF-8"),
    ]));
    let reference = pushed(&directory, &host);

    let says = format!("{PLAIN}\n[signatures]\nsigned = \"required\"\n[signatures.keys]\nacme = {public}");
    let directory = pinned(&host, &says, &reference);
    let verified = said(&command(&directory, &["verify", &format!("oci://{reference}")]));
    assert!(verified.contains("role-audit 0.1.0: signed by acme"), "{verified}");
    plugin::approve(directory.path());
    let page = said(&command(&directory, &["inspect", "role-audit"]));
    assert!(page.contains("signed by acme"), "{page}");

    // Without the signature it is another artifact.
    let manifest = registry.manifest("acme/role-audit:0.1.0");
    let at = manifest.find("\"portcullis.plugin.signature\"").expect("a signature");
    let end = at + manifest[at..].find("\"}").expect("its end") + 1;
    let unsigned = format!("{}{}", manifest[..at].trim_end_matches(','), &manifest[end..]);
    let name = format!("{host}/acme/role-audit@{}", digest(unsigned.as_bytes()));
    registry.put_manifest(&format!("acme/role-audit:{}", digest(unsigned.as_bytes())), &unsigned);
    edit(&directory.path().join("portcullis.toml"), &reference, &name);
    let output = refused(&command(&directory, &["approve", "--yes"]));
    assert!(output.contains("it is not signed"), "{output}");
}

#[test]
fn what_a_registry_does_wrong_is_said_and_nothing_is_approved() {
    let registry = Registry::start();
    let host = registry.host();
    let source = knowing(&host, PLAIN).write();
    let reference = pushed(&source, &host);
    let directory = pinned(&host, "tls = \"off\"\ntimeout = \"1s\"", &reference);
    for (fault, said) in [
        (Fault::AnotherManifest, "is not what the digest says"),
        (Fault::AnotherBlob, "is not what the digest says"),
        (Fault::Truncated, "is not what the digest says"),
        (Fault::TooMuch, "sends more than the"),
        (Fault::Silent, "does not answer in time"),
        (Fault::Nonsense, "is not what the digest says"),
        (Fault::Elsewhere("http://127.0.0.1:1".to_owned()), "cannot be reached"),
    ] {
        registry.fail(fault.clone());
        let output = refused(&command(&directory, &["approve", "--yes"]));
        assert!(output.contains(said) && output.contains(&reference), "{fault:?}: {output}");
        assert!(
            output.contains("plugins.role-audit") && !output.contains('\u{1b}'),
            "{fault:?}: {output}"
        );
    }
    registry.fail(Fault::None);
    assert!(said(&command(&directory, &["list"])).contains("waits for approval"));

    let absent = reference.replace("acme/role-audit", "acme/nothing");
    let output = refused(&program::run(&[
        "plugin",
        "inspect",
        &format!("oci://{absent}"),
        "--config",
        path(&directory),
    ]));
    assert!(output.contains("has no such artifact"), "{output}");
    let large = pinned(&host, "tls = \"off\"\n[sandbox]\ncomponent-size = \"1KiB\"", &reference);
    let output = refused(&command(&large, &["approve", "--yes"]));
    assert!(output.contains("larger than 1024 bytes, `component-size`"), "{output}");
    drop(registry);
}

fn path(directory: &TempDir) -> &str {
    directory.path().to_str().expect("UTF-8")
}

/// Components may be where the registry says, since they are what their digest says; the password is not for there.
#[test]
fn a_component_can_be_elsewhere_and_the_password_stays_here() {
    let registry = Registry::private("portcullis", "a-secret-of-the-registry");
    let elsewhere = Registry::start();
    let host = registry.host();
    let says = "tls = \"off\"\nuser = \"portcullis\"\npassword = { file = \"password\" }";
    let builder = knowing(&host, says).with_file("password", "a-secret-of-the-registry\n");
    let directory = builder.write();
    let reference = pushed(&directory, &host);
    let manifest = registry.manifest("acme/role-audit:0.1.0");
    let component = digest(&fs::read(directory.path().join("plugins/role-audit.wasm")).expect("a component"));
    assert!(manifest.contains(&component), "{manifest}");
    elsewhere.put(&component, registry.blob(&component));
    registry.fail(Fault::Elsewhere(format!(
        "http://localhost:{}",
        elsewhere.name().rsplit(':').next().expect("a port")
    )));

    let output = said(&command(&directory, &["inspect", &format!("oci://{reference}")]));
    assert!(output.contains("role-audit 0.1.0 by"), "{output}");
    assert!(
        elsewhere.heard().iter().all(|(_, authorization)| authorization.is_none()),
        "{:?}",
        elsewhere.heard()
    );
    assert_eq!(elsewhere.heard().len(), 1);
    let right = basic("portcullis", "a-secret-of-the-registry");
    assert!(
        registry
            .heard()
            .iter()
            .any(|(path, with)| path.ends_with("/token") && with.as_ref() == Some(&right))
    );
}

#[test]
fn who_is_not_let_in_is_told_what_to_write() {
    let registry = Registry::private("portcullis", "a-secret-of-the-registry");
    let host = registry.host();
    let says = |password: &str| format!("tls = \"off\"\nuser = \"portcullis\"\npassword = {password}");
    let variable = says("{ env = \"PORTCULLIS_TESTS_REGISTRY\" }");
    let builder = knowing(&host, &variable);
    let directory = builder.write();
    let push = |password: Option<&str>| -> Output {
        let component = directory.path().join("plugins/role-audit.wasm");
        let mut command = portcullis();
        command.args(["plugin", "push", component.to_str().expect("UTF-8")]);
        command.args([&format!("oci://{host}/acme/role-audit:0.1.0"), "--config", path(&directory)]);
        password
            .iter()
            .for_each(|password| _ = command.env("PORTCULLIS_TESTS_REGISTRY", password));
        command.output().expect("a program")
    };
    let output = refused(&push(None));
    assert!(output.contains("PORTCULLIS_TESTS_REGISTRY is not set"), "{output}");
    let output = refused(&push(Some("a-wrong-secret")));
    assert!(
        output.contains("wants to know who asks") && output.contains(&format!("[registries.\"{host}\"]")),
        "{output}"
    );
    assert!(!output.contains("a-wrong-secret"), "{output}");
    let output = said(&push(Some("a-secret-of-the-registry")));
    assert!(output.contains("oci = \"") && !output.contains("a-secret"), "{output}");

    // Nobody in particular is not let in either, and a server needs no password to start.
    let nobody = knowing(&host, PLAIN).write();
    let reference = output
        .lines()
        .find_map(|line| line.strip_prefix("oci = "))
        .expect("a line to paste");
    let reference = format!("oci://{}", reference.trim_matches('"'));
    let output = refused(&command(&nobody, &["inspect", &reference]));
    assert!(output.contains("wants to know who asks"), "{output}");
    plugin::approve(directory.path());
    assert_eq!(give(&client(&Program::serve(directory.path()), NAME), "auditor"), 200);
}

#[test]
fn a_tag_is_not_enough() {
    let registry = Registry::start();
    let host = registry.host();
    let directory = knowing(&host, PLAIN).write();
    let reference = pushed(&directory, &host);
    let tag = format!("oci://{host}/acme/role-audit:0.1.0");
    for arguments in [["inspect", &tag], ["add", &tag], ["verify", &tag]] {
        let output = refused(&command(&directory, &arguments));
        assert!(output.contains(&format!("write `oci://{reference}`")), "{output}");
    }
    let pinned = pinned(&host, PLAIN, &format!("{host}/acme/role-audit:0.1.0"));
    let output = refused(&command(&pinned, &["approve", "--yes"]));
    assert!(
        output.contains("plugins.role-audit.oci: names no digest") && output.contains(&format!("plugin inspect {tag}")),
        "{output}"
    );
}

/// As a file, like one that was copied there.
#[test]
fn an_artifact_can_be_added_to_the_plugins_directory() {
    let registry = Registry::start();
    let host = registry.host();
    let source = knowing(&host, PLAIN).write();
    let reference = pushed(&source, &host);
    let builder = knowing(&host, PLAIN);
    let directory = builder.write();
    let plugins = directory.path().join("plugins");
    let component = fs::read(plugins.join("role-audit.wasm")).expect("a component");
    for file in ["role-audit.wasm", "role-audit.toml"] {
        fs::remove_file(plugins.join(file)).expect("a file");
    }
    let output = said(&command(&directory, &["add", &format!("oci://{reference}"), "--yes"]));
    assert!(
        output.contains("copied oci://") && output.contains("approved: role-audit 0.1.0"),
        "{output}"
    );
    assert_eq!(fs::read(plugins.join("role-audit.wasm")).expect("a component"), component);
    assert_eq!(
        fs::read_to_string(plugins.join("role-audit.toml")).expect("a manifest"),
        MANIFEST
    );
    assert_eq!(give(&client(&Program::serve(directory.path()), NAME), "auditor"), 200);

    let pinned = pinned(&host, PLAIN, &reference);
    let output = refused(&command(&pinned, &["add", &format!("oci://{reference}"), "--yes"]));
    assert!(
        output.contains("[plugins.role-audit] of portcullis.toml says that it is"),
        "{output}"
    );
}

#[test]
fn registries_are_believed_by_their_certificates() {
    let authority = Authority::new("the tests");
    let registry = Registry::secured(&authority.server("localhost"));
    let host = registry.name();
    let builder = knowing(&host, "ca = \"authority.pem\"").with_file("authority.pem", &authority.certificate());
    let directory = builder.write();
    let reference = pushed(&directory, &host);
    let page = said(&command(&directory, &["inspect", &format!("oci://{reference}")]));
    assert!(page.contains("role-audit 0.1.0 by"), "{page}");

    let asked = registry.heard().len();
    let output = refused(&program::run(&["plugin", "inspect", &format!("oci://{reference}")]));
    assert!(output.contains("cannot be reached"), "{output}");
    assert_eq!(registry.heard().len(), asked);
}
