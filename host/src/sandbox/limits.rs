//! The bounds of a call. Hitting one ends the call, rolls its transaction back, and names the bound, its figure and its
//! setting.
//!
//! The server's bounds (`[sandbox]`) hold for every plugin. An administrator can give one plugin others, higher ones too
//! (`[plugins.NAME.limits]`); what a manifest wishes for can only lower them.

use std::time::Duration;

/// Declares [`Limits`] with the key that each has in a configuration, and how its figure is written.
macro_rules! limits {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $default:expr, $setting:literal $figure:ident;)+) => {
        /// What one call may use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[$doc])* pub $field: $type,)+
        }

        /// Those of the limits that somebody names.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct NamedLimits {
            $(pub $field: Option<$type>,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl Limits {
            /// These, and the named ones in their places.
            pub fn with(self, named: &NamedLimits) -> Self {
                Self { $($field: named.$field.unwrap_or(self.$field),)+ }
            }

            /// These, and the named ones where they are lower.
            pub fn lowered(self, wished: &NamedLimits) -> Self {
                Self { $($field: wished.$field.map_or(self.$field, |wished| wished.min(self.$field)),)+ }
            }

            /// What a setting is set to, with its unit; `None`: there is no such setting of a call.
            pub(super) fn figure(&self, setting: &str) -> Option<String> {
                match setting {
                    $($setting => Some($figure(self.$field)),)+
                    _ => None,
                }
            }
        }

        impl NamedLimits {
            /// What is named and higher than what is given.
            pub fn beyond(&self, given: &Limits) -> Vec<Shortfall> {
                let mut shortfalls = Vec::new();
                $(if let Some(wished) = self.$field.filter(|wished| *wished > given.$field) {
                    shortfalls.push(Shortfall {
                        setting: $setting,
                        wished: $figure(wished),
                        given: $figure(given.$field),
                    });
                })+
                shortfalls
            }
        }
    };
}

limits! {
    /// Processor time, looked at every 2 ms; waiting for the database or for an answer doesn't count.
    cpu: Duration = Duration::from_millis(250), "cpu" milliseconds;
    /// Time from start to end, waiting included.
    wall: Duration = Duration::from_secs(5), "wall" milliseconds;
    /// Bytes of linear memory, of all memories of the component together.
    memory: usize = 64 << 20, "memory" bytes;
    /// Bytes that may cross from the component to the host in one call of an import or one result.
    transfer: usize = 4 << 20, "transfer" bytes;
    /// Statements run.
    statements: u32 = 64, "statements" count;
    /// Rows of one result that is held in memory. What goes through `output` doesn't count.
    rows: usize = 10_000, "rows" count;
    /// Bytes of such a result.
    result_bytes: usize = 8 << 20, "result-bytes" bytes;
    /// Lines written to the log; further ones are dropped.
    log_lines: u32 = 256, "log-lines" count;
    /// Requests over HTTP.
    http_requests: u32 = 16, "http-requests" count;
    /// Bytes of the bodies of these requests and of their answers, all together.
    http_bytes: usize = 4 << 20, "http-bytes" bytes;
    /// How long such a request waits for a connection, for its answer's beginning, and for each further part.
    http_wait: Duration = Duration::from_secs(2), "http-wait" milliseconds;
}

/// A limit that is lower than a plugin's manifest wishes for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Its key in a configuration.
    pub setting: &'static str,
    /// With its unit, for example `250ms`.
    pub wished: String,
    pub given: String,
}

impl Shortfall {
    /// What gives the plugin what it wishes for, as it is written in [plugins.NAME.limits].
    pub fn entry(&self) -> String {
        let quote = if self.wished.bytes().all(|byte| byte.is_ascii_digit()) {
            ""
        } else {
            "\""
        };
        format!("{} = {quote}{}{quote}", self.setting, self.wished)
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}

fn count(number: impl ToString) -> String {
    number.to_string()
}

pub(super) fn bytes(n: usize) -> String {
    if n >= 1 << 20 && n.is_multiple_of(1 << 20) {
        format!("{}MiB", n >> 20)
    } else if n >= 1 << 10 && n.is_multiple_of(1 << 10) {
        format!("{}KiB", n >> 10)
    } else {
        n.to_string()
    }
}

/// `[sandbox]`: the bounds of a call and those of the sandbox as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxSettings {
    pub limits: Limits,
    /// The largest `memory` that any plugin is given, in bytes, where that is more than everybody's: calls have room for it.
    pub largest_memory: usize,
    /// `stack`: bytes of WebAssembly stack, of all plugins: the runtime has one figure for all.
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
            largest_memory: 0,
            stack: 512 << 10,
            component_size: 16 << 20,
            concurrent_calls: 64,
            queue: Duration::from_secs(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WISHES: NamedLimits = NamedLimits {
        cpu: Some(Duration::from_secs(1)),
        wall: None,
        memory: Some(16 << 20),
        transfer: None,
        statements: Some(100),
        rows: None,
        result_bytes: None,
        log_lines: None,
        http_requests: None,
        http_bytes: None,
        http_wait: None,
    };

    #[test]
    fn a_wish_lowers_and_never_raises() {
        let server = Limits::default();
        let lowered = Limits {
            memory: 16 << 20,
            ..server
        };
        assert_eq!(server.lowered(&WISHES), lowered);
    }

    #[test]
    fn the_administrators_word_raises() {
        let given = Limits::default().with(&WISHES);
        assert_eq!((given.cpu, given.memory), (Duration::from_secs(1), 16 << 20));
        assert_eq!(given.wall, Limits::default().wall);
        assert!(WISHES.beyond(&given).is_empty());
    }

    #[test]
    fn what_a_wish_lacks_is_written_as_it_is_set() {
        let entries: Vec<_> = WISHES.beyond(&Limits::default()).iter().map(Shortfall::entry).collect();
        assert_eq!(entries, ["cpu = \"1000ms\"", "statements = 100"]);
    }
}
