//! Requests of a component over HTTP: to the hosts that were approved, and to nobody else. None of it depends on the database.

use std::fs;

use portcullis_tests::{
    Application, Builder, Kind, Program, Response, Vendor, application::NAME, authority::Authority, plugin, program,
};
use serde_json::json;

use crate::components;

/// Where the tests' hosts are.
const HERE: &str = "http = { private = [\"127.0.0.1\"] }";

fn manifest(hosts: &[String]) -> String {
    format!(
        r#"
name = "lookup"
version = "1.0.0"
author = "the tests"
description = "asks a host"
wit = "0.1.0"
operations = ["update-user"]
[capabilities]
database = {{ access = "write", reason = "to see what becomes of it" }}
http = {{ hosts = {hosts:?}, reason = "asks what the title says" }}
[settings]
type = "object"
"#
    )
}

/// The application whose users are changed by a component that may ask these hosts.
fn asking(hosts: &[String], entry: &str) -> Builder {
    Application::with_users(Kind::Sqlite, 7)
        .with_plugin("lookup", components::LOOKUP, entry)
        .with_file("plugins/lookup.toml", &manifest(hosts))
        .with_operation("update-user", "lookup")
}

/// A request in which the component asks as the words say.
fn ask(application: &Application, words: &str) -> Response {
    let user = application.user("user001");
    application.patch(&user, json!([{ "op": "replace", "path": "title", "value": words }]))
}

/// What the component says that came of it.
#[track_caller]
fn told(application: &Application, words: &str) -> String {
    ask(application, words).expect_error(400, None, &[])
}

fn plain(vendor: &Vendor) -> String {
    format!("http://localhost:{}", vendor.port())
}

#[test]
fn a_host_that_was_approved_is_asked() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    let application = asking(std::slice::from_ref(&host), HERE).start();
    let said = told(&application, &format!("GET {host}/hello?who=me header=x-own:yes"));
    assert!(said.contains("200 [x-from: vendor] [content-length: 5] hello"), "{said}");
    let said = told(
        &application,
        &format!("POST {host}/hello body=9000 header=content-length:9000"),
    );
    assert!(said.contains("200 ") && said.contains("hello"), "{said}");
    let heard = vendor.heard();
    assert!(heard[0].starts_with("GET /hello?who=me HTTP/1.1\r\n"), "{heard:?}");
    assert!(heard[0].contains("x-own: yes\r\n"), "{heard:?}");
    assert!(
        heard[0].contains(&format!("host: localhost:{}\r\n", vendor.port())),
        "{heard:?}"
    );
    assert!(heard[1].starts_with("POST /hello HTTP/1.1\r\n"), "{heard:?}");
    assert_eq!(ask(&application, &format!("GET {host}/hello keep")).status, 200);
    let changed = application
        .database
        .count("SELECT count(*) FROM app_user WHERE first_name = 'Mallory'");
    assert_eq!(changed, 7);
}

#[test]
fn certificates_are_held_against_authorities() {
    let authority = Authority::new("the tests");
    let vendor = Vendor::secured(&authority.server("localhost"));
    let other = Vendor::secured(&authority.server("elsewhere.example"));
    let hosts = [&vendor, &other].map(|vendor| format!("localhost:{}", vendor.port()));
    let entry = "http = { private = [\"127.0.0.1\"], ca = \"authority.pem\" }";
    let application = asking(&hosts, entry)
        .with_file("authority.pem", &authority.certificate())
        .start();
    // Where nothing is said it is https.
    for scheme in ["https:", ""] {
        let said = told(&application, &format!("GET {scheme}//{}/hello", hosts[0]));
        assert!(said.contains("200 ") && said.contains("hello"), "{said}");
    }
    let said = told(&application, &format!("GET https://{}/hello", hosts[1]));
    assert!(said.contains("TlsCertificateError"), "{said}");
    let plain = told(&application, &format!("GET http://{}/hello", hosts[0]));
    assert!(plain.contains("HttpRequestDenied"), "{plain}");

    let stranger = Authority::new("somebody");
    let application = asking(&hosts, entry)
        .with_file("authority.pem", &stranger.certificate())
        .start();
    let said = told(&application, &format!("GET https://{}/hello", hosts[0]));
    assert!(said.contains("TlsCertificateError"), "{said}");
    application
        .program
        .log
        .expect(&["lookup", &hosts[0], "its certificate is not believed"]);
    assert!(other.heard().is_empty() && vendor.heard().len() == 2);
}

