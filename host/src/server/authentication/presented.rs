//! The token that a request shows: as a bearer, as the password of Basic, or bare.

use axum::http::{HeaderMap, header};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What the header `Authorization` has.
#[derive(Debug, PartialEq, Eq)]
pub enum Presented {
    Nothing,
    Token(String),
    /// The sentence says why nobody can read it.
    Malformed(&'static str),
}

impl Presented {
    pub fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (value, None) = (values.next(), values.next()) else {
            return Self::Malformed("there is more than one header Authorization");
        };
        let Some(value) = value else {
            return Self::Nothing;
        };
        let Ok(value) = value.to_str().map(str::trim) else {
            return Self::Malformed("the header Authorization has characters that are not ASCII");
        };
        match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Self::token(token.trim()),
            Some((scheme, credentials)) if scheme.eq_ignore_ascii_case("basic") => Self::basic(credentials.trim()),
            Some(_) => Self::Malformed("the header Authorization has a scheme that is not known here: send Bearer or Basic"),
            None if ["bearer", "basic"].iter().any(|scheme| value.eq_ignore_ascii_case(scheme)) => Self::Nothing,
            None => Self::token(value),
        }
    }

    /// The password is the token. The user name may be anything: it would add nothing to 256 random bits.
    fn basic(credentials: &str) -> Self {
        let decoded = BASE64
            .decode(credentials)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded.as_deref().and_then(|decoded| decoded.split_once(':')) {
            Some((_, password)) => Self::token(password),
            None => Self::Malformed("the header Authorization says Basic, and has no user name and password in Base64"),
        }
    }

    fn token(token: &str) -> Self {
        match token {
            "" => Self::Nothing,
            token => Self::Token(token.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(values: &[&'static str]) -> Presented {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        Presented::of(&headers)
    }

    #[test]
    fn takes_the_token_with_bearer_with_basic_and_bare() {
        let token = Presented::Token("abc:d".to_owned());
        for value in [
            "Bearer abc:d",
            "bearer   abc:d",
            "abc:d",
            "BASIC b2t0YTphYmM6ZA==",
            "Basic b2t0YTphYmM6ZA",
        ] {
            assert_eq!(of(&[value]), token, "{value}");
        }
    }

    #[test]
    fn an_empty_token_is_none() {
        for value in ["", " ", "Bearer", "Bearer ", "Basic", "Basic b2t0YTo="] {
            assert_eq!(of(&[value]), Presented::Nothing, "{value:?}");
        }
        assert_eq!(of(&[]), Presented::Nothing);
    }

    #[test]
    fn says_what_cannot_be_read() {
        for values in [
            ["Digest abc"].as_slice(),
            &["Basic !!"],
            &["Basic b2t0YQ=="],
            &["Basic //79Og=="],
            &["Bearer a", "Bearer b"],
        ] {
            assert!(matches!(of(values), Presented::Malformed(_)), "{values:?}");
        }
    }
}
