//! The attributes of users that have tables of their own: read for a whole page of users, and changed element by element.

use serde_json::Value as Json;

use super::{
    application::{Application, Operations, known_parameters},
    links::{self, Links},
    request::{Inputs, Request},
    settings::{OLD, VALUE_ID},
};
use crate::{
    application::{AttributeMapping, Element, ElementReader, ListDifference, ListSettings, Operation, Settable},
    database::{Column, Value},
    scim::{Document, Error, Projection, ScimType},
};

/// What a user has of each list, in the order of the lists. A list of which it has nothing is empty.
pub(super) type Held = Vec<Vec<Element>>;

impl Application {
    /// Fills in the lists of these users of which the client sees something.
    pub(super) async fn add_values(
        &self,
        request: &mut Request,
        users: &mut [Document],
        shown: &Projection,
    ) -> Result<(), Error> {
        for (list, operations) in self.lists().filter(|(list, _)| shown.shows_any_of(&list.path)) {
            let mut linked = self.values(request, list, operations, &links::ids(users)).await?;
            for user in users.iter_mut() {
                fill(list, user, linked.remove(links::id(user)).unwrap_or_default().iter());
            }
        }
        Ok(())
    }

    /// Fills in all lists of a user, and gives what it has with what tells rows apart.
    pub(super) async fn add_held(&self, request: &mut Request, user: &mut Document) -> Result<Held, Error> {
        let mut held = Held::new();
        for (list, operations) in self.lists() {
            let id = links::id(user).to_owned();
            let linked = self.values(request, list, operations, &[id]).await?;
            let elements: Vec<Element> = linked.into_values().flatten().collect();
            fill(list, user, elements.iter());
            held.push(elements);
        }
        Ok(held)
    }

    async fn values(
        &self,
        request: &mut Request,
        list: &ListSettings,
        operations: &Operations,
        users: &[String],
    ) -> Result<links::Linked<Element>, Error> {
        let Some(operation) = operations.get(&Operation::GetUserValues) else {
            return Err(self.not_configured(Operation::GetUserValues));
        };
        let reader = |columns: &[Column]| ElementReader::new(list, columns);
        let links = Links {
            operation,
            reader: &reader,
        };
        self.links(request, links, users).await
    }

    /// Changes the lists of a user from what it holds to what is wanted. Says whether anything was changed.
    pub(super) async fn change_values(
        &self,
        request: &mut Request,
        id: &str,
        held: &Held,
        wanted: &Document,
        unsaid: Unsaid,
    ) -> Result<bool, Error> {
        let mut changed = false;
        for ((list, operations), current) in self.lists().zip(held) {
            let elements = match (list.path.get(wanted).and_then(Json::as_array), unsaid) {
                (Some(elements), _) => elements.as_slice(),
                (None, Unsaid::HasNone) => &[],
                (None, Unsaid::StaysAsItIs) => continue,
            };
            if can_be_changed(operations) {
                let mut change = ListChange {
                    application: self,
                    request: &mut *request,
                    id,
                    list,
                    operations,
                };
                changed |= change.make(current, elements).await?;
            }
        }
        Ok(changed)
    }
}

/// What becomes of a list of which a wanted document says nothing.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unsaid {
    HasNone,
    /// A user is being made, and may have got some by its creation.
    StaysAsItIs,
}

/// What no operation changes is read-only, and a client's value for it is ignored (RFC 7644 §3.5.1).
fn can_be_changed(operations: &Operations) -> bool {
    [Operation::AddValue, Operation::ChangeValue, Operation::RemoveValue]
        .iter()
        .any(|operation| operations.contains_key(operation))
}

fn fill<'e>(list: &ListSettings, user: &mut Document, elements: impl Iterator<Item = &'e Element>) {
    let members = elements.filter(|element| !element.members.is_empty());
    let array: Vec<Json> = members.map(|element| Json::Object(element.members.clone())).collect();
    if !array.is_empty() {
        list.path.set(user, Json::Array(array));
    }
}

