//! How a throwaway MariaDB is made and started.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{account, supervised::Recipe};

pub fn initialise(directory: &Path) {
    let output = Command::new(program("mariadb-install-db"))
        .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
        .arg(format!("--datadir={}", directory.join("data").display()))
        .arg(account::user())
        .output()
        .expect("mariadb-install-db starts");
    assert!(
        output.status.success(),
        "mariadb-install-db failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    account::write(directory);
}

pub fn recipe(directory: &Path, port: u16) -> Recipe {
    let path = |name: &str| directory.join(name).display().to_string();
    Recipe {
        program: program("mariadbd"),
        arguments: vec![
            "--no-defaults".to_owned(),
            account::user(),
            format!("--datadir={}", path("data")),
            format!("--socket={}", path("socket")),
            format!("--pid-file={}", path("pid")),
            format!("--init-file={}", path(account::FILE)),
            format!("--port={port}"),
            "--bind-address=127.0.0.1".to_owned(),
            "--skip-name-resolve".to_owned(),
            "--character-set-server=utf8mb4".to_owned(),
            "--max-connections=400".to_owned(),
            // Nothing in here is worth keeping.
            "--innodb-flush-log-at-trx-commit=0".to_owned(),
            "--innodb-flush-method=nosync".to_owned(),
            "--innodb-buffer-pool-size=32M".to_owned(),
        ],
        account: None,
        end_signal: "TERM",
        output: directory.join("output"),
    }
}

fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|directory| directory.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("MariaDB's {name} is neither in the PATH nor in /usr/sbin; `tests/run` installs it"))
}
