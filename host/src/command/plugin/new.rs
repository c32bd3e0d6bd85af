//! `portcullis plugin new`

use std::{path::Path, process::ExitCode};

use crate::project::{self, Language, World};

pub fn run(name: &str, language: Language, world: World, parent: &Path) -> anyhow::Result<ExitCode> {
    let directory = project::create(parent, name, language, world)?;
    let directory = directory.display();
    println!("made {directory}: its README.md says what is in it");
    println!("  portcullis plugin build {directory}");
    println!("  portcullis plugin test {directory}");
    Ok(ExitCode::SUCCESS)
}
