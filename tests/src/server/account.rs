//! Accounts of MariaDB and MySQL: whose the process is, and who may come in.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use super::{ADMINISTRATOR, PASSWORD};

/// What a server runs at its start to let [`ADMINISTRATOR`] in.
pub const FILE: &str = "accounts.sql";

/// Writes [`FILE`] into a server's directory.
pub fn write(directory: &Path) {
    let account = format!(
        "CREATE USER IF NOT EXISTS '{ADMINISTRATOR}'@'127.0.0.1' IDENTIFIED BY '{}';\n\
         GRANT ALL PRIVILEGES ON *.* TO '{ADMINISTRATOR}'@'127.0.0.1' WITH GRANT OPTION;\n",
        PASSWORD.replace('\'', "''")
    );
    fs::write(directory.join(FILE), account).expect("a file for the accounts");
}

/// The servers run as root only when they are told so.
pub fn user() -> String {
    let id = fs::metadata("/proc/self").expect("/proc").uid();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = accounts.lines().find_map(|line| {
        let fields: Vec<_> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(id)).then(|| fields[0].to_owned())
    });
    format!("--user={}", name.unwrap_or_else(|| id.to_string()))
}
