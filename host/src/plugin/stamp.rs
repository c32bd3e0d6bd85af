//! How the files of a plugin look from outside: whether they have changed since they were read.

use std::{fs, path::Path, time::SystemTime};

/// Times and sizes of a component's file, and of the manifest and the signature beside it. A file that is not there has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp([Option<(SystemTime, u64)>; 3]);

impl Stamp {
    pub fn of(component: &Path) -> Self {
        let of = |file: &Path| {
            let metadata = fs::metadata(file).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Self([
            of(component),
            of(&component.with_extension("toml")),
            of(&component.with_extension("sig")),
        ])
    }
}
