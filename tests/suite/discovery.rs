//! `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644 §4).

use portcullis_tests::{
    Application, Kind,
    application::{ENTERPRISE, USER},
    client::LIST_SCHEMA,
};
use serde_json::{Value, json};

fn resources(list: &Value) -> &Vec<Value> {
    assert_eq!(list["schemas"], json!([LIST_SCHEMA]));
    let resources = list["Resources"].as_array().expect("resources");
    assert_eq!(list["totalResults"], resources.len());
    resources
}

/// Every ResourceType names an endpoint that answers, and a schema that `/Schemas` describes.
#[test]
fn what_it_names_is_there() {
    let application = Application::start(Kind::Sqlite);
    let types = application.get("/ResourceTypes").expect(200);
    let names: Vec<&Value> = resources(&types).iter().map(|kind| &kind["name"]).collect();
    assert_eq!(
        names,
        ["User", "Group", "Licence", "Role"]
            .map(Value::from)
            .iter()
            .collect::<Vec<_>>()
    );

    let schemas = application.get("/Schemas").expect(200);
    let described: Vec<&Value> = resources(&schemas).iter().map(|schema| &schema["id"]).collect();
    for kind in resources(&types) {
        let endpoint = kind["endpoint"].as_str().expect("an endpoint");
        application.get(endpoint).expect(200);
        application
            .get(&format!("/ResourceTypes/{}", kind["name"].as_str().unwrap()))
            .expect(200);
        assert!(described.contains(&&kind["schema"]), "{} is not described", kind["schema"]);
        for extension in kind["schemaExtensions"].as_array().into_iter().flatten() {
            assert!(described.contains(&&extension["schema"]), "{extension} is not described");
        }
    }
    for schema in resources(&schemas) {
        let id = schema["id"].as_str().unwrap();
        assert_eq!(application.get(&format!("/Schemas/{id}")).expect(200)["id"], schema["id"]);
    }
}

/// What makes a resource type an entitlement type is its schema.
#[test]
fn entitlements_are_resource_types() {
    let application = Application::start(Kind::Sqlite);
    let types = application.get("/ResourceTypes").expect(200);
    let find = |name: &str| {
        resources(&types)
            .iter()
            .find(|kind| kind["name"] == name)
            .cloned()
            .expect("a type")
    };
    assert_eq!(find("Role")["schema"], "urn:okta:scim:schemas:core:1.0:Role");
    assert_eq!(find("Role")["endpoint"], "/Roles");
    assert_eq!(find("Licence")["schema"], "urn:okta:scim:schemas:core:1.0:Entitlement");
    assert_eq!(find("Licence")["endpoint"], "/Licences");
    assert_eq!(find("User")["schema"], USER);
    assert_eq!(find("User")["schemaExtensions"][0]["schema"], ENTERPRISE);
}

#[test]
fn says_what_the_configuration_can_do() {
    let application = Application::start(Kind::Sqlite);
    let config = application.get("/ServiceProviderConfig").expect(200);
    assert_eq!(
        config["schemas"][0],
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
    );
    assert_eq!(config["patch"]["supported"], true);
    assert_eq!(config["filter"]["supported"], true);
    assert_eq!(config["bulk"]["supported"], true);
    assert_eq!(config["changePassword"]["supported"], true);
    let capabilities = |config: &Value| {
        let list = config["urn:okta:schemas:scim:providerconfig:1.0"]["userManagementCapabilities"].as_array();
        list.expect("Okta's capabilities")
            .iter()
            .map(|word| word.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = capabilities(&config);
    for word in [
        "IMPORT_NEW_USERS",
        "IMPORT_PROFILE_UPDATES",
        "PUSH_NEW_USERS",
        "PUSH_PASSWORD_UPDATES",
        "PUSH_PROFILE_UPDATES",
        "PUSH_USER_DEACTIVATION",
        "REACTIVATE_USERS",
        "GROUP_PUSH",
    ] {
        assert!(all.iter().any(|found| found == word), "{word} is missing: {all:?}");
    }

    let without = Application::with_users(Kind::Sqlite, 1)
        .without("operations.set-password")
        .without("operations.create-user")
        .start();
    let config = without.get("/ServiceProviderConfig").expect(200);
    assert_eq!(config["changePassword"]["supported"], false);
    let fewer = capabilities(&config);
    assert!(
        !fewer
            .iter()
            .any(|word| word == "PUSH_PASSWORD_UPDATES" || word == "PUSH_NEW_USERS"),
        "{fewer:?}"
    );
}

/// A client may ask what there is; it can't change it.
#[test]
fn cannot_be_written_or_filtered() {
    let application = Application::start(Kind::Sqlite);
    application.post("/Schemas", &json!({})).expect_error(405, None, &[]);
    application
        .get("/Schemas/urn:nobody")
        .expect_error(404, None, &["urn:nobody"]);
    application
        .get("/ResourceTypes/Nothing")
        .expect_error(404, None, &["Nothing"]);
}
