//! Statements of sessions that read, which SQL Server has no word for.
//!
//! A procedure that an operation reads from may write all the same. So what reads runs in a transaction that the same batch
//! rolls back: one request, one answer, and nothing is left of it. Only a procedure that commits more often than it begins
//! gets out of that, and the server calls it an error (266).

/// What ends a transaction that a batch which failed has left open. Not for `sp_executesql`, in which it would be an error that
/// there are fewer transactions at the end than at the beginning.
pub(super) const UNDO: &str = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION";

/// A statement's text with its transaction around it. The first line stays the first, for the line numbers of errors; a comment
/// at the end ends with its line.
pub(super) fn undone(text: &str) -> String {
    format!("BEGIN TRANSACTION; {text}\n;{UNDO}")
}
