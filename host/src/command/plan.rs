//! `portcullis plan`: every statement that can ever run, per operation.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use super::load;
use crate::{
    database::{Access, Parameter, ParameterDirection, RowSource, SlotKind, Statement},
    operation::{Application, Prepared},
};

pub async fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let host = match load::host(directory).await {
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
    let effect = match statement.access {
        Access::Read if statement.rows_from == RowSource::Cursor => "reads a cursor".to_owned(),
        Access::Read => "reads".to_owned(),
        Access::Write => format!("changes {}", statement.effect),
    };
    writeln!(text, "    {title} ({effect})")?;
    for line in shown(statement).lines().filter(|line| !line.trim().is_empty()) {
        writeln!(text, "      {line}")?;
    }
    let names: Vec<_> = statement.parameters.iter().map(parameter).collect();
    if !names.is_empty() {
        writeln!(text, "      with {}", names.join(", "))?;
    }
    Ok(())
}

/// The text, with `{name}` and `{name as text}` in its slots.
fn shown(statement: &Statement) -> String {
    let mut text = statement.text.to_string();
    for slot in statement.slots.iter().rev() {
        let place = match slot.kind {
            SlotKind::Identifier => format!("{{{}}}", slot.name),
            SlotKind::Literal => format!("{{{} as text}}", slot.name),
        };
        if text.is_char_boundary(slot.offset) {
            text.insert_str(slot.offset, &place);
        }
    }
    text
}

/// Its name, and which way it goes if that is another one than to the database.
fn parameter(parameter: &Parameter) -> String {
    let way = match parameter.direction {
        ParameterDirection::In => "",
        ParameterDirection::Out => " (out)",
        ParameterDirection::InOut => " (in and out)",
        ParameterDirection::Cursor => " (cursor)",
    };
    format!("{}{way}", parameter.name)
}
