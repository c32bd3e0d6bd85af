//! Slips in `portcullis.toml`.

use super::{Slip, reports};

#[test]
fn server() {
    let text = reports(
        "portcullis.toml",
        &[
            Slip("[server]", "[serve]"),
            Slip("[server]", "server = 5\n[x]"),
            Slip("listen =", "lisen ="),
            Slip("\"127.0.0.1:8480\"", "\"localhost:8480\""),
            Slip("\"127.0.0.1:8480\"", "8480"),
            Slip("[server]", "[server]\nbase-url = \"scim.example.com\""),
            Slip("[server]", "[server]\nbase-url = \"https://user@scim.example.com\""),
            Slip("[server]", "[server]\nbody-limit = \"big\""),
            Slip("[server]", "[server]\nbody-limit = -1"),
            Slip("[server]", "[server]\nbody-limit = 10"),
            Slip("[server]", "[server]\nbody-limit = \"9999PiB\""),
            Slip("[server]", "[server]\nrequest-timeout = 30"),
            Slip("[server]", "[server]\nrequest-timeout = \"5M\""),
            Slip("[server]", "[server]\nrequest-timeout = \"2 parsecs\""),
            Slip("[server]", "[server]\nrequest-timeout = \"5s\""),
            Slip("[server]", "[server]\ncache = true"),
            Slip("[server]", "[server]\ncache = \"\""),
            Slip("[server]", "[server]\nfailed-authentications = true"),
            Slip("[server]", "[server]\nfailed-authentications = 0"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn tls_and_state() {
    let section = "[server.tls]\n";
    let text = reports(
        "portcullis.toml",
        &[
            Slip("[server]", "[server]\ntls = \"off\""),
            Slip(
                "[server]\nlisten = \"127.0.0.1:8480\"",
                "[server]\nlisten = \"0.0.0.0:8480\"\ntls = false",
            ),
            Slip(
                "[sandbox]",
                &format!("{section}certificate = \"secrets/empty\"\nkey = \"none.key\"\n[sandbox]"),
            ),
            Slip("[sandbox]", &format!("{section}certificate = \"ca.der\"\n[sandbox]")),
            Slip("[sandbox]", &format!("{section}key = \"secrets/empty\"\n[sandbox]")),
            Slip("[sandbox]", &format!("{section}client_ca = \"ca.der\"\n[sandbox]")),
            Slip("[sandbox]", &format!("{section}client-ca = 5\n[sandbox]")),
            Slip("[sandbox]", "[state]\npath = false\n[sandbox]"),
            Slip("[sandbox]", "[state]\nfile = \"x.db\"\n[sandbox]"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn sandbox() {
    let text = reports(
        "portcullis.toml",
        &[
            Slip("memory = \"64MiB\"", "memory = 0"),
            Slip("memory = \"64MiB\"", "memory = true"),
            Slip("memory = \"64MiB\"", "wall = \"200ms\""),
            Slip("memory = \"64MiB\"", "cpu = \"5s\""),
            Slip("memory = \"64MiB\"", "cpu = \"0s\""),
            Slip("memory = \"64MiB\"", "statements = 0"),
            Slip("memory = \"64MiB\"", "statements = 5000000000"),
            Slip("memory = \"64MiB\"", "rows = \"many\""),
            Slip("memory = \"64MiB\"", "stack = \"1KiB\""),
            Slip("memory = \"64MiB\"", "result_bytes = \"1MiB\"\nrows = -1\nqueue = \"\""),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn suspension_and_replay() {
    let section = |text: &'static str| Slip("[plugins.names]", text);
    let text = reports(
        "portcullis.toml",
        &[
            section("[suspension]\nfailures = 0\n[plugins.names]"),
            section("[suspension]\nfailures = true\n[plugins.names]"),
            section("[suspension]\nwithin = 600\n[plugins.names]"),
            section("[replay]\ndirectory = true\n[plugins.names]"),
            section("[replay]\nsize = 100\n[plugins.names]"),
            section("[replay]\nfiles = 0\ndays = -1\n[plugins.names]"),
            section("[replay]\nredact = []\n[plugins.names]"),
            section("[replay]\nredact = \"nothing\"\n[plugins.names]"),
            section("[replay]\nredact = [\"emails\", 5]\n[plugins.names]"),
            section("[replay]\nredact = [\"userName\", \"LOGIN\", \"emials\"]\n[plugins.names]"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn signatures() {
    let signatures = |text: &'static str| Slip("[plugins.names]", text);
    let text = reports(
        "portcullis.toml",
        &[
            signatures("[signatures]\nsigned = \"required\"\n[plugins.names]"),
            signatures("[signatures]\nsigned = \"requird\"\n[plugins.names]"),
            signatures("[signatures]\nsigned = true\n[plugins.names]"),
            signatures("[signatures.keys]\nacme = \"AAAA\"\n[plugins.names]"),
            signatures("[signatures.keys]\nacme = \"a b\"\n[plugins.names]"),
            signatures("[signatures]\nkeys = \"acme\"\n[plugins.names]"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn plugins() {
    let text = reports(
        "portcullis.toml",
        &[
            Slip("[plugins.names]", "[plugins.\"Names!\"]"),
            Slip("[plugins.names]", "[plugins.sqlite]"),
            Slip(
                "[plugins.names]",
                "[plugins.names.http]\nprivate = [\"10.1.0.0/8\", \"here\", 10]\n[plugins.names]",
            ),
            Slip(
                "[plugins.names]",
                "[plugins.names.http]\nprivate = \"10.0.0.0/8\"\nca = \"absent.pem\"\n[plugins.names]",
            ),
            Slip(
                "[plugins.names]",
                "[plugins.names.limits]\nhttp-requests = 100\nhttp-wait = \"1h\"\nhttp-byte = 1\n[plugins.names]",
            ),
            Slip("[plugins.names]", "[plugins.spare]\nfile = \"spare.wasm\"\n[plugins.names]"),
            Slip("file = \"acme.wasm\"", "file = 5"),
            Slip("file = \"acme.wasm\"", "file = \"/etc/acme.wasm\""),
            Slip("file = \"acme.wasm\"", "file = \"../acme.wasm\""),
            Slip("file = \"acme.wasm\"", "allow = [\"log\"]"),
            Slip(
                "file = \"acme.wasm\"",
                "file = \"acme.wasm\"\nsettings = { a = nan, b = [0xffffffffffffffff] }",
            ),
            Slip("file = \"acme.wasm\"", "file = \"acme.wasm\"\nsettings = 5"),
            Slip(
                "file = \"acme.wasm\"",
                "file = \"acme.wasm\"\nlimits = { component-size = 0 }",
            ),
            Slip("file = \"acme.wasm\"", "file = \"acme.wasm\"\nlimits = { wall = \"100ms\" }"),
            Slip("file = \"acme.wasm\"", "file = \"acme.wasm\"\nlimits = { queue = \"1s\" }"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn registries() {
    let section = |text: &str| format!("[registries.\"registry.acme.example\"]\n{text}\n[plugins.names]");
    let slips = [
        section("user = \"portcullis\""),
        section("password = { env = \"X\" }"),
        section("user = \"portcullis\"\npassword = \"hunter2\""),
        section("user = \"portcullis\"\npassword = { env = \"X\", file = \"x\" }"),
        section("user = \"portcullis\"\npassword = { file = \"absent\" }\ntls = \"off\""),
        section("ca = \"absent.pem\"\ntls = \"unverified\"\ntimeout = 20"),
        "[registries.\"https://registry.acme.example\"]\n[plugins.names]".to_owned(),
        "[plugins.names]\noci = \"registry.acme.example/acme/names:1.2\"".to_owned(),
        "[plugins.names]\noci = \"acme/names\"".to_owned(),
        format!(
            "[plugins.names]\noci = \"oci://registry.acme.example/acme/names@sha256:{}\"",
            "0".repeat(64)
        ),
    ];
    let slips: Vec<Slip> = slips.iter().map(|slip| Slip("[plugins.names]", slip)).collect();
    insta::assert_snapshot!(reports("portcullis.toml", &slips));
}
