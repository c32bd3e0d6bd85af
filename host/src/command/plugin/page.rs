//! `portcullis plugin inspect`: one page that a person can decide on.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use super::{proposal::Proposal, sandbox, source};
use crate::{
    database::Access,
    plugin::{self, Approval, Candidate, Capability, Difference, Manifest},
    registry::Pinned,
    sandbox::SandboxSettings,
};

pub async fn run(what: &str, directory: Option<&Path>) -> anyhow::Result<ExitCode> {
    let page = match directory {
        Some(directory) if !Pinned::is_meant(what) => of_plugin(&Proposal::read(directory).await?, what)?,
        _ => of_itself(&source::candidate(what, directory).await?)?,
    };
    print!("{page}");
    Ok(ExitCode::SUCCESS)
}

/// The page of what no configuration knows: without its statements, which depend on settings.
fn of_itself(candidate: &Candidate) -> anyhow::Result<String> {
    let trial = plugin::try_out(&sandbox()?, candidate)?;
    let mut page = of_candidate(candidate, &trial.imports)?;
    if !trial.refusals.is_empty() {
        writeln!(page, "\nNo host takes it\n  {}", trial.refusals.join("\n  "))?;
    }
    if !candidate.manifest.operations.is_empty() {
        writeln!(
            page,
            "\nStatements\n  depend on settings: configure it, and run `portcullis plugin inspect {} --config DIR`",
            candidate.manifest.name
        )?;
    }
    Ok(page)
}

/// What a component says by itself, and what it needs beyond what everybody gets.
pub fn of_candidate(candidate: &Candidate, imports: &[String]) -> Result<String, std::fmt::Error> {
    let mut page = head(candidate, imports, signed_at_all(candidate))?;
    let everybody = SandboxSettings::default();
    let lacking = [
        candidate.too_large(everybody.component_size),
        candidate.manifest.lacks(&everybody.limits),
    ];
    limits(&mut page, lacking)?;
    Ok(page)
}

/// The page of a plugin of a configuration.
pub fn of_plugin(proposal: &Proposal, name: &str) -> anyhow::Result<String> {
    let candidate = proposal.candidate(name)?;
    proposal.hold(name)?;
    let mut page = head(
        candidate,
        &proposal.imports(name),
        &candidate.signer(&proposal.configuration.signatures).to_string(),
    )?;
    if let Some(settings) = proposal.configuration.plugins.get(name) {
        limits(&mut page, [candidate.manifest.lacks(&settings.limits), None])?;
    }
    uses(&mut page, &proposal.approval(name)?)?;
    let reads = candidate
        .manifest
        .operations
        .iter()
        .any(|operation| operation.access() == Access::Read);
    if reads {
        writeln!(
            page,
            "  Where it reads, it derives further statements from these, for filters, orders and pages. They only read."
        )?;
    }
    match (proposal.serving(name), proposal.news(name)?) {
        (None, _) => writeln!(page, "\nNothing of it is approved yet")?,
        (Some(before), None) => writeln!(page, "\nApproved by {} on {}", before.by, before.at.format("%Y-%m-%d"))?,
        (Some(before), Some(news)) => {
            writeln!(
                page,
                "\nWhat serves is {} ({}), approved by {} on {}. Since then",
                before.manifest.version,
                before.digest.short(),
                before.by,
                before.at.format("%Y-%m-%d")
            )?;
            match news.is_empty() {
                true if candidate.is(before) => writeln!(page, "  it was signed; all else is as it was")?,
                true => writeln!(page, "  it asks for nothing else; its code or its manifest is another")?,
                false => {}
            }
            news.iter()
                .try_for_each(|difference: &Difference| writeln!(page, "  {difference}"))?;
        }
    }
    Ok(page)
}

/// Without a configuration nobody's key is known.
fn signed_at_all(candidate: &Candidate) -> &'static str {
    match candidate.signature {
        Some(_) => "there is one; `portcullis plugin verify` holds it against the keys of a configuration",
        None => "not signed",
    }
}

fn head(candidate: &Candidate, imports: &[String], signed: &str) -> Result<String, std::fmt::Error> {
    let manifest = &candidate.manifest;
    let mut page = String::new();
    writeln!(page, "{} {} by {}", manifest.name, manifest.version, manifest.author)?;
    writeln!(page, "  {}", manifest.description)?;
    if let Some(source) = &candidate.source {
        writeln!(page, "\n  source    {source}")?;
    } else {
        writeln!(page)?;
    }
    let size = bytesize::ByteSize(candidate.component.len() as u64);
    writeln!(page, "  size      {}", size.display().iec())?;
    writeln!(page, "  sha256    {}", candidate.digest)?;
    writeln!(page, "  signature {signed}")?;
    writeln!(page, "  contract  portcullis:plugin {}", manifest.wit)?;
    writeln!(page, "  does      {}", manifest.serves().join(", "))?;
    writeln!(page, "\nAsks for")?;
    for (capability, reason) in &manifest.capabilities {
        writeln!(page, "  {}: {}", asked(*capability, manifest), capability.meaning())?;
        if *capability == Capability::Http {
            manifest.hosts.iter().try_for_each(|host| writeln!(page, "    to: {host}"))?;
        }
        writeln!(page, "    why: {reason}")?;
    }
    if manifest.capabilities.is_empty() {
        writeln!(page, "  nothing")?;
    }
    writeln!(page, "\nImports")?;
    imports.iter().try_for_each(|import| writeln!(page, "  {import}"))?;
    if imports.is_empty() {
        writeln!(page, "  nothing")?;
    }
    Ok(page)
}

/// Only what it lacks: a manifest's wish can lower what everybody gets, and that needs nobody's consent.
fn limits(page: &mut String, lacking: [Option<String>; 2]) -> std::fmt::Result {
    let lines: Vec<_> = lacking.into_iter().flatten().collect();
    match lines.is_empty() {
        true => Ok(()),
        false => writeln!(page, "\nLimits\n  {}", lines.join("\n  ")),
    }
}

fn asked(capability: Capability, manifest: &Manifest) -> String {
    match (capability, manifest.database) {
        (Capability::Database, Some(access)) => format!("{capability} ({})", access.name()),
        _ => capability.to_string(),
    }
}

fn uses(page: &mut String, approval: &Approval) -> std::fmt::Result {
    writeln!(page, "\nStatements")?;
    if approval.uses.is_empty() {
        writeln!(page, "  none: no application uses it")?;
    }
    for (application, uses) in &approval.uses {
        for (key, statements) in uses {
            writeln!(page, "  {application}: {key}")?;
            if statements.is_empty() {
                writeln!(page, "    none planned")?;
            }
            for statement in statements {
                statement.lines().try_for_each(|line| writeln!(page, "    {line}"))?;
            }
        }
    }
    Ok(())
}
