//! How a throwaway PostgreSQL is made and started.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use super::{ADMINISTRATOR, PASSWORD, supervised::Recipe};

pub fn initialise(directory: &Path) {
    let password = directory.join("password");
    fs::write(&password, PASSWORD).expect("a file for the password");
    let account = account();
    if let Some((user, group)) = account {
        for path in [directory, &password] {
            chown(path, Some(user), Some(group)).expect("root may give files away");
        }
    }
    fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).expect("permissions");

    let mut initdb = Command::new(programs().join("initdb"));
    initdb
        .args([
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
            "--auth",
            "scram-sha-256",
        ])
        .args(["--username", ADMINISTRATOR])
        .arg("--pwfile")
        .arg(&password)
        .arg("--pgdata")
        .arg(directory.join("data"))
        .current_dir("/");
    if let Some((user, group)) = account {
        initdb.uid(user).gid(group);
    }
    let output = initdb.output().expect("initdb starts");
    assert!(
        output.status.success(),
        "initdb failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

pub fn recipe(directory: &Path, port: u16) -> Recipe {
    let settings = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        // Nothing in here is worth keeping.
        "fsync=off".to_owned(),
        "synchronous_commit=off".to_owned(),
        "full_page_writes=off".to_owned(),
        "autovacuum=off".to_owned(),
        "shared_buffers=32MB".to_owned(),
        "max_connections=400".to_owned(),
    ];
    let mut arguments = vec!["-D".to_owned(), directory.join("data").display().to_string()];
    arguments.extend(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]));
    Recipe {
        program: programs().join("postgres"),
        arguments,
        account: account(),
        // "Fast": rolls back, disconnects, ends.
        end_signal: "INT",
        output: directory.join("output"),
    }
}

/// The directory with both programs: Debian's, the newest first, else one of the path.
fn programs() -> PathBuf {
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort_by_key(|path| std::cmp::Reverse(version(path)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|directory| ["initdb", "postgres"].iter().all(|program| directory.join(program).is_file()))
        .expect("PostgreSQL (initdb and postgres, in /usr/lib/postgresql/*/bin or the PATH); `tests/run` installs it")
}

/// 15 of `/usr/lib/postgresql/15/bin`.
fn version(programs: &Path) -> u32 {
    programs
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str()?.parse().ok())
        .unwrap_or(0)
}

/// PostgreSQL refuses to run as root; then it runs as the user that its package made.
fn account() -> Option<(u32, u32)> {
    let we_are_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    we_are_root.then(|| {
        let accounts = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        accounts
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find_map(|fields| match fields.as_slice() {
                ["postgres", _, user, group, ..] => Some((user.parse().ok()?, group.parse().ok()?)),
                _ => None,
            })
            .expect("a user `postgres`, since PostgreSQL refuses to run as root; its package makes one")
    })
}
