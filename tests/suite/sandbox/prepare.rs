//! Components that misbehave when they are asked for their plan: the configuration is refused, and says why.

use portcullis_tests::Kind;

use crate::components;

use super::{admission::refused, with_fixture};

#[test]
fn an_endless_prepare_ends() {
    let builder = with_fixture(
        Kind::Sqlite,
        "ditherer",
        components::ENDLESS_PREPARE,
        "limits = { cpu = \"100ms\" }",
    )
    .with_operation("get-user", "ditherer");
    let said = refused(&builder);
    for part in [
        "payroll.toml",
        "operations.get-user",
        "plugin ditherer",
        "prepare",
        "`cpu = 100ms`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_plugin_that_nobody_configured_is_named() {
    let builder = with_fixture(Kind::Sqlite, "known", components::TRAP, "").with_operation("get-user", "unknown");
    let said = refused(&builder);
    assert!(said.contains("unknown") && said.contains("operations.get-user"), "{said}");
}
