//! What went wrong between here and a registry, for the administrator. What a registry says is shown on one line and cut: nobody
//! knows who it is.

use anyhow::anyhow;
use oci_client::errors::{OciDistributionError as Error, OciErrorCode};

use crate::database::is_hidden;

/// Characters that are shown of what a registry says.
const SHOWN: usize = 300;

/// An error of the client in words that say what to do.
pub(super) fn explained(error: Error, registry: &str) -> anyhow::Error {
    match error {
        Error::UnauthorizedError { .. } | Error::AuthenticationFailure(_) => unauthorised(registry),
        Error::ServerError { code: 401 | 403, .. } => unauthorised(registry),
        Error::RegistryError { envelope, .. } => {
            let codes: Vec<_> = envelope.errors.iter().map(|error| &error.code).collect();
            match codes.first() {
                Some(OciErrorCode::Unauthorized | OciErrorCode::Denied) => unauthorised(registry),
                Some(OciErrorCode::ManifestUnknown | OciErrorCode::NameUnknown | OciErrorCode::BlobUnknown) => absent(registry),
                _ => anyhow!("the registry {registry} refuses it: {}", shown(&envelope.to_string())),
            }
        }
        Error::ImageManifestNotFoundError(_) | Error::ServerError { code: 404, .. } => absent(registry),
        Error::DigestError(_) => anyhow!(
            "what the registry {registry} sends is not what the digest says: it was cut off, damaged or exchanged, and nothing of it is used"
        ),
        Error::RequestError(error) if error.is_timeout() => {
            anyhow!("the registry {registry} does not answer in time")
        }
        Error::RequestError(error) => {
            let error = anyhow!(error.without_url());
            anyhow!("the registry {registry} cannot be reached: {}", shown(&format!("{error:#}")))
        }
        Error::IoError(error) => anyhow!(error),
        other => anyhow!(
            "the registry {registry} answers something else than expected: {}",
            shown(&other.to_string())
        ),
    }
}

fn unauthorised(registry: &str) -> anyhow::Error {
    anyhow!(
        "the registry {registry} wants to know who asks, or lets others in alone: write `user = \"…\"` and `password = {{ env = \"…\" }}` \
         into [registries.\"{registry}\"] of portcullis.toml, of an account that may"
    )
}

fn absent(registry: &str) -> anyhow::Error {
    anyhow!("the registry {registry} has no such artifact, or shows it to others alone")
}

fn shown(text: &str) -> String {
    let visible = text.chars().map(|c| if is_hidden(c) { ' ' } else { c });
    visible.take(SHOWN).collect()
}
