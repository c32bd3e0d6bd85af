//! `/Users` (RFC 7644 §3.3 to §3.6).

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{Application, Id, Origin};
use crate::scim::{
    Document, Error, ListRequest, Page, ResourceKind,
    answer::Scim,
    body::Body,
    check,
    filter::Filterable,
    list::{Listed, Parameters},
    list_response, patch,
    projection::Projection,
    render, replace, search,
    version::{Preconditions, Version},
};

/// The name of the resource type.
const USER: &str = ResourceKind::User.name();

pub async fn list(State(application): State<Application>, origin: Origin, parameters: Parameters) -> Result<Response, Error> {
    listed(&application, &origin, &parameters).await
}

/// A list request by POST (RFC 7644 §3.4.3).
pub async fn search(State(application): State<Application>, origin: Origin, Body(body): Body) -> Result<Response, Error> {
    listed(&application, &origin, &search::parameters(&body)?)
        .await
        .map_err(search::in_body)
}

async fn listed(application: &Application, origin: &Origin, parameters: &Parameters) -> Result<Response, Error> {
    let of = Listed {
        surface: application.surface(),
        resource_type: USER,
        filterable: Filterable::Resources(application.users()),
    };
    let request = parameters.list_request(&of)?;
    let projection = Projection::of(parameters, &application.users)?;
    let page = page(application, origin, &request, &projection).await?;
    Ok(Scim(list_response::of_page(USER, &request, page)).into_response())
}

/// A page of users as clients see them.
pub(super) async fn page(
    application: &Application,
    origin: &Origin,
    request: &ListRequest,
    projection: &Projection,
) -> Result<Page, Error> {
    let page = application
        .provider
        .list_users(&origin.request_id, request, projection)
        .await?;
    let surface = application.surface();
    Ok(page.map(|user| {
        let user = render::user(surface, &origin.base_url, user, projection);
        user.shown(projection).resource
    }))
}

pub async fn create(
    State(application): State<Application>,
    origin: Origin,
    parameters: Parameters,
    Body(body): Body,
) -> Result<Response, Error> {
    let surface = application.surface();
    if !surface.capabilities.create_user {
        return Err(not_configured("create-user", "users can't be created"));
    }
    let projection = Projection::of(&parameters, &application.users)?;
    let wanted = check::resource(&application.users(), body)?;
    let user = application.provider.create_user(&origin.request_id, wanted).await?;
    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
    let location = render::location(&origin.base_url, "/Users", id);
    let user = render::user(surface, &origin.base_url, user, &Projection::Everything).shown(&projection);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], user).into_response())
}

pub async fn read(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    parameters: Parameters,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let surface = application.surface();
    let projection = Projection::of(&parameters, &application.users)?;
    // A version that something depends on is one of everything.
    let read = match preconditions.are_any() {
        true => &Projection::Everything,
        false => &projection,
    };
    let user = application.provider.get_user(&origin.request_id, &id, read).await?;
    let user = render::user(surface, &origin.base_url, user, read).shown(&projection);
    user.unless_known(&preconditions)
}

pub async fn replace(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    parameters: Parameters,
    preconditions: Preconditions,
    Body(body): Body,
) -> Result<impl IntoResponse, Error> {
    let surface = application.surface();
    let projection = Projection::of(&parameters, &application.users)?;
    let wanted = check::resource(&application.users(), body)?;
    let change = |current: Document| {
        preconditions.hold(&Version::of(&current))?;
        replace::replace(&application.users(), &current, wanted.clone())
    };
    let user = application.provider.modify_user(&origin.request_id, &id, &change).await?;
    Ok(render::user(surface, &origin.base_url, user, &Projection::Everything).shown(&projection))
}

pub async fn modify(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    parameters: Parameters,
    preconditions: Preconditions,
    Body(body): Body,
) -> Result<impl IntoResponse, Error> {
    let surface = application.surface();
    let projection = Projection::of(&parameters, &application.users)?;
    let operations = patch::parse(&application.users, body)?;
    let change = |current: Document| {
        preconditions.hold(&Version::of(&current))?;
        patch::apply(&application.users(), current, &operations)
    };
    let user = application.provider.modify_user(&origin.request_id, &id, &change).await?;
    Ok(render::user(surface, &origin.base_url, user, &Projection::Everything).shown(&projection))
}

pub async fn delete(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    preconditions: Preconditions,
) -> Result<StatusCode, Error> {
    if !application.surface().capabilities.delete_user {
        return Err(not_configured("delete-user", "users can't be deleted, only deactivated"));
    }
    let allowed = |current: &Document| preconditions.hold(&Version::of(current));
    application.provider.delete_user(&origin.request_id, &id, &allowed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 501: what the client wants needs an operation that the application doesn't have.
fn not_configured(operation: &str, consequence: &str) -> Error {
    Error::not_implemented(format!(
        "{consequence}: the operation {operation} is not enabled for this application"
    ))
}
