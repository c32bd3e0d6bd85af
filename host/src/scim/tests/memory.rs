//! An application in memory. It keeps what its surface maps and forgets the rest, as a table does.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};
use serde_json::{Value, json};

use crate::scim::{
    Allowed, Attribute, Capabilities, Change, Document, EntitlementKind, EntitlementType, Error, GroupSurface, ListRequest,
    Members, Mutability, Page, Position, Projection, Provider, RequestId, ResourceKind, Start, Surface, invalid_cursor,
};

pub struct Memory {
    surface: Mutex<Arc<Surface>>,
    /// What the next request learns.
    unlearned: Mutex<Option<Surface>>,
    users: Mutex<BTreeMap<String, Document>>,
    groups: Mutex<BTreeMap<String, Document>>,
    next: AtomicUsize,
    /// The last list that was asked for.
    pub listed: Mutex<Option<ListRequest>>,
    /// The last document that was to be written, before anything of it is forgotten.
    pub written: Mutex<Option<Document>>,
    /// What the last request for groups wanted of their members.
    pub members: Mutex<Option<Members>>,
}

pub const BADGE: &str = "urn:example:params:scim:schemas:payroll:2.0:User";
pub const TEAM: &str = "urn:example:params:scim:schemas:payroll:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub fn attribute(path: &str, mutability: Mutability) -> Attribute {
    Attribute {
        path: path.parse().unwrap(),
        mutability,
        data_type: None,
        cardinality: crate::scim::Cardinality::One,
        parts: Vec::new(),
    }
}

pub fn entitlement_type(name: &str, endpoint: &str, kind: EntitlementKind, single: bool) -> EntitlementType {
    EntitlementType {
        name: name.to_owned(),
        endpoint: endpoint.to_owned(),
        kind,
        description: Some(format!("Every {name}")),
        single,
        assignable: true,
    }
}

/// What the application can do with groups.
pub fn groups() -> GroupSurface {
    use Mutability::{Immutable, ReadOnly, ReadWrite};
    GroupSurface {
        attributes: vec![
            attribute("displayName", ReadWrite),
            attribute("externalId", ReadWrite),
            attribute(&format!("{TEAM}:costCentre"), Immutable),
            attribute("meta.lastModified", ReadOnly),
        ],
        members: Some(ReadWrite),
        member_names: true,
        of_users: true,
        create_group: true,
        update_group: true,
        delete_group: true,
    }
}

/// Roles, and two types of entitlements of which a user may hold one licence.
pub fn surface() -> Surface {
    use Mutability::{Immutable, ReadOnly, ReadWrite};
    Surface {
        application: "payroll".to_owned(),
        attributes: vec![
            attribute("userName", ReadWrite),
            attribute("name.givenName", ReadWrite),
            attribute("name.familyName", ReadWrite),
            attribute("emails[type eq \"work\"].value", ReadWrite),
            attribute("active", ReadWrite),
            attribute("title", ReadOnly),
            attribute("userType", Immutable),
            attribute(&format!("{ENTERPRISE}:department"), ReadWrite),
            attribute(&format!("{ENTERPRISE}:manager.value"), ReadWrite),
            attribute(&format!("{BADGE}:badge"), ReadWrite),
            attribute("meta.lastModified", ReadOnly),
        ],
        entitlement_types: vec![
            entitlement_type("Role", "/Roles", EntitlementKind::Role, false),
            entitlement_type("Licence", "/Licences", EntitlementKind::Entitlement, true),
            entitlement_type("Permission", "/Permissions", EntitlementKind::Entitlement, false),
        ],
        groups: Some(groups()),
        capabilities: Capabilities {
            list_users: true,
            create_user: true,
            update_user: true,
            activate_user: true,
            deactivate_user: true,
            delete_user: true,
            set_password: true,
            changed_users: true,
        },
        max_results: 200,
        cursor_lifetime: Duration::from_secs(3600),
    }
}