#[test]
fn nobody_else_is_asked() {
    let (vendor, other) = (Vendor::start(), Vendor::start());
    let (host, port) = (plain(&vendor), vendor.port());
    let application = asking(&[host], HERE).start();
    for (address, code) in [
        (format!("{}/hello", plain(&other)), "HttpRequestDenied"),
        (format!("http://127.0.0.1:{port}/hello"), "HttpRequestDenied"),
        (format!("https://localhost:{port}/hello"), "HttpRequestDenied"),
        ("http://localhost/hello".to_owned(), "HttpRequestDenied"),
        (format!("http://localhost.:{port}/hello"), "HttpRequestUriInvalid"),
        (format!("http://user@localhost:{port}/hello"), "HttpRequestUriInvalid"),
        (format!("http://127.1:{port}/hello"), "HttpRequestUriInvalid"),
        (format!("http://[::ffff:127.0.0.1]:{port}/hello"), "HttpRequestDenied"),
        (format!("ftp://localhost:{port}/hello"), "HttpProtocolError"),
        (format!("http://localhost%2f:{port}/hello"), "no authority"),
        (format!("http://local\u{212a}host:{port}/hello"), "no authority"),
    ] {
        let said = told(&application, &format!("GET {address}"));
        assert!(said.contains(code), "{address}: {said}");
    }
    assert!(vendor.heard().is_empty() && other.heard().is_empty());
    application
        .program
        .log
        .expect(&["\"plugin\":\"lookup\"", &plain(&other), "not among those that were approved"]);
    application.expect_unharmed();
}

#[test]
fn private_addresses_are_asked_where_the_administrator_names_them() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    for entry in ["", "http = { private = [\"10.0.0.0/8\", \"127.0.0.2\"] }"] {
        let application = asking(std::slice::from_ref(&host), entry).start();
        let said = told(&application, &format!("GET {host}/hello"));
        assert!(said.contains("DestinationIpProhibited"), "{said}");
        application
            .program
            .log
            .expect(&["lookup", "127.0.0.1", "is not public", "`private`"]);
    }
    assert!(vendor.heard().is_empty());
}

#[test]
fn redirects_are_not_followed() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    let application = asking(std::slice::from_ref(&host), HERE).start();
    let said = told(&application, &format!("GET {host}/redirect"));
    assert!(said.contains("307 [location: http://localhost:1/]"), "{said}");
    assert_eq!(vendor.heard().len(), 1);
}

/// What would end the head, or make another request of a part of this one.
#[test]
fn nothing_is_smuggled() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    let application = asking(std::slice::from_ref(&host), HERE).start();
    for (words, refusal) in [
        ("/hello\\sHTTP/1.1\\r\\nx:y", "no path"),
        ("/hello\\r\\nx:y", "no path"),
        ("/hello header=x:a\\r\\nb:c", "HeaderError::InvalidSyntax"),
        ("/hello header=host:evil.example", "HeaderError::Forbidden"),
        ("/hello header=Connection:x-own", "HeaderError::Forbidden"),
        ("/hello header=transfer-encoding:chunked", "HeaderError::Forbidden"),
        ("/hello header=te:trailers", "HeaderError::Forbidden"),
        ("/hello header=content-length:5", "HttpRequestBodySize"),
        ("/hello header=content-length:+0", "HeaderError::InvalidSyntax"),
    ] {
        let said = told(&application, &format!("GET {host}{words}"));
        assert!(said.contains(refusal), "{words}: {said}");
    }
    for method in ["CONNECT", "TRACE"] {
        let said = told(&application, &format!("{method} {host}/hello"));
        assert!(said.contains("HttpRequestMethodInvalid"), "{said}");
    }
    assert!(vendor.heard().is_empty(), "{:?}", vendor.heard());
    let said = told(&application, &format!("POST {host}/silent body=10 half"));
    assert!(
        said.contains("HttpProtocolError") || said.contains("HttpResponseIncomplete"),
        "{said}"
    );
}

