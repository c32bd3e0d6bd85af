//! What users can hold: the items of get-entitlements.

use scim_v2::filter::{AttrExp, AttrPath, CompareOp, Filter};

use super::{
    application::{Application, Entitlements},
    columns::sort_keys,
    filter::{self, ColumnFilter},
    request::Request,
    select::{Listing, Selected, Window},
};
use crate::{
    application::{EntitlementReader, Operation},
    database::SortKey,
    scim::{Document, Error, ListRequest, Page},
};

impl Application {
    pub(super) fn entitlement_type(&self, name: &str) -> Result<&Entitlements, Error> {
        let found = self
            .entitlements
            .iter()
            .find(|entitlement| entitlement.settings.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| Error::new(404, format!("application {} has no entitlement type {name}", self.name)))
    }

    pub(super) async fn read_entitlements(
        &self,
        request: &mut Request,
        type_name: &str,
        list: &ListRequest,
    ) -> Result<Page, Error> {
        let entitlement = self.entitlement_type(type_name)?;
        let settings = &entitlement.settings;
        let filter = list
            .filter
            .as_ref()
            .map(|filter| filter::translate(filter, settings))
            .transpose()?;
        let sort = sort_keys(list.sort.as_ref(), settings)?;
        self.items(request, entitlement, filter.unwrap_or_default(), sort, Window::of(list)?)
            .await
    }

    pub(super) async fn read_entitlement(&self, request: &mut Request, type_name: &str, id: &str) -> Result<Document, Error> {
        let entitlement = self.entitlement_type(type_name)?;
        let by_id = Filter::Attr(AttrExp::Comparison(AttrPath::with_name("id"), CompareOp::Eq, id.into()));
        let filter = filter::translate(&by_id, &entitlement.settings)?;
        let page = self.items(request, entitlement, filter, Vec::new(), Window::first(2)).await?;
        let is_it = |item: &Document| item.get("id").and_then(serde_json::Value::as_str) == Some(id);
        let found = page.resources.into_iter().find(is_it);
        found.ok_or_else(|| Error::not_found(&entitlement.settings.name, id))
    }

    async fn items(
        &self,
        request: &mut Request,
        entitlement: &Entitlements,
        filter: ColumnFilter,
        sort: Vec<SortKey>,
        window: Window,
    ) -> Result<Page, Error> {
        let operation = entitlement
            .operations
            .get(&Operation::GetEntitlements)
            .ok_or_else(|| self.not_configured(Operation::GetEntitlements))?;
        let listing = Listing {
            operation,
            id: &entitlement.settings.id,
            filter,
            sort,
            window,
            inputs: Vec::new(),
        };
        let Selected {
            rows,
            total,
            next,
            previous,
        } = self.select(request, listing).await?;
        let mut resources = Vec::with_capacity(rows.rows.len());
        if !rows.rows.is_empty() {
            let unreadable = |message| self.unreadable(message);
            let reader = EntitlementReader::new(&entitlement.settings, &rows.columns).map_err(unreadable)?;
            for row in &rows.rows {
                resources.push(reader.read(row).map_err(unreadable)?);
            }
        }
        Ok(Page {
            total,
            resources,
            next: next.map(|position| position.write()),
            previous: previous.map(|position| position.write()),
        })
    }
}
