//! Slips about operations and plugins.

use super::{Slip, reports};

#[test]
fn operations() {
    let create = "sql = \"INSERT INTO app_user(username) VALUES (?)\"\nparameters = [\"userName\"]";
    let activate = "[operations.activate-user]\nsql = \"UPDATE app_user SET is_active = 1 WHERE user_id = :id\"\n";
    let deactivate = "[operations.deactivate-user]\nsql = \"UPDATE app_user SET is_active = 0 WHERE user_id = :id\"\n";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("[operations.get-users]", "[operations.get-usrs]"),
            Slip("[operations.get-users]", "[operation.get-users]"),
            Slip("sql = \"SELECT user_id, username", "sq1 = \"SELECT user_id, username"),
            Slip(create, "sql = \"\""),
            Slip(create, "sql = 5"),
            Slip(create, "sql = \"INSERT …\"\nplugin = \"acme-roles\""),
            Slip(create, "sql = \"INSERT …\"\nsettings = { a = 1 }"),
            Slip(create, "plugin = \"acme-roles\"\nparameters = [\"id\"]"),
            Slip(create, "plugin = \"acme_roles\""),
            Slip(create, "plugin = \"other\""),
            Slip("parameters = [\"userName\"]", "parameters = \"userName\""),
            Slip("parameters = [\"userName\"]", "parameters = [\":userName\", 5]"),
            Slip("parameters = [\"userName\"]", "rows = 0"),
            Slip("parameters = [\"userName\"]", "rows = \"one\""),
            Slip("parameters = [\"userName\"]", "rows = { atmost = 1 }"),
            Slip("parameters = [\"userName\"]", "enabled = \"yes\""),
            Slip(
                "sql = \"SELECT user_id, username FROM app_user\"",
                "rows = 1\nsql = \"SELECT user_id, username FROM app_user\"",
            ),
            Slip(
                "[operations.get-users]",
                "[operations.delete-user]\nsql = \"DELETE …\"\n[operations.get-users]",
            ),
            Slip("[operations.get-users]", "[operations.get-users]\nenabled = false"),
            Slip(activate, ""),
            Slip(deactivate, ""),
            Slip("active = \"is_active\"", ""),
            Slip(
                "sql = \"UPDATE app_user SET is_active = 1 WHERE user_id = :id\"\n[operations.deactivate-user]",
                "enabled = false\nsql = \"…\"\n[operations.deactivate-user]\nenabled = false",
            ),
            Slip(
                "[operations.create-user]",
                "[operations.get-changed-users]\nsql = \"SELECT …\"\n[operations.create-user]",
            ),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn steps() {
    let create = "sql = \"INSERT INTO app_user(username) VALUES (?)\"\nparameters = [\"userName\"]";
    let several = |text: &str| format!("statements = [\n{text}\n]");
    let two = several("{ sql = \"INSERT …\" }, { sq1 = \"INSERT …\" }");
    let modes = several("{ sql = \"INSERT …\", procedure = \"p\" }, { plugin = \"acme-roles\" }, { name = 5, sql = \"…\" }");
    let own = several(
        "{ sql = \"…\", when = \"\", returns = \"user_id\" }, { update = \"app_user\" }, { sql = \"…\", arguments = [] }",
    );
    let updates = several("{ update = { table = \"a\" } }, { update = { table = \"b\" } }");
    let outside = format!("{}\nrows = 1\nsettings = {{}}\nreturns = []", several("{ sql = \"…\" }"));
    let arguments = |text: &str| format!("procedure = \"p\"\narguments = [{text}]");
    let wrong_arguments = arguments(
        "{ nme = \"a\", value = \":id\" }, { direction = \"inout\" }, { value = \"id\", constant = 1 }, { constant = [1] }, 5",
    );
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip(create, &two),
            Slip(create, &modes),
            Slip(create, &own),
            Slip(create, &updates),
            Slip(create, &outside),
            Slip(create, "statements = []"),
            Slip(create, "statements = { sql = \"…\" }"),
            Slip(create, &wrong_arguments),
            Slip(
                create,
                "procedure = \"p\"\nparameters = [\"id\"]\nsuccess = \"0\"\nfunction = 1",
            ),
            Slip(create, "procedure = \"\"\nsql = \"…\""),
            Slip(create, "sql = \"…\"\nwhen = \"title pr\"\nfunction = true"),
            Slip(create, "update = { tabel = \"app_user\" }"),
            Slip(create, "rows = 1"),
            Slip(create, "plugin = \"acme-roles\"\nrows = 1\nfunction = true"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn transforms() {
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("[\"names\"]", "[\"names\", \"nmes\"]"),
            Slip("[\"names\"]", "\"names\""),
            Slip("from-application", "from_application"),
            Slip("from-application = [\"names\"]", ""),
        ],
    );
    insta::assert_snapshot!(text);
}
