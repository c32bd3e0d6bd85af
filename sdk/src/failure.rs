//! What an error of the database is in SCIM's terms (RFC 7644 §3.12).

use crate::{DatabaseError, ErrorKind, Failure};

impl From<DatabaseError> for Failure {
    /// A clash of values is the client's (409, 400), a database that cannot now is 503, and whatever the administrator has
    /// to mend is 500. The detail says it in words, then the constraint, then what the database said.
    fn from(error: DatabaseError) -> Self {
        let (status, scim_type) = status(error.kind);
        let mut detail = String::from(words(error.kind));
        if let Some(constraint) = error.constraint.as_deref().filter(|constraint| !constraint.is_empty()) {
            detail.push_str(" (constraint ");
            detail.push_str(constraint);
            detail.push(')');
        }
        if !error.message.is_empty() {
            detail.push_str(": ");
            detail.push_str(&error.message);
        }
        Failure {
            status,
            scim_type: scim_type.map(str::to_owned),
            detail,
        }
    }
}

fn status(kind: ErrorKind) -> (u16, Option<&'static str>) {
    match kind {
        ErrorKind::Unique => (409, Some("uniqueness")),
        ErrorKind::ForeignKey | ErrorKind::NotNull | ErrorKind::Check | ErrorKind::TooLong | ErrorKind::InvalidValue => {
            (400, Some("invalidValue"))
        }
        ErrorKind::Conflict | ErrorKind::Timeout | ErrorKind::Unavailable => (503, None),
        ErrorKind::Permission
        | ErrorKind::Statement
        | ErrorKind::RowEffect
        | ErrorKind::NotPlanned
        | ErrorKind::MissingValue
        | ErrorKind::Other => (500, None),
    }
}

fn words(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unique => "a value that must be unique is already taken",
        ErrorKind::ForeignKey => "a value refers to something that does not exist, or something else still refers to it",
        ErrorKind::NotNull => "a value that the application requires is missing",
        ErrorKind::Check => "a value is not one that the application allows",
        ErrorKind::TooLong => "a value is too long or out of range for its column",
        ErrorKind::InvalidValue => "a value does not fit the type of its column",
        ErrorKind::Conflict => "another transaction was in the way; the same request may succeed later",
        ErrorKind::Permission => "the database account may not do this",
        ErrorKind::Timeout => "the statement took longer than it may",
        ErrorKind::Unavailable => "the database cannot be reached",
        ErrorKind::Statement => "the database refuses the configured statement",
        ErrorKind::RowEffect => "the statement did not change as many rows as it must, and nothing was kept",
        ErrorKind::NotPlanned => "the statement is not in the operation's plan",
        ErrorKind::MissingValue => "a parameter of the statement has no value",
        ErrorKind::Other => "the database reports an error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_value_is_a_conflict_of_uniqueness() {
        let failure = Failure::from(DatabaseError {
            kind: ErrorKind::Unique,
            code: Some("23505".into()),
            constraint: Some("app_user_username_key".into()),
            message: "duplicate key value".into(),
        });
        assert_eq!(failure.status, 409);
        assert_eq!(failure.scim_type.as_deref(), Some("uniqueness"));
        assert_eq!(
            failure.detail,
            "a value that must be unique is already taken (constraint app_user_username_key): duplicate key value"
        );
    }

    #[test]
    fn kinds_have_the_status_of_who_can_mend_them() {
        for (kind, status, scim_type) in [
            (ErrorKind::ForeignKey, 400, Some("invalidValue")),
            (ErrorKind::NotNull, 400, Some("invalidValue")),
            (ErrorKind::Check, 400, Some("invalidValue")),
            (ErrorKind::TooLong, 400, Some("invalidValue")),
            (ErrorKind::InvalidValue, 400, Some("invalidValue")),
            (ErrorKind::Conflict, 503, None),
            (ErrorKind::Timeout, 503, None),
            (ErrorKind::Unavailable, 503, None),
            (ErrorKind::Permission, 500, None),
            (ErrorKind::Statement, 500, None),
            (ErrorKind::RowEffect, 500, None),
            (ErrorKind::NotPlanned, 500, None),
            (ErrorKind::MissingValue, 500, None),
            (ErrorKind::Other, 500, None),
        ] {
            let failure = Failure::from(DatabaseError::new(kind, ""));
            assert_eq!(
                (failure.status, failure.scim_type.as_deref()),
                (status, scim_type),
                "{kind:?}"
            );
            assert!(!failure.detail.ends_with(": "), "{}", failure.detail);
        }
    }
}
