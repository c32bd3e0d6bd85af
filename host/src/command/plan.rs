//! `portcullis plan`: every statement that can ever run, per operation.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use super::load;
use crate::{
    database::Statement,
    operation::{Application, Prepared},
};

pub async fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let host = match load::whole(directory).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut text = String::new();
    for application in &host.applications {
        let kind = application.settings().connection.target.kind().name();
        writeln!(text, "application {} ({kind})", application.settings().name)?;
        for (entitlement, prepared) in application.plans() {
            operation(&mut text, application, entitlement, prepared).await?;
        }
    }
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

async fn operation(
    text: &mut String,
    application: &Application,
    entitlement: Option<&str>,
    prepared: &Prepared,
) -> anyhow::Result<()> {
    let of = entitlement.map(|name| format!(" of {name}")).unwrap_or_default();
    writeln!(text, "\n  {}{of}: plugin {}", prepared.operation, prepared.component.name())?;
    for (index, planned) in prepared.plan.statements.iter().enumerate() {
        let title = match prepared.steps.get(index) {
            Some(step) if step.name != planned.name => format!("{}: {}", planned.name, step.name),
            _ => planned.name.clone(),
        };
        statement(text, &title, planned)?;
    }
    for derived in application.derived(entitlement, prepared).await? {
        match &derived.statement {
            Ok(planned) => statement(text, &format!("derived: {}", derived.purpose), planned)?,
            Err(reason) => writeln!(
                text,
                "    derived: {}: done by the host on the rows, since {reason}",
                derived.purpose
            )?,
        }
    }
    Ok(())
}

fn statement(text: &mut String, title: &str, statement: &Statement) -> std::fmt::Result {
    let shown = statement.titled(title).to_string();
    shown.lines().try_for_each(|line| writeln!(text, "    {line}"))
}
