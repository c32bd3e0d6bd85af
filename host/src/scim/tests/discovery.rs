use super::{Client, memory, pretty};
use crate::scim::{Capabilities, Surface};

/// An application that can do nothing but be read.
fn bare() -> Surface {
    Surface {
        attributes: vec![memory::attribute("userName", crate::scim::Mutability::ReadOnly)],
        entitlement_types: Vec::new(),
        groups: None,
        capabilities: Capabilities {
            list_users: true,
            ..Capabilities::default()
        },
        ..memory::surface()
    }
}

#[tokio::test]
async fn service_provider_config() {
    insta::assert_snapshot!(pretty(&Client::new().get("/ServiceProviderConfig").await.ok(200)));
}

#[tokio::test]
async fn service_provider_config_claims_nothing_that_is_not_there() {
    insta::assert_snapshot!(pretty(&Client::of(bare()).get("/ServiceProviderConfig").await.ok(200)));
}

#[tokio::test]
async fn resource_types() {
    insta::assert_snapshot!(pretty(&Client::new().get("/ResourceTypes").await.ok(200)));
}

#[tokio::test]
async fn schemas() {
    insta::assert_snapshot!(pretty(&Client::new().get("/Schemas").await.ok(200)));
}

#[tokio::test]
async fn schemas_of_an_application_that_can_only_be_read() {
    insta::assert_snapshot!(pretty(&Client::of(bare()).get("/Schemas").await.ok(200)));
}

#[tokio::test]
async fn everything_listed_is_where_it_says() {
    let client = Client::new();
    for endpoint in ["/ResourceTypes", "/Schemas"] {
        let list = client.get(endpoint).await.ok(200);
        for resource in list["Resources"].as_array().unwrap() {
            let location = resource["meta"]["location"].as_str().unwrap();
            let path = location.strip_prefix(super::BASE_URL).unwrap();
            assert_eq!(&client.get(path).await.ok(200), resource);
        }
    }
    client
        .get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:USER/")
        .await
        .ok(200);
    assert_eq!(
        client.get("/Schemas/urn:other").await.error(404),
        "-: Schema \"urn:other\" does not exist"
    );
    assert_eq!(
        client.get("/ResourceTypes/Device").await.error(404),
        "-: ResourceType \"Device\" does not exist"
    );
}

#[tokio::test]
async fn every_resource_type_has_its_endpoint_and_its_schemas() {
    let client = Client::new();
    for resource_type in client.get("/ResourceTypes").await.ok(200)["Resources"].as_array().unwrap() {
        client.get(resource_type["endpoint"].as_str().unwrap()).await.ok(200);
        let extensions = resource_type["schemaExtensions"].as_array().cloned().unwrap_or_default();
        for schema in std::iter::once(&resource_type["schema"]).chain(extensions.iter().map(|it| &it["schema"])) {
            client.get(&format!("/Schemas/{}", schema.as_str().unwrap())).await.ok(200);
        }
    }
}

#[tokio::test]
async fn a_filter_is_forbidden() {
    for endpoint in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        let error = Client::new().get(&format!("{endpoint}?filter=id%20pr")).await.error(403);
        assert_eq!(error, "-: discovery can't be filtered (RFC 7644 §4); ask without `filter`");
    }
}
