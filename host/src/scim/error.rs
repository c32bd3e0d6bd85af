//! SCIM errors (RFC 7644 §3.12): what a client is told.

use scim_v2::models::errors::{ScimHttpError, ScimType};

/// An answer that is an error: the HTTP status, the `scimType` where the RFC has one for it, and a detail written for the
/// person who reads the identity provider's log.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct Error {
    pub status: u16,
    pub scim_type: Option<ScimType>,
    pub detail: String,
    /// Seconds after which the same request may succeed; becomes `Retry-After`.
    pub retry_after: Option<u32>,
}

impl Error {
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// 400 with a `scimType`.
    pub fn bad_request(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self {
            scim_type: Some(scim_type),
            ..Self::new(400, detail)
        }
    }

    /// 404: there is no resource of this type with this id.
    pub fn not_found(resource_type: &str, id: &str) -> Self {
        Self::new(404, format!("{resource_type} \"{id}\" does not exist"))
    }

    /// 409 `uniqueness`.
    pub fn uniqueness(detail: impl Into<String>) -> Self {
        Self {
            scim_type: Some(ScimType::Uniqueness),
            ..Self::new(409, detail)
        }
    }

    /// 501: the application has no such operation configured.
    pub fn not_implemented(detail: impl Into<String>) -> Self {
        Self::new(501, detail)
    }

    /// 503 with `Retry-After`.
    pub fn unavailable(detail: impl Into<String>, retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(503, detail)
        }
    }

    /// The body: schema `urn:ietf:params:scim:api:messages:2.0:Error`, with the status as a string.
    pub fn body(&self) -> ScimHttpError {
        ScimHttpError {
            scim_type: self.scim_type.clone(),
            detail: Some(shortened(&self.detail)),
            status: self.status.to_string(),
            ..ScimHttpError::default()
        }
    }
}

/// The longest detail, in characters. What we have to say is shorter; a client's name or path that is quoted in it need not be.
const LONGEST_DETAIL: usize = 2_000;

/// A detail without its middle if it is too long: what was sent may be quoted, and not thrown back.
fn shortened(detail: &str) -> String {
    let length = detail.chars().count();
    if length <= LONGEST_DETAIL {
        return detail.to_owned();
    }
    let half = LONGEST_DETAIL / 2;
    let start: String = detail.chars().take(half).collect();
    let end: String = detail.chars().skip(length - half).collect();
    format!("{start} … {end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_detail_loses_its_middle() {
        let told = |detail: &str| Error::new(400, detail).body().detail.unwrap();
        assert_eq!(told("short"), "short");
        let exact = "é".repeat(LONGEST_DETAIL);
        assert_eq!(told(&exact), exact);
        let long = told(&format!("`{}` is unknown", "é".repeat(1 << 20)));
        assert!(long.starts_with("`éé") && long.ends_with("éé` is unknown"), "{long}");
        assert_eq!(long.chars().count(), LONGEST_DETAIL + 3);
    }
}
