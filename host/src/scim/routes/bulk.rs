//! `/Bulk` (RFC 7644 §3.7).

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{FromRef, State},
};

use super::{Deadline, Origin, served::Served};
use crate::scim::{Document, Error, RouterContext, answer::Scim, body::Body, bulk};

/// What the handler needs: the routes that operations go through.
#[derive(Clone)]
pub struct Bulk {
    routes: Router,
    served: Served,
}

impl Bulk {
    pub(super) fn new(routes: Router, served: Served) -> Self {
        Self { routes, served }
    }
}

impl FromRef<Bulk> for Arc<RouterContext> {
    fn from_ref(bulk: &Bulk) -> Self {
        Self::from_ref(&bulk.served)
    }
}

pub async fn bulk(
    State(state): State<Bulk>,
    origin: Origin,
    deadline: Option<Extension<Deadline>>,
    Body(body): Body,
) -> Result<Scim<Document>, Error> {
    let message = bulk::parse(body)?;
    let origin = bulk::Origin {
        request_id: origin.request_id,
        base_url: origin.base_url,
        deadline: deadline.map(|Extension(Deadline(instant))| instant),
    };
    Ok(Scim(bulk::run(&state.routes, &origin, &message).await))
}
