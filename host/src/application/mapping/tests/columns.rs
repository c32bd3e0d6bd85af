//! Rows of users, read.

use serde_json::{Value as Json, json};

use super::{all_columns, columns, mapping, row, text, with_boolean};
use crate::{
    application::{ResourceMapping, ResourceReader},
    database::Value,
};

fn read(mapping: &ResourceMapping, values: &[(&str, Value)]) -> Result<Json, String> {
    ResourceReader::new(mapping, &all_columns())?
        .read(&row(values))
        .map(Json::Object)
}

#[test]
fn null_is_an_attribute_that_is_not_there() {
    assert_eq!(read(&mapping(), &[]), Ok(json!({ "id": "7", "active": true })));
}

#[test]
fn values_have_the_type_of_their_attribute() {
    let found = read(
        &mapping(),
        &[
            ("username", Value::Integer(4711)),
            ("first_name", text("Ada")),
            ("email", text("ada@example.com")),
            ("email_primary", text(" Y ")),
            ("grade", Value::Integer(12)),
            ("department", Value::Uuid("67e55044-10b1-426f-9247-bb680e5fe0c8".into())),
            ("changed_at", text("2026-11-23 10:00:00.5")),
        ],
    );
    let expected = json!({
        "id": "7",
        "userName": "4711",
        "name": { "givenName": "Ada" },
        "emails": [{ "type": "work", "value": "ada@example.com", "primary": true }],
        "urn:example:payroll": { "grade": 12 },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "67e55044-10b1-426f-9247-bb680e5fe0c8" },
        "meta": { "lastModified": "2026-11-23T10:00:00.500Z" },
        "active": true,
    });
    assert_eq!(found, Ok(expected));
}

#[test]
fn an_element_without_a_value_is_not_there() {
    let found = read(&mapping(), &[("email_home", text("ada@example.org"))]).unwrap();
    assert_eq!(found["emails"], json!([{ "type": "home", "value": "ada@example.org" }]));
}

#[test]
fn every_way_to_store_a_date_is_read() {
    for (value, expected) in [
        (Value::Timestamp("2026-11-23T10:00:00Z".into()), "2026-11-23T10:00:00Z"),
        (Value::Timestamp("2026-11-23T10:00:00+02:00".into()), "2026-11-23T08:00:00Z"),
        (Value::Date("2026-11-23".into()), "2026-11-23T00:00:00Z"),
        (text("2026-11-23 10:00"), "2026-11-23T10:00:00Z"),
        (Value::Integer(0), "1970-01-01T00:00:00Z"),
    ] {
        let found = read(&mapping(), &[("changed_at", value)]).unwrap();
        assert_eq!(found["meta"]["lastModified"], expected);
    }
}

#[test]
fn a_boolean_column_may_be_written_in_many_ways() {
    for (truth, values) in [
        (
            true,
            vec![
                Value::Boolean(true),
                Value::Integer(1),
                text("Y"),
                text("true "),
                text("1"),
                Value::Bytes(vec![1]),
            ],
        ),
        (
            false,
            vec![
                Value::Boolean(false),
                Value::Integer(0),
                text("n"),
                text("FALSE"),
                Value::Bytes(vec![0]),
                Value::Null,
            ],
        ),
    ] {
        for value in values {
            let found = read(&with_boolean(), &[("status", value.clone())]);
            assert_eq!(found.unwrap()["active"], truth, "{value:?}");
        }
    }
    let error = read(&with_boolean(), &[("status", text("PENSIONED"))]).unwrap_err();
    assert_eq!(
        error,
        "the column `status` does not hold a boolean: set `active = { column = \"status\", true = … }` in [users] (user \"7\")"
    );
}

#[test]
fn a_status_column_means_active_by_one_value() {
    for (value, active) in [
        (text("active  "), true),
        (text("Active"), true),
        (text("INACTIVE"), false),
        (text("LOCKED"), false),
        (Value::Null, false),
    ] {
        assert_eq!(read(&mapping(), &[("status", value)]).unwrap()["active"], active);
    }
}

#[test]
fn columns_are_found_in_any_case() {
    let mut upper = all_columns();
    upper.iter_mut().for_each(|column| column.name.make_ascii_uppercase());
    assert!(ResourceReader::new(&mapping(), &upper).is_ok());
}

#[test]
fn a_missing_column_is_named() {
    let error = |without: &str| {
        let columns: Vec<_> = all_columns().into_iter().filter(|column| column.name != without).collect();
        ResourceReader::new(&mapping(), &columns).err()
    };
    let rest = "username, first_name, email, email_primary, email_home, grade, department, changed_at, status";
    assert_eq!(
        error("user_id"),
        Some(format!(
            "the result lacks the column `user_id`, which holds the user's id; it has {rest}"
        ))
    );
    assert!(
        error("first_name")
            .unwrap()
            .starts_with("the result lacks the column `first_name`, which holds `name.givenName`")
    );
    assert!(
        error("status")
            .unwrap()
            .starts_with("the result lacks the column `status`, which holds `active`")
    );
    assert!(
        ResourceReader::new(&mapping(), &columns(&[]))
            .err()
            .unwrap()
            .ends_with("it has no column")
    );
}

#[test]
fn what_cannot_be_read_is_named_without_its_value() {
    let error = read(&mapping(), &[("changed_at", text("yesterday"))]);
    assert_eq!(
        error,
        Err("the column `changed_at` of `meta.lastModified` does not hold a date with time (user \"7\")".into())
    );
    let error = read(&mapping(), &[("email_primary", Value::Integer(5))]);
    assert_eq!(
        error,
        Err("the column `email_primary` of `emails[type eq \"work\"].primary` does not hold a boolean (user \"7\")".into())
    );
    let error = read(&mapping(), &[("user_id", Value::Null)]);
    assert_eq!(error, Err("a row has no user id: its column is NULL or empty".into()));
}
