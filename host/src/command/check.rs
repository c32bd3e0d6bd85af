//! `portcullis check`: what is wrong with a configuration, down to what its databases say of every statement.

use std::{path::Path, process::ExitCode, sync::Arc};

use super::{excess, load, memory, tls, unmapped};
use crate::{
    application::{
        AssignmentReader, AttributeMapping, ElementReader, EntitlementReader, ListSettings, Location, Operation, ResourceMapping,
        ResourceReader, UnmappedColumns,
    },
    database::{Column, ColumnType, ErrorKind, RowSource, Statement},
    operation::{Application, LoadProblem, MAIN, Prepared, Written},
    scim::ResourceKind,
    state::{StateError, Store},
};

pub async fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let host = match load::host(directory, load::Purpose::Look).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for warning in &host.warnings {
        eprintln!("warning: {warning}");
    }
    for reason in &host.out.reasons {
        eprintln!("{reason}");
    }
    let mut right = look(&host, directory).await && host.out.reasons.is_empty();
    for application in &host.applications {
        let problems = Check::new(application).run().await?;
        for problem in &problems {
            eprintln!("{problem}");
        }
        right &= problems.is_empty();
        let reached = !problems.iter().any(|problem| problem.location.key == "database");
        if reached && let Some(warning) = excess::warning(application).await {
            eprintln!("warning: {warning}");
        }
        if problems.is_empty() {
            let operations = application.plans().count();
            let name = &application.settings().name;
            let slotted = application.plans().flat_map(|(_, prepared)| &prepared.plan.statements);
            let slotted = slotted.filter(|statement| !statement.slots.is_empty()).count();
            match slotted {
                0 => println!("{name}: {operations} operations, every statement compiles in the database"),
                _ => println!(
                    "{name}: {operations} operations, every statement compiles in the database; but {slotted} with slots, which are \
                     not looked at before they are filled"
                ),
            }
            for (_, columns) in application.unmapped().await? {
                print!("{}", unmapped::told(&columns));
            }
        }
    }
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Looks at what the server has besides its applications: certificate and memory. Says whether that is right.
async fn look(host: &load::Host, directory: &Path) -> bool {
    let settings = &host.configuration.server;
    let mut right = true;
    match tls::look(settings) {
        Ok(tls) => {
            if let Some(warning) = tls.and_then(|tls| tls::warning(settings, &tls)) {
                eprintln!("warning: {warning}");
            }
        }
        Err(error) => {
            eprintln!("portcullis.toml: server.tls: {error:#}");
            right = false;
        }
    }
    let looked = async {
        let store = Store::look(&host.configuration.state).await?;
        let problems = match &store {
            Some(store) => memory::problems(store, directory, &host.configuration.applications).await?,
            None => Vec::new(),
        };
        let warnings = memory::without_token(store.as_ref(), directory, &host.configuration.applications).await?;
        Ok::<_, StateError>((problems, warnings))
    };
    match looked.await {
        Ok((problems, warnings)) => {
            for warning in warnings {
                eprintln!("warning: {warning}");
            }
            for problem in &problems {
                eprintln!("{problem}");
            }
            right && problems.is_empty()
        }
        // The rest of the configuration can still be judged, here and where the server will run.
        Err(error) => {
            eprintln!("warning: {error}\n  tokens and what clients have discovered are not looked at");
            right
        }
    }
}

/// One application being looked at.
struct Check<'a> {
    application: &'a Arc<Application>,
    problems: Vec<LoadProblem>,
}

impl<'a> Check<'a> {
    fn new(application: &'a Arc<Application>) -> Self {
        Self {
            application,
            problems: Vec::new(),
        }
    }

