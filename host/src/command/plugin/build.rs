//! `portcullis plugin build`

use std::{path::Path, process::ExitCode};

use super::{cache_directory, page};
use crate::{
    project,
    sandbox::{Sandbox, SandboxSettings},
};

pub fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let sandbox = Sandbox::new(SandboxSettings::default(), cache_directory().as_deref())?;
    let built = project::build(directory, &sandbox)?;
    print!("{}", page::of_candidate(&built.candidate, &built.imports)?);
    println!("\nbuilt {}, with its manifest beside it", built.file.display());
    Ok(ExitCode::SUCCESS)
}
