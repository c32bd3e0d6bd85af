//! What scim2-tester, which nobody here wrote, says of the program: every check that it has, on every database.
//!
//! `tests/run` installs it into `target/conformance`; `tests/conformance/check.py` drives it.

mod scim2_tester;

use portcullis_tests::{Application, Kind, on_every_database};
use scim2_tester::{Result, check};

on_every_database!(passes_every_check);

/// Those that are about the whole server. `core_schemas_validation` exists as well and is none of scim2-tester's own run: it
/// wants the schemas of discovery's documents in /Schemas, which is about what clients may write.
const OF_THE_SERVER: [&str; 12] = [
    "access_invalid_resource_type",
    "access_invalid_schema",
    "access_schema_by_id",
    "query_all_resource_types",
    "query_all_schemas",
    "query_resource_type_by_id",
    "random_url",
    "resource_types_endpoint_methods",
    "resource_types_schema_validation",
    "schemas_endpoint_methods",
    "service_provider_config_endpoint",
    "service_provider_config_endpoint_methods",
];

/// Those that are about resources which a client makes.
const OF_RESOURCES: [&str; 11] = [
    "check_add_attribute",
    "check_remove_attribute",
    "check_replace_attribute",
    "object_creation",
    "object_deletion",
    "object_list_with_attributes",
    "object_query",
    "object_query_with_attributes",
    "object_query_without_id",
    "object_replacement",
    "search_with_attributes",
];

/// Those that make nothing.
const OF_CATALOGUES: [&str; 2] = ["object_query", "object_query_without_id"];

/// No check fails, none is skipped, and none that there should be is missing.
fn passes_every_check(on: Kind) {
    let application = Application::start(on);
    let results = check(&application);

    let bad: Vec<&Result> = results.iter().filter(|result| !result.is_good()).collect();
    assert!(
        bad.is_empty(),
        "{} of {} failed or were skipped:\n{bad:#?}",
        bad.len(),
        results.len()
    );

    assert_eq!(names(&results, None), OF_THE_SERVER);
    for made in ["User", "Group"] {
        assert_eq!(names(&results, Some(made)), OF_RESOURCES, "{made}");
    }
    for catalogue in ["Role", "Licence"] {
        assert_eq!(names(&results, Some(catalogue)), OF_CATALOGUES, "{catalogue}");
    }
    // One for each attribute, so that a schema without any would be noticed.
    for check in ["check_add_attribute", "check_remove_attribute", "check_replace_attribute"] {
        let attributes = results.iter().filter(|result| result.check == check).count();
        assert!(attributes >= 9, "{check} found only {attributes} attributes");
    }
    // What it makes, it takes away again.
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
    application.expect_unharmed();
}

/// The checks of a resource type that ran, in alphabetical order.
fn names<'r>(results: &'r [Result], resource_type: Option<&str>) -> Vec<&'r str> {
    let of_type = results
        .iter()
        .filter(|result| result.resource_type.as_deref() == resource_type);
    let mut names: Vec<&str> = of_type.map(|result| result.check.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
