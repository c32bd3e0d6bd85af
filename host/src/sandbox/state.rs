//! What a store holds for the one call that it serves, and what the component's imports do with it.

use std::sync::Arc;

use wasmtime::{ResourceLimiter, Result, UpdateDeadline, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView, p2::pipe::MemoryOutputPipe};
use wasmtime_wasi_io::IoView;

use super::{
    Limits, LogLevel, ResultLimits, ResultSet, ServiceError, Services, Usage,
    bindings::operation::portcullis::plugin::{database, dynamic_sql, log, output, types},
    failure::{Denied, Ended, HANDLES},
    http::Http,
    meter::Meter,
};
use crate::{
    database::{Execution, Value},
    outbound::Access,
};

/// Bytes of stdout and stderr that are kept.
const CAPTURED: usize = 8 << 10;
/// Bytes of a log line that are kept.
const LINE: usize = 2 << 10;

/// The data of a store.
pub(super) struct State {
    pub services: Box<dyn Services>,
    limits: Limits,
    pub meter: Meter,
    ticks: u64,
    /// What was used so far, the times left out.
    usage: Usage,
    pub denied: Denied,
    /// Whether it waits for the database.
    pub waits: bool,
    /// The last error that the component logged: its panic message, as a rule.
    last_error: String,
    table: ResourceTable,
    wasi: Option<Wasi>,
    http: Http,
}

struct Wasi {
    context: WasiCtx,
    stderr: MemoryOutputPipe,
}

impl State {
    pub fn new(services: Box<dyn Services>, limits: Limits, access: Option<Arc<Access>>) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES);
        Self {
            services,
            http: Http::new(access, &limits),
            limits,
            meter: Meter::new(),
            ticks: 0,
            usage: Usage::default(),
            denied: Denied::default(),
            waits: false,
            last_error: String::new(),
            table,
            wasi: None,
        }
    }

    /// Looks at the processor's time, once a tick. A component that came back from waiting meets one tick, however long it waited,
    /// and goes on; one that keeps the processor lets others have it at every further tick.
    pub fn tick(&mut self) -> Result<UpdateDeadline> {
        self.ticks += 1;
        if self.meter.used() > self.limits.cpu {
            return Err(Ended::Limit("cpu").into());
        }
        Ok(match self.ticks {
            1 => UpdateDeadline::Continue(1),
            _ => UpdateDeadline::Yield(1),
        })
    }

    /// What the component wrote to stderr, or else the last error that it logged.
    pub fn stderr(&self) -> String {
        let captured = self.wasi.as_ref().map(|wasi| wasi.stderr.contents()).unwrap_or_default();
        if captured.is_empty() {
            self.last_error.clone()
        } else {
            String::from_utf8_lossy(&captured).into_owned()
        }
    }

    /// What was used, the times left out.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Counts bytes that the component is given.
    pub fn receives(&mut self, bytes: usize) {
        self.usage.received = self.usage.received.saturating_add(bytes as u64);
    }

    /// Counts bytes that the component gives.
    pub fn sends(&mut self, bytes: usize) {
        self.usage.sent = self.usage.sent.saturating_add(bytes as u64);
    }

    fn sends_values<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) {
        self.sends(values.into_iter().map(Value::size).sum());
    }

    fn receives_rows(&mut self, rows: &[Vec<Value>]) {
        self.usage.rows = self.usage.rows.saturating_add(rows.len() as u64);
        self.receives(rows.iter().flatten().map(Value::size).sum());
    }

    fn receives_result(&mut self, result: &Result<ResultSet, ServiceError>) {
        if let Ok(result) = result {
            self.receives_rows(&result.rows);
        }
    }

    fn receives_execution(&mut self, execution: &Result<Execution, ServiceError>) {
        if let Ok(execution) = execution {
            self.receives_rows(&execution.rows);
            self.receives(execution.outputs.iter().map(|(_, value)| value.size()).sum());
        }
    }

    /// The requests over HTTP of the call.
    pub(super) fn outbound(&self) -> &Http {
        &self.http
    }

    pub(super) fn http_parts(&mut self) -> (&mut ResourceTable, &mut Http) {
        (&mut self.table, &mut self.http)
    }

    fn count_statement(&mut self) -> Result<()> {
        self.usage.statements += 1;
        if self.usage.statements > self.limits.statements {
            return Err(Ended::Limit("statements").into());
        }
        self.waits = true;
        Ok(())
    }

    /// What the database gave.
    fn answer<T, U: From<T>>(&mut self, result: Result<T, ServiceError>) -> Result<Result<U, types::DatabaseError>> {
        self.waits = false;
        answer(result)
    }

    fn result_limits(&self) -> ResultLimits {
        ResultLimits {
            rows: self.limits.rows,
            bytes: self.limits.result_bytes,
        }
    }
}

/// Errors of the database go to the component; everything else ends the call.
fn answer<T, U: From<T>>(result: Result<T, ServiceError>) -> Result<Result<U, types::DatabaseError>> {
    match result {
        Ok(done) => Ok(Ok(done.into())),
        Err(ServiceError::Database(error)) => Ok(Err(error.into())),
        Err(ServiceError::Rows) => Err(Ended::Limit("rows").into()),
        Err(ServiceError::Bytes) => Err(Ended::Limit("result-bytes").into()),
        Err(ServiceError::Misuse(what)) => Err(Ended::Misuse(what).into()),
    }
}

