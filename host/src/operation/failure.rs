//! From what went wrong to what the client is told (RFC 7644 §3.12). Each names the operation, the plugin, and what to do.

use super::output::PAGE_BYTES;
use crate::{
    database::{DatabaseError, ErrorKind},
    sandbox::{CallFailure, Cause, Failure},
    scim::{Error, ScimType},
    state::Suspension,
};

/// Seconds after which a client may try again when the database or the sandbox has no room.
const RETRY_AFTER: u32 = 5;
/// Seconds after which a client may try again what an administrator has to mend.
const RESUMED_AFTER: u32 = 60;

/// A component ended without an answer.
pub fn call(application: &str, operation: &str, failure: &CallFailure) -> Error {
    let detail = format!("{operation} of application {application} failed: {failure}; the server's log has the report");
    match failure.cause {
        Cause::Busy => Error::unavailable("the server is busy: all places for calls are taken", RETRY_AFTER),
        _ => Error::new(500, detail),
    }
}

/// A component is not called, since it failed again and again. Somebody has to do something before that changes.
pub fn suspended(operation: &str, suspension: &Suspension) -> Error {
    let Suspension { duty, reason, since } = suspension;
    let (plugin, application) = (&duty.plugin, &duty.application);
    Error::unavailable(
        format!(
            "{operation} of application {application} is suspended since {}, because plugin {plugin} failed again and again; the last time: \
             {reason}. `portcullis plugin resume {plugin} --config DIR` on the server lets it work again, and so does another version of it",
            since.format("%Y-%m-%dT%H:%M:%SZ")
        ),
        RESUMED_AFTER,
    )
}

/// Rows that the host cannot hold at once.
pub fn too_much(operation: &str) -> Error {
    let most = PAGE_BYTES >> 20;
    Error::bad_request(
        ScimType::TooMany,
        format!(
            "{operation} gives more than the {most} MiB of rows that the server holds at once: ask for fewer with `filter` or `count`"
        ),
    )
}

/// Says which attribute a column is, so that whoever knows the application by its attributes alone can mend it.
pub fn with_attribute(error: Error, column: &str, attribute: &str) -> Error {
    Error {
        detail: format!("{}; the column `{column}` is the attribute `{attribute}`", error.detail),
        ..error
    }
}

/// A component answered with a failure.
pub fn answered(operation: &str, plugin: &str, failure: Failure) -> Error {
    let Failure {
        status,
        scim_type,
        detail,
    } = failure;
    if !(400..=599).contains(&status) {
        return Error::new(
            500,
            format!("{operation} failed: plugin {plugin} answered with status {status}, which is no error; its detail: {detail}"),
        );
    }
    Error {
        status,
        scim_type: scim_type.map(ScimType::from),
        detail: format!("{operation} ({plugin}): {detail}"),
        retry_after: (status == 503).then_some(RETRY_AFTER),
    }
}

/// A component reported success although the database had refused a write.
pub fn swallowed(operation: &str, plugin: &str, error: &DatabaseError) -> Error {
    Error::new(
        500,
        format!("{operation} ({plugin}): the database refused a statement and nothing was kept: {error}"),
    )
}

/// The database could not be reached, or could not end a transaction.
pub fn connection(application: &str, error: &DatabaseError) -> Error {
    tracing::warn!(application, kind = ?error.kind, code = error.code, "database: {error}");
    match error.kind {
        ErrorKind::Conflict => Error::unavailable(
            format!("another transaction was in the way in the database of application {application}; nothing was changed"),
            RETRY_AFTER,
        ),
        ErrorKind::Unavailable | ErrorKind::Timeout => Error::unavailable(
            format!("the database of application {application} cannot be reached at the moment; nothing was changed"),
            RETRY_AFTER,
        ),
        _ => Error::new(500, format!("the database of application {application} failed: {error}")),
    }
}
