//! `/Users`.

mod cursors;
mod delete;
mod get;
mod list;
mod patch;
mod patch_anything;
mod patch_clients;
mod post;
mod put;
mod versions;

use serde_json::{Value, json};

use super::{Client, user};

/// Where the first user of an application is.
pub const FIRST: &str = "/Users/u%201";

/// A client of an application with one user in it.
pub async fn with_user(further: Value) -> Client {
    let client = Client::new();
    client.post("/Users", user("ada", further)).await.ok(201);
    client
}

/// A user with a value for everything.
pub fn full() -> Value {
    json!({
        "active": true,
        "name": { "givenName": "Ada", "familyName": "King" },
        "emails": [{ "type": "work", "value": "ada@example.com" }],
        "roles": [{ "value": "r1" }, { "value": "r2" }],
        "entitlements": [{ "value": "l1", "type": "Licence" }, { "value": "p1", "type": "Permission" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Engines", "manager": { "value": "7" } },
        "urn:example:params:scim:schemas:payroll:2.0:User": { "badge": 42 },
    })
}
