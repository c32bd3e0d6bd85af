//! Operations on the database.

use crate::{Call, DynamicSql, Failure, Host, Outcome, Plan, Problem, Settings, Shape, Statement};

/// An operation that runs planned statements.
///
/// Every call has a fresh instance: nothing can be kept between them but the plan's `memo`.
pub trait Operation {
    /// Says every statement that `operation` can ever run. Called when the configuration is loaded.
    ///
    /// # Errors
    /// All mistakes in the settings at once.
    fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>>;

    /// Derives a statement that gives the same rows filtered, sorted, counted or paged, or sized to lists. The name of what
    /// it gives is of no importance: the host gives it one.
    ///
    /// # Errors
    /// Why it cannot be derived. The host then does the work on the rows itself, where it can. Without an implementation
    /// nothing can be derived.
    fn refine(operation: &str, settings: &Settings, statement: &str, shape: &Shape) -> Result<Statement, String> {
        let _ = (settings, statement, shape);
        Err(format!("this component derives no statements for {operation}"))
    }

    /// Does the operation once.
    ///
    /// # Errors
    /// Why not, in SCIM's terms; `?` on a [`DatabaseError`](crate::DatabaseError) gives what fits.
    fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure>;
}

/// An operation that also makes statements of its own.
pub trait DynamicOperation {
    /// As [`Operation::prepare`].
    ///
    /// # Errors
    /// All mistakes in the settings at once.
    fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>>;

    /// As [`Operation::refine`].
    ///
    /// # Errors
    /// Why it cannot be derived.
    fn refine(operation: &str, settings: &Settings, statement: &str, shape: &Shape) -> Result<Statement, String> {
        let _ = (settings, statement, shape);
        Err(format!("this component derives no statements for {operation}"))
    }

    /// As [`Operation::run`].
    ///
    /// # Errors
    /// Why not, in SCIM's terms.
    fn run(call: &Call, host: &mut (impl Host + DynamicSql)) -> Result<Outcome, Failure>;
}
