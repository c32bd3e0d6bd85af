//! Who is in a group: read for a whole page of groups at once, changed as a set difference, and looked for from the user's side.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::{
    application::{Application, Groups},
    links::{self, IDS, Links},
    request::{Inputs, Request},
};
use crate::{
    application::{Assignment, AssignmentReader, Operation},
    database::{Collation, Column, Comparison, ComparisonOperator, Predicate, Shape, Value},
    scim::{Document, Error, ScimType},
};

/// The attribute of groups that holds them.
const MEMBERS: &str = "members";
/// The parameter of add-member and remove-member that stands for the user.
const MEMBER_ID: &str = "member-id";
/// The parameter that a look for one member binds.
const LOOKED_FOR: &str = "filter.1";

/// What a request changes of a group's members.
#[derive(Debug, Default)]
pub(super) struct MemberChange<'d> {
    pub removed: Vec<&'d str>,
    pub added: Vec<&'d str>,
}

impl<'d> MemberChange<'d> {
    /// From what the group has to what is wanted, which says nothing where it has no `members`.
    pub fn of(current: &'d Document, wanted: &'d Document) -> Self {
        if !wanted.contains_key(MEMBERS) {
            return Self::default();
        }
        let (held, wanted) = (values(current), values(wanted));
        let beyond = |some: &[&'d str], others: &[&'d str]| {
            let others: HashSet<&str> = others.iter().copied().collect();
            some.iter().copied().filter(|value| !others.contains(value)).collect()
        };
        Self {
            removed: beyond(&held, &wanted),
            added: beyond(&wanted, &held),
        }
    }

    pub fn is_none(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    /// Holds the members that the database has afterwards against what was to become of them. A statement that changes no row
    /// can be right, as where the row is there already; whether it was is seen here.
    ///
    /// # Errors
    /// `invalidValue`: somebody who was added isn't in the group. 500: somebody who was removed still is.
    pub fn hold(&self, now: &Document) -> Result<(), Error> {
        let now: HashSet<&str> = values(now).into_iter().map(str::trim_end).collect();
        if let Some(missing) = self.added.iter().find(|value| !now.contains(value.trim_end())) {
            let detail =
                format!("member \"{missing}\" could not be added: there is no such user, or the database did not take it");
            return Err(Error::bad_request(ScimType::InvalidValue, detail));
        }
        match self.removed.iter().find(|value| now.contains(value.trim_end())) {
            None => Ok(()),
            Some(left) => Err(Error::new(
                500,
                format!("remove-member was run for member \"{left}\", who is in the group all the same; nothing was kept"),
            )),
        }
    }
}

fn values(group: &Document) -> Vec<&str> {
    let elements = group.get(MEMBERS).and_then(Json::as_array).into_iter().flatten();
    elements.filter_map(|element| element.get("value")?.as_str()).collect()
}

impl Application {
    /// Fills in `members` of these groups.
    pub(super) async fn add_members(
        &self,
        request: &mut Request,
        groups: &Groups,
        resources: &mut [Document],
    ) -> Result<(), Error> {
        let Some(operation) = groups.operations.get(&Operation::GetGroupMembers) else {
            return Ok(());
        };
        let reader = |columns: &[Column]| AssignmentReader::of_members(&groups.settings, columns);
        let links = Links {
            operation,
            reader: &reader,
        };
        self.fill(request, links, MEMBERS, resources).await
    }

    /// Fills in the read-only `groups` of these users.
    pub(super) async fn add_groups(&self, request: &mut Request, users: &mut [Document]) -> Result<(), Error> {
        let Some((groups, operation)) = self.groups.as_ref().and_then(with_user_groups) else {
            return Ok(());
        };
        let reader = |columns: &[Column]| AssignmentReader::of_groups(&groups.settings, columns);
        let links = Links {
            operation,
            reader: &reader,
        };
        self.fill(request, links, "groups", users).await
    }

