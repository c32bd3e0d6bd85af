//! The certificate that the server shows.

use anyhow::Context as _;

use crate::{
    application::{Identity, ServerSettings},
    server::{self, Made, Tls},
};

/// A certificate that can be served, and whether it is one that has just been made.
pub struct Ready {
    pub tls: Tls,
    pub made: Made,
}

/// Makes the certificate where that is the server's to do, and reads it; `None`: the server speaks plain HTTP.
pub fn ready(settings: &ServerSettings) -> anyhow::Result<Option<Ready>> {
    let Some(tls) = &settings.tls else {
        return Ok(None);
    };
    let made = match &tls.identity {
        Identity::Given { .. } => Made::Before,
        Identity::SelfSigned { certificate, key } => server::ensure(certificate, key, &server::names(settings))?,
    };
    let tls = Tls::load(tls.clone()).context("TLS cannot be spoken")?;
    Ok(Some(Ready { tls, made }))
}

/// The same without making anything; `None` too if nothing was made yet.
pub fn look(settings: &ServerSettings) -> anyhow::Result<Option<Tls>> {
    let Some(tls) = &settings.tls else {
        return Ok(None);
    };
    let (certificate, key) = (tls.identity.certificate(), tls.identity.key());
    if matches!(tls.identity, Identity::SelfSigned { .. }) && !certificate.exists() && !key.exists() {
        return Ok(None);
    }
    Tls::load(tls.clone()).context("TLS cannot be spoken").map(Some)
}

/// What clients would complain about.
pub fn warning(settings: &ServerSettings, tls: &Tls) -> Option<String> {
    let host = server::host_of(settings.base_url.as_deref()?)?;
    let why = tls.is_for(host).err()?;
    let identity = &settings.tls.as_ref()?.identity;
    let remedy = match identity {
        Identity::Given { .. } => "put a certificate there that is for this name".to_owned(),
        Identity::SelfSigned { certificate, key } => format!(
            "remove {} and {}, so that the next start makes others, and have clients trust the new one",
            certificate.display(),
            key.display()
        ),
    };
    Some(format!(
        "the certificate is not for {host}, which `base-url` has clients call: {why}\n  {remedy}"
    ))
}