impl Memory {
    pub fn new(surface: Surface) -> Self {
        Self {
            surface: Mutex::new(Arc::new(surface)),
            unlearned: Mutex::default(),
            users: Mutex::default(),
            groups: Mutex::default(),
            next: AtomicUsize::new(1),
            listed: Mutex::default(),
            written: Mutex::default(),
            members: Mutex::default(),
        }
    }

    /// Has the next request find out what the surface really is.
    pub fn has_to_learn(&self, surface: Surface) {
        *self.unlearned.lock().unwrap() = Some(surface);
    }

    /// Sets what no operation sets.
    pub fn put_aside(&self, id: &str, path: &str, value: Value) {
        let mut users = self.users.lock().unwrap();
        path.parse::<crate::scim::AttributePath>()
            .unwrap()
            .set(users.get_mut(id).unwrap(), value);
    }

    fn keep(&self, kind: ResourceKind, id: &str, wanted: &Document) -> Document {
        *self.written.lock().unwrap() = Some(wanted.clone());
        let mut kept = Document::from_iter([("id".to_owned(), json!(id))]);
        for attribute in self.surface().attributes_of(kind) {
            if let Some(value) = attribute.path.get(wanted) {
                attribute.path.set(&mut kept, value.clone());
            }
        }
        for name in kind.sets() {
            kept.insert((*name).to_owned(), wanted.get(*name).cloned().unwrap_or(json!([])));
        }
        // What follows from the id of a member is in no table.
        let members = kept.get_mut("members").and_then(Value::as_array_mut);
        for member in members.into_iter().flatten().filter_map(Value::as_object_mut) {
            member.retain(|name, _| ["value", "display"].contains(&name.as_str()));
        }
        kept
    }

    /// A group with its members, or without.
    fn shown(&self, group: &Document, members: Members) -> Document {
        *self.members.lock().unwrap() = Some(members);
        let mut group = group.clone();
        if members == Members::LeftOut {
            group.shift_remove("members");
        }
        group
    }

    fn missing(&self, id: &str) -> Error {
        Error::not_found("User", id)
    }
}

fn is_match(filter: &Option<Filter>, user: &Document) -> bool {
    match filter {
        Some(Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(wanted)))) => user
            .get(&path.name)
            .and_then(Value::as_str)
            .is_some_and(|it| it.eq_ignore_ascii_case(wanted)),
        _ => true,
    }
}

/// A page of those that the filter lets through.
fn page<'d>(
    list: &ListRequest,
    all: impl Iterator<Item = &'d Document>,
    shown: impl Fn(&Document) -> Document,
) -> Result<Page, Error> {
    let matching: Vec<&Document> = all.filter(|one| is_match(&list.filter, one)).collect();
    let skip = match &list.start {
        Start::Index(index) => *index as usize - 1,
        Start::Cursor(None) => 0,
        Start::Cursor(Some(Position(skip))) => skip.parse().map_err(|_| invalid_cursor("it is no number"))?,
    };
    let end = skip + list.count as usize;
    let page = matching.iter().skip(skip).take(list.count as usize);
    Ok(Page {
        total: matching.len() as u64,
        resources: page.map(|one| shown(one)).collect(),
        next: (end < matching.len()).then(|| Position(end.to_string())),
        previous: (skip > 0).then(|| Position(skip.saturating_sub(list.count as usize).to_string())),
    })
}

#[async_trait]
impl Provider for Memory {
    fn surface(&self) -> Arc<Surface> {
        self.surface.lock().unwrap().clone()
    }

    async fn learn(&self) {
        if let Some(learned) = self.unlearned.lock().unwrap().take() {
            *self.surface.lock().unwrap() = Arc::new(learned);
        }
    }

    async fn list_users(&self, _: &RequestId, list: &ListRequest, _: &Projection) -> Result<Page, Error> {
        *self.listed.lock().unwrap() = Some(list.clone());
        let users = self.users.lock().unwrap();
        page(list, users.values(), Document::clone)
    }

    async fn get_user(&self, _: &RequestId, id: &str, _: &Projection) -> Result<Document, Error> {
        let users = self.users.lock().unwrap();
        users.get(id).cloned().ok_or_else(|| self.missing(id))
    }

