//! A server that cannot outlive the test process, however that ends.
//!
//! Between the two stands a shell that waits for its standard input to end. The other end of that pipe is ours alone:
//! when the process is gone, by a panic, a signal or a kill, the shell ends the server and removes its directory.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// `$1`: how to end the server, `$2`: a directory to remove afterwards, or nothing, `$3`: a file for its output, and the
/// server's command line.
const SCRIPT: &str = r#"
signal=$1 directory=$2 output=$3
shift 3
exec 3<&0
"$@" </dev/null >"$output" 2>&1 3<&- &
server=$!
( cat <&3 >/dev/null; kill -s "$signal" "$server" ) 2>/dev/null &
exec 3<&-
wait "$server"
status=$?
if [ -n "$directory" ]; then rm -rf "$directory"; fi
exit $status
"#;

/// What there is to know about a server before it is started.
pub struct Recipe {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// The user and group that it runs as, if not our own.
    pub account: Option<(u32, u32)>,
    /// The signal that ends it without waiting for its clients.
    pub end_signal: &'static str,
    /// A file for what it says.
    pub output: PathBuf,
}

/// A running server; ended when dropped.
pub struct Supervised {
    shell: Child,
    output: PathBuf,
}

impl Supervised {
    /// Starts it. `remove` is a directory that goes when the server has ended.
    pub fn start(recipe: &Recipe, remove: Option<&Path>) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT, "portcullis-tests", recipe.end_signal])
            .arg(remove.unwrap_or(Path::new("")))
            .arg(&recipe.output)
            .arg(&recipe.program)
            .args(&recipe.arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            // Otherwise Ctrl-C would end the shell, and nobody the server.
            .process_group(0);
        if let Some((user, group)) = recipe.account {
            command.uid(user).gid(group);
        }
        Self {
            shell: command.spawn().expect("/bin/sh starts"),
            output: recipe.output.clone(),
        }
    }

    /// Whether the server has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.shell.try_wait().is_ok_and(|status| status.is_some())
    }

    /// What the server has said so far.
    pub fn output(&self) -> String {
        fs::read_to_string(&self.output).unwrap_or_default()
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
