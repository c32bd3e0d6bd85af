//! `portcullis plan --grants`: the rights that each application's account needs, as statements to paste.

use std::{collections::BTreeSet, fmt::Write as _, path::Path, process::ExitCode};

use portcullis_grants::{Account, Planned, Product, grants};

use super::load;
use crate::{
    database::{self, OracleDatabase, Target},
    operation::{Application, Dynamic},
};

pub async fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let host = match load::whole(directory).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for application in &host.applications {
        print!("{}", told(application)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Statements, and in comments what else is to be known.
fn told(application: &Application) -> Result<String, std::fmt::Error> {
    let settings = application.settings();
    let mut text = String::new();
    let kind = settings.connection.target.kind().name();
    let Some(account) = account(&settings.connection.target) else {
        writeln!(text, "-- application {} ({kind})", settings.name)?;
        writeln!(
            text,
            "-- SQLite has no accounts: whoever may write the file may do everything with it. Give it to the account of the system \
             that Portcullis runs as, and to nobody else."
        )?;
        return Ok(text);
    };
    let planned: Vec<(String, &str)> = application
        .plans()
        .flat_map(|(entitlement, prepared)| {
            let of = entitlement.map(|name| format!("{name}.")).unwrap_or_default();
            let statements = prepared.plan.statements.iter();
            statements.map(move |statement| {
                let place = format!("{of}{}: {}", prepared.operation, statement.name);
                (place, statement.text.as_ref())
            })
        })
        .collect();
    let needed = grants(&account, planned.iter().map(|(place, text)| Planned { place, text }));
    let user = one_line(account.user);
    writeln!(
        text,
        "-- application {} ({kind}): what the account {user} needs",
        settings.name
    )?;
    for statement in needed.statements {
        writeln!(text, "{statement}")?;
    }
    for remark in needed.remarks.into_iter().chain(dynamic(application)) {
        writeln!(text, "-- {}", one_line(&remark))?;
    }
    Ok(text)
}

/// `None`: the database has none.
fn account(target: &Target) -> Option<Account<'_>> {
    match target {
        Target::Sqlite { .. } => None,
        Target::Server { product, name, user, .. } => Some(Account {
            product: match product {
                database::Product::Postgresql => Product::Postgresql,
                database::Product::Mysql => Product::Mysql,
            },
            database: name,
            user,
        }),
        Target::Sqlserver(target) => Some(Account {
            product: Product::Sqlserver,
            database: &target.name,
            user: &target.user,
        }),
        Target::Oracle(target) => Some(Account {
            product: Product::Oracle,
            database: match &target.database {
                OracleDatabase::Service(name) | OracleDatabase::Sid(name) => name,
            },
            user: &target.user,
        }),
    }
}

/// Plugins that may run what no plan says.
fn dynamic(application: &Application) -> impl Iterator<Item = String> {
    let dynamic = application.plans().filter(|(_, prepared)| prepared.dynamic == Dynamic::Yes);
    let names: BTreeSet<&str> = dynamic.map(|(_, prepared)| prepared.component.name()).collect();
    names.into_iter().map(|name| {
        format!("plugin {name} holds dynamic-sql: what it runs besides its plan needs rights that are not known here")
    })
}

/// What stands in a comment must not end it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