    async fn fill(
        &self,
        request: &mut Request,
        links: Links<'_, AssignmentReader>,
        attribute: &str,
        resources: &mut [Document],
    ) -> Result<(), Error> {
        let mut linked = self.links(request, links, &links::ids(resources)).await?;
        for resource in resources {
            if let Some(found) = linked.remove(links::id(resource)) {
                resource.insert(attribute.to_owned(), found.into_iter().map(element).collect());
            }
        }
        Ok(())
    }

    /// Refuses to add who is no user, also where no foreign key of the tables would.
    ///
    /// # Errors
    /// `invalidValue` with the first who is none.
    pub(super) async fn are_users(&self, request: &mut Request, groups: &Groups, change: &MemberChange<'_>) -> Result<(), Error> {
        if change.added.is_empty() || !groups.operations.contains_key(&Operation::AddMember) {
            return Ok(());
        }
        match self.absent(request, self.users(), &change.added).await? {
            None => Ok(()),
            Some(nobody) => {
                let detail = format!("member \"{nobody}\" does not exist: it is the id of no user");
                Err(Error::bad_request(ScimType::InvalidValue, detail))
            }
        }
    }

    /// Removes and adds members, one statement each.
    pub(super) async fn change_members(
        &self,
        request: &mut Request,
        groups: &Groups,
        id: &str,
        change: &MemberChange<'_>,
    ) -> Result<(), Error> {
        let removed = change.removed.iter().map(|value| (Operation::RemoveMember, *value));
        let added = change.added.iter().map(|value| (Operation::AddMember, *value));
        for (operation, value) in removed.chain(added) {
            let prepared = groups
                .operations
                .get(&operation)
                .ok_or_else(|| self.not_changeable(operation))?;
            let mut inputs = Inputs::id(id);
            inputs.values.push((MEMBER_ID.into(), Value::Text(value.to_owned())));
            // The client sent many: say which one the database refused.
            let named = |error: Error| Error {
                detail: format!("member \"{value}\": {}", error.detail),
                ..error
            };
            request.run(prepared, inputs).await.map_err(named)?;
        }
        Ok(())
    }

    fn not_changeable(&self, operation: Operation) -> Error {
        Error::bad_request(
            ScimType::Mutability,
            format!(
                "members of a group cannot be changed like this: application {} has no operation {operation}",
                self.name
            ),
        )
    }

    /// The ids of the groups that a user is in, without blanks at their ends; `None` if no operation says so.
    pub(super) async fn groups_of(
        &self,
        request: &mut Request,
        groups: &Groups,
        user: &str,
    ) -> Result<Option<HashSet<String>>, Error> {
        let Some((groups, operation)) = with_user_groups(groups) else {
            return Ok(None);
        };
        let reader = |columns: &[Column]| AssignmentReader::of_groups(&groups.settings, columns);
        let links = Links {
            operation,
            reader: &reader,
        };
        let asked = match links.of_many() {
            true => {
                let (shape, inputs) = links::listed(IDS, &[user.to_owned()]);
                request.run_shaped(operation, &shape, inputs).await
            }
            false => request.run(operation, Inputs::id(user)).await.map(Some),
        };
        let mut found = match asked {
            // An id that the database cannot compare is nobody's.
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) => return Ok(Some(HashSet::new())),
            asked => match asked? {
                Some(done) => self.read_links(links, &done.rows)?,
                None => return Ok(None),
            },
        };
        // The database may compare less exactly than ids are meant, and rows for one user needn't say whose they are.
        found.retain(|found| found.owner.as_deref().is_none_or(|owner| is(owner, user)));
        if found.iter().any(|found| found.owner.is_none()) && self.absent(request, self.users(), &[user]).await?.is_some() {
            found.clear();
        }
        Ok(Some(
            found
                .into_iter()
                .map(|found| found.what.value.trim_end().to_owned())
                .collect(),
        ))
    }

