//! `[server.tls]`

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use rustls::pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{Error, PemObject},
};
use toml::de::DeValue;

use super::{context::Context, log::Decoded, node::Node, secret::reason, table::Table};
use crate::application::{Identity, TlsSettings};

/// The certificate that is made at the first start, and its key.
const CERTIFICATE: &str = "portcullis.crt";
const KEY: &str = "portcullis.key";

/// ```toml
/// [server.tls]
/// certificate = "server.pem"  # with those of its issuers behind it; default: one that is made, portcullis.crt
/// key = "server.key"          # not encrypted; default: the made one's, portcullis.key
/// client-ca = "clients.pem"   # clients must show a certificate of one of these authorities; default: they need none
/// ```
///
/// or `tls = false` in [server].
pub fn tls(server: &Table<'_>, listen: Option<SocketAddr>, context: &Context<'_>) -> Decoded<Option<TlsSettings>> {
    let default = TlsSettings {
        identity: self_signed(context),
        client_ca: None,
    };
    let Some(node) = server.get("tls") else {
        return Ok(Some(default));
    };
    match node.value {
        Some(DeValue::Boolean(true)) => Ok(Some(default)),
        Some(DeValue::Boolean(false)) => {
            if listen.is_some_and(|listen| !listen.ip().is_loopback()) {
                node.warning(
                    "tokens and profiles cross the network in clear text: `listen` is not this machine alone",
                    "remove it, or listen on 127.0.0.1 behind a proxy that speaks TLS",
                );
            }
            Ok(None)
        }
        Some(DeValue::Table(_)) => node.table(|table| section(table, context)).map(Some),
        _ => Err(node.mismatch("true, false, or the section [server.tls]", "true")),
    }
}

fn section(table: &Table<'_>, context: &Context<'_>) -> Decoded<TlsSettings> {
    let certificate = table.optional("certificate", |node| certificates(node, context));
    let key = table.optional("key", |node| key(node, context));
    let client_ca = table.optional("client-ca", |node| certificates(node, context));
    let identity = match (certificate?, key?) {
        (Some(certificate), Some(key)) => Identity::Given { certificate, key },
        (None, None) => self_signed(context),
        (Some(_), None) => return Err(table.missing("key", "key = \"server.key\"")),
        (None, Some(_)) => return Err(table.missing("certificate", "certificate = \"server.pem\"")),
    };
    Ok(TlsSettings {
        identity,
        client_ca: client_ca?,
    })
}

fn self_signed(context: &Context<'_>) -> Identity {
    Identity::SelfSigned {
        certificate: context.directory.join(CERTIFICATE),
        key: context.directory.join(KEY),
    }
}

fn certificates(node: &Node<'_>, context: &Context<'_>) -> Decoded<PathBuf> {
    let read = |path: &Path| CertificateDer::pem_file_iter(path)?.collect::<Result<Vec<_>, _>>();
    let (name, path) = (node.filled_text()?, context.directory.join(node.filled_text()?));
    match read(&path) {
        Ok(certificates) if !certificates.is_empty() => Ok(path),
        Ok(_) | Err(Error::NoItemsFound) => Err(node.problem(
            format!("the file {name} holds no certificate in PEM form"),
            "convert it, for example with `openssl x509 -inform der`",
        )),
        Err(error) => Err(unreadable(node, name, &error)),
    }
}

fn key(node: &Node<'_>, context: &Context<'_>) -> Decoded<PathBuf> {
    let (name, path) = (node.filled_text()?, context.directory.join(node.filled_text()?));
    match PrivateKeyDer::from_pem_file(&path) {
        Ok(_) => Ok(path),
        Err(Error::NoItemsFound) => Err(node.problem(
            format!("the file {name} holds no private key in PEM form, or an encrypted one"),
            "write an unencrypted key that only the server's user may read, for example with `openssl pkey`",
        )),
        Err(error) => Err(unreadable(node, name, &error)),
    }
}

/// The parser's own words could quote a key.
fn unreadable(node: &Node<'_>, name: &str, error: &Error) -> super::log::Reported {
    let why = match error {
        Error::Io(error) => reason(error),
        _ => "it is not PEM".to_owned(),
    };
    node.problem(
        format!("the file {name} cannot be read: {why}"),
        "write a path that is relative to the configuration directory, of a file that the server may read",
    )
}
