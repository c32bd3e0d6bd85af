//! The certificate of a server that was given none: signed by itself, made once, kept beside the configuration. Whoever connects
//! has to be told to trust it, which is why it lasts long and is never replaced by itself.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use chrono::{Datelike as _, Days, Months, Utc};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::application::ServerSettings;

const LIFE: Months = Months::new(12 * 10);

/// Whether the certificate was there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    Now,
    Before,
}

/// Makes certificate and key for these names, unless both are there.
///
/// # Errors
/// One of the files is there without the other, or a file cannot be written.
pub fn ensure(certificate: &Path, key: &Path, names: &[String]) -> anyhow::Result<Made> {
    match (certificate.exists(), key.exists()) {
        (true, true) => return Ok(Made::Before),
        (false, false) => {}
        (true, false) => bail!(
            "{} is there without its key {}: {REMEDY}",
            certificate.display(),
            key.display()
        ),
        (false, true) => bail!(
            "{} is there without its certificate {}: {REMEDY}",
            key.display(),
            certificate.display()
        ),
    }
    let (certificate_pem, key_pem) = make(names)?;
    let written = write(key, &key_pem, 0o600).and_then(|()| {
        // Under another name at first, so that nobody finds half a certificate.
        let draft = draft(certificate);
        let _ = fs::remove_file(&draft);
        write(&draft, &certificate_pem, 0o644)?;
        fs::rename(&draft, certificate).with_context(|| format!("cannot write {}", certificate.display()))
    });
    written
        .context("a certificate could not be made; `[server.tls]` can name another, and `tls = false` in [server] needs none")?;
    Ok(Made::Now)
}

const REMEDY: &str = "put the other one back, or remove it too, so that both are made anew (whoever trusts the old one must be \
                      given the new one)";

/// The names that clients may reach a server by: the one of `base-url`, where it listens, the machine's, and those of the
/// machine for itself.
pub fn names(settings: &ServerSettings) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let configured = settings.base_url.as_deref().and_then(host_of).map(ToOwned::to_owned);
    let listen = Some(settings.listen.ip())
        .filter(|ip| !ip.is_unspecified())
        .map(|ip| ip.to_string());
    let machine = gethostname::gethostname()
        .into_string()
        .ok()
        .filter(|name| is_host_name(name));
    let itself = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    for name in configured.into_iter().chain(listen).chain(machine).chain(itself) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The host of a URL, without its port.
pub fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next()?;
    match authority.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => authority.split(':').next(),
    }
    .filter(|host| !host.is_empty())
}

fn is_host_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

fn make(names: &[String]) -> anyhow::Result<(String, String)> {
    let mut params = CertificateParams::new(names.to_vec())?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, names.first().map_or("localhost", String::as_str));
    subject.push(DnType::OrganizationName, "Portcullis, self-signed");
    params.distinguished_name = subject;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // From yesterday on: clocks differ.
    let today = Utc::now().date_naive();
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    let end = today.checked_add_months(LIFE).unwrap_or(today);
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    params.not_before = date_time_ymd(yesterday.year(), part(yesterday.month()), part(yesterday.day()));
    params.not_after = date_time_ymd(end.year(), part(end.month()), part(end.day()));
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// A new file, which nobody else made in the meantime.
fn write(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn draft(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::{
        application::{Identity, TlsSettings},
        server::tls::Tls,
    };

    fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = (
            directory.path().join("portcullis.crt"),
            directory.path().join("portcullis.key"),
        );
        (directory, certificate, key)
    }

    #[test]
    fn is_made_once_for_its_names_and_can_be_used() {
        let (directory, certificate, key) = place();
        let names = ["scim.example.com".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        assert_eq!(ensure(&certificate, &key, &names).unwrap(), Made::Now);
        let made = fs::read(&certificate).unwrap();
        assert_eq!(ensure(&certificate, &key, &names).unwrap(), Made::Before);
        assert_eq!(fs::read(&certificate).unwrap(), made);
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);

        let identity = Identity::SelfSigned { certificate, key };
        let tls = Tls::load(TlsSettings {
            identity,
            client_ca: None,
        })
        .unwrap();
        for name in &names {
            assert_eq!(tls.is_for(name), Ok(()));
        }
        assert!(tls.is_for("other.example.com").unwrap_err().contains("scim.example.com"));
    }

    #[test]
    fn one_without_the_other_is_not_replaced() {
        let (_directory, certificate, key) = place();
        fs::write(&key, "the key of a certificate that clients trust").unwrap();
        let error = ensure(&certificate, &key, &["localhost".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("without its certificate"), "{error}");
        assert!(!certificate.exists());
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let (directory, certificate, key) = place();
        let (other_certificate, other_key) = (directory.path().join("other.crt"), directory.path().join("other.key"));
        ensure(&certificate, &key, &["localhost".to_owned()]).unwrap();
        ensure(&other_certificate, &other_key, &["localhost".to_owned()]).unwrap();
        let identity = Identity::Given {
            certificate,
            key: other_key,
        };
        let loaded = Tls::load(TlsSettings {
            identity,
            client_ca: None,
        });
        let error = format!("{:#}", loaded.err().unwrap());
        assert!(error.contains("not a pair"), "{error}");
    }

    #[test]
    fn hosts_of_urls() {
        assert_eq!(host_of("https://scim.example.com"), Some("scim.example.com"));
        assert_eq!(host_of("https://scim.example.com:8443/scim"), Some("scim.example.com"));
        assert_eq!(host_of("http://[::1]:80"), Some("::1"));
        assert_eq!(host_of("https://"), None);
    }
}
