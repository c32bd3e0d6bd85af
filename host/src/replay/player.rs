//! Answers a component as it was answered before, and has nothing else to say.

use std::any::Any;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::{
    exchange::{Answered, Asked, Exceeded, Exchange},
    outcome::Output,
    value::{Written, read, read_rows, written},
};
use crate::{
    database::{Column, DatabaseError, Execution, Value},
    sandbox::{LogLevel, Readings, ResultLimits, ResultSet, ServiceError, Services, Tape},
};

/// The answers of a replay.
pub struct Player {
    /// Those that were not given yet.
    exchanges: Vec<Exchange>,
    tape: Tape,
    outputs: u64,
    rows: u64,
    hash: Sha256,
    /// The lines of the component, as it writes them.
    pub lines: Vec<(LogLevel, String)>,
    /// What it asked for that was not asked before.
    pub astray: Option<String>,
}

impl Player {
    pub fn new(mut exchanges: Vec<Exchange>, readings: Readings) -> Self {
        exchanges.reverse();
        Self {
            exchanges,
            tape: Tape::kept(readings),
            outputs: 0,
            rows: 0,
            hash: Sha256::new(),
            lines: Vec::new(),
            astray: None,
        }
    }

    /// What it put out.
    pub fn output(&self) -> Output {
        let hash: [u8; 32] = self.hash.clone().finalize().into();
        Output {
            rows: self.rows,
            sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// The answer to a question: the first of those that were not given yet. Another component may leave questions out.
    fn next(&mut self, asked: &Asked) -> Result<Answered, ServiceError> {
        let found = self.exchanges.iter().rposition(|exchange| exchange.asked == *asked);
        match found {
            Some(at) => Ok(self.exchanges.remove(at).answer),
            None => {
                let what = format!("it asked what was not asked when this was recorded: {}", told(asked));
                self.astray.get_or_insert_with(|| what.clone());
                Err(ServiceError::Misuse(what))
            }
        }
    }

    async fn rows(&mut self, asked: Asked) -> Result<ResultSet, ServiceError> {
        match self.next(&asked)? {
            Answered::Result { columns, rows } => Ok(ResultSet {
                columns: columns.into_iter().map(Into::into).collect(),
                rows: read_rows(rows),
            }),
            other => Err(refusal(other).await),
        }
    }

    async fn done(&mut self, asked: Asked) -> Result<Execution, ServiceError> {
        match self.next(&asked)? {
            Answered::Execution {
                affected,
                generated_id,
                columns,
                rows,
                outputs,
            } => Ok(Execution {
                affected,
                generated_id: generated_id.map(Into::into),
                columns: columns.into_iter().map(Into::into).collect(),
                rows: read_rows(rows),
                outputs: read(outputs),
            }),
            other => Err(refusal(other).await),
        }
    }

    /// Takes rows, unless they were refused.
    fn take(&mut self) -> Result<(), ServiceError> {
        self.outputs += 1;
        let asked = Asked::Output { call: self.outputs };
        match self.exchanges.iter().any(|exchange| exchange.asked == asked) {
            false => Ok(()),
            true => match self.next(&asked)? {
                Answered::Misuse(what) => Err(ServiceError::Misuse(what)),
                other => Err(limit(other)),
            },
        }
    }

    fn digest(&mut self, value: &impl serde::Serialize) {
        let text = serde_json::to_vec(value).unwrap_or_default();
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
    }
}

/// Why there is no result. Where there was no answer, there is none now.
async fn refusal(answer: Answered) -> ServiceError {
    match answer {
        Answered::DatabaseError {
            kind,
            code,
            constraint,
            message,
        } => DatabaseError {
            code,
            constraint,
            ..DatabaseError::new(kind, message)
        }
        .into(),
        Answered::Nothing => std::future::pending().await,
        other => limit(other),
    }
}

fn limit(answer: Answered) -> ServiceError {
    match answer {
        Answered::Limit(Exceeded::Rows) => ServiceError::Rows,
        Answered::Limit(Exceeded::ResultBytes) => ServiceError::Bytes,
        Answered::Misuse(what) => ServiceError::Misuse(what),
        _ => ServiceError::Misuse("the replay file has an answer of another kind than the question".to_owned()),
    }
}

/// A question in a few words.
fn told(asked: &Asked) -> String {
    match asked {
        Asked::Query { statement, values } => format!("query of `{statement}` with {}", names(values.iter().map(|v| &v.name))),
        Asked::Execute { statement, values } => {
            format!("execute of `{statement}` with {}", names(values.iter().map(|v| &v.name)))
        }
        Asked::Forward { statement, values } => {
            format!("forward of `{statement}` with {}", names(values.iter().map(|v| &v.name)))
        }
        Asked::DynamicQuery { text, .. } | Asked::DynamicExecute { text, .. } => format!("the statement {text}"),
        Asked::Output { call } => format!("output {call}"),
    }
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    match names.is_empty() {
        true => "no values".to_owned(),
        false => format!("values for {}", names.join(", ")),
    }
}

#[async_trait]
impl Services for Player {
    async fn query(&mut self, statement: &str, values: Vec<(String, Value)>, _: ResultLimits) -> Result<ResultSet, ServiceError> {
        self.rows(Asked::Query {
            statement: statement.to_owned(),
            values: written(&values),
        })
        .await
    }

    async fn execute(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        _: ResultLimits,
    ) -> Result<Execution, ServiceError> {
        self.done(Asked::Execute {
            statement: statement.to_owned(),
            values: written(&values),
        })
        .await
    }

    async fn forward(&mut self, statement: &str, values: Vec<(String, Value)>) -> Result<u64, ServiceError> {
        let asked = Asked::Forward {
            statement: statement.to_owned(),
            values: written(&values),
        };
        match self.next(&asked)? {
            Answered::Forwarded(rows) => Ok(rows),
            other => Err(refusal(other).await),
        }
    }

    fn begin_output(&mut self, columns: Vec<Column>) -> Result<(), ServiceError> {
        self.take()?;
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        self.digest(&names);
        Ok(())
    }

    fn emit(&mut self, rows: Vec<Vec<Value>>) -> Result<(), ServiceError> {
        self.take()?;
        self.rows += rows.len() as u64;
        for row in &rows {
            let row: Vec<Written> = row.iter().map(Into::into).collect();
            self.digest(&row);
        }
        Ok(())
    }

    async fn dynamic_query(&mut self, text: &str, values: Vec<Value>, _: ResultLimits) -> Result<ResultSet, ServiceError> {
        self.rows(Asked::DynamicQuery {
            text: text.to_owned(),
            values: values.iter().map(Into::into).collect(),
        })
        .await
    }

    async fn dynamic_execute(&mut self, text: &str, values: Vec<Value>, _: ResultLimits) -> Result<Execution, ServiceError> {
        self.done(Asked::DynamicExecute {
            text: text.to_owned(),
            values: values.iter().map(Into::into).collect(),
        })
        .await
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.lines.push((level, message.to_owned()));
    }

    fn tape(&mut self) -> Tape {
        self.tape.clone()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
