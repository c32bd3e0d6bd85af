//! What the account of an application may do that no application needs: a statement that goes wrong, or somebody who comes by its
//! password, can do that much harm.

use super::{Access, Column, Database, DatabaseError, RowSink, Statement, Stop, Value};

/// The rights of the account that are far more than any application needs, in the database's words.
///
/// # Errors
/// What the database says to the question.
pub async fn excess(database: &dyn Database) -> Result<Vec<String>, DatabaseError> {
    let Some(text) = database.excess() else {
        return Ok(Vec::new());
    };
    let statement = Statement::new("excess", text, Access::Read);
    let mut session = database.begin(Access::Read).await?;
    let mut rights = Rights::default();
    let asked = session.query(&statement, &[], &mut rights).await;
    session.rollback().await?;
    asked.map(|()| rights.0)
}

#[derive(Default)]
struct Rights(Vec<String>);

impl RowSink for Rights {
    fn columns(&mut self, _: &[Column]) -> Result<(), Stop> {
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.0.extend(row.first().and_then(Value::to_text));
        Ok(())
    }
}