    async fn run(mut self) -> anyhow::Result<Vec<LoadProblem>> {
        let application = self.application;
        for (entitlement, prepared) in application.plans() {
            for (index, statement) in prepared.plan.statements.iter().enumerate() {
                // What a text with slots means is known only when they are filled.
                if !statement.slots.is_empty() {
                    continue;
                }
                let step = prepared.steps.get(index);
                let location = step.map_or(&prepared.location, |step| &step.location);
                let Some(columns) = self.describe(location, statement, "").await else {
                    if self.problems.iter().any(|problem| problem.location.key == "database") {
                        return Ok(self.problems);
                    }
                    continue;
                };
                if let Some(step) = step {
                    self.returned(step, &columns);
                }
                if statement.name == MAIN && statement.rows_from == RowSource::Result {
                    self.columns(entitlement, prepared, &columns);
                }
            }
            for derived in application.derived(entitlement, prepared).await? {
                if let Ok(statement) = &derived.statement
                    && statement.slots.is_empty()
                {
                    self.describe(&prepared.location, statement, &format!(" (derived for {})", derived.purpose))
                        .await;
                }
            }
        }
        self.listed().await?;
        Ok(self.problems)
    }

    /// Whether the columns that `unmapped-columns` lists are there.
    async fn listed(&mut self) -> anyhow::Result<()> {
        let settings = self.application.settings();
        let of_groups = settings.groups.as_ref().map(|groups| &groups.mapping);
        let listed = |mapping: &ResourceMapping| matches!(mapping.unmapped, UnmappedColumns::Listed(_));
        if !self.problems.is_empty() || !listed(&settings.users) && !of_groups.is_some_and(listed) {
            return Ok(());
        }
        for (kind, found) in self.application.unmapped().await? {
            let (mapping, operation) = match kind {
                ResourceKind::User => (Some(&settings.users), Operation::GetUsers),
                ResourceKind::Group => (of_groups, Operation::GetGroups),
            };
            let Some(UnmappedColumns::Listed(listed)) = mapping.map(|mapping| &mapping.unmapped) else {
                continue;
            };
            let Some((_, reading)) = self.application.plans().find(|(_, plan)| plan.operation == operation) else {
                continue;
            };
            for column in listed {
                if !found.iter().any(|found| found.column.eq_ignore_ascii_case(column)) {
                    let message = format!(
                        "the result lacks the column `{column}`, which `unmapped-columns` in [{}s] lists",
                        kind.noun()
                    );
                    let remedy = "select the column, or take it off the list";
                    self.problems.push(LoadProblem::new(&reading.location, message, remedy));
                }
            }
        }
        Ok(())
    }

    /// Has the database compile a statement; gives its columns.
    async fn describe(&mut self, location: &Location, statement: &Statement, which: &str) -> Option<Vec<Column>> {
        let error = match self.application.database().describe(statement).await {
            Ok(described) => return Some(described.columns),
            Err(error) => error,
        };
        let mut location = location.clone();
        if error.kind == ErrorKind::Unavailable {
            location.key = "database".into();
            location.line = 1;
            let remedy = "start the database, or mend [database]; `serve` starts without it and recovers when it is there";
            self.problems
                .push(LoadProblem::new(&location, format!("cannot connect: {error}"), remedy));
            return None;
        }
        let code = error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = format!("the database refuses statement `{}`{which}: {error}{code}", statement.name);
        self.problems
            .push(LoadProblem::new(&location, message, format!("mend the statement: {text}")));
        None
    }

    /// Whether the columns are there that later statements may name. Of a procedure's result nothing is known.
    fn returned(&mut self, step: &Written, columns: &[Column]) {
        let there = |name: &str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        for column in step.returns.iter().filter(|name| !columns.is_empty() && !there(name)) {
            let message = format!("the result lacks the column `{column}`, which `returns` names");
            let found: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
            let remedy = format!(
                "select the column, or take it off the list; the statement gives {}",
                found.join(", ")
            );
            self.problems.push(LoadProblem::new(&step.location, message, remedy));
        }
    }

