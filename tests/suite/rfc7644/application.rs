//! An application with a column for everything that the examples say of a user.

use portcullis_tests::{Application, Kind, application::USER};
use serde_json::{Value, json};

/// The attributes that the scenarios' own application doesn't have, and their columns.
const ATTRIBUTES: [(&str, &str); 13] = [
    ("userType", "user_type"),
    ("nickName", "nick_name"),
    ("name.formatted", "formatted"),
    ("name.middleName", "middle_name"),
    ("emails[type eq \"home\"].value", "home_email"),
    ("emails[type eq \"work\"].primary", "work_primary"),
    ("emails[type eq \"home\"].primary", "home_primary"),
    ("ims[type eq \"xmpp\"].value", "xmpp"),
    ("addresses[type eq \"work\"].streetAddress", "street"),
    ("addresses[type eq \"work\"].locality", "locality"),
    ("addresses[type eq \"work\"].region", "region"),
    ("addresses[type eq \"work\"].postalCode", "postal_code"),
    ("addresses[type eq \"work\"].country", "country"),
];

/// Those that it has. The user name is first, as a creation needs it.
const OWN: [(&str, &str); 9] = [
    ("userName", "username"),
    ("externalId", "external_id"),
    ("name.givenName", "first_name"),
    ("name.familyName", "last_name"),
    ("displayName", "display_name"),
    ("title", "title"),
    ("emails[type eq \"work\"].value", "email"),
    ("phoneNumbers[type eq \"mobile\"].value", "mobile"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "department",
    ),
];

/// The user that the examples are about, below the base.
pub const BARBARA: &str = "/Users/1";

/// With one user, `bjensen`.
pub fn application(on: Kind) -> Application {
    let columns: Vec<&str> = OWN.iter().chain(&ATTRIBUTES).map(|(_, column)| *column).collect();
    let parameters: Vec<String> = columns.iter().map(|column| format!(":{column}")).collect();
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = :{column}")).collect();
    let (columns, parameters, set) = (columns.join(", "), parameters.join(", "), set.join(", "));
    let select = format!("SELECT user_id, {columns}, status, changed_at FROM app_user");
    let insert = format!("INSERT INTO app_user({columns}, status) VALUES ({parameters}, :active) RETURNING user_id");
    let update = format!("UPDATE app_user SET {set}, changed_at = CURRENT_TIMESTAMP WHERE user_id = :id");

    let mut builder = Application::with_users(on, 0);
    for (attribute, column) in ATTRIBUTES {
        let kind = if attribute.ends_with(".primary") {
            on.truth().0
        } else {
            "VARCHAR(200)"
        };
        builder = builder
            .with_table(&format!("ALTER TABLE app_user {} {column} {kind}", on.add_column()))
            .with(&format!("[users.attributes]\n{} = {column:?}", toml(attribute)));
    }
    let application = builder
        .with(&format!(
            "[operations]\nget-users.sql = {select:?}\nget-user.sql = {:?}\nget-changed-users.sql = {:?}\n\
             create-user.sql = {insert:?}\nupdate-user.sql = {update:?}",
            format!("{select} WHERE user_id = :id"),
            format!("{select} WHERE changed_at > :since"),
        ))
        .start();
    let created = application.post("/Users", &barbara()).expect(201);
    assert_eq!(created["id"], "1");
    application
}

/// What the examples have of her before they change her.
fn barbara() -> Value {
    json!({
        "schemas": [USER],
        "userName": "bjensen",
        "externalId": "bjensen",
        "name": { "formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara" },
        "displayName": "Barbara Jensen",
        "userType": "Employee",
        "emails": [{ "value": "bjensen@example.com", "type": "work", "primary": true }],
        "addresses": [{
            "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
            "postalCode": "91608", "country": "USA",
        }],
    })
}

/// A key of TOML.
fn toml(key: &str) -> String {
    format!("'{key}'")
}
