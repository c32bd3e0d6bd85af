//! PATCH with anything in it: an answer, and no panic.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::scim::{Document, ResourceKind, patch, resource::Resources, tests::memory, vocabulary::Vocabulary};

fn names() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "userName",
        "name",
        "name.givenName",
        "givenName",
        "emails",
        "emails[type eq \"work\"]",
        "emails[type eq \"work\"].value",
        "emails[not (type pr) or value co \"a\"].primary",
        "emails.value",
        "active",
        "roles",
        "roles[value eq \"r1\"]",
        "roles.type",
        "entitlements",
        "entitlements[type eq \"Licence\"]",
        "title",
        "id",
        "meta",
        "value",
        "type",
        "primary",
        memory::ENTERPRISE,
        memory::BADGE,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        "urn:example:params:scim:schemas:payroll:2.0:User:badge",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec!["work", "Licence", "Role", "r1", "True", ""]).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names(), inner), 0..4).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// What a client could mean: a path and a value that goes with it, from few values so that they meet.
fn sensible() -> impl Strategy<Value = Value> {
    let element = || {
        let member = |name: &'static str, values: Vec<Value>| {
            prop::option::of(prop::sample::select(values)).prop_map(move |it| it.map(|it| (name.to_owned(), it)))
        };
        let value = member(
            "value",
            vec![json!("r1"), json!("l1"), json!("p1"), json!("new"), Value::Null],
        );
        let r#type = member(
            "type",
            vec![json!("work"), json!("Role"), json!("Licence"), json!("permission")],
        );
        let primary = member("primary", vec![json!(true), json!("False")]);
        (value, r#type, primary).prop_map(|(a, b, c)| Value::Object([a, b, c].into_iter().flatten().collect()))
    };
    let text = || {
        prop::sample::select(vec![
            json!("new"),
            json!("l1"),
            json!("r1"),
            json!("Licence"),
            json!("Role"),
            Value::Null,
        ])
    };
    let many = prop::sample::select(vec!["emails", "roles", "entitlements", "phoneNumbers"]);
    let filter = prop::sample::select(vec![
        "",
        "[type eq \"work\"]",
        "[type eq \"Licence\"]",
        "[value eq \"r1\"]",
        "[primary eq true and type eq \"work\"]",
        "[not (value eq \"l1\")]",
        "[type pr or value sw \"n\"]",
    ]);
    let of_elements = (
        many.clone(),
        filter.clone(),
        prop::collection::vec(element(), 0..4),
        any::<bool>(),
    )
        .prop_map(|(name, filter, mut elements, alone)| match elements.pop() {
            Some(one) if alone || !filter.is_empty() => (format!("{name}{filter}"), one),
            one => (name.to_owned(), elements.into_iter().chain(one).collect()),
        });
    let part = prop::sample::select(vec!["value", "type", "display"]);
    let of_parts = (many, filter, part, text()).prop_map(|(name, filter, part, value)| (format!("{name}{filter}.{part}"), value));
    let single = prop::sample::select(vec![
        "userName",
        "name.givenName",
        "title",
        "userType",
        "nickName",
        "password",
    ]);
    let of_single = (single, text()).prop_map(|(path, value)| (path.to_owned(), value));
    let extended = prop::sample::select(vec!["department", "manager", "manager.value"]);
    let of_extension = (extended, text()).prop_map(|(name, value)| (format!("{}:{name}", memory::ENTERPRISE), value));
    let change = prop_oneof![3 => of_elements, 3 => of_parts, 1 => of_single, 1 => of_extension];
    let op = prop::sample::select(vec!["add", "Replace", "REMOVE"]);
    (op, change, any::<bool>()).prop_map(|(op, (path, value), with_path)| match with_path || op == "REMOVE" {
        true => json!({ "op": op, "path": path, "value": value }),
        false => json!({ "op": op, "value": { path: value } }),
    })
}

fn operation() -> impl Strategy<Value = Value> {
    prop_oneof![4 => sensible(), 1 => arbitrary()]
}

fn arbitrary() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "Replace", "REMOVE", "move"]);
    (op, prop::option::of(names()), prop::option::of(anything())).prop_map(|(op, path, value)| {
        let mut operation = Map::from_iter([("op".to_owned(), json!(op))]);
        operation.extend(path.map(|path| ("path".to_owned(), json!(path))));
        operation.extend(value.map(|value| ("value".to_owned(), value)));
        Value::Object(operation)
    })
}

fn current() -> Document {
    let mut user = super::full();
    user["id"] = json!("u 1");
    user["userName"] = json!("ada");
    user.as_object().unwrap().clone()
}

/// What a provider is promised of every document.
fn is_canonical(document: &Document) -> Result<(), TestCaseError> {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(elements) => elements.iter().any(has_null),
            Value::Object(members) => members.values().any(has_null),
            _ => false,
        }
    }
    prop_assert!(!document.values().any(has_null), "{document:?}");
    prop_assert_eq!(&document["id"], "u 1");
    prop_assert!(document["userName"].as_str().is_some_and(|it| !it.trim().is_empty()));
    for attribute in ["roles", "entitlements"] {
        for element in document[attribute].as_array().into_iter().flatten() {
            prop_assert!(element["value"].is_string() && element["type"].is_string(), "{element}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn operations_give_a_canonical_user_or_an_error(operations in prop::collection::vec(operation(), 1..4)) {
        let surface = memory::surface();
        let vocabulary = Vocabulary::of(ResourceKind::User, &surface);
        let resources = Resources { surface: &surface, vocabulary: &vocabulary };
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        if let Ok(operations) = patch::parse(&vocabulary, body.as_object().unwrap().clone())
            && let Ok(once) = patch::apply(&resources, current(), &operations)
        {
            is_canonical(&once)?;
            // A message may come twice; adding, replacing and removing are then the same as once, unless the operations
            // undo each other.
            if let [_] = operations.as_slice()
                && let Ok(twice) = patch::apply(&resources, once.clone(), &operations)
            {
                prop_assert_eq!(twice, once);
            }
        }
    }

    #[test]
    fn any_body_is_answered(body in anything()) {
        let surface = memory::surface();
        let vocabulary = Vocabulary::of(ResourceKind::User, &surface);
        if let Value::Object(body) = body {
            let _ = patch::parse(&vocabulary, body);
        }
    }

    #[test]
    fn any_path_is_answered(path in "\\PC{0,40}") {
        let surface = memory::surface();
        let vocabulary = Vocabulary::of(ResourceKind::User, &surface);
        let operations = json!([{ "op": "replace", "path": path, "value": "x" }]);
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        if let Ok(operations) = patch::parse(&vocabulary, body.as_object().unwrap().clone()) {
            let resources = Resources { surface: &surface, vocabulary: &vocabulary };
            let _ = patch::apply(&resources, current(), &operations);
        }
    }
}
