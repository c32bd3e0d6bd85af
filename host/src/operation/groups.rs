//! Groups: one, a page of a list, and what requests change of them, each in one transaction.

use super::{
    application::{Application, Groups},
    columns::sort_keys,
    filter::ColumnFilter,
    members::MemberChange,
    records::Records,
    request::{Inputs, Request},
    select::{Listing, Window},
};
use crate::{
    application::Operation,
    scim::{Allowed, Change, Document, Error, ListRequest, Members, Page},
};

impl Application {
    /// # Errors
    /// 501: the application has no groups.
    pub(super) fn groups(&self) -> Result<&Groups, Error> {
        self.groups.as_ref().ok_or_else(|| self.not_configured(Operation::GetGroups))
    }

    /// How groups are mapped, by what is known of their columns.
    pub(super) fn records_of<'a>(&'a self, groups: &'a Groups) -> Records<'a> {
        Records {
            mapping: self.learning.groups().unwrap_or(&groups.settings.mapping),
            operations: &groups.operations,
        }
    }

    /// The group with this id, as the tables have it.
    pub(super) async fn read_group(&self, request: &mut Request, id: &str, members: Members) -> Result<Document, Error> {
        let groups = self.groups()?;
        let mut group = self.record(request, self.records_of(groups), id).await?;
        if members == Members::Read {
            self.add_members(request, groups, std::slice::from_mut(&mut group)).await?;
        }
        Ok(group)
    }

    /// One page of the groups that a filter lets through.
    pub(super) async fn read_groups(&self, request: &mut Request, list: &ListRequest, members: Members) -> Result<Page, Error> {
        let groups = self.groups()?;
        let records = self.records_of(groups);
        let filter = match &list.filter {
            None => ColumnFilter::default(),
            Some(filter) => self.filter_of(request, records, filter).await?,
        };
        let listing = Listing {
            operation: self.operation(records, Operation::GetGroups)?,
            id: &records.mapping.id,
            filter,
            sort: sort_keys(list.sort.as_ref(), records.mapping)?,
            window: Window::of(list)?,
            inputs: Vec::new(),
        };
        let selected = self.select(request, listing).await?;
        let mut resources = self.documents(records, &selected.rows)?;
        if members == Members::Read {
            self.add_members(request, groups, &mut resources).await?;
        }
        Ok(Page {
            total: selected.total,
            resources,
            next: selected.next.map(|position| position.write()),
            previous: selected.previous.map(|position| position.write()),
        })
    }

    /// Creates a group, puts its members in, and reads it back.
    pub(super) async fn create_group_in(&self, request: &mut Request, wanted: &Document) -> Result<Document, Error> {
        let groups = self.groups()?;
        let records = self.records_of(groups);
        let inputs = Inputs::new(records.mapping.inputs(wanted)?);
        let id = self.insert(request, records, wanted, inputs).await?;
        let nobody = Document::new();
        let change = MemberChange::of(&nobody, wanted);
        self.are_users(request, groups, &change).await?;
        self.change_members(request, groups, &id, &change).await?;
        let created = self.read_group(request, &id, Members::Read).await;
        let created = created.map_err(|error| self.lost(records, &id, error))?;
        change.hold(&created)?;
        Ok(created)
    }

    /// Makes of a group what `change` says, and reads it back if that changed anything.
    pub(super) async fn modify_group_in(
        &self,
        request: &mut Request,
        id: &str,
        change: Change<'_>,
        members: Members,
    ) -> Result<Document, Error> {
        let groups = self.groups()?;
        let records = self.records_of(groups);
        let current = self.read_group(request, id, members).await?;
        let wanted = change(current.clone())?;
        let difference = records.mapping.difference(&current, &wanted);
        let updated = self.update(request, records, id, &wanted, &difference.attributes).await?;
        let change = MemberChange::of(&current, &wanted);
        if !updated && change.is_none() {
            return Ok(current);
        }
        self.are_users(request, groups, &change).await?;
        self.change_members(request, groups, id, &change).await?;
        let now = self.read_group(request, id, members).await?;
        change.hold(&now)?;
        Ok(now)
    }

    pub(super) async fn delete_group_in(
        &self,
        request: &mut Request,
        id: &str,
        allowed: Allowed<'_>,
        members: Members,
    ) -> Result<(), Error> {
        let delete = self.operation(self.records_of(self.groups()?), Operation::DeleteGroup)?;
        allowed(&self.read_group(request, id, members).await?)?;
        request.run(delete, Inputs::id(id)).await?;
        Ok(())
    }
}