/// A bound that is hit undoes everything, though the component itself says that all is well.
#[test]
fn bounds_end_the_request() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    for (limit, words, named) in [
        ("http-requests = 2", "/hello times=3", "`http-requests = 2`"),
        ("http-bytes = \"64KiB\"", "/large/70000", "`http-bytes = 64KiB`"),
        ("http-bytes = \"64KiB\"", "/endless", "`http-bytes = 64KiB`"),
        ("http-bytes = \"64KiB\"", "/large/40000 times=2", "`http-bytes = 64KiB`"),
        ("cpu = \"300ms\", wall = \"600ms\"", "/silent", "`wall = 600ms`"),
    ] {
        let application = asking(std::slice::from_ref(&host), &format!("{HERE}\nlimits = {{ {limit} }}")).start();
        let said = ask(&application, &format!("GET {host}{words} keep")).expect_error(500, None, &["update-user"]);
        assert!(said.contains(named) && said.contains("[plugins.lookup.limits]"), "{said}");
        application.expect_unharmed();
        let said = told(&application, &format!("GET {host}/hello"));
        assert!(said.contains("hello"), "{said}");
    }
    let application = asking(
        std::slice::from_ref(&host),
        &format!("{HERE}\nlimits = {{ http-bytes = \"64KiB\" }}"),
    )
    .start();
    let said = ask(&application, &format!("POST {host}/silent body=70000 keep")).expect_error(500, None, &[]);
    assert!(said.contains("`http-bytes = 64KiB`"), "{said}");
    application.expect_unharmed();
}

/// What keeps a component waiting is told to it, and it can go on without.
#[test]
fn hosts_that_do_not_answer_are_told_to_the_component() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    let gone = format!("http://localhost:{}", Vendor::start().port());
    let entry = format!("{HERE}\nlimits = {{ http-wait = \"300ms\" }}");
    let application = asking(&[host.clone(), gone.clone()], &entry).start();
    for (words, code) in [
        (format!("GET {host}/silent"), "HttpResponseTimeout"),
        (format!("GET {host}/silent first-byte=10"), "HttpResponseTimeout"),
        (format!("GET {host}/stalls"), "body ended: "),
        (format!("GET {host}/cut"), "body ended: "),
        (format!("GET {host}/silent at-once=5"), "ConnectionLimitReached"),
        (format!("GET {host}/nothing"), "404"),
        (format!("GET {gone}/hello"), "ConnectionRefused"),
    ] {
        let said = told(&application, &words);
        assert!(said.contains(code), "{words}: {said}");
    }
    for reason in [
        "did not begin in time",
        "did not go on in time",
        "ended before the answer did",
        "under way already",
    ] {
        application.program.log.expect(&["lookup", &host, reason]);
    }
    application.expect_unharmed();
}

/// However often it waits: sixty times are more ticks than `cpu` has.
#[test]
fn waiting_is_not_work() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    let application = asking(std::slice::from_ref(&host), HERE).start();
    let said = told(&application, &format!("GET {host}/drip/60"));
    assert!(said.contains(&"x".repeat(60)), "{said}");
}

/// A transform has the same hosts and the same bounds as an operation.
#[test]
fn a_transform_asks_too() {
    let (vendor, other) = (Vendor::start(), Vendor::start());
    let host = plain(&vendor);
    let transforming = manifest(std::slice::from_ref(&host))
        .replace("name = \"lookup\"", "name = \"enriching\"")
        .replace("operations = [\"update-user\"]", "transforms = [\"to-application\"]")
        .replace(
            "database = { access = \"write\", reason = \"to see what becomes of it\" }\n",
            "log = \"none\"\n",
        );
    let application = Application::with_users(Kind::Sqlite, 7)
        .with_plugin(
            "enriching",
            components::ENRICHING,
            &format!("{HERE}\nlimits = {{ http-requests = 2 }}"),
        )
        .with_file("plugins/enriching.toml", &transforming)
        .with("[transforms]\nto-application = [\"enriching\"]")
        .start();
    let changed = ask(&application, &format!("GET {host}/hello keep")).expect(200);
    assert_eq!(changed["title"], "200 [x-from: vendor] [content-length: 5] hello");
    let said = told(&application, &format!("GET {}/hello", plain(&other)));
    assert!(said.contains("HttpRequestDenied"), "{said}");
    let said = ask(&application, &format!("GET {host}/hello times=3 keep")).expect_error(500, None, &["enriching"]);
    assert!(said.contains("`http-requests = 2`"), "{said}");
    assert_eq!(
        application.get(&application.user("user001")).expect(200)["title"],
        changed["title"]
    );
    assert_eq!((vendor.heard().len(), other.heard().len()), (3, 0));
}

