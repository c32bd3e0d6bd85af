//! Why there is no answer to a request, in words for the server's log. What the component is told is an error code.

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind},
    net::IpAddr,
};

/// How a connection looks that is gone.
const ENDED: [ErrorKind; 3] = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The address that it asked for is none, with the reason.
    Malformed(&'static str),
    /// The host is not one that was approved.
    NotApproved,
    /// A method that asks for a tunnel, or for its own request back.
    Method,
    /// The path is longer than anybody's should be.
    PathTooLong,
    /// The call has made as many requests as it may.
    TooMany,
    /// As many of them as may be are under way.
    TooManyAtOnce,
    /// The name stands for nothing, in the system's words.
    Unknown(String),
    /// The name stands for these addresses, and none of them may be connected to.
    Address(Vec<IpAddr>),
    /// In the system's words.
    Unreachable(String),
    /// There was no connection in time.
    ConnectTimeout,
    Certificate(String),
    Tls(String),
    /// The call has no bytes left for the body of a request.
    RequestTooLarge,
    /// The component did not finish the body that it had begun.
    Unfinished,
    /// The answer did not begin in time.
    AnswerTimeout,
    /// The answer did not go on in time.
    ReadTimeout,
    /// The call has no bytes left for the body of an answer.
    AnswerTooLarge,
    HeadersTooLarge,
    /// The connection ended before the answer did.
    Incomplete,
    /// The host wants to speak something else from here on.
    Upgrade,
    /// It is no HTTP/1.1, in the parser's words.
    Protocol(String),
}

impl Failure {
    /// What an error of the HTTP library stands for. The body of the request has failures of its own, which it passes on.
    pub(super) fn of(error: &hyper::Error) -> Self {
        let mut source = error.source();
        while let Some(inner) = source {
            if let Some(own) = inner.downcast_ref::<Failure>() {
                return own.clone();
            }
            if inner
                .downcast_ref::<io::Error>()
                .is_some_and(|error| ENDED.contains(&error.kind()))
            {
                return Self::Incomplete;
            }
            source = inner.source();
        }
        match error {
            error if error.is_parse_too_large() => Self::HeadersTooLarge,
            error if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => Self::Incomplete,
            error => Self::Protocol(error.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Malformed(reason) => write!(f, "what it asked for {reason}"),
            Failure::NotApproved => {
                f.write_str("the host is not among those that were approved for it, by scheme, name and port")
            }
            Failure::Method => f.write_str("CONNECT and TRACE are not sent"),
            Failure::PathTooLong => f.write_str("its path is too long"),
            Failure::TooMany => f.write_str("the call has made as many as `http-requests` says"),
            Failure::TooManyAtOnce => f.write_str("too many requests of the call are under way already"),
            Failure::Unknown(error) => write!(f, "the name cannot be looked up: {error}"),
            Failure::Address(addresses) => {
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "the name stands for {}, which is not public; where that is meant, name it as `private` in [plugins.….http]",
                    addresses.join(", ")
                )
            }
            Failure::Unreachable(error) => write!(f, "no connection: {error}"),
            Failure::ConnectTimeout => f.write_str("no connection in time (`http-wait`)"),
            Failure::Certificate(error) => write!(f, "its certificate is not believed: {error}"),
            Failure::Tls(error) => write!(f, "no TLS: {error}"),
            Failure::RequestTooLarge => f.write_str("the request is larger than what is left of `http-bytes`"),
            Failure::Unfinished => f.write_str("the component did not finish the request"),
            Failure::AnswerTimeout => f.write_str("the answer did not begin in time (`http-wait`)"),
            Failure::ReadTimeout => f.write_str("the answer did not go on in time (`http-wait`)"),
            Failure::AnswerTooLarge => f.write_str("the answer is larger than what is left of `http-bytes`"),
            Failure::HeadersTooLarge => f.write_str("the head of the answer is too large"),
            Failure::Incomplete => f.write_str("the connection ended before the answer did"),
            Failure::Upgrade => f.write_str("the host wants another protocol"),
            Failure::Protocol(error) => write!(f, "the answer is not HTTP/1.1: {error}"),
        }
    }
}

impl Error for Failure {}
