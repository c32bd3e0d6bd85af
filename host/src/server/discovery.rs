//! Remembers which entitlement types clients have read: what they discovered must not become something else.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::{
    scim::Surface,
    state::{Holding, Store},
};

/// The entitlement types of an application.
pub struct Discovery {
    application: String,
    store: Store,
    types: Vec<Type>,
}

struct Type {
    name: String,
    /// The first segment of its paths.
    segment: String,
    holding: Holding,
    remembered: AtomicBool,
}

impl Discovery {
    pub fn new(application: &str, surface: &Surface, store: Store) -> Self {
        let types = surface.entitlement_types.iter().map(|of| Type {
            name: of.name.clone(),
            segment: of.endpoint.trim_start_matches('/').to_owned(),
            holding: if of.single { Holding::One } else { Holding::Several },
            remembered: AtomicBool::new(false),
        });
        Self {
            application: application.to_owned(),
            store,
            types: types.collect(),
        }
    }

    /// What a path below the application's base shows: one type, or, at the base itself, all of them.
    fn shown_at<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Type> {
        let segment = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let everything = ["", ".search"].contains(&segment);
        self.types.iter().filter(move |of| everything || of.segment == segment)
    }

    async fn remember(&self, of: &Type) {
        let remembered = self.store.remember_served(&self.application, &of.name, of.holding).await;
        match remembered {
            Ok(()) => of.remembered.store(true, Ordering::Relaxed),
            // The next request tries again. The client did nothing wrong and gets its answer.
            Err(error) => {
                tracing::error!(
                    application = self.application,
                    "that {} was served is not remembered: {error}",
                    of.name
                );
            }
        }
    }
}

/// Remembers what was shown before the client sees it.
pub async fn remember(State(discovery): State<Arc<Discovery>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.status().is_success() {
        for of in discovery.shown_at(&path) {
            if !of.remembered.load(Ordering::Relaxed) {
                discovery.remember(of).await;
            }
        }
    }
    response
}
