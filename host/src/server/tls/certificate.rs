//! From files in PEM form to what rustls wants.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, anyhow, bail};
use rustls::{
    RootCertStore, ServerConfig,
    client::verify_server_name,
    crypto::ring,
    pki_types::{
        CertificateDer, PrivateKeyDer, ServerName,
        pem::{Error, PemObject as _},
    },
    server::{ParsedCertificate, WebPkiClientVerifier},
};

use crate::application::TlsSettings;

/// HTTP/1.1 is all that is spoken here.
const PROTOCOL: &[u8] = b"http/1.1";

/// Reads all files anew.
pub fn config(settings: &TlsSettings) -> anyhow::Result<Arc<ServerConfig>> {
    let (certificate, key) = (settings.identity.certificate(), settings.identity.key());
    let chain = certificates(certificate)?;
    let private_key = PrivateKeyDer::from_pem_file(key).map_err(|error| anyhow!("the key {}: {}", key.display(), why(&error)))?;
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let builder = match &settings.client_ca {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            for root in certificates(authority)? {
                roots
                    .add(root)
                    .with_context(|| format!("{} is not an authority's certificate", authority.display()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, private_key).with_context(|| {
        format!(
            "the certificate {} and the key {} are not a pair that can be used",
            certificate.display(),
            key.display()
        )
    })?;
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}

/// Whether a certificate is for a host name or address; the error says why not.
pub fn is_for(path: &Path, host: &str) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let chain = certificates(path).map_err(|error| said(&error))?;
    let first = chain
        .first()
        .ok_or_else(|| format!("{} holds no certificate", path.display()))?;
    let parsed = ParsedCertificate::try_from(first).map_err(|error| said(&error))?;
    let name = ServerName::try_from(host).map_err(|error| said(&error))?;
    verify_server_name(&parsed, &name).map_err(|error| said(&error))
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(certificates) if certificates.is_empty() => bail!("{} holds no certificate in PEM form", path.display()),
        Ok(certificates) => Ok(certificates),
        Err(error) => bail!("the certificate {}: {}", path.display(), why(&error)),
    }
}

/// Never the parser's own words, which could quote a key.
fn why(error: &Error) -> String {
    match error {
        Error::Io(error) => format!("cannot be read: {error}"),
        Error::NoItemsFound => "holds none in PEM form that is not encrypted".to_owned(),
        _ => "is not PEM".to_owned(),
    }
}
