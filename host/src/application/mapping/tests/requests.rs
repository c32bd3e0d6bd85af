//! Documents of clients: the inputs that are made of them, and what they change.

use serde_json::{Value as Json, json};

use super::{document, mapping, text, with_boolean};
use crate::{application::ResourceMapping, database::Value, scim::ScimType};

fn input(mapping: &ResourceMapping, name: &str, json: Json) -> Result<Value, String> {
    let inputs = mapping.inputs(&document(json)).map_err(|error| {
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)));
        error.detail
    })?;
    Ok(inputs.into_iter().find(|(found, _)| found == name).unwrap().1)
}

#[test]
fn every_mapped_attribute_is_an_input_but_what_the_server_sets() {
    let inputs = mapping()
        .inputs(&document(json!({ "userName": "ada", "meta": { "lastModified": "x" } })))
        .unwrap();
    let names: Vec<_> = inputs.iter().map(|(name, _)| name.clone()).collect();
    let declared: Vec<_> = mapping().input_names().into_iter().map(|input| input.name).collect();
    assert_eq!(names, declared);
    assert!(names.contains(&"emails[type eq \"work\"].value".to_owned()));
    assert!(!names.iter().any(|name| name.starts_with("meta")));
    let there: Vec<_> = inputs.into_iter().filter(|(_, value)| !value.is_null()).collect();
    assert_eq!(
        there,
        [("userName".to_owned(), text("ada")), ("active".to_owned(), text("ACTIVE"))]
    );
}

#[test]
fn a_column_is_a_name_of_its_first_attribute_alone() {
    let mut mapping = mapping();
    mapping.attributes[1].column = "USERNAME".into();
    mapping.attributes[2].column = "user_id".into();
    let aliases: Vec<_> = mapping.input_names().into_iter().map(|input| input.aliases).collect();
    assert_eq!(aliases[0], ["username"]);
    assert!(aliases[1].is_empty() && aliases[2].is_empty());
    assert_eq!(aliases.last().unwrap(), &["status"]);
}

