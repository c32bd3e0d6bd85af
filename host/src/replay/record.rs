//! Stands between a component and its host, and keeps what crosses.
//!
//! Rows that are forwarded or put out are not among it: nothing of them comes back to the component. What is kept is bounded; a
//! call that exceeds that is not recorded at all, since half a recording ends otherwise than the call did.

use std::any::Any;

use async_trait::async_trait;

use super::{
    exchange::{Answered, Asked, Exceeded, Exchange},
    value::{written, written_rows},
};
use crate::{
    database::{Column, Execution, Value},
    sandbox::{LogLevel, Readings, ResultLimits, ResultSet, ServiceError, Services, Tape},
};

/// What an exchange costs besides its values.
const EXCHANGE: usize = 64;

/// A host's services, with a record of what a component has of them.
pub struct Recorder {
    services: Box<dyn Services>,
    exchanges: Vec<Exchange>,
    tape: Option<Tape>,
    /// Bytes that may still be kept; `None`: it was too much.
    room: Option<usize>,
    outputs: u64,
}

/// What a call had of its host.
pub struct Recorded {
    pub exchanges: Vec<Exchange>,
    pub readings: Readings,
}

impl Recorder {
    /// Keeps at most so many bytes, about.
    pub fn new(services: Box<dyn Services>, most: usize) -> Self {
        Self {
            services,
            exchanges: Vec::new(),
            tape: None,
            room: Some(most),
            outputs: 0,
        }
    }

    /// Gives the services back, and what was recorded; `None`: nothing was, or it was too much.
    pub fn open(services: Box<dyn Services>) -> (Box<dyn Any + Send>, Option<Recorded>) {
        match services.into_any().downcast::<Recorder>() {
            Err(services) => (services, None),
            Ok(recorder) => {
                let Recorder {
                    services,
                    exchanges,
                    tape,
                    room,
                    ..
                } = *recorder;
                let readings = tape.map_or_else(|| Some(Readings::default()), |tape| tape.readings());
                let recorded = room.and(readings).map(|readings| Recorded { exchanges, readings });
                (services.into_any(), recorded)
            }
        }
    }

    /// Writes a question down, before there is an answer to it.
    fn ask(&mut self, size: usize, asked: impl FnOnce() -> Asked) {
        if self.make_room(size) {
            self.exchanges.push(Exchange {
                asked: asked(),
                answer: Answered::Nothing,
            });
        }
    }

    /// Writes the answer to the last question down.
    fn answer<T>(
        &mut self,
        result: &Result<T, ServiceError>,
        size: impl FnOnce(&T) -> usize,
        answer: impl FnOnce(&T) -> Answered,
    ) {
        let size = result.as_ref().map_or(EXCHANGE, size);
        if !self.make_room(size) {
            return;
        }
        if let Some(exchange) = self.exchanges.last_mut() {
            exchange.answer = match result {
                Ok(done) => answer(done),
                Err(error) => refused(error),
            };
        }
    }

    fn make_room(&mut self, size: usize) -> bool {
        self.room = self.room.and_then(|room| room.checked_sub(size));
        if self.room.is_none() {
            self.exchanges = Vec::new();
        }
        self.room.is_some()
    }

    /// Only what was refused is worth a word.
    fn output(&mut self, result: &Result<(), ServiceError>) {
        self.outputs += 1;
        if let Err(error) = result {
            let call = self.outputs;
            self.ask(EXCHANGE, || Asked::Output { call });
            if let Some(exchange) = self.exchanges.last_mut() {
                exchange.answer = refused(error);
            }
        }
    }
}

fn refused(error: &ServiceError) -> Answered {
    match error {
        ServiceError::Database(error) => error.clone().into(),
        ServiceError::Rows => Answered::Limit(Exceeded::Rows),
        ServiceError::Bytes => Answered::Limit(Exceeded::ResultBytes),
        ServiceError::Misuse(what) => Answered::Misuse(what.clone()),
    }
}

