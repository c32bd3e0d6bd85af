//! A statement that writes: how many rows it changed, and what it gives back.

use futures_util::TryStreamExt as _;
use sqlx::{Database as SqlxDatabase, Either, Executor, IntoArguments, Row as _, Statement as _};

use super::PooledSession;
use crate::database::{
    DatabaseError, ErrorKind, Execution, ParameterDirection, Statement, Value,
    driver::{self, Driver},
};

impl<D: Driver> PooledSession<D>
where
    for<'c> &'c mut <D::Db as SqlxDatabase>::Connection: Executor<'c, Database = D::Db>,
    <D::Db as SqlxDatabase>::Arguments: IntoArguments<D::Db>,
{
    pub(super) async fn write(
        &mut self,
        statement: &Statement,
        values: &[Value],
        max_rows: usize,
    ) -> Result<Execution, DatabaseError> {
        let (prepared, arguments) = self.ready(statement, values).await?;
        let outward = outward(statement);
        let mut execution = Execution {
            columns: D::columns(prepared.columns()),
            ..Execution::default()
        };
        // The first result is what the statement returns. Of those behind it only the last row is of use: it has what went out.
        let mut results = 0_usize;
        let mut last = None;
        let mut stream = self.connection.fetch_many(prepared.query_with(arguments));
        while let Some(step) = stream.try_next().await.map_err(driver::error::<D>)? {
            match step {
                Either::Left(result) => {
                    let (affected, id) = D::result(&result, &statement.text);
                    execution.affected += affected;
                    execution.generated_id = id.or(execution.generated_id);
                    results += 1;
                }
                Either::Right(_) if results > 0 && outward.is_empty() => {}
                Either::Right(row) if results > 0 => last = Some(D::row(&row)?),
                Either::Right(row) if execution.rows.len() < max_rows => {
                    if execution.columns.is_empty() {
                        execution.columns = D::columns(row.columns());
                    }
                    execution.rows.push(D::row(&row)?);
                }
                Either::Right(_) => {
                    let message = format!("statement `{}` returns more than {max_rows} rows", statement.name);
                    return Err(DatabaseError::new(ErrorKind::Statement, message));
                }
            }
        }
        drop(stream);
        if !outward.is_empty() {
            let held = last.or_else(|| {
                execution.columns = Vec::new();
                std::mem::take(&mut execution.rows).into_iter().next()
            });
            execution.outputs = std::iter::zip(outward, held.unwrap_or_default()).collect();
        }
        if D::RETURNED_UNCOUNTED && execution.affected == 0 {
            execution.affected = execution.rows.len() as u64;
        }
        Ok(execution)
    }
}

/// What goes out, in the order of the parameters: in this order a database gives it back, as one row behind all results.
fn outward(statement: &Statement) -> Vec<String> {
    let outward = statement
        .parameters
        .iter()
        .filter(|parameter| matches!(parameter.direction, ParameterDirection::Out | ParameterDirection::InOut));
    outward.map(|parameter| parameter.name.clone()).collect()
}