#[test]
fn a_new_host_waits_for_approval() {
    let (vendor, other) = (Vendor::start(), Vendor::start());
    let (host, second) = (plain(&vendor), plain(&other));
    let application = asking(std::slice::from_ref(&host), HERE).start();
    let path = application.directory.path();
    fs::write(path.join("plugins/lookup.toml"), manifest(&[host.clone(), second.clone()])).expect("a file");
    let inspect = ["plugin", "inspect", "lookup", "--config", path.to_str().expect("UTF-8")];
    let page = String::from_utf8(program::run(&inspect).stdout).expect("UTF-8");
    for part in [
        "whatever it sees of users can go there",
        &format!("    to: {host}\n"),
        &format!("    to: {second}\n"),
        "  wasi:http/outgoing-handler@0.2.0\n",
        &format!("  + requests to {second}\n"),
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(
        !page.contains("wasi:clocks") && !page.contains(&format!("+ requests to {host}\n")),
        "{page}"
    );
    let said = told(&application, &format!("GET {second}/hello"));
    assert!(said.contains("HttpRequestDenied"), "{said}");

    plugin::approve(path);
    let program = Program::serve(path);
    let client = application.at(format!("{}/{NAME}/scim/v2", program.url));
    let title = json!([{ "op": "replace", "path": "title", "value": format!("GET {second}/hello") }]);
    client
        .patch(&application.user("user001"), title)
        .expect_error(400, None, &["200", "hello"]);
}

#[test]
fn nobody_is_asked_before_somebody_approved_it() {
    let vendor = Vendor::start();
    let host = plain(&vendor);
    let settings = format!("{HERE}\nsettings = {{ ask = \"GET {host}/hello\" }}");
    let directory = asking(&[host], &settings).write();
    let path = directory.path().to_str().expect("UTF-8");
    let output = program::run(&["plugin", "approve", "--yes", "--config", path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("prepare was told: ErrorCode::HttpRequestDenied"), "{said}");
    assert!(vendor.heard().is_empty());
}

/// Streams come with `http`; what tells the time, or writes to the output, does not, and neither is there another way to `http`.
#[test]
fn http_is_asked_for_and_brings_nothing_else() {
    let directory = Application::with_users(Kind::Sqlite, 7)
        .with_plugin(
            "lookup",
            components::LOOKUP,
            "allow = [\"log\", \"database\", \"output\", \"clock\", \"random\", \"stdio\"]",
        )
        .with_operation("update-user", "lookup")
        .write();
    let path = directory.path().to_str().expect("UTF-8");
    let output = program::run(&["plugin", "approve", "--yes", "--config", path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("wasi:http/types@0.2.0") && said.contains("`http = { hosts = "),
        "{said}"
    );

    let directory = Application::with_users(Kind::Sqlite, 7)
        .with_plugin("stderr", components::STDERR, "")
        .with_file(
            "plugins/stderr.toml",
            &manifest(&["acme.example".to_owned()]).replace("\"lookup\"", "\"stderr\""),
        )
        .with_operation("update-user", "stderr")
        .write();
    let path = directory.path().to_str().expect("UTF-8");
    let output = program::run(&["plugin", "approve", "--yes", "--config", path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("wasi:cli/stderr@0.2") && said.contains("`stdio"), "{said}");
    assert!(!said.contains("imports `wasi:io"), "{said}");
}
