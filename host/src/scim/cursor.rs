//! Cursors (RFC 9865): how a client names the place where the next page begins.
//!
//! A cursor holds all that there is to know: the provider's position, when it was given, and which query it belongs to. So
//! nothing is kept between two pages, any host of several can answer the next one, and a restart loses none. A client could
//! make one up, and would get a page of the list that it may read anyway: positions are bound like any other value.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use scim_v2::filter::Filter;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Error, Position, ScimType, Sort};

/// Bytes of a hash that tell queries apart.
const LENGTH: usize = 8;

/// What a page is one of: a cursor of another query means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// `resource_type` is the name of the resources that are listed.
    pub fn new(resource_type: &str, filter: Option<&Filter>, sort: Option<&Sort>) -> Self {
        let order = sort.map(|sort| format!("{} {:?}", sort.path, sort.direction));
        let parts = [Some(resource_type.to_owned()), filter.map(Filter::to_string), order];
        let mut hash = Sha256::new();
        for part in parts.map(Option::unwrap_or_default) {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        Self(BASE64_URL_SAFE_NO_PAD.encode(digest.get(..LENGTH).unwrap_or(&digest)))
    }
}

/// What stands in a cursor.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// Seconds since 1970.
    given: u64,
    query: String,
    position: String,
}

/// A cursor for clients: letters, digits, `-` and `_`.
pub fn encode(query: &Query, position: &Position) -> String {
    let content = Content {
        given: now(),
        query: query.0.clone(),
        position: position.0.clone(),
    };
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&content).unwrap_or_default())
}

/// What a client sends back.
///
/// # Errors
/// `invalidCursor`: it is none, or one of another query. `expiredCursor`: it was given longer than `lifetime` ago.
pub fn decode(query: &Query, text: &str, lifetime: Duration) -> Result<Position, Error> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let content = bytes.and_then(|bytes| serde_json::from_slice::<Content>(&bytes).ok());
    let content = content.ok_or_else(|| invalid("it is not one that this server has given"))?;
    if content.query != query.0 {
        return Err(invalid(
            "it was given for another list: filter, order and endpoint must stay the same from page to page",
        ));
    }
    if now().saturating_sub(content.given) > lifetime.as_secs() {
        return Err(Error::bad_request(
            ScimType::Other("expiredCursor".to_owned()),
            format!(
                "the cursor has expired: it was good for {} seconds; begin again with an empty `cursor`",
                lifetime.as_secs()
            ),
        ));
    }
    Ok(Position(content.position))
}

/// The error for a cursor that leads nowhere (RFC 9865 §3).
pub fn invalid(why: &str) -> Error {
    Error::bad_request(
        ScimType::Other("invalidCursor".to_owned()),
        format!("the cursor is not valid: {why}; begin again with an empty `cursor`"),
    )
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::SortDirection;

    const LIFETIME: Duration = Duration::from_secs(60);

    fn query(resource_type: &str, filter: &str, direction: SortDirection) -> Query {
        let sort = Sort {
            path: scim_v2::filter::AttrPath::with_name("title"),
            direction,
        };
        Query::new(resource_type, Some(&filter.parse().unwrap()), Some(&sort))
    }

    #[test]
    fn comes_back_as_it_went() {
        let query = query("User", "title pr", SortDirection::Ascending);
        for text in ["i7", "tO'Brien \u{1f600} \"x\"", ""] {
            let position = Position(text.to_owned());
            let cursor = encode(&query, &position);
            assert!(
                cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
                "{cursor}"
            );
            assert_eq!(decode(&query, &cursor, LIFETIME), Ok(position));
        }
    }

    #[test]
    fn is_of_one_query() {
        let cursor = encode(
            &query("User", "title pr", SortDirection::Ascending),
            &Position("i7".to_owned()),
        );
        for other in [
            query("Role", "title pr", SortDirection::Ascending),
            query("User", "title eq \"a\"", SortDirection::Ascending),
            query("User", "title pr", SortDirection::Descending),
            Query::new("User", None, None),
        ] {
            let error = decode(&other, &cursor, LIFETIME).unwrap_err();
            assert_eq!(error.scim_type.unwrap().as_str(), "invalidCursor");
        }
    }

    #[test]
    fn expires() {
        let query = Query::new("User", None, None);
        let old = Content {
            given: now() - 61,
            query: query.0.clone(),
            position: "i7".to_owned(),
        };
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&old).unwrap());
        let error = decode(&query, &cursor, LIFETIME).unwrap_err();
        assert_eq!(error.scim_type.unwrap().as_str(), "expiredCursor");
        assert!(decode(&query, &cursor, 2 * LIFETIME).is_ok());
    }

    #[test]
    fn what_is_none_is_refused() {
        let query = Query::new("User", None, None);
        for text in ["", "7", "????", "e30", "W10", "bnVsbA"] {
            let error = decode(&query, text, LIFETIME).unwrap_err();
            assert_eq!(error.scim_type.unwrap().as_str(), "invalidCursor", "{text}");
        }
    }
}
