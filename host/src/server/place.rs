//! An application's place in the server, where what serves can be exchanged while requests are under way.
//!
//! A request takes the routes that are there as it comes and keeps them to its end, so that nothing of it is done by one version
//! of a plugin and the rest by another.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use arc_swap::ArcSwap;
use axum::{Router, extract::Request, middleware, response::Response};
use tower::Service;

use super::discovery::{self, Discovery};
use crate::{
    scim::{self, Error, Provider, RouterContext},
    state::Store,
};

/// When a client may try again where an application is out of service. Somebody has to do something until then.
const RETRY_AFTER: u32 = 60;

/// The place of one application. Clones share it.
#[derive(Clone)]
pub struct Place {
    fixed: Arc<Fixed>,
    routes: Arc<ArcSwap<Router>>,
}

/// What stays as it is.
struct Fixed {
    name: String,
    context: RouterContext,
    /// Where it is remembered what clients have discovered; `None`: nowhere.
    store: Option<Store>,
}

impl Place {
    /// Out of service.
    pub fn new(name: &str, context: RouterContext, store: Option<Store>) -> Self {
        Self {
            fixed: Arc::new(Fixed {
                name: name.to_owned(),
                context,
                store,
            }),
            routes: Arc::new(ArcSwap::from_pointee(out_of_service())),
        }
    }

    /// The application's name.
    pub fn name(&self) -> &str {
        &self.fixed.name
    }

    /// Has it serve, from the next request on.
    pub fn serve(&self, provider: Arc<dyn Provider>) {
        let Fixed { name, context, store } = self.fixed.as_ref();
        let discovery = store.clone().map(|store| Discovery::new(name, &provider.surface(), store));
        let routes = scim::router(provider, context.clone());
        let routes = match discovery {
            Some(discovery) => routes.layer(middleware::from_fn_with_state(Arc::new(discovery), discovery::remember)),
            None => routes,
        };
        self.routes.store(Arc::new(routes));
    }

    /// Takes it out of service, from the next request on.
    pub fn stop(&self) {
        self.routes.store(Arc::new(out_of_service()));
    }
}

impl Service<Request> for Place {
    type Response = Response;
    type Error = Infallible;
    type Future = <Router as Service<Request>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Router::clone(&self.routes.load()).call(request)
    }
}

/// The administrator has the reasons in the log, and from `portcullis check`.
fn out_of_service() -> Router {
    Router::new().fallback(async || {
        let detail = "this application is out of service: a plugin that it needs is not approved or cannot be used. \
                      `portcullis check` on the server says which, and what to do";
        Error::unavailable(detail, RETRY_AFTER)
    })
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};

    use super::*;

    fn context() -> RouterContext {
        RouterContext {
            base_url: "http://localhost/a/scim/v2".to_owned(),
            body_limit: 1024,
        }
    }

    async fn status(place: &Place) -> u16 {
        let request = Request::get("/").body(Body::empty()).unwrap();
        let answer = place.clone().call(request).await;
        answer.map(|answer| answer.status().as_u16()).unwrap_or_default()
    }

    /// A request that waits has the routes that it began with.
    #[tokio::test]
    async fn what_is_under_way_ends_where_it_began() {
        let place = Place::new("a", context(), None);
        assert_eq!(status(&place).await, 503);
        let (entered, mut inside) = tokio::sync::mpsc::channel::<()>(1);
        let waiting = Arc::new(tokio::sync::Notify::new());
        let until = waiting.clone();
        let handler = async move || {
            let _ = entered.send(()).await;
            until.notified().await;
            "old"
        };
        place.routes.store(Arc::new(Router::new().route("/", get(handler))));
        let old = tokio::spawn({
            let place = place.clone();
            async move { status(&place).await }
        });
        inside.recv().await.unwrap();
        place.stop();
        assert_eq!(status(&place).await, 503);
        waiting.notify_one();
        assert_eq!(old.await.unwrap(), 200);
    }
}
