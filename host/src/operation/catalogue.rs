//! What users can hold: the items of get-entitlements.

use super::{
    application::{Application, Entitlements},
    output::Rows,
    request::{Inputs, Request},
};
use crate::{
    application::{EntitlementReader, Operation},
    database::{CaseRule, Comparison, ComparisonOperator, Paging, Predicate, Projection, Shape, SortKey, Value},
    scim::{Document, Error, ListRequest, Page, ScimType},
};
use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};

/// The parameter that an item's id or name is bound as.
const WANTED: &str = "filter.1";

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
        let wanted = list
            .filter
            .as_ref()
            .map(|filter| condition(entitlement, filter))
            .transpose()?;
        let offset = list.start_index.saturating_sub(1);
        self.items(request, entitlement, wanted, offset, list.count).await
    }

    pub(super) async fn read_entitlement(&self, request: &mut Request, type_name: &str, id: &str) -> Result<Document, Error> {
        let entitlement = self.entitlement_type(type_name)?;
        let by_id = Condition {
            column: entitlement.settings.id.clone(),
            case_rule: CaseRule::Exact,
            value: id.to_owned(),
        };
        let missing = || Error::not_found(&entitlement.settings.name, id);
        let page = match self.items(request, entitlement, Some(by_id), 0, 2).await {
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) => return Err(missing()),
            other => other?,
        };
        let is_it = |item: &Document| item.get("id").and_then(serde_json::Value::as_str) == Some(id);
        page.resources.into_iter().find(is_it).ok_or_else(missing)
    }

    async fn items(
        &self,
        request: &mut Request,
        entitlement: &Entitlements,
        condition: Option<Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Page, Error> {
        let operation = entitlement
            .operations
            .get(&Operation::GetEntitlements)
            .ok_or_else(|| self.not_configured(Operation::GetEntitlements))?;
        let filter: Vec<Predicate> = condition.iter().map(Condition::predicate).collect();
        let values: Vec<_> = condition
            .into_iter()
            .map(|condition| (WANTED.to_owned(), Value::Text(condition.value)))
            .collect();
        let shape = Shape {
            projection: Projection::Rows,
            filter: filter.clone(),
            sort: vec![SortKey {
                column: entitlement.settings.id.clone(),
                descending: false,
                case_rule: CaseRule::Exact,
            }],
            paging: Paging::All,
            lists: Vec::new(),
        };
        let rows = match request.run_shaped(operation, &shape, Inputs::new(values.clone())).await? {
            Some(done) => done.rows,
            None => self.items_here(request, operation, &filter, &values).await?,
        };
        if rows.rows.is_empty() {
            return Ok(Page {
                total: 0,
                resources: Vec::new(),
            });
        }
        let reader = EntitlementReader::new(&entitlement.settings, &rows.columns).map_err(|message| self.unreadable(message))?;
        let page = rows
            .rows
            .iter()
            .skip(usize::try_from(offset).unwrap_or(usize::MAX))
            .take(usize::try_from(limit).unwrap_or(usize::MAX));
        let read = page.map(|row| reader.read(row).map_err(|message| self.unreadable(message)));
        Ok(Page {
            total: rows.rows.len() as u64,
            resources: read.collect::<Result<_, _>>()?,
        })
    }

    async fn items_here(
        &self,
        request: &mut Request,
        operation: &super::prepared::Prepared,
        filter: &[Predicate],
        values: &[(String, Value)],
    ) -> Result<Rows, Error> {
        let matcher = (!filter.is_empty()).then(|| super::matcher::Matcher::new(filter, values));
        let output = super::output::Output::new(super::output::Window::Everything, matcher);
        Ok(request.run_into(operation, Inputs::new(Vec::new()), output).await?.rows)
    }
}

struct Condition {
    column: String,
    case_rule: CaseRule,
    value: String,
}

impl Condition {
    fn predicate(&self) -> Predicate {
        Predicate::Compare(Comparison {
            column: self.column.clone(),
            operator: ComparisonOperator::Eq,
            case_rule: self.case_rule,
            parameter: WANTED.into(),
        })
    }
}

/// `id eq "…"`, `value eq "…"`, `displayName eq "…"` and `display eq "…"`.
fn condition(entitlement: &Entitlements, filter: &Filter) -> Result<Condition, Error> {
    let settings = &entitlement.settings;
    if let Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(value))) = filter {
        let is = |names: [&str; 2]| path.sub_attr.is_none() && names.iter().any(|name| path.name.eq_ignore_ascii_case(name));
        if is(["id", "value"]) {
            return Ok(Condition {
                column: settings.id.clone(),
                case_rule: CaseRule::Exact,
                value: value.clone(),
            });
        }
        if is(["displayName", "display"]) {
            return Ok(Condition {
                column: settings.display.clone(),
                case_rule: CaseRule::Insensitive,
                value: value.clone(),
            });
        }
    }
    Err(Error::bad_request(
        ScimType::InvalidFilter,
        format!(
            "{} can be filtered by `id eq \"…\"` and `displayName eq \"…\"`, and not by `{filter}`",
            settings.endpoint
        ),
    ))
}
