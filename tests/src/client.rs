//! A SCIM client that hides nothing: status, headers and body as they came.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use ureq::{
    Agent,
    http::{HeaderMap, Method, Request, StatusCode},
    tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig},
};

use crate::authority::Identity;

/// The schema of an error (RFC 7644 §3.12).
pub const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// The schema of a list (RFC 7644 §3.4.2).
pub const LIST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The schema of a patch (RFC 7644 §3.5.2).
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Speaks to one SCIM base with one `Authorization` header.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    authorization: Option<String>,
    /// A header of every request besides.
    header: Option<(&'static str, String)>,
}

impl Client {
    /// `base` has no trailing slash.
    pub fn new(base: impl Into<String>, token: &str) -> Self {
        Self {
            agent: agent(TlsConfig::default()),
            base: base.into(),
            authorization: Some(format!("Bearer {token}")),
            header: None,
        }
    }

    /// The same client on connections of its own, which trusts servers with a certificate by `authority`, in PEM form, and shows
    /// one of its own if it has one.
    pub fn trusting(&self, authority: &str, own: Option<&Identity>) -> Self {
        let certificate = |pem: &str| Certificate::from_pem(pem.as_bytes()).expect("a certificate");
        let own = own.map(|own| {
            let key = PrivateKey::from_pem(own.key.as_bytes()).expect("a key");
            ClientCert::new_with_certs(&[certificate(&own.certificate)], key)
        });
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[certificate(authority)]))
            .client_cert(own)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        Self {
            agent: agent(tls),
            ..self.clone()
        }
    }

    /// The same client with a header, for example a precondition.
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        Self {
            header: Some((name, value.to_owned())),
            ..self.clone()
        }
    }

    /// The same client with another `Authorization` header, or none.
    pub fn authorized_by(&self, authorization: Option<&str>) -> Self {
        Self {
            authorization: authorization.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The same client at another base.
    pub fn at(&self, base: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            ..self.clone()
        }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// `path` begins with a slash; what is not allowed in a URL must be encoded.
    pub fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Response {
        self.send(Method::POST, path, Some(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> Response {
        self.send(Method::PUT, path, Some(body))
    }

    /// Sends `operations` as a PatchOp.
    pub fn patch(&self, path: &str, operations: Value) -> Response {
        let body = serde_json::json!({ "schemas": [PATCH_SCHEMA], "Operations": operations });
        self.send(Method::PATCH, path, Some(&body))
    }

    pub fn delete(&self, path: &str) -> Response {
        self.send(Method::DELETE, path, None)
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let bytes = body.map(Value::to_string).unwrap_or_default();
        self.send_bytes(method, path, "application/scim+json", bytes.as_bytes())
    }

    /// Sends a body as it is.
    pub fn send_bytes(&self, method: Method, path: &str, content_type: &str, body: &[u8]) -> Response {
        let what = format!("{method} {path}");
        self.try_send(method, path, content_type, body)
            .unwrap_or_else(|error| panic!("{what}: no answer: {error}"))
    }

    /// Why there is no answer to a GET.
    #[track_caller]
    pub fn expect_no_answer(&self, path: &str) -> String {
        match self.try_send(Method::GET, path, "", &[]) {
            Ok(response) => panic!("there should be no answer: {response}"),
            Err(error) => error.to_string(),
        }
    }

    fn try_send(&self, method: Method, path: &str, content_type: &str, body: &[u8]) -> Result<Response, ureq::Error> {
        let what = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        if let Some((name, value)) = &self.header {
            request = request.header(*name, value);
        }
        let sent = if body.is_empty() {
            self.agent.run(request.body(()).expect("a valid request"))
        } else {
            let request = request.header("content-type", content_type).body(body.to_vec());
            self.agent.run(request.expect("a valid request"))
        };
        let mut response = sent?;
        let text = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_string()
            .unwrap_or_else(|error| panic!("{what}: half an answer: {error}"));
        Ok(Response {
            what,
            status: response.status(),
            headers: response.headers().clone(),
            text,
        })
    }
}

fn agent(tls: TlsConfig) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(120)))
        .tls_config(tls);
    config.build().into()
}

/// An answer. Its checks panic with the whole of it.
#[derive(Clone, Debug)]
pub struct Response {
    what: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Response {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {self}"))
    }

    /// The body, after a check of the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "wrong status: {self}");
        if status == 204 { Value::Null } else { self.json() }
    }

    /// Checks that it is a success, whatever its body is.
    #[track_caller]
    pub fn expect_ok(&self) {
        assert_eq!(self.status.as_u16(), 200, "wrong status: {self}");
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Checks that the answer is a SCIM error (RFC 7644 §3.12) with this status and `scimType`, and with a detail that
    /// has each of `detail` in it. Gives the detail.
    #[track_caller]
    pub fn expect_error(&self, status: u16, scim_type: Option<&str>, detail: &[&str]) -> String {
        let body = self.expect(status);
        assert_eq!(body["schemas"], serde_json::json!([ERROR_SCHEMA]), "schemas: {self}");
        assert_eq!(
            body["status"],
            Value::from(status.to_string()),
            "status must be a string: {self}"
        );
        assert_eq!(body.get("scimType").and_then(Value::as_str), scim_type, "scimType: {self}");
        assert_eq!(
            self.header("content-type")
                .map(|value| value.split(';').next().unwrap_or_default().trim()),
            Some("application/scim+json"),
            "content type: {self}"
        );
        let said = body["detail"]
            .as_str()
            .unwrap_or_else(|| panic!("no detail: {self}"))
            .to_owned();
        for part in detail {
            assert!(said.contains(part), "the detail should have `{part}` in it: {self}");
        }
        said
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: String = self.text.chars().take(4_000).collect();
        write!(f, "{}\n{} {:?}\n{shown}", self.what, self.status, self.headers)
    }
}

/// Encodes a value for a query string.
pub fn encode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}
