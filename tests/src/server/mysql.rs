//! How a throwaway MySQL is made and started.
//!
//! Debian has MySQL in sid alone. `tests/mysql/obtain`, which `tests/run` calls, unpacks it into cargo's target directory with
//! every library down to the C library, so that it is started through the dynamic linker that came with it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

use super::{account, supervised::Recipe};

/// Whether it was unpacked. Says once, past what the tests' harness hides, that it wasn't.
pub fn is_there() -> bool {
    static SAID: Once = Once::new();
    let directory = directory();
    let there = directory.join("usr/sbin/mysqld").is_file() && linker().is_some();
    if !there {
        let missing = format!("there is no server in {}; `tests/run` obtains one", directory.display());
        let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        assert!(!is_ci, "CI runs the tests on MySQL too, and {missing}");
        SAID.call_once(|| {
            let _ = writeln!(std::io::stderr(), "\nskipped: no MySQL server: {missing}\n");
        });
    }
    there
}

pub fn initialise(directory: &Path) {
    let mut arguments = common(directory);
    arguments.push("--initialize-insecure".to_owned());
    let output = Command::new(linker().expect("MySQL's dynamic linker"))
        .args(arguments)
        .current_dir("/")
        .output()
        .expect("mysqld starts");
    assert!(
        output.status.success(),
        "mysqld --initialize-insecure failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    account::write(directory);
}

pub fn recipe(directory: &Path, port: u16) -> Recipe {
    let path = |name: &str| directory.join(name).display().to_string();
    let mut arguments = common(directory);
    arguments.extend([
        format!("--socket={}", path("socket")),
        format!("--pid-file={}", path("pid")),
        format!("--init-file={}", path(account::FILE)),
        format!("--port={port}"),
        "--bind-address=127.0.0.1".to_owned(),
        "--skip-name-resolve".to_owned(),
        "--max-connections=400".to_owned(),
    ]);
    Recipe {
        program: linker().expect("MySQL's dynamic linker"),
        arguments,
        account: None,
        end_signal: "TERM",
        output: directory.join("output"),
    }
}

/// The linker's arguments, the server, and what it is told both when it makes its data and when it runs.
fn common(directory: &Path) -> Vec<String> {
    let server = self::directory();
    let below = |path: &str| server.join(path).display().to_string();
    let libraries = linker().and_then(|linker| Some(linker.parent()?.display().to_string()));
    vec![
        "--library-path".to_owned(),
        libraries.expect("MySQL's libraries"),
        below("usr/sbin/mysqld"),
        "--no-defaults".to_owned(),
        account::user(),
        format!("--basedir={}", below("usr")),
        format!("--datadir={}", directory.join("data").display()),
        "--secure-file-priv=NULL".to_owned(),
        "--mysqlx=OFF".to_owned(),
        // Nothing in here is worth keeping.
        "--skip-log-bin".to_owned(),
        "--performance-schema=OFF".to_owned(),
        "--innodb-flush-log-at-trx-commit=0".to_owned(),
        "--innodb-flush-method=nosync".to_owned(),
        "--innodb-doublewrite=OFF".to_owned(),
        "--innodb-redo-log-capacity=32M".to_owned(),
        "--innodb-buffer-pool-size=32M".to_owned(),
    ]
}

/// Where `tests/mysql/obtain` puts it: `target/mysql/server`.
fn directory() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let target = test.ancestors().nth(3).expect("a target directory");
    target.join("mysql/server")
}

/// `usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2`, whatever the machine's architecture is called.
fn linker() -> Option<PathBuf> {
    let architectures = fs::read_dir(directory().join("usr/lib")).ok()?;
    architectures
        .filter_map(|entry| fs::read_dir(entry.ok()?.path()).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("ld-linux"))
        })
}
