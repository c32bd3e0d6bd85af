//! What users hold: read for a whole page of users, and changed as a set difference.

use serde_json::{Value as Json, json};

use super::{
    application::{Application, Entitlements},
    links::{self, Links},
    request::{Inputs, Request},
    single,
};
use crate::{
    application::{Assignment, AssignmentReader, Operation},
    database::{Column, Value},
    scim::{Document, EntitlementKind, Error, ScimType},
};

impl Application {
    /// Fills in `roles` and `entitlements` of these users.
    pub(super) async fn add_assignments(&self, request: &mut Request, users: &mut [Document]) -> Result<(), Error> {
        for entitlement in &self.entitlements {
            let Some(operation) = entitlement.operations.get(&Operation::GetUserEntitlements) else {
                continue;
            };
            let reader = |columns: &[Column]| AssignmentReader::new(&entitlement.settings, columns);
            let links = Links {
                operation,
                reader: &reader,
            };
            let mut assignments = self.links(request, links, &links::ids(users)).await?;
            for user in users.iter_mut() {
                if let Some(found) = assignments.remove(links::id(user)) {
                    let attribute = user.entry(entitlement.settings.kind.attribute()).or_insert_with(|| json!([]));
                    if let Json::Array(values) = attribute {
                        values.extend(found.into_iter().map(|found| element(entitlement, found)));
                    }
                }
            }
        }
        Ok(())
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

/// The client sent many assignments: say which one the database refused.
fn named(error: Error, entitlement: &Entitlements, value: &str) -> Error {
    Error {
        detail: format!("{} \"{value}\": {}", entitlement.settings.name, error.detail),
        ..error
    }
}

fn element(entitlement: &Entitlements, found: Assignment) -> Json {
    let mut element = serde_json::Map::new();
    element.insert("value".into(), Json::String(found.value));
    if let Some(display) = found.display {
        element.insert("display".into(), Json::String(display));
    }
    // Where it says nothing it isn't shown.
    element.insert("type".into(), Json::String(entitlement.settings.name.clone()));
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