#[test]
fn values_keep_their_types() {
    let grade = |value: Json| {
        input(
            &mapping(),
            "urn:example:payroll:grade",
            json!({ "urn:example:payroll": { "grade": value } }),
        )
    };
    assert_eq!(grade(json!("A")), Ok(text("A")));
    assert_eq!(grade(json!(12)), Ok(Value::Integer(12)));
    assert_eq!(grade(json!(u64::MAX)), Ok(Value::Decimal("18446744073709551615".into())));
    assert_eq!(grade(json!(1.5)), Ok(Value::Float(1.5)));
    assert_eq!(grade(json!(true)), Ok(Value::Boolean(true)));
    assert_eq!(grade(json!(null)), Ok(Value::Null));
    assert_eq!(grade(json!([])), Ok(Value::Null));
    assert_eq!(
        grade(json!(["a"])),
        Err("urn:example:payroll:grade must be a single value".into())
    );
    assert_eq!(
        grade(json!({ "a": 1 })),
        Err("urn:example:payroll:grade must be a single value".into())
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused_by_name() {
    let user_name = |value: Json| input(&mapping(), "userName", json!({ "userName": value }));
    assert_eq!(user_name(json!(5)), Err("userName must be a string".into()));
    assert_eq!(user_name(json!(["ada"])), Err("userName must be a string".into()));
    assert_eq!(
        user_name(json!("a\0b")),
        Err("userName contains a NUL character, which not every database can keep".into())
    );
    let primary = |value: Json| {
        let emails = json!({ "emails": [{ "type": "work", "primary": value }] });
        input(&mapping(), "emails[type eq \"work\"].primary", emails)
    };
    assert_eq!(primary(json!(true)), Ok(Value::Boolean(true)));
    assert_eq!(primary(json!("False")), Ok(Value::Boolean(false)));
    assert_eq!(
        primary(json!("yes")),
        Err("emails[type eq \"work\"].primary must be true or false".into())
    );
}

#[test]
fn active_is_bound_as_its_column_wants_it() {
    let active = |mapping: &ResourceMapping, value: Json| input(mapping, "active", json!({ "active": value }));
    assert_eq!(active(&mapping(), json!(true)), Ok(text("ACTIVE")));
    assert_eq!(active(&mapping(), json!(false)), Ok(text("INACTIVE")));
    assert_eq!(active(&mapping(), json!("False")), Ok(text("INACTIVE")));
    assert_eq!(active(&with_boolean(), json!(false)), Ok(Value::Boolean(false)));
    assert_eq!(active(&with_boolean(), json!(null)), Ok(Value::Boolean(true)));
    assert_eq!(active(&with_boolean(), json!(0)), Err("active must be true or false".into()));
}

#[test]
fn active_is_no_input_while_one_of_its_values_is_unknown() {
    let mut mapping = mapping();
    mapping.active.as_mut().unwrap().words.as_mut().unwrap().no = None;
    assert!(!mapping.input_names().iter().any(|input| input.name == "active"));
    for active in [true, false] {
        let inputs = mapping.inputs(&document(json!({ "active": active }))).unwrap();
        assert!(!inputs.iter().any(|(name, _)| name == "active"));
    }
}

#[test]
fn a_difference_is_what_columns_would_hold_otherwise() {
    let current = json!({
        "id": "7", "userName": "ada", "active": true,
        "emails": [{ "type": "work", "value": "ada@example.com", "primary": true }],
        "urn:example:payroll": { "grade": 12 },
        "meta": { "lastModified": "2026-11-23T10:00:00Z" },
    });
    let changed = |wanted: Json| {
        let difference = mapping().difference(&document(current.clone()), &document(wanted));
        (
            difference.attributes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            difference.active,
        )
    };
    let edited = |edit: &dyn Fn(&mut Json)| {
        let mut wanted = current.clone();
        edit(&mut wanted);
        changed(wanted)
    };
    let nothing = (vec![], None);
    assert_eq!(changed(current.clone()), nothing);
    assert_eq!(
        edited(&|wanted| wanted["userName"] = json!("Ada")),
        (vec!["userName".into()], None)
    );
    assert_eq!(
        edited(&|wanted| wanted["name"] = json!({ "givenName": "Ada" })),
        (vec!["name.givenName".into()], None)
    );
    assert_eq!(edited(&|wanted| wanted["emails"][0]["primary"] = json!("True")), nothing);
    assert_eq!(
        edited(&|wanted| wanted["urn:example:payroll"]["grade"] = json!(12.0)),
        nothing
    );
    assert_eq!(
        edited(&|wanted| wanted["meta"]["lastModified"] = json!("2027-01-01T00:00:00Z")),
        nothing
    );
    assert_eq!(edited(&|wanted| wanted["title"] = json!("not mapped")), nothing);
    assert_eq!(edited(&|wanted| wanted["active"] = json!("False")), (vec![], Some(false)));
    assert_eq!(edited(&|wanted| wanted["active"] = json!(null)), nothing);
    let cleared = vec![
        "emails[type eq \"work\"].value".to_owned(),
        "emails[type eq \"work\"].primary".to_owned(),
    ];
    assert_eq!(edited(&|wanted| wanted["emails"] = json!([])), (cleared, None));
}

#[test]
fn the_same_instant_is_no_difference() {
    let grade = |grade: &str| document(json!({ "urn:example:payroll": { "grade": grade } }));
    let differs = |one: &str, other: &str| !mapping().difference(&grade(one), &grade(other)).attributes.is_empty();
    assert!(!differs("2026-11-23T10:00:00Z", "2026-11-23T12:00:00.000+02:00"));
    assert!(differs("2026-11-23T10:00:00Z", "2026-11-23T10:00:01Z"));
}
