//! Whole directories, decoded: right ones, wrong ones, and arbitrary text.

mod arbitrary;
mod manifest;
mod oracle;
mod right;
mod targets;
mod wrong;

use std::fs;

use super::{Loaded, Problems};
use crate::application::Configuration;

/// A configuration directory that goes away with the test.
pub struct Directory(tempfile::TempDir);

impl Directory {
    /// Files by their paths.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(directory)
    }

    pub fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    /// With an environment of one token and one password.
    pub fn load(&self) -> Result<Loaded, Problems> {
        Configuration::load_with(self.path(), &|name| match name {
            "PAYROLL_TOKEN" => Some("0123456789abcdef".into()),
            "PAYROLL_PASSWORD" => Some("hunter2".into()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }
}
