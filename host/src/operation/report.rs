//! What the operator's log says of a component that failed. Never a bound value.

use crate::{
    database::DatabaseError,
    sandbox::{CallFailure, Cause, Failure},
};

/// A component that ended without an answer: everything that helps its author.
pub fn log(application: &str, operation: &str, request: &str, failure: &CallFailure) {
    let (plugin, function) = (&failure.plugin, failure.function);
    let frames = failure.report.frames.join(" < ");
    let stderr = failure.report.stderr.trim_end();
    let cause = match &failure.cause {
        Cause::Limit(bound) => format!("limit {} = {}", bound.setting, bound.figure),
        Cause::Trap(message) => format!("trap: {message}"),
        Cause::Misuse(what) => format!("misuse: {what}"),
        Cause::Busy => "no place for the call".to_owned(),
        Cause::Host(message) => message.clone(),
    };
    tracing::error!(application, operation, %plugin, function, request, cause, frames, stderr, "component failed: {failure}");
}

/// A failure that a component answered. Those of the client's making are the client's to read; the others are the operator's.
pub fn log_answer(application: &str, operation: &str, request: &str, failure: &Failure, error: Option<&DatabaseError>) {
    let status = failure.status;
    let kind = error.map(|error| format!("{:?}", error.kind));
    let code = error.and_then(|error| error.code.as_deref());
    let constraint = error.and_then(|error| error.constraint.as_deref());
    if status >= 500 {
        tracing::warn!(
            application,
            operation,
            request,
            status,
            kind,
            code,
            constraint,
            "operation failed"
        );
    } else {
        tracing::info!(
            application,
            operation,
            request,
            status,
            kind,
            code,
            constraint,
            "operation refused"
        );
    }
}
