//! Where a plugin's requests may go: a scheme, one host and one port.
//!
//! There is one way to write a host down, and anything else is refused instead of being understood: what a manifest says, what an
//! administrator reads on the page, what a component asks for, what is looked up and what a certificate is held against are the
//! same letters.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use http::Uri;
use serde::{Deserialize, Serialize};

/// A host that requests may go to, with its scheme and port. Written `https://lookup.acme.example:443`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    host: Host,
    port: u16,
    scheme: Scheme,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    Https,
    Http,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Host {
    /// A name of the DNS, in small letters.
    Name(String),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Scheme::Https => "https",
            Scheme::Http => "http",
        }
    }

    const fn port(self) -> u16 {
        match self {
            Scheme::Https => 443,
            Scheme::Http => 80,
        }
    }
}

impl Origin {
    /// Where a request is for.
    ///
    /// # Errors
    /// Why that is no host which could be named, in a few words.
    pub fn of(uri: &Uri) -> Result<Self, &'static str> {
        let scheme = match uri.scheme_str() {
            Some("https") => Scheme::Https,
            Some("http") => Scheme::Http,
            _ => return Err("is neither https nor http"),
        };
        let authority = uri.authority().ok_or("names no host")?;
        Self::read(scheme, authority.as_str())
    }

    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The host alone, as a resolver and a certificate have it: an IPv6 address without brackets.
    pub fn host(&self) -> String {
        match &self.host {
            Host::Name(name) => name.clone(),
            Host::V4(address) => address.to_string(),
            Host::V6(address) => address.to_string(),
        }
    }

    /// What stands in the header `Host`: the port only where it is not the scheme's own.
    pub fn header(&self) -> String {
        match self.port == self.scheme.port() {
            true => self.host.to_string(),
            false => format!("{}:{}", self.host, self.port),
        }
    }

    fn read(scheme: Scheme, authority: &str) -> Result<Self, &'static str> {
        let (host, port) = split(authority)?;
        let port = match port {
            None => scheme.port(),
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| "has a port that there is not")?
            }
            Some(_) => return Err("has a port that is no number"),
        };
        if port == 0 {
            return Err("has a port that there is not");
        }
        Ok(Self {
            host: host.parse()?,
            port,
            scheme,
        })
    }
}

/// The host, and what stands behind its colon.
fn split(authority: &str) -> Result<(&str, Option<&str>), &'static str> {
    if authority.starts_with('[') {
        let end = authority.find(']').ok_or("has a bracket that is not closed")?;
        let (host, rest) = authority.split_at(end + 1);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err("is not a host"),
        };
    }
    Ok(match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    })
}

