//! The body of an answer to a list request (RFC 7644 §3.4.2, RFC 9865).

use scim_v2::schema_urns;
use serde_json::{Value, json};

use super::{
    Document, ListRequest, Page, Start,
    cursor::{self, Query},
};

/// One page of a list of resources of this type, which are rendered already: with its index if it was asked for by one, with cursors if it was asked for
/// by one of these.
pub fn of_page(resource_type: &str, request: &ListRequest, page: Page) -> Document {
    let resources: Vec<Value> = page.resources.into_iter().map(Value::Object).collect();
    let query = Query::new(resource_type, request.filter.as_ref(), request.sort.as_ref());
    let mut response = message(page.total);
    match request.start {
        Start::Index(index) => {
            response.insert("startIndex".to_owned(), json!(index));
        }
        Start::Cursor(_) => {
            let cursors = [("previousCursor", page.previous), ("nextCursor", page.next)];
            for (name, position) in cursors {
                response.extend(position.map(|position| (name.to_owned(), json!(cursor::encode(&query, &position)))));
            }
        }
    }
    with_resources(response, resources)
}

/// All there is: discovery isn't paged.
pub fn of_all(resources: Vec<Value>) -> Document {
    let mut response = message(resources.len() as u64);
    response.insert("startIndex".to_owned(), json!(1));
    with_resources(response, resources)
}

fn message(total: u64) -> Document {
    let mut response = Document::new();
    response.insert("schemas".to_owned(), json!([schema_urns::LIST_RESPONSE]));
    response.insert("totalResults".to_owned(), json!(total));
    response
}

fn with_resources(mut response: Document, resources: Vec<Value>) -> Document {
    response.insert("itemsPerPage".to_owned(), json!(resources.len()));
    response.insert("Resources".to_owned(), Value::Array(resources));
    response
}
