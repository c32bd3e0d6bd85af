//! Who may log in to a peer, and how.

/// What a peer says of encryption, and does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// It has none.
    NotSupported,
    /// As much as the client wants: of everything, of the login alone, or none for clients that have none.
    Possible,
    /// Of everything; others are turned away.
    Required,
}

/// A certificate with its key, both in PEM form.
#[derive(Clone)]
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

/// How a peer is set up.
#[derive(Clone)]
pub struct Settings {
    pub user: String,
    pub password: String,
    /// The only database, besides a `master` that is the same one.
    pub database: String,
    pub encryption: Encryption,
    /// `None`: one for `localhost` and 127.0.0.1 that is signed by itself.
    pub identity: Option<Identity>,
    /// Of the loopback address; 0 for any that is free.
    pub port: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user: "portcullis".to_owned(),
            password: "a password, of the peer's".to_owned(),
            database: "payroll".to_owned(),
            encryption: Encryption::Possible,
            identity: None,
            port: 0,
        }
    }
}
