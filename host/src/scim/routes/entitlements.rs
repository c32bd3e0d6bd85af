//! The catalogue of each entitlement type, at the endpoint that its resource type names. Catalogues are the application's own
//! tables and can only be read here.

use axum::{
    extract::{FromRequestParts, OriginalUri, Path, State},
    http::{Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Application, Id, Origin, no_such_endpoint, not_a_path, refuse_method};
use crate::scim::{
    EntitlementType, Error, ListRequest, Page,
    answer::Scim,
    body::Body,
    filter::Filterable,
    list::{Listed, Parameters},
    list_response,
    projection::Projection,
    render, search,
    version::Preconditions,
};

/// The methods of a catalogue and of its items, and those of a search.
const READ: [Method; 2] = [Method::GET, Method::HEAD];
const SEARCH: [Method; 1] = [Method::POST];

/// The attributes of an item that a client can choose; `schemas` and `id` are always there.
pub(super) const SHOWN: [&str; 4] = ["displayName", "description", "type", "meta"];

pub async fn list(
    State(application): State<Application>,
    catalogue: Catalogue,
    origin: Origin,
    parameters: Parameters,
) -> Result<Response, Error> {
    let Some(of) = catalogue.of(&application, &READ).await? else {
        return Ok(catalogue.refuse(&READ));
    };
    listed(&application, of, &origin, &parameters).await
}

/// A list request by POST (RFC 7644 §3.4.3).
pub async fn search(
    State(application): State<Application>,
    catalogue: Catalogue,
    origin: Origin,
    body: Result<Body, Error>,
) -> Result<Response, Error> {
    let Some(of) = catalogue.of(&application, &SEARCH).await? else {
        return Ok(catalogue.refuse(&SEARCH));
    };
    listed(&application, of, &origin, &search::parameters(&body?.0)?).await
}

async fn listed(
    application: &Application,
    of: &EntitlementType,
    origin: &Origin,
    parameters: &Parameters,
) -> Result<Response, Error> {
    let request = parameters.list_request(&Listed {
        surface: application.surface(),
        resource_type: &of.name,
        filterable: Filterable::Entitlements(&of.name),
    })?;
    let projection = Projection::of_items(parameters, &SHOWN)?;
    let page = page(application, of, origin, &request, &projection).await?;
    Ok(Scim(list_response::of_page(&of.name, &request, page)).into_response())
}

/// A page of a catalogue as clients see it.
pub(super) async fn page(
    application: &Application,
    of: &EntitlementType,
    origin: &Origin,
    request: &ListRequest,
    projection: &Projection,
) -> Result<Page, Error> {
    let listed = application.provider.list_entitlements(&origin.request_id, &of.name, request);
    let render = |item| render::entitlement(of, &origin.base_url, item).shown(projection).resource;
    Ok(listed.await?.map(render))
}

pub async fn read(
    State(application): State<Application>,
    catalogue: Catalogue,
    origin: Origin,
    id: Result<Id, Error>,
    parameters: Parameters,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let Some(of) = catalogue.of(&application, &READ).await? else {
        return Ok(catalogue.refuse(&READ));
    };
    let projection = Projection::of_items(&parameters, &SHOWN)?;
    let item = application
        .provider
        .get_entitlement(&origin.request_id, &of.name, &id?.0)
        .await?;
    let item = render::entitlement(of, &origin.base_url, item).shown(&projection);
    item.unless_known(&preconditions)
}

/// What a request asks of which catalogue.
pub struct Catalogue {
    endpoint: String,
    method: Method,
    uri: OriginalUri,
}

impl Catalogue {
    /// The entitlement type, or 404; `None` when the method isn't one of those.
    async fn of<'a>(&self, application: &'a Application, methods: &[Method]) -> Result<Option<&'a EntitlementType>, Error> {
        let types = &application.surface().entitlement_types;
        let found = types.iter().find(|it| it.endpoint.strip_prefix('/') == Some(&self.endpoint));
        match found {
            None => Err(no_such_endpoint(self.uri.clone()).await),
            Some(found) => Ok(methods.contains(&self.method).then_some(found)),
        }
    }

    /// 405 with `Allow`.
    fn refuse(&self, allowed: &[Method]) -> Response {
        let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        ([(header::ALLOW, allowed.join(","))], refuse_method(&self.method, &self.uri)).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Catalogue {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Segment {
            endpoint: String,
        }
        let segment = Path::<Segment>::from_request_parts(parts, state).await.map_err(not_a_path)?;
        let uri = OriginalUri::from_request_parts(parts, state).await;
        Ok(Self {
            endpoint: segment.0.endpoint,
            method: parts.method.clone(),
            uri: uri.unwrap_or_else(|_| OriginalUri(parts.uri.clone())),
        })
    }
}
