//! What cannot be done, in SCIM's terms (RFC 7644 §3.12).

use portcullis_sdk::{DatabaseError, Failure};

pub fn invalid(detail: String) -> Failure {
    Failure::new(400, detail).of_type("invalidValue")
}

pub fn taken(name: &str) -> Failure {
    Failure::new(409, format!("an account or role `{name}` exists already")).of_type("uniqueness")
}

pub fn forbidden(id: &str) -> Failure {
    Failure::new(404, format!("there is no account `{id}` that is managed here"))
}

pub fn unreadable() -> Failure {
    Failure::new(500, "the plan's memo cannot be read")
}

/// The servers' own codes that mean something else of accounts than of rows.
pub fn of_change(error: DatabaseError) -> Failure {
    let failure = |status, detail: &str| Failure::new(status, format!("{detail}: {}", error.message));
    match error.code.as_deref() {
        // duplicate_object; ER_CANNOT_USER
        Some("42710") => failure(409, "the name is in use").of_type("uniqueness"),
        Some("1396") => failure(409, "the server refuses it for the state that the account is in"),
        // reserved_name; ER_WRONG_STRING_LENGTH; ER_NOT_VALID_PASSWORD, with MariaDB's own
        Some("42939" | "1470" | "1819" | "4052") => failure(400, "the server does not take the value").of_type("invalidValue"),
        // dependent_objects_still_exist
        Some("2BP01") => failure(409, "the account still owns something, or holds privileges"),
        _ => error.into(),
    }
}
