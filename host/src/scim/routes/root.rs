//! Queries at the root of an application (RFC 7644 §3.4.2.1, §3.4.3): all of its resources, one type after the other.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use scim_v2::filter::Filter;

use super::{Application, Origin, entitlements, groups, users};
use crate::scim::{
    EntitlementType, Error, ListRequest, Page, ScimType, Start,
    answer::Scim,
    body::Body,
    filter::{self, Filterable},
    invalid_cursor,
    list::Parameters,
    list_response,
    projection::Projection,
    relaxed::{self, Relaxed},
    search,
};

pub async fn list(State(application): State<Application>, origin: Origin, parameters: Parameters) -> Result<Response, Error> {
    listed(&application, &origin, &parameters).await
}

/// A list request by POST.
pub async fn search(State(application): State<Application>, origin: Origin, Body(body): Body) -> Result<Response, Error> {
    listed(&application, &origin, &search::parameters(&body)?).await
}

/// Each type is asked for its part of the page and for its number, in a fixed order, so that pages partition the whole.
async fn listed(application: &Application, origin: &Origin, parameters: &Parameters) -> Result<Response, Error> {
    if parameters.has("cursor") {
        return Err(invalid_cursor(
            "a query at the root is paged by `startIndex`, or asks the endpoint of one type",
        ));
    }
    let start = Start::Index(parameters.index()?);
    let count = parameters.count(&start, application.surface().max_results)?;
    let parts = parts(application, parameters)?;
    let whole = ListRequest {
        filter: None,
        sort: None,
        start,
        count,
    };
    let mut skip = parameters.index()?.saturating_sub(1);
    let mut page = Page::default();
    for (part, filter) in &parts {
        let sort = match parts.len() {
            1 => parameters.sort(&part.filterable(application))?,
            _ => None,
        };
        let request = ListRequest {
            filter: filter.clone(),
            sort,
            start: Start::Index(skip.saturating_add(1)),
            count: count.saturating_sub(page.resources.len() as u64),
        };
        let of_part = part.page(application, origin, parameters, &request).await?;
        skip = skip.saturating_sub(of_part.total);
        page.total += of_part.total;
        page.resources.extend(of_part.resources);
    }
    Ok(Scim(list_response::of_page("", &whole, page)).into_response())
}

/// The types that a query can find something of, each with what the filter comes to for it.
fn parts<'a>(application: &'a Application, parameters: &Parameters) -> Result<Vec<(Part<'a>, Option<Filter>)>, Error> {
    let all = Part::all(application);
    let mut parts = Vec::new();
    match parameters.get("filter")? {
        None => parts.extend(all.into_iter().map(|part| (part, None))),
        Some(text) => {
            let filter = filter::parse(text)?;
            let filterables: Vec<Filterable<'_>> = all.iter().map(|part| part.filterable(application)).collect();
            relaxed::check(&filterables, &filter)?;
            for (part, filterable) in all.into_iter().zip(filterables) {
                match relaxed::relax(&filterable, &filter)? {
                    Relaxed::Everything => parts.push((part, None)),
                    Relaxed::Some(filter) => parts.push((part, Some(filter))),
                    Relaxed::Nothing => {}
                }
            }
        }
    }
    if parts.len() > 1 && parameters.get("sortBy")?.is_some() {
        let detail = "resources of several types have no common order: ask for one, with `meta.resourceType eq \"User\"` or at its \
                      endpoint";
        return Err(Error::bad_request(ScimType::InvalidValue, detail));
    }
    Ok(parts)
}

/// All resources of one type.
#[derive(Clone, Copy)]
enum Part<'a> {
    Users,
    Groups,
    Catalogue(&'a EntitlementType),
}

impl<'a> Part<'a> {
    fn all(application: &'a Application) -> Vec<Self> {
        let users = application.surface().capabilities.list_users.then_some(Self::Users);
        let groups = application.groups().map(|_| Self::Groups);
        let catalogues = application.surface().entitlement_types.iter().map(Self::Catalogue);
        users.into_iter().chain(groups).chain(catalogues).collect()
    }

    fn filterable(self, application: &'a Application) -> Filterable<'a> {
        match self {
            Self::Users => Filterable::Resources(application.users()),
            Self::Groups => application.groups().map_or(Filterable::Nothing, Filterable::Resources),
            Self::Catalogue(of) => Filterable::Entitlements(&of.name),
        }
    }

    async fn page(
        self,
        application: &Application,
        origin: &Origin,
        parameters: &Parameters,
        request: &ListRequest,
    ) -> Result<Page, Error> {
        match self {
            Self::Users => {
                let projection = Projection::of(parameters, &application.users)?;
                users::page(application, origin, request, &projection).await
            }
            Self::Groups => {
                let projection = Projection::of(parameters, &application.groups)?;
                groups::page(application, origin, request, &projection).await
            }
            Self::Catalogue(of) => {
                let projection = Projection::of_items(parameters, &entitlements::SHOWN)?;
                entitlements::page(application, of, origin, request, &projection).await
            }
        }
    }
}
