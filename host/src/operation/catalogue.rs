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
    scim::{Document, Error, ListRequest, Page, ScimType},
};

/// Ids that one look-up asks for at the most.
const AT_ONCE: usize = 64;

/// A look-up by ids gives hardly more items than ids, and all of them are wanted.
const EVERYTHING: u64 = u32::MAX as u64;

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

    /// Refuses to assign what the catalogue does not have, also where no foreign key of the tables would. One look-up for up to
    /// [`AT_ONCE`] of them.
    ///
    /// # Errors
    /// 400 `invalidValue` with the first that is not there, or what reading the catalogue gave.
    pub(super) async fn exist(&self, request: &mut Request, entitlement: &Entitlements, ids: &[&String]) -> Result<(), Error> {
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        for chunk in ids.chunks(AT_ONCE) {
            let Some(filter) = filter::of_ids(chunk) else { continue };
            let filter = filter::translate(&filter, &entitlement.settings)?;
            let window = Window::first(EVERYTHING);
            let found = self.items(request, entitlement, filter, Vec::new(), window).await?.resources;
            let found: Vec<_> = found.iter().filter_map(|item| item.get("id")?.as_str()).collect();
            // The database may compare less exactly than ids are meant.
            if let Some(absent) = chunk.iter().find(|id| !found.contains(*id)) {
                let name = &entitlement.settings.name;
                let detail = format!(
                    "{name} \"{absent}\" does not exist: {} lists what can be assigned",
                    entitlement.settings.endpoint
                );
                return Err(Error::bad_request(ScimType::InvalidValue, detail));
            }
        }
        Ok(())
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
