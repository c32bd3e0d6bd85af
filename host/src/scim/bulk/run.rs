//! Operations one after the other, through the routes of the application.

use std::time::Instant;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use tower::ServiceExt as _;

use super::{
    Message, Operation,
    reference::{self, Made, Unresolved},
    response::{self, Outcome},
};
use crate::scim::{BaseUrl, Document, Error, RequestId, ScimType, answer::MEDIA_TYPE};

/// This part of the time is left to the last operation: one that has begun is not broken off, since nobody could say what a
/// commit under way has come to.
const RESERVED_PART: u32 = 4;

/// Where operations come from, and how long they may take.
pub struct Origin {
    pub request_id: RequestId,
    pub base_url: String,
    pub deadline: Option<Instant>,
}

/// Does the operations of a message.
pub async fn run(routes: &Router, origin: &Origin, message: &Message) -> Document {
    let now = Instant::now();
    let mut work = Work {
        routes,
        origin,
        begin_until: origin
            .deadline
            .map(|end| end - end.saturating_duration_since(now) / RESERVED_PART),
        made: Made::new(&message.operations),
        outcomes: vec![None; message.operations.len()],
        resolved: message.operations.clone(),
        errors: 0,
        most_errors: message.fail_on_errors.unwrap_or(u64::MAX),
    };
    let mut waiting: Vec<usize> = (0..message.operations.len()).collect();
    // Each round does at least one operation, or nobody can be helped.
    while !waiting.is_empty() && !work.is_over() {
        let before = waiting.len();
        let mut still = Vec::new();
        for index in waiting {
            if !work.is_over() && work.attempt(&message.operations, index).await == Attempt::Waits {
                still.push(index);
            }
        }
        if still.len() == before {
            for index in still.drain(..) {
                work.note(&message.operations, index, Outcome::from(reference::circular()));
            }
        }
        waiting = still;
    }
    response::message(&work.resolved, &origin.base_url, &work.outcomes)
}

#[derive(Clone, Copy, PartialEq)]
enum Attempt {
    Ended,
    Waits,
}

struct Work<'a> {
    routes: &'a Router,
    origin: &'a Origin,
    /// `None`: there is no hurry.
    begin_until: Option<Instant>,
    made: Made,
    outcomes: Vec<Option<Outcome>>,
    /// The operations with what their references led to.
    resolved: Vec<Operation>,
    errors: u64,
    most_errors: u64,
}

impl Work<'_> {
    /// Whether there were as many errors as the client wants to have.
    fn is_over(&self) -> bool {
        self.errors >= self.most_errors
    }

    async fn attempt(&mut self, operations: &[Operation], index: usize) -> Attempt {
        let Some(operation) = operations.get(index) else {
            return Attempt::Ended;
        };
        let outcome = match self.made.resolve(operation) {
            Err(Unresolved::Waits) => return Attempt::Waits,
            Err(Unresolved::Never(error)) => Outcome::from(error),
            Ok(resolved) => {
                let outcome = self.send(index, &resolved).await.unwrap_or_else(Outcome::from);
                if let Some(place) = self.resolved.get_mut(index) {
                    *place = resolved;
                }
                outcome
            }
        };
        self.note(operations, index, outcome);
        Attempt::Ended
    }

    fn note(&mut self, operations: &[Operation], index: usize, outcome: Outcome) {
        if !outcome.is_success() {
            self.errors += 1;
        }
        if let Some(bulk_id) = operations.get(index).and_then(|operation| operation.bulk_id.as_deref()) {
            self.made.note(bulk_id, outcome.id());
        }
        if let Some(place) = self.outcomes.get_mut(index) {
            *place = Some(outcome);
        }
    }

    /// As a request of its own.
    async fn send(&self, index: usize, operation: &Operation) -> Result<Outcome, Error> {
        if self.begin_until.is_some_and(|last| Instant::now() > last) {
            let detail = "the time of the bulk request was over before this operation could begin; send it again";
            return Err(Error::unavailable(detail, 1));
        }
        let request = self.request(index, operation)?;
        let (parts, body) = match self.routes.clone().oneshot(request).await {
            Ok(response) => response.into_parts(),
            Err(never) => match never {},
        };
        let unreadable = || Error::new(500, "the answer to the operation can't be read");
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| unreadable())?;
        let body = match bytes.as_ref() {
            b"" => None,
            bytes => Some(serde_json::from_slice(bytes).map_err(|_| unreadable())?),
        };
        Ok(Outcome::new(parts.status.as_u16(), &parts.headers, body))
    }

    fn request(&self, index: usize, operation: &Operation) -> Result<Request<Body>, Error> {
        let mut request = Request::builder()
            .method(operation.method.clone())
            .uri(operation.path.as_str())
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .extension(RequestId(format!("{}-{index}", self.origin.request_id.0)))
            .extension(BaseUrl(self.origin.base_url.clone()));
        if let Some(version) = &operation.version {
            request = request.header(header::IF_MATCH, version);
        }
        let body = operation.data.as_ref().map(ToString::to_string).unwrap_or_default();
        request.body(Body::from(body)).map_err(|_| {
            let detail = "`path` or `version` has characters that no request can carry";
            Error::bad_request(ScimType::InvalidValue, detail)
        })
    }
}
