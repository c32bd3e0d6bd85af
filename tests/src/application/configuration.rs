//! A configuration directory, made from the scenarios' own by changing what a test is about.

use std::{fs, path::Path};

use tempfile::TempDir;
use toml::{Table, Value};

/// The text of a configuration, as it will be in the files.
#[derive(Clone)]
pub struct Configuration {
    server: Table,
    applications: Vec<(String, Table)>,
    plugins: Vec<(String, Vec<u8>)>,
    files: Vec<(String, String)>,
}

impl Configuration {
    /// With no application.
    pub fn new(server: &str) -> Self {
        Self {
            server: parse(server),
            applications: Vec::new(),
            plugins: Vec::new(),
            files: Vec::new(),
        }
    }

    pub fn add_application(&mut self, name: &str, text: &str) {
        self.applications.push((name.to_owned(), parse(text)));
    }

    /// Lays a TOML text over `portcullis.toml`; tables are merged.
    pub fn server(&mut self, text: &str) {
        merge(&mut self.server, parse(text));
    }

    /// Lays a TOML text over every application; tables are merged.
    pub fn applications(&mut self, text: &str) {
        for (_, application) in &mut self.applications {
            merge(application, parse(text));
        }
    }

    /// Lays a TOML text over one application; tables are merged.
    pub fn application(&mut self, name: &str, text: &str) {
        merge(self.find(name), parse(text));
    }

    /// The text of an application.
    pub fn text(&self, name: &str) -> String {
        let found = self.applications.iter().find(|(other, _)| other == name);
        found
            .unwrap_or_else(|| panic!("there is no application {name}"))
            .1
            .to_string()
    }

    /// Takes `path`, with dots between its keys, out of every application.
    pub fn remove(&mut self, path: &str) {
        for (_, application) in &mut self.applications {
            remove(application, path);
        }
    }

    /// Takes `path` out of one application.
    pub fn remove_from(&mut self, name: &str, path: &str) {
        remove(self.find(name), path);
    }

    fn find(&mut self, name: &str) -> &mut Table {
        let found = self.applications.iter_mut().find(|(other, _)| other == name);
        &mut found.unwrap_or_else(|| panic!("there is no application {name}")).1
    }

    /// Puts a file into the plugins directory.
    pub fn plugin_file(&mut self, name: &str, bytes: Vec<u8>) {
        self.plugins.push((name.to_owned(), bytes));
    }

    /// Whether there is a plugin.
    pub fn has_plugins(&self) -> bool {
        self.server.contains_key("plugins")
    }

    /// Puts a file beside `portcullis.toml`, or below it; the last one of a name counts.
    pub fn file(&mut self, name: &str, text: &str) {
        self.files.push((name.to_owned(), text.to_owned()));
    }

    /// Writes the files into a new directory.
    pub fn write(&self) -> TempDir {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let write = |path: &Path, bytes: &[u8]| fs::write(directory.path().join(path), bytes).expect("a configuration file");
        for name in ["applications", "plugins"] {
            fs::create_dir(directory.path().join(name)).expect("a directory");
        }
        write(Path::new("portcullis.toml"), self.server.to_string().as_bytes());
        for (name, table) in &self.applications {
            let path = Path::new("applications").join(format!("{name}.toml"));
            let mut table = table.clone();
            match kind(&table) {
                Some("mysql") => without_returning(&mut table),
                Some("sqlserver") => with_output(&mut table),
                _ => {}
            }
            write(&path, table.to_string().as_bytes());
        }
        for (name, bytes) in &self.plugins {
            write(&Path::new("plugins").join(name), bytes);
        }
        for (name, text) in &self.files {
            write(Path::new(name), text.as_bytes());
        }
        directory
    }
}

fn kind(application: &Table) -> Option<&'static str> {
    let kind = application.get("database")?.get("kind")?.as_str()?;
    ["mysql", "sqlserver"].into_iter().find(|known| *known == kind)
}

/// Of SQL Server `RETURNING` is `OUTPUT`, and stands before the values.
fn with_output(table: &mut Table) {
    for (key, value) in table {
        match value {
            Value::String(sql) if key == "sql" => {
                let Some((insert, id)) = sql.split_once("RETURNING") else {
                    continue;
                };
                let output = format!("OUTPUT INSERTED.{}\nVALUES", id.trim());
                *sql = insert.replacen("VALUES", &output, 1);
            }
            Value::Table(inner) => with_output(inner),
            Value::Array(elements) => elements.iter_mut().filter_map(Value::as_table_mut).for_each(with_output),
            _ => {}
        }
    }
}

/// MySQL has no `RETURNING`; it tells what number it has made by itself.
fn without_returning(table: &mut Table) {
    for (key, value) in table {
        match value {
            Value::String(sql) if key == "sql" => {
                if let Some(at) = sql.rfind("RETURNING") {
                    sql.truncate(at);
                }
            }
            Value::Table(inner) => without_returning(inner),
            Value::Array(elements) => elements
                .iter_mut()
                .filter_map(Value::as_table_mut)
                .for_each(without_returning),
            _ => {}
        }
    }
}

fn remove(application: &mut Table, path: &str) {
    let mut keys: Vec<&str> = path.split('.').collect();
    let last = keys.pop().expect("a key");
    let table = keys
        .iter()
        .try_fold(application, |table, key| table.get_mut(*key)?.as_table_mut());
    let removed = table.and_then(|table| table.remove(last));
    assert!(removed.is_some(), "the configuration has no `{path}`");
}

fn parse(text: &str) -> Table {
    text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(existing)), Value::Table(new)) => merge(existing, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
