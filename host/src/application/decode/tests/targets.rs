//! How a database is reached, as configurations say it.

use super::right::{LEAST, application};
use crate::database::{Encryption, Place, Target, Tls, Trust};

#[test]
fn tls_is_not_asked_for_where_nobody_listens_between() {
    let of = |kind: &str, address: &str, more: &str| {
        let server = format!("kind = \"{kind}\"\n{address}\nname = \"payroll\"\nuser = \"portcullis\"\n{more}");
        let file = LEAST.replace("kind = \"sqlite\"\npath = \"payroll.db\"\ncreate = true", &server);
        match application(&[("applications/payroll.toml", &file)]).connection.target {
            Target::Server { tls, .. } => tls,
            other => panic!("{other:?}"),
        }
    };
    let tls = |address: &str, more: &str| of("postgresql", address, more);
    for near in [
        "host = \"localhost\"",
        "host = \"127.0.0.1\"",
        "host = \"[::1]\"",
        "socket = \"/run/db/db.sock\"",
    ] {
        assert_eq!(tls(near, ""), Tls::Off);
        // MySQL wants no password in clear text.
        assert_eq!(of("mysql", near, ""), Tls::Offered);
        assert_eq!(of("mysql", near, "tls = \"off\""), Tls::Off);
    }
    assert_eq!(tls("host = \"10.0.0.1\"", ""), Tls::Verify { ca: None });
    assert_eq!(tls("host = \"localhost\"", "tls = \"verify\""), Tls::Verify { ca: None });
}

#[test]
fn sqlserver_is_reached_by_port_or_by_instance() {
    let target = |lines: &str| {
        let server = format!("kind = \"sqlserver\"\n{lines}\nname = \"payroll\"\nuser = \"portcullis\"");
        let file = LEAST.replace("kind = \"sqlite\"\npath = \"payroll.db\"\ncreate = true", &server);
        match application(&[("applications/payroll.toml", &file)]).connection.target {
            Target::Sqlserver(target) => target,
            other => panic!("{other:?}"),
        }
    };
    let least = target("host = \"db.example.com\"");
    assert_eq!(
        (least.place, least.encryption, least.application_name.as_str()),
        (Place::Port(1433), Encryption::Tls(Trust::System), "portcullis")
    );
    let most = target("host = \"10.0.0.1\"\ninstance = \"PAYROLL\"\ntls = \"strict\"\napplication-name = \"hr\"");
    assert_eq!(
        (most.place, most.encryption, most.application_name.as_str()),
        (Place::Instance("PAYROLL".into()), Encryption::Strict(Trust::System), "hr")
    );
    assert_eq!(target("host = \"localhost\"\nport = 11433").place, Place::Port(11433));
    assert_eq!(target("host = \"localhost\"").encryption, Encryption::Off);
}
