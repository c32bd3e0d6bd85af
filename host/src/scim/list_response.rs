//! The body of an answer to a list request (RFC 7644 §3.4.2).

use scim_v2::schema_urns;
use serde_json::{Value, json};

use super::{Document, ListRequest, Page};

/// One page of a list.
pub fn of_page(request: &ListRequest, page: Page, render: impl FnMut(Document) -> Document) -> Document {
    let resources: Vec<Value> = page.resources.into_iter().map(render).map(Value::Object).collect();
    list_response(page.total, request.start_index, resources)
}

/// All there is: discovery isn't paged.
pub fn of_all(resources: Vec<Value>) -> Document {
    list_response(resources.len() as u64, 1, resources)
}

fn list_response(total: u64, start_index: u64, resources: Vec<Value>) -> Document {
    let mut response = Document::new();
    response.insert("schemas".to_owned(), json!([schema_urns::LIST_RESPONSE]));
    response.insert("totalResults".to_owned(), json!(total));
    response.insert("startIndex".to_owned(), json!(start_index));
    response.insert("itemsPerPage".to_owned(), json!(resources.len()));
    response.insert("Resources".to_owned(), Value::Array(resources));
    response
}