    /// Whether a user is in a group. Where the database can look for one member, nobody else is read.
    pub(super) async fn is_member(&self, request: &mut Request, groups: &Groups, group: &str, user: &str) -> Result<bool, Error> {
        let Some(operation) = groups.operations.get(&Operation::GetGroupMembers) else {
            return Err(self.not_configured(Operation::GetGroupMembers));
        };
        let reader = |columns: &[Column]| AssignmentReader::of_members(&groups.settings, columns);
        let links = Links {
            operation,
            reader: &reader,
        };
        let (shape, owner) = match links.of_many() {
            true => (member_shape(&groups.settings.user, links::sized(IDS, 1)), format!("{IDS}.1")),
            false => (member_shape(&groups.settings.user, Shape::default()), "id".to_owned()),
        };
        let inputs = vec![
            (owner, Value::Text(group.to_owned())),
            (LOOKED_FOR.to_owned(), Value::Text(user.to_owned())),
        ];
        let found: Vec<Assignment> = match request.run_shaped(operation, &shape, Inputs::new(inputs)).await {
            Ok(Some(done)) => self
                .read_links(links, &done.rows)?
                .into_iter()
                .map(|found| found.what)
                .collect(),
            Ok(None) => {
                let linked = self.links(request, links, &[group.to_owned()]).await?;
                linked.into_values().flatten().collect()
            }
            // An id that the database cannot compare is nobody's.
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) => return Ok(false),
            Err(error) => return Err(error),
        };
        Ok(found.iter().any(|member| is(&member.value, user)))
    }
}

/// The statement for one member of a group.
pub(super) fn member_shape(user: &str, of: Shape) -> Shape {
    Shape {
        filter: vec![Predicate::Compare(Comparison {
            column: user.to_owned(),
            operator: ComparisonOperator::Eq,
            collation: Collation::Native,
            parameter: LOOKED_FOR.to_owned(),
        })],
        ..of
    }
}

/// An id is exact, but for the blanks that some columns have at their ends.
fn is(found: &str, wanted: &str) -> bool {
    found == wanted || found.trim_end() == wanted
}

fn with_user_groups(groups: &Groups) -> Option<(&Groups, &super::prepared::Prepared)> {
    Some((groups, groups.operations.get(&Operation::GetUserGroups)?))
}

fn element(found: Assignment) -> Json {
    let mut element = json!({ "value": found.value });
    if let (Some(display), Json::Object(members)) = (found.display, &mut element) {
        members.insert("display".into(), Json::String(display));
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(members: &[&str]) -> Document {
        let members: Vec<Json> = members.iter().map(|value| json!({ "value": value })).collect();
        Document::from_iter([(MEMBERS.to_owned(), json!(members))])
    }

    #[test]
    fn the_difference_is_one_of_sets() {
        let (current, wanted) = (group(&["1", "2", "3"]), group(&["3", "4", "2"]));
        let change = MemberChange::of(&current, &wanted);
        assert_eq!(
            (change.removed.as_slice(), change.added.as_slice()),
            (["1"].as_slice(), ["4"].as_slice())
        );
        assert!(MemberChange::of(&wanted, &wanted).is_none());
        assert!(
            MemberChange::of(&current, &Document::new()).is_none(),
            "nothing is said of members"
        );
        assert_eq!(MemberChange::of(&current, &group(&[])).removed.len(), 3);
        assert_eq!(MemberChange::of(&Document::new(), &wanted).added.len(), 3);
    }

    #[test]
    fn what_did_not_come_about_is_seen() {
        let (current, wanted) = (group(&["1"]), group(&["2"]));
        let change = MemberChange::of(&current, &wanted);
        assert_eq!(change.hold(&group(&["2 ", "3"])), Ok(()));
        let missing = change.hold(&group(&[])).unwrap_err();
        assert_eq!((missing.status, missing.scim_type), (400, Some(ScimType::InvalidValue)));
        assert!(missing.detail.contains("\"2\""), "{}", missing.detail);
        assert_eq!(change.hold(&group(&["1", "2"])).unwrap_err().status, 500);
    }
}
