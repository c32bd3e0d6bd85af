//! `/Groups` (RFC 7643 §4.2, RFC 7644 §3.3 to §3.6). Many clients look for groups without being asked to, so that an application
//! that has none answers them as one that has no group yet, and says what is missing to those that write.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{Application, Id, Origin};
use crate::scim::{
    Document, Error, GroupSurface, ListRequest, Members, Page, ResourceKind,
    answer::Scim,
    body::Body,
    check,
    filter::Filterable,
    list::{Listed, Parameters},
    list_response, members, patch,
    projection::Projection,
    render, replace as put,
    resource::Resources,
    version::{Preconditions, Version},
};

pub async fn list(State(application): State<Application>, origin: Origin, parameters: Parameters) -> Result<Response, Error> {
    listed(&application, &origin, &parameters).await
}

/// A list request by POST (RFC 7644 §3.4.3).
pub async fn search(State(application): State<Application>, origin: Origin, Body(body): Body) -> Result<Response, Error> {
    listed(&application, &origin, &crate::scim::search::parameters(&body)?).await
}

async fn listed(application: &Application, origin: &Origin, parameters: &Parameters) -> Result<Response, Error> {
    let surface = application.surface();
    let resource_type = ResourceKind::Group.name();
    let of = |filterable| Listed {
        surface,
        resource_type,
        filterable,
    };
    let projection = Projection::of(parameters, &application.groups)?;
    let Some(groups) = application.groups() else {
        let request = parameters.list_request(&of(Filterable::Nothing))?;
        let none = list_response::of_page(resource_type, &request, Page::default());
        return Ok(Scim(none).into_response());
    };
    let request = parameters.list_request(&of(Filterable::Resources(groups)))?;
    let page = page(application, origin, &request, &projection).await?;
    Ok(Scim(list_response::of_page(resource_type, &request, page)).into_response())
}

/// A page of groups as clients see them.
pub(super) async fn page(
    application: &Application,
    origin: &Origin,
    request: &ListRequest,
    projection: &Projection,
) -> Result<Page, Error> {
    let members = wanted(projection, &Preconditions::default());
    let page = application.provider.list_groups(&origin.request_id, request, members).await?;
    let surface = application.surface();
    Ok(page.map(|group| {
        let group = render::group(surface, &origin.base_url, group, members);
        group.shown(projection).resource
    }))
}

pub async fn create(
    State(application): State<Application>,
    origin: Origin,
    parameters: Parameters,
    Body(body): Body,
) -> Result<Response, Error> {
    let groups = configured(&application, "create-group", |groups| groups.create_group)?;
    let projection = Projection::of(&parameters, &application.groups)?;
    let wanted = check::resource(&groups, body)?;
    let group = application.provider.create_group(&origin.request_id, wanted).await?;
    let id = group.get("id").and_then(Value::as_str).unwrap_or_default();
    let location = render::location(&origin.base_url, ResourceKind::Group.endpoint(), id);
    let group = render::group(groups.surface, &origin.base_url, group, Members::Read).shown(&projection);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], group).into_response())
}

pub async fn read(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    parameters: Parameters,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let projection = Projection::of(&parameters, &application.groups)?;
    let Some(groups) = application.groups() else {
        return Err(Error::not_found(ResourceKind::Group.name(), &id));
    };
    let members = wanted(&projection, &preconditions);
    let group = application.provider.get_group(&origin.request_id, &id, members).await?;
    let group = render::group(groups.surface, &origin.base_url, group, members).shown(&projection);
    group.unless_known(&preconditions)
}

pub async fn replace(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    parameters: Parameters,
    preconditions: Preconditions,
    Body(body): Body,
) -> Result<Response, Error> {
    let groups = configured(&application, "update-group", |_| true)?;
    let projection = Projection::of(&parameters, &application.groups)?;
    let document = check::resource(&groups, body)?;
    let members = match document.contains_key(members::ATTRIBUTE) {
        true => Members::Read,
        false => wanted(&projection, &preconditions),
    };
    let change = |current: Document| {
        hold(&preconditions, &current)?;
        put::replace(&groups, &current, document.clone())
    };
    let group = application
        .provider
        .modify_group(&origin.request_id, &id, &change, members)
        .await?;
    let group = render::group(groups.surface, &origin.base_url, group, members);
    Ok(group.shown(&projection).into_response())
}

pub async fn modify(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    parameters: Parameters,
    preconditions: Preconditions,
    Body(body): Body,
) -> Result<Response, Error> {
    let groups = configured(&application, "update-group", |_| true)?;
    let projection = Projection::of(&parameters, &application.groups)?;
    let operations = patch::parse(&application.groups, body)?;
    let members = match operations.iter().any(|it| it.is_about(members::ATTRIBUTE)) {
        true => Members::Read,
        false => wanted(&projection, &preconditions),
    };
    let change = |current: Document| {
        hold(&preconditions, &current)?;
        patch::apply(&groups, current, &operations)
    };
    let group = application
        .provider
        .modify_group(&origin.request_id, &id, &change, members)
        .await?;
    let group = render::group(groups.surface, &origin.base_url, group, members);
    Ok(group.shown(&projection).into_response())
}

pub async fn delete(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
    preconditions: Preconditions,
) -> Result<StatusCode, Error> {
    configured(&application, "delete-group", |groups| groups.delete_group)?;
    let members = match preconditions.are_any() {
        true => Members::Read,
        false => Members::LeftOut,
    };
    let allowed = |current: &Document| hold(&preconditions, current);
    application
        .provider
        .delete_group(&origin.request_id, &id, &allowed, members)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Members are read for who sees them, and for a version that something depends on.
fn wanted(projection: &Projection, preconditions: &Preconditions) -> Members {
    match projection.shows(members::ATTRIBUTE) || preconditions.are_any() {
        true => Members::Read,
        false => Members::LeftOut,
    }
}

/// Nothing depends on the version of a group without its members: [`wanted`] sees to that.
fn hold(preconditions: &Preconditions, current: &Document) -> Result<(), Error> {
    match preconditions.are_any() {
        true => preconditions.hold(&Version::of(current)),
        false => Ok(()),
    }
}

/// The groups, if the application has them and can do this with them.
///
/// # Errors
/// 501, and what to configure.
fn configured<'a>(
    application: &'a Application,
    operation: &str,
    can: impl FnOnce(&GroupSurface) -> bool,
) -> Result<Resources<'a>, Error> {
    let name = &application.surface().application;
    let Some(groups) = application.groups() else {
        let detail = format!(
            "application {name} has no groups: to have them, configure [groups] with the operations get-groups and {operation}"
        );
        return Err(Error::not_implemented(detail));
    };
    match groups.surface.groups.as_ref().is_some_and(can) {
        true => Ok(groups),
        false => Err(Error::not_implemented(format!(
            "groups of application {name} can't be changed like this: [groups.{operation}] is not configured and enabled"
        ))),
    }
}
