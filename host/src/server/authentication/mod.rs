//! Who may speak to an application: whoever sends one of its tokens.
//!
//! The tokens are those of the state store, and the one of the configuration if there is one. Whoever sends too many wrong ones
//! waits before the next is looked at; a request without any is answered 401 and counts for nothing, since some clients send
//! their credentials only when they are asked.

mod failures;
mod presented;
mod refusal;
mod tokens;
mod uses;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

pub use failures::Failures;
use failures::Source;
use presented::Presented;
pub use tokens::Tokens;
use tokens::Verdict;

use super::{peer::Peer, rate::Rate};
use crate::{database::Secret, scim::Error, state::TokenHash};

/// What the access log calls the token of the configuration; no other can have this name.
pub const CONFIGURED: &str = "[scim] token";

/// Which token a request was admitted by, by its name; an extension of its answer.
#[derive(Clone, Debug)]
pub struct Admitted(pub Arc<str>);

/// Stands in front of an application.
pub struct Guard {
    application: Arc<str>,
    configured: Option<TokenHash>,
    tokens: Option<Arc<Tokens>>,
    failures: Option<Arc<Failures>>,
    rate: Option<Rate>,
}

impl Guard {
    pub fn new(application: &str, configured: Option<&Secret>, tokens: Option<Arc<Tokens>>) -> Self {
        Self {
            application: application.into(),
            configured: configured.map(|token| TokenHash::of(token.expose())),
            tokens,
            failures: None,
            rate: None,
        }
    }

    /// Counts wrong tokens.
    pub fn with_failures(self, failures: Option<Arc<Failures>>) -> Self {
        Self { failures, ..self }
    }

    /// Counts requests.
    pub fn with_rate(self, rate: Option<Rate>) -> Self {
        Self { rate, ..self }
    }

    async fn admit(&self, presented: Presented, source: Option<Source>) -> Result<Admitted, Response> {
        let token = match presented {
            Presented::Token(token) => token,
            Presented::Nothing => return Err(refusal::none()),
            Presented::Malformed(why) => return Err(refusal::unauthorised(why)),
        };
        if let (Some(failures), Some(source)) = (&self.failures, &source)
            && let Some(wait) = failures.wait(source)
        {
            return Err(refusal::too_many_failures(wait));
        }
        let admitted = match self.judge(&TokenHash::of(&token)).await {
            Ok(Verdict::Known(name)) => Admitted(name),
            Ok(wrong) => {
                if let (Some(failures), Some(source)) = (&self.failures, source) {
                    failures.count(source);
                }
                return Err(refusal::wrong(&wrong));
            }
            Err(error) => return Err(error.into_response()),
        };
        match self.rate.as_ref().and_then(Rate::wait) {
            None => Ok(admitted),
            Some(wait) => Err(refusal::too_many_requests(wait)),
        }
    }

    async fn judge(&self, hash: &TokenHash) -> Result<Verdict, Error> {
        if self.configured.is_some_and(|configured| configured.is(hash)) {
            return Ok(Verdict::Known(CONFIGURED.into()));
        }
        let Some(tokens) = &self.tokens else {
            return Ok(Verdict::Unknown);
        };
        tokens.judge(&self.application, hash).await.map_err(|error| {
            tracing::error!(application = %self.application, "tokens cannot be read: {error}");
            Error::unavailable("the server cannot read its tokens at the moment", 5)
        })
    }
}

/// Lets a request through if the guard admits it.
pub async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let source = peer.map(|ConnectInfo(peer)| Source::new(peer.ip(), &guard.application));
    let presented = Presented::of(request.headers());
    match guard.admit(presented, source).await {
        Ok(admitted) => {
            let mut response = next.run(request).await;
            response.extensions_mut().insert(admitted);
            response
        }
        Err(refused) => refused,
    }
}
