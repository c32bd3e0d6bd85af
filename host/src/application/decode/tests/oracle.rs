//! The keys that an Oracle database has for its own.

use super::right::{LEAST, application};
use crate::database::{OracleDatabase, OracleTls, Target};

#[test]
fn oracle_is_reached_by_a_service_or_a_sid_and_with_tls() {
    let target = |more: &str| {
        let server = format!("kind = \"oracle\"\nuser = \"portcullis\"\npassword = {{ env = \"PAYROLL_PASSWORD\" }}\n{more}");
        let file = LEAST.replace("kind = \"sqlite\"\npath = \"payroll.db\"\ncreate = true", &server);
        let files = [("applications/payroll.toml", file.as_str()), ("wallet/ewallet.pem", "")];
        match application(&files).connection.target {
            Target::Oracle(target) => target,
            other => panic!("{other:?}"),
        }
    };
    let least = target("host = \"localhost\"\nservice = \"hr.example.com\"");
    assert_eq!(
        (least.host.as_str(), least.port, least.user.as_str()),
        ("localhost", 1521, "portcullis")
    );
    assert_eq!(least.database, OracleDatabase::Service("hr.example.com".into()));
    assert_eq!(least.tls, OracleTls::Verify { ca: None });
    let old = target("host = \"127.0.0.1\"\nport = 1522\nsid = \"HR\"\ntls = \"off\"");
    assert_eq!(
        (old.port, old.database, old.tls),
        (1522, OracleDatabase::Sid("HR".into()), OracleTls::Off)
    );
    let wallet = "wallet = \"wallet\"\nwallet-password = { env = \"PAYROLL_PASSWORD\" }";
    match target(&format!("host = \"10.0.0.1\"\nservice = \"hr\"\n{wallet}")).tls {
        OracleTls::Wallet { directory, password } => {
            assert!(directory.ends_with("wallet"));
            assert_eq!(
                password.map(|password| password.expose().to_owned()).as_deref(),
                Some("hunter2")
            );
        }
        other => panic!("{other:?}"),
    }
}
