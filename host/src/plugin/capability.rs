//! What a plugin may do besides computing. All of it is denied unless it was approved.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a plugin may import or have in its plans. Its manifest asks for it, and an approval grants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// `portcullis:plugin/log`
    Log,
    /// `portcullis:plugin/database`: the statements of its plans, no others.
    Database,
    /// `portcullis:plugin/output`
    Output,
    /// `portcullis:plugin/dynamic-sql`: statements that it makes as it runs.
    DynamicSql,
    /// Places in its statements' texts that the host fills with quoted values: names and text constants, where a database
    /// takes no placeholder (`CREATE USER`).
    Slots,
    /// `wasi:io` and `wasi:cli`: captured stdout and stderr, no environment, no arguments.
    Stdio,
    /// `wasi:clocks`
    Clock,
    /// `wasi:random`
    Random,
    /// `wasi:http`, outwards: requests to the hosts that its manifest names.
    Http,
}

impl Capability {
    pub const ALL: [Capability; 9] = [
        Capability::Log,
        Capability::Database,
        Capability::Output,
        Capability::DynamicSql,
        Capability::Slots,
        Capability::Stdio,
        Capability::Clock,
        Capability::Random,
        Capability::Http,
    ];

    /// The word for it in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Capability::Log => "log",
            Capability::Database => "database",
            Capability::Output => "output",
            Capability::DynamicSql => "dynamic-sql",
            Capability::Slots => "slots",
            Capability::Stdio => "stdio",
            Capability::Clock => "clock",
            Capability::Random => "random",
            Capability::Http => "http",
        }
    }

    /// How a manifest asks for it.
    pub fn asked(self) -> String {
        match self {
            Capability::Database => "database = { access = \"read\", reason = \"why\" }".to_owned(),
            Capability::Http => "http = { hosts = [\"lookup.acme.example\"], reason = \"why\" }".to_owned(),
            other => format!("{other} = \"why\""),
        }
    }

    /// What it lets a plugin do, for the person who decides.
    pub fn meaning(self) -> &'static str {
        match self {
            Capability::Log => "writes lines into the server's log",
            Capability::Database => "runs the statements shown, and no others",
            Capability::Output => "gives rows as the result of an operation",
            Capability::DynamicSql => "makes statements of its own as it runs, which nobody can see beforehand",
            Capability::Slots => "has the host put quoted names and texts into its statements",
            Capability::Stdio => "writes to captured output; sees no environment and no arguments",
            Capability::Clock => "can tell the time",
            Capability::Random => "gets random numbers",
            Capability::Http => "sends requests to the hosts named, and whatever it sees of users can go there with them",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
