//! What a process holds of the machine's memory.

/// In MiB.
pub struct Resident {
    pub now: f64,
    /// At any time since it began.
    pub most: f64,
}

/// As Linux tells it; elsewhere nothing is known, and the figures are NaN.
pub fn resident(pid: u32) -> Resident {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let figure = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kibibytes.map_or(f64::NAN, |kibibytes| kibibytes / 1024.0)
    };
    Resident {
        now: figure("VmRSS:"),
        most: figure("VmHWM:"),
    }
}