    /// Whether the columns that the mapping needs are there. A statement that reads through something else than its
    /// columns (a plugin's own) is not looked at.
    fn columns(&mut self, belongs_to: Option<&str>, prepared: &Prepared, columns: &[Column]) {
        if columns.is_empty() {
            return;
        }
        let settings = self.application.settings();
        let type_settings = settings
            .entitlements
            .iter()
            .find(|found| Some(found.name.as_str()) == belongs_to);
        let groups = settings.groups.as_ref();
        let of_many = prepared.takes("ids.1");
        let lacking = match (prepared.operation, type_settings) {
            (Operation::GetUsers | Operation::GetUser | Operation::GetChangedUsers, _) => {
                ResourceReader::new(&settings.users, columns).err()
            }
            (Operation::GetGroups | Operation::GetGroup, _) => {
                groups.and_then(|groups| ResourceReader::new(&groups.mapping, columns).err())
            }
            (Operation::GetGroupMembers, _) => groups.and_then(|groups| {
                let owner = of_many.then_some(groups.mapping.id.as_str());
                AssignmentReader::of_members(groups, columns)
                    .err()
                    .or_else(|| missing(owner, columns))
            }),
            (Operation::GetUserGroups, _) => groups.and_then(|groups| {
                let owner = of_many.then_some(groups.user.as_str());
                AssignmentReader::of_groups(groups, columns)
                    .err()
                    .or_else(|| missing(owner, columns))
            }),
            (Operation::GetUserValues | Operation::GetValues, _) => {
                let of_list = |list: &&ListSettings| Some(list.name.as_str()) == belongs_to;
                let list = settings.lists.iter().find(of_list);
                list.and_then(|list| lacking_of_list(list, prepared, columns))
            }
            (Operation::GetEntitlements, Some(settings)) => EntitlementReader::new(settings, columns).err(),
            (Operation::GetUserEntitlements, Some(settings)) => AssignmentReader::new(settings, columns).err(),
            _ => None,
        };
        if let Some(message) = lacking {
            let found: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
            let remedy = format!(
                "select the column, or correct the mapping; the statement gives {}",
                found.join(", ")
            );
            self.problems.push(LoadProblem::new(&prepared.location, message, remedy));
        }
        let kind = self.application.database().kind();
        let attributes: &[AttributeMapping] = match prepared.operation {
            Operation::GetUsers | Operation::GetUser => &settings.users.attributes,
            Operation::GetGroups | Operation::GetGroup => groups.map_or(&[], |groups| &groups.mapping.attributes),
            Operation::GetUserValues => {
                let of_list = |list: &&ListSettings| Some(list.name.as_str()) == belongs_to;
                settings.lists.iter().find(of_list).map_or(&[], |list| &list.parts)
            }
            _ => &[],
        };
        for attribute in attributes {
            let found = columns
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(&attribute.column));
            let contradiction = found.and_then(|found| {
                let why = attribute.contradiction(ColumnType::of(kind, &found.type_name))?;
                Some(format!(
                    "the column `{}` of `{}` is {} to the database: {why}",
                    found.name, attribute.path, found.type_name
                ))
            });
            if let Some(message) = contradiction {
                let remedy = "correct what the mapping says of the column, or select it with CAST";
                self.problems.push(LoadProblem::new(&prepared.location, message, remedy));
            }
        }
    }
}

/// What the rows of a list lack.
fn lacking_of_list(list: &ListSettings, prepared: &Prepared, columns: &[Column]) -> Option<String> {
    let of_many = prepared.takes("ids.1");
    match (&list.user, of_many) {
        (None, true) => Some(format!(
            "get-user-values names :ids, and nothing says whose each row is: write `user = \"…\"` in [users.lists.{}]",
            list.name
        )),
        _ => ElementReader::new(list, columns).err(),
    }
}

/// Where one statement is for many, it must say whose each row is.
fn missing(owner: Option<&str>, columns: &[Column]) -> Option<String> {
    let owner = owner?;
    let is_there = columns.iter().any(|column| column.name.eq_ignore_ascii_case(owner));
    (!is_there).then(|| format!("the result lacks the column `{owner}`, which says whose each row is where :ids asks for many"))
}
