//! `portcullis plugin build`

use std::{path::Path, process::ExitCode};

use super::{page, sandbox};
use crate::project;

pub fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let built = project::build(directory, &sandbox()?)?;
    print!("{}", page::of_candidate(&built.candidate, &built.imports)?);
    println!("\nbuilt {}, with its manifest beside it", built.file.display());
    Ok(ExitCode::SUCCESS)
}
