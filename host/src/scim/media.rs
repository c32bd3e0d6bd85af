//! Which media type a client wants its answers in (RFC 7644 §3.8, RFC 9110 §12.5.1): SCIM's own, or plain JSON.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{Error, answer::MEDIA_TYPE};

const JSON: &str = "application/json";

/// Answers in the media type that the request's `Accept` prefers.
///
/// # Errors
/// 406: it takes neither of the two.
pub async fn negotiate(request: Request, next: Next) -> Response {
    match wanted(request.headers()) {
        Some(media_type) => next.run(request).await.in_type(media_type),
        None => {
            let detail = format!("what this server answers is {MEDIA_TYPE} or {JSON}, and the header Accept takes neither");
            Error::new(406, detail).into_response()
        }
    }
}

/// The same for answers that are made outside of the protocol's routes: an error has a body, whatever `Accept` says.
pub async fn dress(request: Request, next: Next) -> Response {
    let media_type = wanted(request.headers()).unwrap_or(MEDIA_TYPE);
    next.run(request).await.in_type(media_type)
}

trait InType {
    fn in_type(self, media_type: &'static str) -> Self;
}

impl InType for Response {
    fn in_type(mut self, media_type: &'static str) -> Self {
        let is_scim = |value: &HeaderValue| value == MEDIA_TYPE;
        if let Some(value) = self
            .headers_mut()
            .get_mut(header::CONTENT_TYPE)
            .filter(|value| is_scim(value))
        {
            *value = HeaderValue::from_static(media_type);
        }
        self
    }
}

/// The one that the client likes better, SCIM's if it likes both alike. A client that says nothing takes everything.
fn wanted(headers: &HeaderMap) -> Option<&'static str> {
    let ranges: Vec<Range> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Range::of)
        .collect();
    if ranges.is_empty() {
        return Some(MEDIA_TYPE);
    }
    let (scim, json) = (quality(&ranges, MEDIA_TYPE), quality(&ranges, JSON));
    match (scim, json) {
        (0, 0) => None,
        (scim, json) if json > scim => Some(JSON),
        _ => Some(MEDIA_TYPE),
    }
}

/// One of the media ranges of `Accept`.
struct Range {
    /// In lower case.
    name: String,
    /// In thousandths.
    quality: u16,
}

impl Range {
    /// `None`: it isn't one, and says nothing.
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        // Some clients write a star alone.
        let name = if name == "*" { "*/*".to_owned() } else { name };
        if !name.contains('/') {
            return None;
        }
        let quality = parts.find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        let quality = match quality.map(str::parse::<f32>) {
            None => 1.0,
            Some(Ok(quality)) if (0.0..=1.0).contains(&quality) => quality,
            Some(_) => return None,
        };
        Some(Self {
            name,
            quality: (quality * 1000.0).round() as u16,
        })
    }
}

/// What the most precise of the ranges that name a media type says of it, in thousandths; 0: none does.
fn quality(ranges: &[Range], media_type: &str) -> u16 {
    let of = |name: &str| {
        let found = ranges.iter().filter(|range| range.name == name);
        found.map(|range| range.quality).max()
    };
    of(media_type)
        .or_else(|| of("application/*"))
        .or_else(|| of("*/*"))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses() {
        for (accept, media_type) in [
            ("", Some(MEDIA_TYPE)),
            ("*/*", Some(MEDIA_TYPE)),
            ("*", Some(MEDIA_TYPE)),
            ("application/*", Some(MEDIA_TYPE)),
            ("application/scim+json", Some(MEDIA_TYPE)),
            ("APPLICATION/JSON; charset=utf-8", Some(JSON)),
            ("application/json, application/scim+json", Some(MEDIA_TYPE)),
            ("application/json, application/scim+json;q=0.9", Some(JSON)),
            ("application/json;q=0.5, */*;q=0.1", Some(JSON)),
            ("application/json;q=0.1, */*;q=0.5", Some(MEDIA_TYPE)),
            ("application/scim+json;q=0, */*", Some(JSON)),
            ("text/html, image/gif, *; q=.2, */*; q=.2", Some(MEDIA_TYPE)),
            ("text/html", None),
            ("application/xml;q=0.9, text/*", None),
            ("application/json;q=0", None),
            ("nonsense", Some(MEDIA_TYPE)),
            ("application/json;q=many", Some(MEDIA_TYPE)),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(wanted(&headers), media_type, "{accept}");
        }
        assert_eq!(wanted(&HeaderMap::new()), Some(MEDIA_TYPE));
    }
}