/// One list of one user being changed.
struct ListChange<'a> {
    application: &'a Application,
    request: &'a mut Request,
    id: &'a str,
    list: &'a ListSettings,
    operations: &'a Operations,
}

impl ListChange<'_> {
    async fn make(&mut self, current: &[Element], wanted: &[Json]) -> Result<bool, Error> {
        let difference = difference(self.list, self.operations, current, wanted)?;
        for element in &difference.removed {
            let inputs = self.about(Some(element), &element.members, Operation::RemoveValue)?;
            self.run(Operation::RemoveValue, inputs, &element.members).await?;
        }
        for (element, wanted) in &difference.changed {
            let inputs = self.about(Some(element), wanted, Operation::ChangeValue)?;
            self.run(Operation::ChangeValue, inputs, wanted).await?;
        }
        for wanted in &difference.added {
            let inputs = self.about(None, wanted, Operation::AddValue)?;
            self.run(Operation::AddValue, inputs, wanted).await?;
        }
        Ok(!difference.is_none())
    }

    /// What an operation is told: the parts of an element, its row, and what it was before a change.
    fn about(&self, current: Option<&Element>, members: &Document, operation: Operation) -> Result<Inputs, Error> {
        let mut inputs = Inputs::id(self.id);
        inputs.values.extend(self.list.inputs(members)?);
        if let Some(current) = current {
            inputs
                .values
                .extend(current.id.iter().map(|id| (VALUE_ID.to_owned(), id.clone())));
        }
        match (operation, current) {
            (Operation::ChangeValue, Some(current)) => {
                let old = self.list.inputs(&current.members)?;
                let differs = |(new, old): &(&(String, Value), &(String, Value))| new.1 != old.1;
                let new = self.list.inputs(members)?;
                inputs.changed = std::iter::zip(&new, &old)
                    .filter(differs)
                    .map(|(new, _)| new.0.clone())
                    .collect();
                inputs
                    .values
                    .extend(old.into_iter().map(|(name, value)| (format!("{OLD}{name}"), value)));
            }
            (Operation::AddValue, _) => {
                let given = inputs.values.iter().filter(|(name, value)| name != "id" && !value.is_null());
                inputs.changed = given.map(|(name, _)| name.clone()).collect();
            }
            _ => {}
        }
        Ok(inputs)
    }

    async fn run(&mut self, operation: Operation, inputs: Inputs, element: &Document) -> Result<(), Error> {
        let Some(prepared) = self.operations.get(&operation) else {
            return Err(self.not_changeable(operation));
        };
        // The client sent many: say which one the database refused.
        let named = |error: Error| Error {
            detail: format!("{} {}: {}", self.list.path, name(element), error.detail),
            ..error
        };
        self.request.run(prepared, inputs).await.map(drop).map_err(named)
    }

    fn not_changeable(&self, operation: Operation) -> Error {
        Error::bad_request(
            ScimType::Mutability,
            format!(
                "`{}` cannot be changed like this: application {} has no operation {operation} for it",
                self.list.path, self.application.name
            ),
        )
    }
}

fn difference<'d>(
    list: &ListSettings,
    operations: &Operations,
    current: &'d [Element],
    wanted: &'d [Json],
) -> Result<ListDifference<'d>, Error> {
    let parameters = |operation| known_parameters(operations, operation);
    let takes = list.settable(&parameters);
    let later = |part: &AttributeMapping| takes(part, Operation::ChangeValue);
    let settable = Settable {
        anyhow: &|part| takes(part, Operation::AddValue) || later(part),
        later: &later,
    };
    list.difference(current, wanted, &settable)
}

/// What a client knows an element by.
fn name(element: &Document) -> String {
    match element.get("value") {
        Some(value) => value.to_string(),
        None => Json::Object(element.clone()).to_string(),
    }
}
