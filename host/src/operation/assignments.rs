//! What users hold: read for a whole page at once where the statement allows it, and changed as a set difference.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{
    application::{Application, Entitlements},
    output::Rows,
    prepared::Prepared,
    request::{Inputs, Request},
    single,
};
use crate::{
    application::{AssignmentReader, Operation},
    database::{ListSize, Shape, Value},
    scim::{Document, EntitlementKind, Error, ScimType},
};

/// The parameter of get-user-entitlements that stands for many users.
pub(super) const IDS: &str = "ids";
/// Users that one statement is asked for at the most.
const AT_ONCE: usize = 256;

impl Application {
    /// Fills in `roles` and `entitlements` of these users.
    pub(super) async fn add_assignments(&self, request: &mut Request, users: &mut [Document]) -> Result<(), Error> {
        for entitlement in &self.entitlements {
            let Some(operation) = entitlement.operations.get(&Operation::GetUserEntitlements) else {
                continue;
            };
            let ids: Vec<String> = users
                .iter()
                .filter_map(|user| user.get("id")?.as_str().map(str::to_owned))
                .collect();
            let mut assignments = if operation.takes(&format!("{IDS}.1")) {
                self.of_many(request, entitlement, operation, &ids).await?
            } else if let Some(found) = self.of_several(request, entitlement, operation, &ids).await? {
                found
            } else {
                self.of_each(request, entitlement, operation, &ids).await?
            };
            for user in users.iter_mut() {
                let id = user.get("id").and_then(Json::as_str).unwrap_or_default();
                if let Some(found) = assignments.remove(id) {
                    let attribute = user.entry(entitlement.settings.kind.attribute()).or_insert_with(|| json!([]));
                    if let Json::Array(values) = attribute {
                        values.extend(found);
                    }
                }
            }
        }
        Ok(())
    }

