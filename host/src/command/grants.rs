//! `portcullis plan --grants`: the rights that each application's account needs, as statements to paste.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use portcullis_grants::{Account, Planned, Product, grants};

use super::load;
use crate::{
    application::{Capability, Configuration, Mode},
    database::{self, OracleDatabase, Target},
    operation::Application,
};

pub async fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let host = match load::host(directory).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for application in &host.applications {
        print!("{}", told(&host.configuration, application)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Statements, and in comments what else is to be known.
fn told(configuration: &Configuration, application: &Application) -> Result<String, std::fmt::Error> {
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
    for remark in needed.remarks.iter().chain(&dynamic(configuration, application)) {
        writeln!(text, "-- {}", one_line(remark))?;
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
fn dynamic(configuration: &Configuration, application: &Application) -> Vec<String> {
    let settings = application.settings();
    let of_entitlements = settings.entitlements.iter().flat_map(|settings| settings.operations.values());
    let of_groups = settings.groups.iter().flat_map(|settings| settings.operations.values());
    let operations = settings.operations.values().chain(of_entitlements).chain(of_groups);
    let mut names: Vec<&str> = operations
        .filter_map(|operation| match &operation.mode {
            Mode::Plugin { name, .. } => Some(name.as_str()),
            Mode::Steps(_) => None,
        })
        .filter(|name| {
            let plugin = configuration.plugins.get(*name);
            plugin.is_some_and(|plugin| plugin.allow.contains(&Capability::DynamicSql))
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            format!("plugin {name} holds dynamic-sql: what it runs besides its plan needs rights that are not known here")
        })
        .collect()
}

/// What stands in a comment must not end it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
