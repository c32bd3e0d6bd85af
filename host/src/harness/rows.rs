//! All that is in a database's tables, as JSON.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value as Json, json};

use crate::database::{Access, Column, Database, DatabaseError, RowSink, Session, Statement, Stop, Value};

/// The most rows of a table.
const MOST: usize = 10_000;

const TABLES: &str = "SELECT t.name, count(*) FROM sqlite_schema t JOIN pragma_table_info(t.name) \
     WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' GROUP BY t.name ORDER BY t.name";

/// The rows of every table by its name, in the order of their columns' values.
///
/// # Errors
/// The database cannot be read, or a table is too large.
pub async fn rows(database: &dyn Database) -> anyhow::Result<Map<String, Json>> {
    let mut session = database.begin(Access::Read).await?;
    let tables = read(session.as_mut(), TABLES).await?;
    let mut all = Map::new();
    for table in tables.rows {
        let [Value::Text(name), Value::Integer(columns)] = table.as_slice() else {
            continue;
        };
        let order: Vec<String> = (1..=*columns).map(|column| column.to_string()).collect();
        let quoted = name.replace('"', "\"\"");
        let text = format!("SELECT * FROM \"{quoted}\" ORDER BY {} LIMIT {}", order.join(", "), MOST + 1);
        let found = read(session.as_mut(), &text).await?;
        if found.rows.len() > MOST {
            anyhow::bail!("table {name} has more than {MOST} rows: a test is to leave fewer");
        }
        let rows = found.rows.into_iter().map(|row| {
            let values = row.iter().map(json);
            let names = found.columns.iter().map(|column| column.name.clone());
            Json::Object(names.zip(values).collect())
        });
        all.insert(name.clone(), rows.collect());
    }
    session.rollback().await?;
    Ok(all)
}

#[derive(Default)]
struct Found {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl RowSink for Found {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.rows.push(row);
        Ok(())
    }
}

async fn read(session: &mut dyn Session, text: &str) -> Result<Found, DatabaseError> {
    let statement = Statement::new("rows", text, Access::Read);
    let mut found = Found::default();
    session.query(&statement, &[], &mut found).await?;
    Ok(found)
}

/// A value as golden files have it.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Bytes(bytes) => json!({ "base64": BASE64_STANDARD.encode(bytes) }),
        Value::Timestamp(text)
        | Value::Decimal(text)
        | Value::Text(text)
        | Value::Date(text)
        | Value::Uuid(text)
        | Value::Json(text)
        | Value::Extension { text, .. } => json!(text),
    }
}