    /// One statement after the other.
    async fn of_each(
        &self,
        request: &mut Request,
        entitlement: &Entitlements,
        operation: &Prepared,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<Json>>, Error> {
        let mut assignments = BTreeMap::new();
        for id in ids {
            let rows = request.run(operation, Inputs::id(id)).await?.rows;
            if rows.rows.is_empty() {
                continue;
            }
            let reader = self.assignment_reader(entitlement, &rows)?;
            let read = rows
                .rows
                .iter()
                .map(|row| reader.read(row).map(|found| element(entitlement, found.value, found.display)));
            let values = read
                .collect::<Result<Vec<_>, _>>()
                .map_err(|message| self.unreadable(message))?;
            assignments.insert(id.clone(), values);
        }
        Ok(assignments)
    }

    /// With a statement that takes a list.
    async fn of_many(
        &self,
        request: &mut Request,
        entitlement: &Entitlements,
        operation: &Prepared,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<Json>>, Error> {
        let mut assignments: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for chunk in ids.chunks(AT_ONCE) {
            let (shape, inputs) = listed(IDS, chunk);
            let done = request.run_shaped(operation, &shape, inputs).await?;
            let Some(done) = done else {
                return Err(self.unreadable("get-user-entitlements names :ids, but its component cannot size the list".into()));
            };
            if done.rows.rows.is_empty() {
                continue;
            }
            let reader = self.assignment_reader(entitlement, &done.rows)?;
            for row in &done.rows.rows {
                let found = reader.read(row).map_err(|message| self.unreadable(message))?;
                let user = found.user.ok_or_else(|| {
                    self.unreadable(
                        "get-user-entitlements gave a row without the user's id, which a statement for many users needs".into(),
                    )
                })?;
                assignments
                    .entry(user)
                    .or_default()
                    .push(element(entitlement, found.value, found.display));
            }
        }
        Ok(assignments)
    }

    pub(super) fn assignment_reader(&self, entitlement: &Entitlements, rows: &Rows) -> Result<AssignmentReader, Error> {
        AssignmentReader::new(&entitlement.settings, &rows.columns).map_err(|message| self.unreadable(message))
    }

    /// Changes what the user holds from what `current` lists to what `wanted` does. Says whether anything was changed.
    pub(super) async fn change_assignments(
        &self,
        request: &mut Request,
        id: &str,
        current: &Document,
        wanted: &Document,
    ) -> Result<bool, Error> {
        let mut changed = false;
        for entitlement in &self.entitlements {
            let Some(elements) = wanted.get(entitlement.settings.kind.attribute()).and_then(Json::as_array) else {
                continue;
            };
            let alone = self.is_alone(entitlement);
            self.all_are_of_some_type(entitlement.settings.kind, elements)?;
            let held = values(entitlement, current, alone);
            let wanted = values(entitlement, wanted, alone);
            let wanted = single::wanted(&entitlement.settings, &held, wanted)?;
            let added: Vec<&String> = wanted.iter().filter(|value| !held.contains(value)).collect();
            if !added.is_empty() && entitlement.operations.contains_key(&Operation::AddEntitlement) {
                self.exist(request, entitlement, &added).await?;
            }
            let removed = held.iter().filter(|value| !wanted.contains(value));
            for (operation, value) in removed
                .map(|value| (Operation::RemoveEntitlement, value))
                .chain(added.into_iter().map(|value| (Operation::AddEntitlement, value)))
            {
                let prepared = entitlement
                    .operations
                    .get(&operation)
                    .ok_or_else(|| self.not_assignable(entitlement, operation))?;
                let mut inputs = Inputs::id(id);
                inputs.values.push(("entitlement-id".into(), Value::Text(value.clone())));
                request
                    .run(prepared, inputs)
                    .await
                    .map_err(|error| named(error, entitlement, value))?;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Whether no other type shares this one's attribute.
    fn is_alone(&self, entitlement: &Entitlements) -> bool {
        self.entitlements
            .iter()
            .filter(|other| other.settings.kind == entitlement.settings.kind)
            .count()
            == 1
    }

    /// An assignment of an unknown type would otherwise be lost without a word.
    fn all_are_of_some_type(&self, kind: EntitlementKind, elements: &[Json]) -> Result<(), Error> {
        let types: Vec<_> = self
            .entitlements
            .iter()
            .filter(|entitlement| entitlement.settings.kind == kind)
            .collect();
        let stray = elements
            .iter()
            .find(|element| !types.iter().any(|found| is_of_type(found, element, types.len() == 1)));
        match stray {
            None => Ok(()),
            Some(stray) => {
                let names: Vec<_> = types.iter().map(|found| found.settings.name.as_str()).collect();
                let detail = format!("{}: {stray} needs a `type`, one of {}", kind.attribute(), names.join(", "));
                Err(Error::bad_request(ScimType::InvalidValue, detail))
            }
        }
    }

    fn not_assignable(&self, entitlement: &Entitlements, operation: Operation) -> Error {
        let name = &entitlement.settings.name;
        Error::bad_request(
            ScimType::Mutability,
            format!(
                "assignments of {name} cannot be changed: application {} has no operation {operation} for it",
                self.name
            ),
        )
    }
}

/// The shape of a statement for so many values of a parameter.
pub(super) fn sized(parameter: &str, size: usize) -> Shape {
    Shape {
        lists: vec![ListSize {
            parameter: parameter.into(),
            size: u32::try_from(size).unwrap_or(u32::MAX),
        }],
        ..Shape::default()
    }
}

/// The shape for these ids, and what to bind. Sizes are powers of two, so that few statements serve all; the last id fills
/// the places that are left.
pub(super) fn listed(parameter: &str, ids: &[String]) -> (Shape, Inputs) {
    let size = ids.len().next_power_of_two();
    let filled = ids.iter().chain(std::iter::repeat_n(ids.last(), size - ids.len()).flatten());
    let inputs = filled
        .enumerate()
        .map(|(n, id)| (format!("{parameter}.{}", n + 1), Value::Text(id.clone())));
    (sized(parameter, size), Inputs::new(inputs.collect()))
}

/// The client sent many assignments: say which one the database refused.
fn named(error: Error, entitlement: &Entitlements, value: &str) -> Error {
    Error {
        detail: format!("{} \"{value}\": {}", entitlement.settings.name, error.detail),
        ..error
    }
}

pub(super) fn element(entitlement: &Entitlements, value: String, display: Option<String>) -> Json {
    let mut element = serde_json::Map::new();
    element.insert("value".into(), Json::String(value));
    if let Some(display) = display {
        element.insert("display".into(), Json::String(display));
    }
    if entitlement.settings.kind == EntitlementKind::Entitlement {
        element.insert("type".into(), Json::String(entitlement.settings.name.clone()));
    }
    Json::Object(element)
}

/// Whether an assignment is one of this type. Where one type has the attribute to itself, all are.
fn is_of_type(entitlement: &Entitlements, element: &Json, alone: bool) -> bool {
    let named = element.get("type").and_then(Json::as_str);
    alone || named.is_some_and(|name| name.eq_ignore_ascii_case(&entitlement.settings.name))
}

/// The values of one type in a user.
fn values(entitlement: &Entitlements, user: &Document, alone: bool) -> Vec<String> {
    let Some(Json::Array(elements)) = user.get(entitlement.settings.kind.attribute()) else {
        return Vec::new();
    };
    let mut values: Vec<String> = Vec::new();
    for value in elements
        .iter()
        .filter(|element| is_of_type(entitlement, element, alone))
        .filter_map(|element| element.get("value"))
    {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}
