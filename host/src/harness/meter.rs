//! What the calls of the plugin under test used, and how far that is from their limits.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytesize::ByteSize;
use comfy_table::{CellAlignment, Table, presets};

use crate::sandbox::{EndedCall, Limits, Observer, Usage};

/// Is told of every call, and keeps what is about the plugin.
pub struct Meter {
    plugin: String,
    calls: Mutex<BTreeMap<Call, Used>>,
    failures: Mutex<BTreeSet<String>>,
}

/// An export, and what it was called for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    pub function: &'static str,
    pub subject: String,
}

/// What calls of one kind used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    pub calls: u64,
    /// Each figure of the call that used the most of that.
    pub most: Usage,
    /// All figures of all calls, memory aside, which is the most.
    pub sum: Usage,
}

impl Meter {
    pub fn new(plugin: &str) -> Self {
        Self {
            plugin: plugin.to_owned(),
            calls: Mutex::default(),
            failures: Mutex::default(),
        }
    }

    /// What all calls used together so far.
    pub fn totals(&self) -> Totals {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.values().fold(Totals::default(), |totals, used| Totals {
            calls: totals.calls + used.calls,
            statements: totals.statements + u64::from(used.sum.statements),
            rows: totals.rows + used.sum.rows,
            log_lines: totals.log_lines + u64::from(used.sum.log_lines),
            received: totals.received + used.sum.received,
            sent: totals.sent + used.sum.sent,
        })
    }

    /// Why calls gave no answer, each reason once.
    pub fn failures(&self) -> BTreeSet<String> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was used so far.
    pub fn used(&self) -> BTreeMap<Call, Used> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Observer for Meter {
    fn ended(&self, call: &EndedCall<'_>) {
        if call.plugin != self.plugin {
            return;
        }
        if let Some(failure) = call.failure {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.insert(failure.to_string());
        }
        let key = Call {
            function: call.function,
            subject: call.subject.to_owned(),
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entry(key).or_default().add(call.usage);
    }
}

impl Used {
    fn add(&mut self, usage: &Usage) {
        self.calls += 1;
        self.most = Usage {
            cpu: self.most.cpu.max(usage.cpu),
            wall: self.most.wall.max(usage.wall),
            memory: self.most.memory.max(usage.memory),
            statements: self.most.statements.max(usage.statements),
            rows: self.most.rows.max(usage.rows),
            log_lines: self.most.log_lines.max(usage.log_lines),
            received: self.most.received.max(usage.received),
            sent: self.most.sent.max(usage.sent),
        };
        self.sum = Usage {
            cpu: self.sum.cpu.saturating_add(usage.cpu),
            wall: self.sum.wall.saturating_add(usage.wall),
            memory: self.most.memory,
            statements: self.sum.statements.saturating_add(usage.statements),
            rows: self.sum.rows.saturating_add(usage.rows),
            log_lines: self.sum.log_lines.saturating_add(usage.log_lines),
            received: self.sum.received.saturating_add(usage.received),
            sent: self.sum.sent.saturating_add(usage.sent),
        };
    }
}

/// What all calls used together, without what differs from one run to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub calls: u64,
    pub statements: u64,
    pub rows: u64,
    pub log_lines: u64,
    pub received: u64,
    pub sent: u64,
}

impl std::ops::Sub for Totals {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(before.calls),
            statements: self.statements.saturating_sub(before.statements),
            rows: self.rows.saturating_sub(before.rows),
            log_lines: self.log_lines.saturating_sub(before.log_lines),
            received: self.received.saturating_sub(before.received),
            sent: self.sent.saturating_sub(before.sent),
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} calls, {} statements, {} rows, {} log lines, {} bytes given and {} back",
            self.calls, self.statements, self.rows, self.log_lines, self.received, self.sent
        )
    }
}

const COLUMNS: [&str; 11] = [
    "CASE",
    "CALL",
    "CALLS",
    "CPU",
    "WALL",
    "MEMORY",
    "STATEMENTS",
    "ROWS",
    "LOG LINES",
    "GIVEN",
    "GAVE",
];

/// A table of what each kind of call used at the most, by case, above the limits.
pub fn table<'a>(cases: impl IntoIterator<Item = (&'a str, &'a BTreeMap<Call, Used>)>, limits: &Limits) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(COLUMNS);
    for (case, calls) in cases {
        for (call, used) in calls {
            let most = &used.most;
            table.add_row([
                case.to_owned(),
                format!("{} {}", call.function, call.subject),
                used.calls.to_string(),
                milliseconds(most.cpu),
                milliseconds(most.wall),
                bytes(most.memory as u64),
                most.statements.to_string(),
                most.rows.to_string(),
                most.log_lines.to_string(),
                bytes(most.received),
                bytes(most.sent),
            ]);
        }
    }
    table.add_row([
        "limit".to_owned(),
        String::new(),
        String::new(),
        milliseconds(limits.cpu),
        milliseconds(limits.wall),
        bytes(limits.memory as u64),
        limits.statements.to_string(),
        limits.rows.to_string(),
        limits.log_lines.to_string(),
        bytes(limits.result_bytes as u64),
        bytes(limits.transfer as u64),
    ]);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn milliseconds(time: Duration) -> String {
    match time.as_millis() {
        0..10 => format!("{:.2} ms", time.as_secs_f64() * 1e3),
        whole => format!("{whole} ms"),
    }
}

fn bytes(bytes: u64) -> String {
    ByteSize(bytes).display().iec().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_of_each_call_stands_above_the_limits() {
        let meter = Meter::new("acme");
        let usage = |milliseconds: u64, rows| Usage {
            cpu: Duration::from_micros(milliseconds * 1000 + 250),
            wall: Duration::from_millis(12),
            memory: 1 << 20,
            statements: 2,
            rows,
            log_lines: 1,
            received: 100,
            sent: 2048,
        };
        let tell = |plugin, function, subject, usage: Usage| {
            meter.ended(&EndedCall {
                plugin,
                function,
                subject,
                usage: &usage,
                failure: None,
            });
        };
        tell("acme", "run", "add-entitlement", usage(3, 7));
        tell("acme", "run", "add-entitlement", usage(1, 9));
        tell("acme", "prepare", "add-entitlement", Usage::default());
        tell("sqlite", "run", "get-user", usage(100, 1000));
        let used = meter.used();
        assert_eq!(used.values().map(|used| used.sum.rows).collect::<Vec<_>>(), [0, 16]);
        insta::assert_snapshot!(table([("a-case", &used)], &Limits::default()));
    }
}
