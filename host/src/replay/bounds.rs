//! The bounds that a recorded call had.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sandbox::{Limits, SandboxSettings};

/// The bounds of the call, in milliseconds and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bounds {
    pub cpu: u64,
    pub wall: u64,
    pub memory: usize,
    pub transfer: usize,
    pub statements: u32,
    pub rows: usize,
    pub result_bytes: usize,
    pub log_lines: u32,
    pub stack: usize,
}

impl Bounds {
    pub fn of(limits: &Limits, stack: usize) -> Self {
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self {
            cpu: milliseconds(limits.cpu),
            wall: milliseconds(limits.wall),
            memory: limits.memory,
            transfer: limits.transfer,
            statements: limits.statements,
            rows: limits.rows,
            result_bytes: limits.result_bytes,
            log_lines: limits.log_lines,
            stack,
        }
    }

    /// A sandbox with these bounds. What a file says is held to what a machine can give: it may come from anybody.
    ///
    /// # Errors
    /// The first bound that is out of reach.
    pub fn sandbox(&self) -> Result<SandboxSettings, String> {
        const LARGEST: usize = 1 << 30;
        const LONGEST: u64 = 600_000;
        let sizes = [
            ("memory", self.memory, 64 << 10, LARGEST),
            ("stack", self.stack, 16 << 10, 64 << 20),
            ("transfer", self.transfer, 1, LARGEST),
            ("result-bytes", self.result_bytes, 1, LARGEST),
        ];
        if let Some((name, found, ..)) = sizes.iter().find(|(_, found, least, most)| found < least || found > most) {
            return Err(format!("its limit `{name}` of {found} bytes is none that a server has"));
        }
        if let Some((name, found)) = [("cpu", self.cpu), ("wall", self.wall)]
            .iter()
            .find(|(_, found)| *found > LONGEST)
        {
            return Err(format!("its limit `{name}` of {found} ms is longer than ten minutes"));
        }
        Ok(SandboxSettings {
            limits: Limits {
                cpu: Duration::from_millis(self.cpu),
                wall: Duration::from_millis(self.wall),
                memory: self.memory,
                transfer: self.transfer,
                statements: self.statements,
                rows: self.rows,
                result_bytes: self.result_bytes,
                log_lines: self.log_lines,
                // Nothing that asks hosts is recorded.
                ..Limits::default()
            },
            stack: self.stack,
            concurrent_calls: 1,
            ..SandboxSettings::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_no_server_has_are_refused() {
        let right = Bounds::of(&Limits::default(), 512 << 10);
        assert!(right.sandbox().is_ok());
        for wrong in [
            Bounds {
                memory: usize::MAX,
                ..right
            },
            Bounds { memory: 1, ..right },
            Bounds { stack: 1 << 40, ..right },
            Bounds { wall: u64::MAX, ..right },
            Bounds { cpu: u64::MAX, ..right },
        ] {
            assert!(wrong.sandbox().is_err(), "{wrong:?}");
        }
    }
}