fn size_of(values: &[(String, Value)]) -> usize {
    let sizes = values.iter().map(|(name, value)| name.len() + value.size());
    EXCHANGE + sizes.sum::<usize>()
}

fn size_of_rows(columns: &[Column], rows: &[Vec<Value>]) -> usize {
    let columns: usize = columns.iter().map(|column| column.name.len() + column.type_name.len()).sum();
    EXCHANGE + columns + rows.iter().flatten().map(Value::size).sum::<usize>()
}

fn result(set: &ResultSet) -> Answered {
    Answered::Result {
        columns: set.columns.iter().map(Into::into).collect(),
        rows: written_rows(&set.rows),
    }
}

fn execution(done: &Execution) -> Answered {
    Answered::Execution {
        affected: done.affected,
        generated_id: done.generated_id.as_ref().map(Into::into),
        columns: done.columns.iter().map(Into::into).collect(),
        rows: written_rows(&done.rows),
        outputs: written(&done.outputs),
    }
}

fn size_of_execution(done: &Execution) -> usize {
    size_of_rows(&done.columns, &done.rows) + size_of(&done.outputs)
}

#[async_trait]
impl Services for Recorder {
    async fn query(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        limits: ResultLimits,
    ) -> Result<ResultSet, ServiceError> {
        self.ask(size_of(&values), || Asked::Query {
            statement: statement.to_owned(),
            values: written(&values),
        });
        let answer = self.services.query(statement, values, limits).await;
        self.answer(&answer, |set| size_of_rows(&set.columns, &set.rows), result);
        answer
    }

    async fn execute(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        limits: ResultLimits,
    ) -> Result<Execution, ServiceError> {
        self.ask(size_of(&values), || Asked::Execute {
            statement: statement.to_owned(),
            values: written(&values),
        });
        let answer = self.services.execute(statement, values, limits).await;
        self.answer(&answer, size_of_execution, execution);
        answer
    }

    async fn forward(&mut self, statement: &str, values: Vec<(String, Value)>) -> Result<u64, ServiceError> {
        self.ask(size_of(&values), || Asked::Forward {
            statement: statement.to_owned(),
            values: written(&values),
        });
        let answer = self.services.forward(statement, values).await;
        self.answer(&answer, |_| EXCHANGE, |rows| Answered::Forwarded(*rows));
        answer
    }

    fn begin_output(&mut self, columns: Vec<Column>) -> Result<(), ServiceError> {
        let answer = self.services.begin_output(columns);
        self.output(&answer);
        answer
    }

    fn emit(&mut self, rows: Vec<Vec<Value>>) -> Result<(), ServiceError> {
        let answer = self.services.emit(rows);
        self.output(&answer);
        answer
    }

    async fn dynamic_query(&mut self, text: &str, values: Vec<Value>, limits: ResultLimits) -> Result<ResultSet, ServiceError> {
        let size = text.len() + values.iter().map(Value::size).sum::<usize>();
        self.ask(EXCHANGE + size, || Asked::DynamicQuery {
            text: text.to_owned(),
            values: values.iter().map(Into::into).collect(),
        });
        let answer = self.services.dynamic_query(text, values, limits).await;
        self.answer(&answer, |set| size_of_rows(&set.columns, &set.rows), result);
        answer
    }

    async fn dynamic_execute(&mut self, text: &str, values: Vec<Value>, limits: ResultLimits) -> Result<Execution, ServiceError> {
        let size = text.len() + values.iter().map(Value::size).sum::<usize>();
        self.ask(EXCHANGE + size, || Asked::DynamicExecute {
            text: text.to_owned(),
            values: values.iter().map(Into::into).collect(),
        });
        let answer = self.services.dynamic_execute(text, values, limits).await;
        self.answer(&answer, size_of_execution, execution);
        answer
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.services.log(level, message);
    }

    fn tape(&mut self) -> Tape {
        self.tape.get_or_insert_with(Tape::live).clone()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
