//! `/Groups`.

mod absent;
mod delete;
mod get;
mod list;
mod patch;
mod patch_clients;
mod post;
mod put;
mod versions;

use serde_json::{Value, json};

use super::Client;

/// Where the first group of an application is.
pub const FIRST: &str = "/Groups/g%201";

/// A group with what a test needs besides its name.
pub fn group(name: &str, further: Value) -> Value {
    let mut group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name });
    let members = group.as_object_mut().unwrap();
    members.extend(further.as_object().unwrap().clone());
    group
}

/// A client of an application with one group of these users in it.
pub async fn with_members(users: &[&str]) -> Client {
    let client = Client::new();
    let members: Vec<Value> = users.iter().map(|user| json!({ "value": user })).collect();
    client
        .post("/Groups", group("Engines", json!({ "members": members })))
        .await
        .ok(201);
    client
}

/// The ids of a group's members, in their order.
pub fn members(group: &Value) -> Vec<&str> {
    let members = group["members"].as_array().into_iter().flatten();
    members.map(|member| member["value"].as_str().unwrap()).collect()
}