    async fn create_user(&self, _: &RequestId, wanted: Document) -> Result<Document, Error> {
        let mut users = self.users.lock().unwrap();
        if users.values().any(|user| user["userName"] == wanted["userName"]) {
            return Err(Error::uniqueness("there is a user of this name already"));
        }
        let id = format!("u {}", self.next.fetch_add(1, Ordering::Relaxed));
        let user = self.keep(ResourceKind::User, &id, &wanted);
        users.insert(id, user.clone());
        Ok(user)
    }

    async fn modify_user(&self, _: &RequestId, id: &str, change: Change<'_>) -> Result<Document, Error> {
        let mut users = self.users.lock().unwrap();
        let current = users.get(id).cloned().ok_or_else(|| self.missing(id))?;
        let user = self.keep(ResourceKind::User, id, &change(current)?);
        users.insert(id.to_owned(), user.clone());
        Ok(user)
    }

    async fn delete_user(&self, _: &RequestId, id: &str, allowed: Allowed<'_>) -> Result<(), Error> {
        let mut users = self.users.lock().unwrap();
        allowed(users.get(id).ok_or_else(|| self.missing(id))?)?;
        users.remove(id);
        Ok(())
    }

    async fn list_entitlements(&self, request: &RequestId, type_name: &str, list: &ListRequest) -> Result<Page, Error> {
        *self.listed.lock().unwrap() = Some(list.clone());
        let mut resources = Vec::new();
        for id in ["1", "2"] {
            resources.push(self.get_entitlement(request, type_name, id).await?);
        }
        page(list, resources.iter(), Document::clone)
    }

    async fn get_entitlement(&self, _: &RequestId, type_name: &str, id: &str) -> Result<Document, Error> {
        if !["1", "2"].contains(&id) {
            return Err(Error::not_found(type_name, id));
        }
        let item = json!({ "id": id, "displayName": format!("{type_name} {id}"), "description": "What it is for" });
        Ok(item.as_object().unwrap().clone())
    }

    async fn list_groups(&self, _: &RequestId, list: &ListRequest, members: Members) -> Result<Page, Error> {
        *self.listed.lock().unwrap() = Some(list.clone());
        let groups = self.groups.lock().unwrap();
        page(list, groups.values(), |group| self.shown(group, members))
    }

    async fn get_group(&self, _: &RequestId, id: &str, members: Members) -> Result<Document, Error> {
        let groups = self.groups.lock().unwrap();
        let group = groups.get(id).ok_or_else(|| Error::not_found("Group", id))?;
        Ok(self.shown(group, members))
    }

    async fn create_group(&self, _: &RequestId, wanted: Document) -> Result<Document, Error> {
        let id = format!("g {}", self.next.fetch_add(1, Ordering::Relaxed));
        let group = self.keep(ResourceKind::Group, &id, &wanted);
        self.groups.lock().unwrap().insert(id, group.clone());
        Ok(group)
    }

    async fn modify_group(&self, _: &RequestId, id: &str, change: Change<'_>, members: Members) -> Result<Document, Error> {
        let mut groups = self.groups.lock().unwrap();
        let current = groups.get(id).cloned().ok_or_else(|| Error::not_found("Group", id))?;
        let mut wanted = change(self.shown(&current, members))?;
        if members == Members::LeftOut {
            assert_eq!(wanted.get("members"), None, "nobody looks at the members");
            wanted.insert("members".to_owned(), current["members"].clone());
        }
        let group = self.keep(ResourceKind::Group, id, &wanted);
        groups.insert(id.to_owned(), group.clone());
        Ok(self.shown(&group, members))
    }

    async fn delete_group(&self, _: &RequestId, id: &str, allowed: Allowed<'_>, members: Members) -> Result<(), Error> {
        let mut groups = self.groups.lock().unwrap();
        allowed(&self.shown(groups.get(id).ok_or_else(|| Error::not_found("Group", id))?, members))?;
        groups.remove(id);
        Ok(())
    }
}