impl FromStr for Host {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return inside.parse().map(Host::V6).map_err(|_| "is not an IPv6 address");
        }
        if !text.is_ascii() {
            return Err("has letters beyond ASCII: write it as the DNS has it (xn--…)");
        }
        let name = text.to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        // Resolvers read `127.1`, `0x7f000001` and `017700000001` as addresses.
        if last.starts_with(|first: char| first.is_ascii_digit()) {
            return name
                .parse()
                .map(Host::V4)
                .map_err(|_| "is neither a name nor an IPv4 address");
        }
        let whole = name.len() <= 253 && name.split('.').all(is_label);
        whole.then_some(Host::Name(name)).ok_or("is not the name of one host")
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => f.write_str(name),
            Host::V4(address) => address.fmt(f),
            Host::V6(address) => write!(f, "[{address}]"),
        }
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    /// Reads what a manifest says: `https://` may be left out, and so may the scheme's own port.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once("://") {
            None => Self::read(Scheme::Https, text),
            Some(("https", rest)) => Self::read(Scheme::Https, rest),
            Some(("http", rest)) => Self::read(Scheme::Http, rest),
            Some(_) => Err("is neither https nor http"),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme.name(), self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, &'static str> {
        text.parse::<Origin>().map(|origin| origin.to_string())
    }

    #[test]
    fn a_manifest_says_a_host_in_one_way() {
        for (text, meant) in [
            ("lookup.acme.example", "https://lookup.acme.example:443"),
            ("Lookup.ACME.example:8443", "https://lookup.acme.example:8443"),
            ("https://lookup.acme.example:443", "https://lookup.acme.example:443"),
            ("http://lookup.acme.example", "http://lookup.acme.example:80"),
            ("xn--bcher-kva.example", "https://xn--bcher-kva.example:443"),
            ("10.1.2.3:9000", "https://10.1.2.3:9000"),
            ("[2001:DB8:0::1]:9000", "https://[2001:db8::1]:9000"),
            ("localhost", "https://localhost:443"),
        ] {
            assert_eq!(written(text).as_deref(), Ok(meant), "{text}");
        }
        assert_eq!("http://a.example:80".parse::<Origin>().unwrap().header(), "a.example");
        assert_eq!("http://[::1]:81".parse::<Origin>().unwrap().header(), "[::1]:81");
    }

    #[test]
    fn whatever_else_could_be_read_as_a_host_is_none() {
        for text in [
            "",
            ".",
            "*.acme.example",
            "acme.example.",
            "acme..example",
            "-acme.example",
            "acme_.example",
            "bücher.example",
            "ACME\u{212a}.example",
            "user@acme.example",
            "user:secret@acme.example",
            "acme.example@evil.example",
            "acme.example:443@evil.example",
            "acme.example:",
            "acme.example:0",
            "acme.example:+443",
            "acme.example:65536",
            "acme.example:443:443",
            "acme.example/path",
            "acme.example?query",
            "acme.example#fragment",
            "acme.example\\evil.example",
            "acme%2eexample",
            "acme.example\0.evil.example",
            "acme.example\r\nx",
            " acme.example",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "1.2.3.4.5",
            "256.1.1.1",
            "acme.0x7f",
            "::1",
            "[::1",
            "[::1]x",
            "[::1%25eth0]",
            "[fe80::1%eth0]",
            "[127.0.0.1]",
            "ftp://acme.example",
            "HTTPS://acme.example",
            "https:/acme.example",
            "http://https://acme.example",
        ] {
            assert!(written(text).is_err(), "{text}: {:?}", written(text));
        }
        let long = format!("{}.example", vec!["a"; 124].join("."));
        assert!(written(&long).is_err() && written(&"a".repeat(64)).is_err());
    }

    #[test]
    fn a_request_is_for_a_host_of_the_list_or_for_none() {
        let named: Origin = "lookup.acme.example".parse().unwrap();
        let asked = |uri: &str| {
            uri.parse::<Uri>()
                .map_err(|_| "is no address")
                .and_then(|uri| Origin::of(&uri))
        };
        for same in ["https://lookup.acme.example/x", "https://LOOKUP.acme.example:443/?y#z"] {
            assert_eq!(asked(same).as_ref(), Ok(&named), "{same}");
        }
        for other in [
            "http://lookup.acme.example/",
            "http://lookup.acme.example:443/",
            "https://lookup.acme.example:8443/",
            "https://lookup.acme.example./",
            "https://evil.lookup.acme.example/",
            "https://lookup.acme.example.evil.example/",
            "https://lookup.acme.example@evil.example/",
            "https://evil.example@lookup.acme.example/",
            "https://lookup%2eacme.example/",
            "https://xn--lookup.acme.example/",
            "/path",
            "lookup.acme.example",
        ] {
            assert_ne!(asked(other).as_ref(), Ok(&named), "{other}");
        }
    }

    #[test]
    fn an_approval_holds_what_is_written() {
        let origin: Origin = "http://[::1]:81".parse().unwrap();
        let json = serde_json::to_string(&origin).unwrap();
        assert_eq!(json, "\"http://[::1]:81\"");
        assert_eq!(serde_json::from_str::<Origin>(&json).unwrap(), origin);
        assert!(serde_json::from_str::<Origin>("\"*.example\"").is_err());
    }
}
