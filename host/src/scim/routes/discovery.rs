//! The endpoints that say what this server is (RFC 7644 §4).

use axum::{extract::State, response::IntoResponse};
use serde_json::Value;

use super::{Application, Id, Origin};
use crate::scim::{Error, answer::Scim, discovery, list::Parameters, list_response};

pub async fn service_provider_config(
    State(application): State<Application>,
    origin: Origin,
    parameters: Parameters,
) -> Result<impl IntoResponse, Error> {
    refuse_filter(&parameters)?;
    Ok(Scim(discovery::service_provider_config(
        application.surface(),
        &origin.base_url,
        application.context.body_limit,
    )))
}

pub async fn resource_types(
    State(application): State<Application>,
    origin: Origin,
    parameters: Parameters,
) -> Result<impl IntoResponse, Error> {
    refuse_filter(&parameters)?;
    Ok(Scim(list_response::of_all(discovery::resource_types(
        application.surface(),
        &origin.base_url,
    ))))
}

pub async fn resource_type(
    State(application): State<Application>,
    origin: Origin,
    Id(id): Id,
) -> Result<impl IntoResponse, Error> {
    one(
        "ResourceType",
        &id,
        discovery::resource_types(application.surface(), &origin.base_url),
    )
}

pub async fn schemas(
    State(application): State<Application>,
    origin: Origin,
    parameters: Parameters,
) -> Result<impl IntoResponse, Error> {
    refuse_filter(&parameters)?;
    Ok(Scim(list_response::of_all(discovery::schemas(
        application.surface(),
        &origin.base_url,
    ))))
}

pub async fn schema(State(application): State<Application>, origin: Origin, Id(id): Id) -> Result<impl IntoResponse, Error> {
    one("Schema", &id, discovery::schemas(application.surface(), &origin.base_url))
}

/// The one with this id, compared without regard to case, as URNs are (RFC 8141 §3.1).
fn one(resource_type: &str, id: &str, resources: Vec<Value>) -> Result<Scim<Value>, Error> {
    let named = |resource: &Value| {
        resource
            .get("id")
            .and_then(Value::as_str)
            .is_some_and(|it| it.eq_ignore_ascii_case(id))
    };
    let found = resources.into_iter().find(named);
    found.map(Scim).ok_or_else(|| Error::not_found(resource_type, id))
}

/// RFC 7644 §4: what is described here doesn't depend on a filter, and a client that sends one must not think that it does.
fn refuse_filter(parameters: &Parameters) -> Result<(), Error> {
    match parameters.get("filter")? {
        None => Ok(()),
        Some(_) => Err(Error::new(
            403,
            "discovery can't be filtered (RFC 7644 §4); ask without `filter`",
        )),
    }
}
