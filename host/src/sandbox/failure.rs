//! Why a call ended without an answer: for the client a sentence, for the operator a report.

use wasmtime::{Error, Trap, WasmBacktrace};

use super::{Limits, limits::bytes};
use crate::database::is_hidden;

/// Handles of the component model (streams, pollables, errors) that a call may hold at once. No setting: what is there to be
/// held is for writing to standard error and for sleeping.
pub(super) const HANDLES: usize = 1024;

/// Characters of a function's name that are reported; a component can call its functions what it likes.
const NAME: usize = 160;

/// A call that ended without an answer of the component. What the component itself answers is a [`super::Failure`].
#[derive(Clone, Debug, PartialEq)]
pub struct CallFailure {
    /// The plugin's name.
    pub plugin: String,
    /// Which export was called: `prepare`, `refine`, `run` or `transform`.
    pub function: &'static str,
    pub cause: Cause,
    pub report: Report,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// A bound was hit.
    Limit(Bound),
    /// The component crashed, in the words of the runtime.
    Trap(String),
    /// The component did what the contract forbids.
    Misuse(String),
    /// Every place for a call stayed taken for as long as one waits.
    Busy,
    /// The sandbox itself failed.
    Host(String),
}

/// A bound, by the name of its setting, with its figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub setting: &'static str,
    /// With its unit, for example `250ms`.
    pub figure: String,
}

/// What helps the plugin's author.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The innermost first.
    pub frames: Vec<String>,
    /// The last lines of stderr, or what the component logged at level error.
    pub stderr: String,
    /// It ended while it waited for the database.
    pub waited: bool,
}

impl CallFailure {
    /// Without anything that the component chose: not even the names of its functions, of which it could make words.
    pub(super) fn without_words(self) -> Self {
        Self {
            report: Report::default(),
            ..self
        }
    }
}

impl std::fmt::Display for CallFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (plugin, function) = (&self.plugin, self.function);
        match &self.cause {
            Cause::Limit(Bound { setting, figure }) => write!(
                f,
                "plugin {plugin} used more than its limit `{setting} = {figure}` in {function}{}; the limit is set in [sandbox] or \
                 [plugins.{plugin}.limits] of portcullis.toml",
                if self.report.waited {
                    ", where it waited for the database"
                } else {
                    ""
                }
            ),
            Cause::Trap(message) => write!(f, "plugin {plugin} crashed in {function}: {message}"),
            Cause::Misuse(what) => write!(f, "plugin {plugin} broke its contract in {function}: {what}"),
            Cause::Busy => write!(
                f,
                "plugin {plugin}: all places for calls stayed taken; `concurrent-calls` in [sandbox] sets their number"
            ),
            Cause::Host(message) => write!(f, "plugin {plugin} could not be run: {message}"),
        }
    }
}

impl std::error::Error for CallFailure {}

/// Carried through the runtime when a host function ends a call.
#[derive(Clone, Debug)]
pub(super) enum Ended {
    Limit(&'static str),
    Misuse(String),
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ended::Limit(setting) => write!(f, "limit {setting}"),
            Ended::Misuse(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Ended {}

/// What the call's state remembers that the error itself does not say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Denied {
    pub memory: bool,
}

/// Reads the cause from the runtime's error.
pub(super) fn cause(error: &Error, limits: &Limits, stack: usize, denied: Denied) -> Cause {
    let limit = |setting| Cause::Limit(bound(setting, limits, stack));
    if let Some(ended) = error.downcast_ref::<Ended>() {
        return match ended {
            Ended::Limit(setting) => limit(setting),
            Ended::Misuse(what) => Cause::Misuse(what.clone()),
        };
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return match trap {
            Trap::StackOverflow => limit("stack"),
            _ if denied.memory => limit("memory"),
            trap => Cause::Trap(trap.to_string()),
        };
    }
    let root = error.root_cause().to_string();
    if root.contains("fuel allocated for hostcalls has been exhausted") {
        return limit("transfer");
    }
    // The table of what the host keeps for it, and the component's own table of what it holds.
    if root.contains("resource table has no free keys") || root.contains("store handle limit exceeded") {
        return Cause::Misuse(format!(
            "it holds more than {HANDLES} handles at once (streams, pollables, errors), which is all that a call may"
        ));
    }
    if denied.memory {
        return limit("memory");
    }
    Cause::Trap(root)
}

/// The frames of the component at the moment of the failure, the innermost first.
pub(super) fn frames(error: &Error) -> Vec<String> {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return Vec::new();
    };
    backtrace
        .frames()
        .iter()
        .map(|frame| match frame.func_name() {
            Some(name) => readable(name),
            None => format!("<function {}>", frame.func_index()),
        })
        .collect()
}

/// A function's name as its author wrote it: Rust's symbol names end in a hash that means nothing to a reader.
fn readable(name: &str) -> String {
    let name: String = name.chars().take(NAME).collect();
    let demangled = format!("{:#}", rustc_demangle::demangle(&name));
    let visible = demangled.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c });
    visible.take(NAME).collect()
}

pub(super) fn bound(setting: &'static str, limits: &Limits, stack: usize) -> Bound {
    let figure = limits.figure(setting).unwrap_or_else(|| bytes(stack));
    Bound { setting, figure }
}
