//! Built-in components as they were released, in the place of today's.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request},
};
use portcullis_tests::{
    Builder, Database, Kind,
    application::{NAME, TOKEN, complete_user, make_tables},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::releases;
use crate::{
    application::Configuration,
    database,
    operation::{Application, Ground},
    plugin::Catalogue,
    sandbox::{Limits, Sandbox, SandboxSettings},
    scim::{self, RouterContext},
};

const USERS: usize = 7;
/// The one that is made.
const WHO: &str = "grace";

#[test]
fn on_sqlite() {
    in_every_release("sqlite", Kind::Sqlite);
}

#[test]
fn on_postgresql() {
    in_every_release("postgresql", Kind::Postgresql);
}

fn in_every_release(component: &str, kind: Kind) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for release in releases("tests/released") {
        let database = Database::new(kind);
        make_tables(&database, USERS);
        let builder = Builder::new(database);
        let directory = builder.write();
        let routes = runtime.block_on(routes(directory.path(), &release.join(format!("{component}.wasm"))));
        runtime.block_on(scenario(&routes));
    }
}

/// The application of the scenarios with another component than today's.
async fn routes(directory: &Path, component: &Path) -> Router {
    let (variable, value) = database_environment();
    let environment = |name: &str| match name {
        name if name == variable => Some(value.to_owned()),
        _ => Some(TOKEN.to_owned()),
    };
    let configuration = Configuration::load_with(directory, &environment).unwrap().configuration;
    let settings = configuration
        .applications
        .into_iter()
        .find(|found| found.name == NAME)
        .unwrap();
    let patient = SandboxSettings {
        limits: Limits {
            cpu: std::time::Duration::from_secs(5),
            wall: std::time::Duration::from_secs(20),
            ..Limits::default()
        },
        ..SandboxSettings::default()
    };
    let sandbox = Arc::new(Sandbox::new(patient, configuration.server.cache_directory.as_deref()).unwrap());
    let bytes = std::fs::read(component).unwrap();
    let catalogue = Catalogue::of_builtin(&sandbox, settings.connection.target.kind(), &bytes).unwrap();
    let ground = Ground::new(settings.clone(), database::open(&settings.connection));
    let application = Application::load(sandbox, &catalogue, ground).await.unwrap();
    let context = RouterContext {
        base_url: format!("http://localhost/{NAME}/scim/v2"),
        body_limit: 1 << 20,
    };
    scim::router(Arc::new(application), context)
}

fn database_environment() -> (&'static str, &'static str) {
    portcullis_tests::database::environment()
}

/// Everything that a component has a part in: plans, derived statements, writes, assignments, errors of the database.
async fn scenario(routes: &Router) {
    let made = ask(routes, Method::POST, "/Users", Some(complete_user(WHO)), 201).await;
    let user = format!("/Users/{}", made["id"].as_str().unwrap());
    let read = ask(routes, Method::GET, &user, None, 200).await;
    assert_eq!(
        (&read["userName"], &read["title"], &read["active"]),
        (&json!(WHO), &json!("Rear Admiral"), &json!(true))
    );
    ask(routes, Method::POST, "/Users", Some(complete_user(WHO)), 409).await;

    let found = ask(routes, Method::GET, "/Users?filter=userName%20eq%20%22GRACE%22", None, 200).await;
    assert_eq!(
        (&found["totalResults"], &found["Resources"][0]["id"]),
        (&json!(1), &made["id"])
    );
    let page = ask(
        routes,
        Method::GET,
        "/Users?startIndex=2&count=3&sortBy=userName&sortOrder=descending",
        None,
        200,
    )
    .await;
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(USERS + 1), &json!(3)));
    assert_eq!(page["Resources"][0]["userName"], "user006");

    let patched = change(
        routes,
        &user,
        json!([
            { "op": "replace", "path": "title", "value": "Commodore" },
            { "op": "replace", "path": "active", "value": false },
            { "op": "add", "path": "roles", "value": [{ "value": "clerk" }, { "value": "reader" }] },
        ]),
    )
    .await;
    assert_eq!((&patched["title"], &patched["active"]), (&json!("Commodore"), &json!(false)));
    assert_eq!(roles(&patched), ["clerk", "reader"]);
    let patched = change(
        routes,
        &user,
        json!([{ "op": "remove", "path": "roles[value eq \"clerk\"]" }]),
    )
    .await;
    assert_eq!(roles(&patched), ["reader"]);
    let catalogue = ask(routes, Method::GET, "/Roles?filter=id%20eq%20%22clerk%22", None, 200).await;
    assert_eq!(catalogue["totalResults"], 1);

    ask(routes, Method::DELETE, &user, None, 204).await;
    ask(routes, Method::GET, &user, None, 404).await;
}

fn roles(user: &Value) -> Vec<&str> {
    let mut roles: Vec<&str> = user["roles"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|role| role["value"].as_str())
        .collect();
    roles.sort_unstable();
    roles
}

async fn change(routes: &Router, user: &str, operations: Value) -> Value {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    ask(routes, Method::PATCH, user, Some(body), 200).await
}

async fn ask(routes: &Router, method: Method, path: &str, body: Option<Value>, status: u16) -> Value {
    let request = Request::builder()
        .method(method.clone())
        .uri(path)
        .header("Content-Type", "application/scim+json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = routes.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let found = answer.status().as_u16();
    let text = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    assert_eq!(found, status, "{method} {path}: {}", String::from_utf8_lossy(&text));
    serde_json::from_slice(&text).unwrap_or_default()
}