fn named(values: Vec<types::NamedValue>) -> Vec<(String, Value)> {
    values.into_iter().map(|named| (named.name, named.value.into())).collect()
}

impl database::Host for State {
    async fn query(
        &mut self,
        statement: String,
        values: Vec<types::NamedValue>,
    ) -> Result<Result<types::ResultSet, types::DatabaseError>> {
        self.count_statement()?;
        let limits = self.result_limits();
        let values = named(values);
        self.sends_values(values.iter().map(|(_, value)| value));
        let result = self.services.query(&statement, values, limits).await;
        self.receives_result(&result);
        self.answer(result)
    }

    async fn execute(
        &mut self,
        statement: String,
        values: Vec<types::NamedValue>,
    ) -> Result<Result<types::Execution, types::DatabaseError>> {
        self.count_statement()?;
        let limits = self.result_limits();
        let values = named(values);
        self.sends_values(values.iter().map(|(_, value)| value));
        let execution = self.services.execute(&statement, values, limits).await;
        self.receives_execution(&execution);
        self.answer(execution)
    }
}

impl output::Host for State {
    async fn forward(&mut self, statement: String, values: Vec<types::NamedValue>) -> Result<Result<u64, types::DatabaseError>> {
        self.count_statement()?;
        let values = named(values);
        self.sends_values(values.iter().map(|(_, value)| value));
        let forwarded = self.services.forward(&statement, values).await;
        if let Ok(rows) = &forwarded {
            self.usage.rows = self.usage.rows.saturating_add(*rows);
        }
        self.answer(forwarded)
    }

    fn begin(&mut self, columns: Vec<types::Column>) -> Result<()> {
        let columns = columns.into_iter().map(Into::into).collect();
        accepted(self.services.begin_output(columns))
    }

    fn emit(&mut self, rows: Vec<types::Row>) -> Result<()> {
        let rows: Vec<Vec<Value>> = rows
            .into_iter()
            .map(|row| row.into_iter().map(Into::into).collect())
            .collect();
        self.usage.rows = self.usage.rows.saturating_add(rows.len() as u64);
        self.sends_values(rows.iter().flatten());
        accepted(self.services.emit(rows))
    }
}

fn accepted(result: Result<(), ServiceError>) -> Result<()> {
    match answer::<(), ()>(result)? {
        Ok(()) => Ok(()),
        Err(error) => Err(Ended::Misuse(error.message).into()),
    }
}

impl dynamic_sql::Host for State {
    async fn query(&mut self, text: String, values: Vec<types::Value>) -> Result<Result<types::ResultSet, types::DatabaseError>> {
        self.count_statement()?;
        let limits = self.result_limits();
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.sends_values(&values);
        let result = self.services.dynamic_query(&text, values, limits).await;
        self.receives_result(&result);
        self.answer(result)
    }

    async fn execute(
        &mut self,
        text: String,
        values: Vec<types::Value>,
    ) -> Result<Result<types::Execution, types::DatabaseError>> {
        self.count_statement()?;
        let limits = self.result_limits();
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.sends_values(&values);
        let execution = self.services.dynamic_execute(&text, values, limits).await;
        self.receives_execution(&execution);
        self.answer(execution)
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> Result<()> {
        let level = match level {
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        let line = shortened(&message);
        if level == LogLevel::Error {
            self.last_error = line.to_owned();
        }
        self.sends(message.len());
        self.usage.log_lines = self.usage.log_lines.saturating_add(1);
        match self.usage.log_lines.cmp(&self.limits.log_lines.saturating_add(1)) {
            std::cmp::Ordering::Less => self.services.log(level, line),
            std::cmp::Ordering::Equal => self.services.log(
                LogLevel::Warn,
                &format!(
                    "further lines of this call are dropped: limit `log-lines = {}`",
                    self.limits.log_lines
                ),
            ),
            std::cmp::Ordering::Greater => {}
        }
        Ok(())
    }
}

/// At most [`LINE`] bytes of a line, cut between characters.
fn shortened(message: &str) -> &str {
    let mut end = message.len().min(LINE);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or_default()
}

impl types::Host for State {}

impl ResourceLimiter for State {
    /// A component may have several memories: one of a language with a runtime of its own has a small one for each part.
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let all = self.usage.memory.saturating_add(desired.saturating_sub(current));
        let allowed = all <= self.limits.memory;
        match allowed {
            true => self.usage.memory = all,
            false => self.denied.memory = true,
        }
        Ok(allowed)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        Ok(desired <= super::engine::TABLE_ELEMENTS)
    }
}

impl IoView for State {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

impl WasiView for State {
    /// Made when a component first uses WASI; our own never do. No environment, no arguments, nothing preopened.
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let wasi = self.wasi.get_or_insert_with(|| {
            let stderr = MemoryOutputPipe::new(CAPTURED);
            let mut context = WasiCtx::builder();
            context
                .stdout(MemoryOutputPipe::new(CAPTURED))
                .stderr(stderr.clone())
                .max_random_size(64 << 10);
            self.services.tape().play(&mut context);
            Wasi {
                context: context.build(),
                stderr,
            }
        });
        WasiCtxView {
            ctx: &mut wasi.context,
            table: &mut self.table,
        }
    }
}
