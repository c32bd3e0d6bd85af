//! Where an Oracle database is, and how to get there.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use oracledb::Config;
use tempfile::TempDir;

use crate::database::Secret;

/// How an administrator says which database it is, and who asks.
#[derive(Clone, Debug)]
pub struct OracleTarget {
    pub host: String,
    pub port: u16,
    pub database: OracleDatabase,
    pub user: String,
    pub password: Secret,
    pub tls: OracleTls,
}

/// What the listener knows the database by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OracleDatabase {
    Service(String),
    /// The name of an instance; of old databases.
    Sid(String),
}

/// What TLS must do. There is none that looks at no certificate: the driver has no such thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OracleTls {
    /// None: the password crosses the network so that it can't be read, but whoever answers can pose as the database, since the
    /// driver does not look at the server's proof that it knows the password.
    Off,
    /// The server needs a certificate by a public authority, or by one of the given file (PEM).
    Verify { ca: Option<PathBuf> },
    /// A directory with `ewallet.pem`, of authorities or of the client's own key and certificate.
    Wallet { directory: PathBuf, password: Option<Secret> },
}

/// The driver's configuration, and what must be there for as long as it is used.
pub(super) struct Login {
    pub config: Config,
    /// The driver reads authorities from a wallet only.
    _wallet: Option<TempDir>,
}

/// # Errors
/// The authorities cannot be read, or the driver takes the target for none; without secrets.
pub(super) fn login(target: &OracleTarget, connect_timeout: Duration) -> Result<Login, String> {
    let config = Config::default()
        .set_connect_string(&descriptor(target))
        .and_then(|config| config.set_program("portcullis"))
        .map_err(|error| error.to_string())?
        .set_driver_name("portcullis")
        .set_transport_connect_timeout(Some(connect_timeout))
        .set_stmtcachesize(STATEMENTS)
        .set_credentials(&target.user, target.password.expose());
    let mut wallet = None;
    let config = match &target.tls {
        OracleTls::Off | OracleTls::Verify { ca: None } => config,
        OracleTls::Verify { ca: Some(ca) } => {
            let made = made(ca).map_err(|error| format!("the authorities in {} cannot be used: {error}", ca.display()))?;
            let config = config.set_wallet_location(made.path().display().to_string());
            wallet = Some(made);
            config
        }
        OracleTls::Wallet { directory, password } => config
            .set_wallet_location(directory.display().to_string())
            .set_wallet_password(password.as_ref().map_or("", Secret::expose)),
    };
    Ok(Login { config, _wallet: wallet })
}

/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 100;

/// In full, so that no file of names is looked into. The names are checked when the configuration is read.
fn descriptor(target: &OracleTarget) -> String {
    let protocol = if target.tls == OracleTls::Off { "tcp" } else { "tcps" };
    let database = match &target.database {
        OracleDatabase::Service(name) => format!("(SERVICE_NAME={name})"),
        OracleDatabase::Sid(name) => format!("(SID={name})"),
    };
    format!(
        "(DESCRIPTION=(RETRY_DELAY=0)(ADDRESS=(PROTOCOL={protocol})(HOST={})(PORT={}))(CONNECT_DATA={database}))",
        target.host, target.port
    )
}

/// A wallet of the certificates in a file, and of nothing else: with a key in it, the driver would take it for the client's own.
fn made(ca: &Path) -> io::Result<TempDir> {
    let text = std::fs::read_to_string(ca)?;
    let mut inside = false;
    let certificates = text.lines().filter(|line| {
        inside |= line.starts_with("-----BEGIN CERTIFICATE");
        let keep = inside;
        inside &= !line.starts_with("-----END CERTIFICATE");
        keep
    });
    let directory = tempfile::tempdir()?;
    std::fs::write(
        directory.path().join("ewallet.pem"),
        certificates.collect::<Vec<_>>().join("\n") + "\n",
    )?;
    Ok(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(database: OracleDatabase, tls: OracleTls) -> OracleTarget {
        OracleTarget {
            host: "db.example.com".into(),
            port: 1521,
            database,
            user: "portcullis".into(),
            password: Secret::new("hunter2"),
            tls,
        }
    }

    #[test]
    fn descriptors_are_written_in_full() {
        let service = target(
            OracleDatabase::Service("hr.example.com".into()),
            OracleTls::Verify { ca: None },
        );
        assert_eq!(
            descriptor(&service),
            "(DESCRIPTION=(RETRY_DELAY=0)(ADDRESS=(PROTOCOL=tcps)(HOST=db.example.com)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=hr.example.com)))"
        );
        let sid = target(OracleDatabase::Sid("XE".into()), OracleTls::Off);
        assert_eq!(
            descriptor(&sid),
            "(DESCRIPTION=(RETRY_DELAY=0)(ADDRESS=(PROTOCOL=tcp)(HOST=db.example.com)(PORT=1521))(CONNECT_DATA=(SID=XE)))"
        );
    }

    #[test]
    fn the_driver_takes_what_is_written() {
        let target = target(OracleDatabase::Service("hr".into()), OracleTls::Verify { ca: None });
        let login = login(&target, Duration::from_secs(3)).unwrap();
        assert_eq!(login.config.user(), Some("portcullis"));
        assert!(login.config.get_connect_descriptor().contains("(SERVICE_NAME=hr)"));
        assert!(!format!("{target:?}").contains("hunter2"));
    }

    #[test]
    fn authorities_become_a_wallet() {
        let directory = tempfile::tempdir().unwrap();
        let ca = directory.path().join("ca.pem");
        let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nBB==\n-----END PRIVATE KEY-----\n";
        std::fs::write(&ca, format!("# ours\n{certificate}{key}{certificate}")).unwrap();
        let verify = |ca| target(OracleDatabase::Service("hr".into()), OracleTls::Verify { ca: Some(ca) });
        let login = login(&verify(ca.clone()), Duration::from_secs(3)).unwrap();
        let wallet = Path::new(login.config.wallet_location().unwrap()).join("ewallet.pem");
        assert_eq!(std::fs::read_to_string(&wallet).unwrap(), certificate.repeat(2));
        drop(login);
        assert!(!wallet.exists());
        std::fs::remove_file(&ca).unwrap();
        super::login(&verify(ca), Duration::from_secs(3)).err().unwrap();
    }
}
