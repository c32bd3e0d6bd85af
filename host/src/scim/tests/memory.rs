//! An application in memory. It keeps what its surface maps and forgets the rest, as a table does.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};
use serde_json::{Value, json};

use crate::scim::{
    Allowed, Attribute, Capabilities, Change, Document, EntitlementKind, EntitlementType, Error, ListRequest, Mutability, Page,
    Position, Provider, RequestId, Start, Surface, invalid_cursor,
};

pub struct Memory {
    surface: Surface,
    users: Mutex<BTreeMap<String, Document>>,
    next: AtomicUsize,
    /// The last list that was asked for.
    pub listed: Mutex<Option<ListRequest>>,
    /// The last document that was to be written, before anything of it is forgotten.
    pub written: Mutex<Option<Document>>,
}

pub const BADGE: &str = "urn:example:params:scim:schemas:payroll:2.0:User";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub fn attribute(path: &str, mutability: Mutability) -> Attribute {
    Attribute {
        path: path.parse().unwrap(),
        mutability,
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
            surface,
            users: Mutex::default(),
            next: AtomicUsize::new(1),
            listed: Mutex::default(),
            written: Mutex::default(),
        }
    }

    /// Sets what no operation sets.
    pub fn put_aside(&self, id: &str, path: &str, value: Value) {
        let mut users = self.users.lock().unwrap();
        path.parse::<crate::scim::AttributePath>()
            .unwrap()
            .set(users.get_mut(id).unwrap(), value);
    }

    fn keep(&self, id: &str, wanted: &Document) -> Document {
        *self.written.lock().unwrap() = Some(wanted.clone());
        let mut kept = Document::from_iter([("id".to_owned(), json!(id))]);
        for attribute in &self.surface.attributes {
            if let Some(value) = attribute.path.get(wanted) {
                attribute.path.set(&mut kept, value.clone());
            }
        }
        for name in ["roles", "entitlements"] {
            kept.insert(name.to_owned(), wanted.get(name).cloned().unwrap_or(json!([])));
        }
        kept
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

#[async_trait]
impl Provider for Memory {
    fn surface(&self) -> &Surface {
        &self.surface
    }

    async fn list_users(&self, _: &RequestId, list: &ListRequest) -> Result<Page, Error> {
        *self.listed.lock().unwrap() = Some(list.clone());
        let users = self.users.lock().unwrap();
        let matching: Vec<&Document> = users.values().filter(|user| is_match(&list.filter, user)).collect();
        let skip = match &list.start {
            Start::Index(index) => *index as usize - 1,
            Start::Cursor(None) => 0,
            Start::Cursor(Some(Position(skip))) => skip.parse().map_err(|_| invalid_cursor("it is no number"))?,
        };
        let end = skip + list.count as usize;
        let page = matching.iter().skip(skip).take(list.count as usize);
        Ok(Page {
            total: matching.len() as u64,
            resources: page.map(|user| (*user).clone()).collect(),
            next: (end < matching.len()).then(|| Position(end.to_string())),
            previous: (skip > 0).then(|| Position(skip.saturating_sub(list.count as usize).to_string())),
        })
    }

    async fn get_user(&self, _: &RequestId, id: &str) -> Result<Document, Error> {
        let users = self.users.lock().unwrap();
        users.get(id).cloned().ok_or_else(|| self.missing(id))
    }

    async fn create_user(&self, _: &RequestId, wanted: Document) -> Result<Document, Error> {
        let mut users = self.users.lock().unwrap();
        if users.values().any(|user| user["userName"] == wanted["userName"]) {
            return Err(Error::uniqueness("there is a user of this name already"));
        }
        let id = format!("u {}", self.next.fetch_add(1, Ordering::Relaxed));
        let user = self.keep(&id, &wanted);
        users.insert(id, user.clone());
        Ok(user)
    }

    async fn modify_user(&self, _: &RequestId, id: &str, change: Change<'_>) -> Result<Document, Error> {
        let mut users = self.users.lock().unwrap();
        let current = users.get(id).cloned().ok_or_else(|| self.missing(id))?;
        let user = self.keep(id, &change(current)?);
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
        Ok(Page {
            total: 2,
            resources,
            next: None,
            previous: None,
        })
    }

    async fn get_entitlement(&self, _: &RequestId, type_name: &str, id: &str) -> Result<Document, Error> {
        if !["1", "2"].contains(&id) {
            return Err(Error::not_found(type_name, id));
        }
        let item = json!({ "id": id, "displayName": format!("{type_name} {id}"), "description": "What it is for" });
        Ok(item.as_object().unwrap().clone())
    }
}
