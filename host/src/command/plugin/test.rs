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
    if let Some(source) = harness::newer_source(what, &project.component) {
        eprintln!(
            "{} has changed since {} was built: `portcullis plugin build {}` builds it anew",
            source.display(),
            project.component.display(),
            what.display()
        );
    }
    let report = harness::run(&project, golden).await?;
    print!("{report}");
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
