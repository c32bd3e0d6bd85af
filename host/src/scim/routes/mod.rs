//! The endpoints of one application, relative to its base `/{application}/scim/v2`.
//!
//! The server sets two extensions on each request: [`RequestId`], and [`BaseUrl`] for absolute URLs. Every answer from here,
//! whatever went wrong, is SCIM's; a panic and a request that never got here (the base with a slash behind it is one) are the
//! server's to answer, with [`Error`](super::Error) too.

mod bulk;
mod discovery;
mod entitlements;
mod groups;
mod root;
mod served;
mod users;

use std::{convert::Infallible, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, FromRequestParts, OriginalUri, Path, Query, Request, State, rejection::PathRejection},
    http::{Method, Uri, request::Parts},
    middleware::{self, Next},
    response::Response,
    routing::{any, get, post},
};
use serde::Deserialize;

use self::served::Served;
use super::{
    Error, Provider, RequestId, ScimType, Surface, list::Parameters, media, resource::Resources, vocabulary::Vocabulary,
};

/// What the routes need to know besides the application.
#[derive(Clone, Debug)]
pub struct RouterContext {
    /// The base of absolute URLs for requests without the extension [`BaseUrl`], without a trailing slash.
    pub base_url: String,
    /// The most bytes that the body of a request may have.
    pub body_limit: usize,
}

/// The absolute URL of the application's base as the client of this request knows it, for example
/// `http://127.0.0.1:8480/demo/scim/v2`, without a trailing slash. An extension of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(pub String);

/// When the answer to a request must be there: an extension of the request, for what is done piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(pub Instant);

/// The routes of an application. A slash at the end of a path changes nothing.
///
/// To be nested under a literal path: axum can't nest a router with a fallback under one that has parameters.
pub fn router(provider: Arc<dyn Provider>, context: RouterContext) -> Router {
    let body_limit = DefaultBodyLimit::max(context.body_limit);
    let served = Served::new(provider, context);
    let resources = resources(served.clone());
    let bulk = post(bulk::bulk)
        .fallback(method_not_allowed)
        .with_state(bulk::Bulk::new(resources.clone(), served.clone()));
    resources
        .route("/Bulk", bulk.clone())
        .route("/Bulk/", bulk)
        .layer(body_limit)
        .layer(middleware::from_fn_with_state(served, learned))
        .layer(middleware::from_fn(media::negotiate))
}

/// Everything but what is made of several requests to it.
fn resources(served: Served) -> Router {
    let routes = [
        ("/ServiceProviderConfig", get(discovery::service_provider_config)),
        ("/ResourceTypes", get(discovery::resource_types)),
        ("/ResourceTypes/{id}", get(discovery::resource_type)),
        ("/Schemas", get(discovery::schemas)),
        ("/Schemas/{id}", get(discovery::schema)),
        ("/Users", get(users::list).post(users::create)),
        (
            "/Users/{id}",
            get(users::read)
                .put(users::replace)
                .patch(users::modify)
                .delete(users::delete),
        ),
        ("/Users/.search", post(users::search)),
        ("/.search", post(root::search)),
        ("/Groups", get(groups::list).post(groups::create)),
        (
            "/Groups/{id}",
            get(groups::read)
                .put(groups::replace)
                .patch(groups::modify)
                .delete(groups::delete),
        ),
        ("/Groups/.search", post(groups::search)),
        ("/Me", any(me)),
        // Which of these exist is the application's to say.
        ("/{endpoint}", any(entitlements::list)),
        ("/{endpoint}/.search", any(entitlements::search)),
        ("/{endpoint}/{id}", any(entitlements::read)),
    ];
    let mut router = Router::new();
    for (path, methods) in routes {
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    router
        .route("/", get(root::list))
        .fallback(no_such_endpoint)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(served)
}

/// An application as one request sees it from its beginning to its end.
struct Application {
    provider: Arc<dyn Provider>,
    surface: Arc<Surface>,
    users: Arc<Vocabulary>,
    groups: Arc<Vocabulary>,
    context: Arc<RouterContext>,
}

impl Application {
    fn surface(&self) -> &Surface {
        &self.surface
    }

    fn users(&self) -> Resources<'_> {
        Resources {
            surface: self.surface(),
            vocabulary: &self.users,
        }
    }

    /// `None`: the application has no groups.
    fn groups(&self) -> Option<Resources<'_>> {
        let surface = self.surface();
        surface.groups.as_ref().map(|_| Resources {
            surface,
            vocabulary: &self.groups,
        })
    }
}

/// Has the application find out what it doesn't know of itself yet, before anything is held against that.
async fn learned(State(served): State<Served>, request: Request, next: Next) -> Response {
    served.provider.learn().await;
    next.run(request).await
}

/// What the server said about a request.
struct Origin {
    request_id: RequestId,
    base_url: String,
}

impl<S> FromRequestParts<S> for Origin
where
    Arc<RouterContext>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let base_url = match parts.extensions.get::<BaseUrl>() {
            Some(BaseUrl(url)) => url.clone(),
            None => Arc::<RouterContext>::from_ref(state).base_url.clone(),
        };
        let request_id = parts.extensions.get::<RequestId>().cloned();
        Ok(Self {
            request_id: request_id.unwrap_or_else(|| RequestId(uuid::Uuid::new_v4().to_string())),
            base_url,
        })
    }
}

/// The last segment of a path, decoded. Taken by name: the router may be nested under segments of other names.
struct Id(String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Segment {
            id: String,
        }
        let segment = Path::<Segment>::from_request_parts(parts, state).await.map_err(not_a_path)?;
        Ok(Self(segment.0.id))
    }
}

/// The parameters of the query.
impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) = query.map_err(|rejection| {
            Error::bad_request(
                ScimType::InvalidSyntax,
                format!("the query of the URL can't be read: {rejection}"),
            )
        })?;
        Ok(Self::new(pairs))
    }
}

fn not_a_path(_: PathRejection) -> Error {
    Error::bad_request(
        ScimType::InvalidSyntax,
        "the URL's path is not UTF-8 once its percent-encoding is undone",
    )
}

/// 404 for a path that leads nowhere.
async fn no_such_endpoint(OriginalUri(uri): OriginalUri) -> Error {
    Error::new(404, format!("there is no endpoint at {}", uri.path()))
}

/// RFC 7644 §3.11: whoever has a token is an identity provider and no user of the application.
async fn me() -> Error {
    Error::not_implemented(
        "`/Me` is nobody here: tokens belong to identity providers and not to users; ask for a user by its id at /Users",
    )
}

/// 405; axum adds `Allow`.
async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> Error {
    refuse_method(&method, &uri)
}

fn refuse_method(method: &Method, uri: &Uri) -> Error {
    Error::new(405, format!("{method} can't be done at {}", uri.path()))
}
