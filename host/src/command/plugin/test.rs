//! `portcullis plugin test`: the author's own look at a component.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::harness::{self, Golden, Project};

pub async fn run(what: &Path, tests: Option<&Path>, cache: Option<PathBuf>, golden: Golden) -> anyhow::Result<ExitCode> {
    let project = Project {
        cache,
        ..Project::find(what, tests)?
    };
    let report = harness::run(&project, golden).await?;
    print!("{report}");
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
