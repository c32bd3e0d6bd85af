//! `portcullis plugin approve`: somebody looks at the page and says yes.

use std::{
    io::{IsTerminal as _, Write as _, stdin, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::bail;

use super::{Decision, page, proposal::Proposal};
use crate::{
    plugin,
    state::{Role, Store},
};

pub async fn run(names: &[String], directory: &Path, decision: &Decision) -> anyhow::Result<ExitCode> {
    let proposal = Proposal::read(directory).await?;
    let names = match names.is_empty() {
        true => proposal.waiting()?,
        false => names.to_vec(),
    };
    if names.is_empty() {
        println!("nothing waits for approval");
        return Ok(ExitCode::SUCCESS);
    }
    // One that cannot be used keeps nobody from approving the others.
    let (mut all, mut refused) = (true, Vec::new());
    for name in &names {
        match one(&proposal, name, decision, Role::Serving).await {
            Ok(approved) => all &= approved,
            Err(error) => refused.push(format!("{error:#}")),
        }
    }
    // Of those that cannot be used each says what keeps any of them.
    refused.dedup();
    if !refused.is_empty() {
        bail!("{}", refused.join("\n"));
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lets a plugin's version follow the one that serves, as it was seen.
pub async fn shadow(name: &str, directory: &Path, decision: &Decision) -> anyhow::Result<ExitCode> {
    let proposal = Proposal::read(directory).await?;
    let serves = proposal.serving(name);
    let candidate = proposal.candidate(name)?;
    match serves {
        None => bail!("no version of {name} serves, and so there is none that another one could follow: approve it"),
        Some(serves) if serves.digest == candidate.digest => bail!("{name} serves as it is: there is no other version of it"),
        Some(_) => {}
    }
    if !proposal.approval(name)?.reads() {
        bail!(
            "{name} has nothing to do with what clients read: a version in the shadow is given that and nothing else, and would never be \
             compared. Approve it, and have a `rollback` ready"
        );
    }
    let approved = one(&proposal, name, decision, Role::Shadow).await?;
    Ok(if approved { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says whether it is approved now.
async fn one(proposal: &Proposal, name: &str, decision: &Decision, role: Role) -> anyhow::Result<bool> {
    let news = proposal.news(name)?;
    print!("{}", page::of_plugin(proposal, name)?);
    if news.is_none() {
        println!("\n{name} is approved as it is: there is nothing to do");
        return Ok(true);
    }
    if !decision.yes && !asked(name)? {
        println!("{name} is not approved");
        return Ok(false);
    }
    let by = match &decision.by {
        Some(by) => by.clone(),
        None => whoami::username().unwrap_or_else(|_| "somebody unknown to the system".to_owned()),
    };
    let store = Store::open(&proposal.configuration.state).await?;
    let (candidate, approval) = (proposal.candidate(name)?, proposal.approval(name)?);
    plugin::approve(&store, name, candidate, &approval, &by, role).await?;
    store.close().await;
    println!(
        "\napproved{}: {name} {} ({}), by {by}. A server that runs takes it within seconds.",
        match role {
            Role::Serving => "",
            Role::Shadow => " for the shadow",
        },
        candidate.manifest.version,
        candidate.digest.short()
    );
    Ok(true)
}

fn asked(name: &str) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("{name} is not approved: there is nobody to ask. Run the command in a terminal, or say `--yes`");
    }
    print!("\nApprove {name}? [y/N] ");
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
}
