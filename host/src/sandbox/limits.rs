//! The bounds of a call. Hitting one ends the call, rolls its transaction back, and names the bound, its figure and its
//! setting.

use std::time::Duration;

/// What one call may use. The effective bound is the smaller of the server's (`[sandbox]`) and the plugin's
/// (`[plugins.NAME.limits]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `cpu`: processor time, looked at every 10 ms; waiting for the database or for an answer doesn't count.
    pub cpu: Duration,
    /// `wall`: time from start to end, waiting included.
    pub wall: Duration,
    /// `memory`: bytes of linear memory.
    pub memory: usize,
    /// `transfer`: bytes that may cross from the component to the host in one call of an import or one result.
    pub transfer: usize,
    /// `statements`: statements run.
    pub statements: u32,
    /// `rows`: rows of one result that is held in memory. What goes through `output` doesn't count.
    pub rows: usize,
    /// `result-bytes`: bytes of such a result.
    pub result_bytes: usize,
    /// `log-lines`: lines written to the log; further ones are dropped.
    pub log_lines: u32,
    /// `http-requests`: requests over HTTP.
    pub http_requests: u32,
    /// `http-bytes`: bytes of the bodies of these requests and of their answers, all together.
    pub http_bytes: usize,
    /// `http-wait`: how long such a request waits for a connection, for its answer's beginning, and for each further part.
    pub http_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_millis(250),
            wall: Duration::from_secs(5),
            memory: 64 << 20,
            transfer: 4 << 20,
            statements: 64,
            rows: 10_000,
            result_bytes: 8 << 20,
            log_lines: 256,
            http_requests: 16,
            http_bytes: 4 << 20,
            http_wait: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// The smaller of each.
    pub fn min(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.min(other.cpu),
            wall: self.wall.min(other.wall),
            memory: self.memory.min(other.memory),
            transfer: self.transfer.min(other.transfer),
            statements: self.statements.min(other.statements),
            rows: self.rows.min(other.rows),
            result_bytes: self.result_bytes.min(other.result_bytes),
            log_lines: self.log_lines.min(other.log_lines),
            http_requests: self.http_requests.min(other.http_requests),
            http_bytes: self.http_bytes.min(other.http_bytes),
            http_wait: self.http_wait.min(other.http_wait),
        }
    }
}

/// `[sandbox]`: the bounds of a call and those of the sandbox as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxSettings {
    pub limits: Limits,
    /// `stack`: bytes of WebAssembly stack.
    pub stack: usize,
    /// `component-size`: bytes of a component's file.
    pub component_size: u64,
    /// `concurrent-calls`: calls at once; further ones wait, then are answered 503.
    pub concurrent_calls: u32,
    /// `queue`: how long a call waits for its turn.
    pub queue: Duration,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            stack: 512 << 10,
            component_size: 16 << 20,
            concurrent_calls: 64,
            queue: Duration::from_secs(2),
        }
    }
}
