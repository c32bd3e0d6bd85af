//! Versions of resources (RFC 7644 §3.14): `meta.version`, the header `ETag`, and what a request makes depend on them.
//!
//! A version is a weak entity tag: of the column that the mapping names for `meta.version`, or else of everything that the
//! resource shows, so that two looks at a resource have the same version if nothing about it differs.

use std::{collections::BTreeMap, convert::Infallible, fmt};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Document, Error};

/// Bytes of a hash that make a version: two states of one resource have the same by chance once in 2^64 changes.
const LENGTH: usize = 12;

/// A weak entity tag, as in `W/"3q2-7w"`; here without what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// The version of a resource as a provider gives it.
    pub fn of(document: &Document) -> Self {
        let mut hash = Sha256::new();
        match document.get("meta").and_then(|meta| meta.get("version")) {
            Some(column) if !column.is_null() => feed(&mut hash, column),
            _ => members(&mut hash, document),
        }
        let digest = hash.finalize();
        Self(BASE64_URL_SAFE_NO_PAD.encode(digest.get(..LENGTH).unwrap_or(&digest)))
    }

    /// For `ETag`.
    pub fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.to_string()).ok()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

/// Every value by its kind and length, so that no two resources feed the same. The order of members means nothing, and that of
/// elements neither (RFC 7643 §2.4): a database may change it from one look to the next.
fn feed(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Array(elements) => {
            let mut digests: Vec<[u8; 32]> = elements.iter().map(digest).collect();
            digests.sort_unstable();
            hash.update([b'[']);
            hash.update(digests.len().to_be_bytes());
            digests.iter().for_each(|digest| hash.update(digest));
        }
        Value::Object(object) => {
            hash.update([b'{']);
            members(hash, object);
        }
        other => {
            let text = other.to_string();
            hash.update([b'=']);
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        }
    }
}

fn members(hash: &mut Sha256, object: &Document) {
    hash.update(object.len().to_be_bytes());
    for (name, value) in object.iter().collect::<BTreeMap<_, _>>() {
        hash.update(name.len().to_be_bytes());
        hash.update(name);
        feed(hash, value);
    }
}

fn digest(value: &Value) -> [u8; 32] {
    let mut hash = Sha256::new();
    feed(&mut hash, value);
    hash.finalize().into()
}

/// `If-Match` and `If-None-Match` of a request (RFC 9110 §13.1). Compared weakly, since there are only weak tags here.
#[derive(Clone, Debug, Default)]
pub struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

#[derive(Clone, Debug)]
enum Tags {
    Any,
    Listed(Vec<String>),
}

impl Preconditions {
    fn of(headers: &HeaderMap) -> Self {
        Self {
            if_match: Tags::of(headers, &header::IF_MATCH),
            if_none_match: Tags::of(headers, &header::IF_NONE_MATCH),
        }
    }

    /// Whether the request makes anything depend on a version.
    pub fn are_any(&self) -> bool {
        self.if_match.is_some() || self.if_none_match.is_some()
    }

    /// # Errors
    /// 412: the resource is not in the version that the client knows.
    pub fn hold(&self, version: &Version) -> Result<(), Error> {
        let changed = self.if_match.as_ref().is_some_and(|tags| !tags.have(version));
        let unwanted = self.if_none_match.as_ref().is_some_and(|tags| tags.have(version));
        let detail = match (changed, unwanted) {
            (true, _) => format!("the resource has changed: If-Match does not have its version {version}; read it again"),
            (_, true) => format!("the resource is in the version {version}, which If-None-Match excludes"),
            (false, false) => return Ok(()),
        };
        Err(Error::new(412, detail))
    }

    /// Whether a client that reads has this version already.
    pub fn is_known(&self, version: &Version) -> bool {
        self.if_none_match.as_ref().is_some_and(|tags| tags.have(version))
    }

    /// What a read must fulfil besides.
    ///
    /// # Errors
    /// 412, as with [`Self::hold`].
    pub fn hold_for_reading(&self, version: &Version) -> Result<(), Error> {
        let if_match = self.if_match.clone();
        let for_reading = Self {
            if_match,
            if_none_match: None,
        };
        for_reading.hold(version)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl Tags {
    /// `None` without the header. A tag of another form is listed as it is: it is no version of anything here.
    fn of(headers: &HeaderMap, name: &header::HeaderName) -> Option<Self> {
        let mut listed = None;
        for value in headers.get_all(name) {
            let text = String::from_utf8_lossy(value.as_bytes());
            if text.trim() == "*" {
                return Some(Self::Any);
            }
            let tags = text.split(',').map(|tag| {
                let tag = tag.trim();
                tag.strip_prefix("W/").unwrap_or(tag).to_owned()
            });
            listed.get_or_insert_with(Vec::new).extend(tags);
        }
        listed.map(Self::Listed)
    }

    fn have(&self, version: &Version) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags
                .iter()
                .any(|tag| tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(&version.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn version(document: Value) -> Version {
        Version::of(document.as_object().unwrap())
    }

    fn preconditions(name: header::HeaderName, value: &str) -> Preconditions {
        Preconditions::of(&HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]))
    }

    #[test]
    fn the_order_of_elements_is_no_part_of_it() {
        let one = version(json!({ "id": "1", "roles": [{ "value": "a" }, { "value": "b" }] }));
        assert_eq!(
            one,
            version(json!({ "id": "1", "roles": [{ "value": "b" }, { "value": "a" }] }))
        );
        assert_ne!(one, version(json!({ "id": "1", "roles": [{ "value": "a" }] })));
    }

    #[test]
    fn what_differs_has_another() {
        let documents = [
            json!({ "a": "1", "b": "2" }),
            json!({ "a": "12" }),
            json!({ "a": 1, "b": "2" }),
            json!({ "a": "1", "b": ["2"] }),
            json!({ "a": "1", "b": { "2": null } }),
            json!({ "a": ["1", "b", "2"] }),
            json!({ "a1": "b2" }),
        ];
        let versions: Vec<Version> = documents.into_iter().map(version).collect();
        for (index, one) in versions.iter().enumerate() {
            assert!(!versions[..index].contains(one), "{index}");
        }
    }

    #[test]
    fn a_column_of_its_own_is_all_of_it() {
        let one = version(json!({ "userName": "a", "meta": { "version": 7 } }));
        assert_eq!(one, version(json!({ "userName": "b", "meta": { "version": 7 } })));
        assert_ne!(one, version(json!({ "userName": "a", "meta": { "version": 8 } })));
    }

    #[test]
    fn tags_are_compared_weakly() {
        let version = version(json!({ "id": "1" }));
        for value in [
            version.to_string(),
            format!("\"{}\"", version.0),
            format!("\"other\", {version}"),
            "*".to_owned(),
        ] {
            assert!(preconditions(header::IF_MATCH, &value).hold(&version).is_ok(), "{value}");
            assert!(preconditions(header::IF_NONE_MATCH, &value).is_known(&version), "{value}");
            assert!(
                preconditions(header::IF_NONE_MATCH, &value).hold(&version).is_err(),
                "{value}"
            );
        }
        for value in [version.0.as_str(), "\"other\"", "W/\"\"", ""] {
            assert_eq!(
                preconditions(header::IF_MATCH, value).hold(&version).unwrap_err().status,
                412,
                "{value}"
            );
            assert!(!preconditions(header::IF_NONE_MATCH, value).is_known(&version), "{value}");
        }
    }
}
