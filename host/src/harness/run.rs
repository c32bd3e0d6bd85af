//! Running cases, one after the other, each in a host of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    case::{Case, Documents, EXPECTED, Input, ROWS, Request},
    files::{self, Files},
    golden::{Golden, Verdict},
    installation::{Installation, Subject},
    laws::{self, Exceptions},
    project::Project,
    report::{CaseReport, Report},
    rows,
    stable::Stable,
};
use crate::{
    sandbox::{Direction, SALT},
    scim::{Document, Error, RequestId},
};

/// Runs all cases of a plugin.
///
/// # Errors
/// There is no component that could be tried out, or no case.
pub async fn run(project: &Project, golden: Golden) -> anyhow::Result<Report> {
    let subject = Subject::read(&project.component, project.cache.as_deref())?;
    let cases = Case::all(&project.tests)?;
    let exceptions = Exceptions::read(&project.tests)?;
    let mut report = Report::new(subject.name());
    // Each host that cases are run in, by its files.
    let mut hosts: BTreeMap<Files, String> = BTreeMap::new();
    for (name, case) in cases {
        let mut told = CaseReport::new(name);
        let ended = match case {
            Ok(case) => {
                hosts
                    .entry(case.files.clone())
                    .or_insert_with(|| host_name(project, &case).to_owned());
                one(&subject, &case, golden, &mut told).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            told.failures.push(format!("{error:#}"));
        }
        report.cases.push(told);
    }
    hold(&subject, hosts, &exceptions, &mut report).await;
    Ok(report)
}

/// Tries the laws alone.
///
/// # Errors
/// As [`run`].
pub async fn laws(project: &Project) -> anyhow::Result<Report> {
    let subject = Subject::read(&project.component, project.cache.as_deref())?;
    let exceptions = Exceptions::read(&project.tests)?;
    let mut report = Report::new(subject.name());
    let mut hosts = BTreeMap::new();
    for (_, case) in Case::all(&project.tests)? {
        let case = case?;
        hosts
            .entry(case.files.clone())
            .or_insert_with(|| host_name(project, &case).to_owned());
    }
    hold(&subject, hosts, &exceptions, &mut report).await;
    Ok(report)
}

/// What the files of a case are called.
fn host_name<'c>(project: &Project, case: &'c Case) -> &'c str {
    match case.files == Files::of(&project.tests, &project.tests) {
        true => "all cases",
        false => &case.name,
    }
}

async fn hold(subject: &Subject, hosts: BTreeMap<Files, String>, exceptions: &Exceptions, report: &mut Report) {
    for (files, name) in hosts {
        match laws::hold(subject, &name, &files, exceptions).await {
            Ok(laws) => report.laws.extend(laws),
            Err(error) => {
                let why = format!("{error:#}");
                // A case that has these files as well has said so.
                if !report.cases.iter().any(|case| case.failures.contains(&why)) {
                    report
                        .problems
                        .push(format!("no law can be tried with the files of {name}: {why}"));
                }
            }
        }
    }
}

async fn one(subject: &Subject, case: &Case, golden: Golden, told: &mut CaseReport) -> anyhow::Result<()> {
    if case.files.application.is_none() && case.inputs.iter().any(|input| matches!(input, Input::Requests(_))) {
        anyhow::bail!(
            "requests need an application: write {}, on SQLite, and {} with its tables",
            files::APPLICATION,
            files::SCHEMA
        );
    }
    let mut stable = Stable::new(case.text.clone() + &case.files.texts()?);
    let installation = Installation::new(subject, &case.files).await?;
    let mut came = Vec::new();
    for input in &case.inputs {
        let value = match input {
            Input::Documents(direction, documents) => transformed(&installation, *direction, documents).await?,
            Input::Passwords(passwords) => hashed(&installation, passwords).await?,
            Input::Requests(requests) => {
                let answers = answered(&installation, requests, &mut stable).await?;
                came.push((input.name(), answers));
                let tables = rows::rows(installation.database.as_ref()).await?;
                came.push((ROWS, stable.named(Value::Object(tables))));
                continue;
            }
        };
        came.push((input.name(), stable.named(value)));
    }
    told.used = installation.meter.used();
    told.limits = installation.limits;
    // Whatever a golden file says: a host answers 500, and suspends a plugin that goes on like this.
    let crashes = installation.meter.failures();
    let crashed = !crashes.is_empty();
    told.failures.extend(crashes);
    installation.close().await;
    for (name, value) in came {
        let file = format!("{name}{EXPECTED}");
        let golden = if crashed { Golden::Compare } else { golden };
        match golden.hold(&case.directory.join(&file), &value)? {
            Verdict::Same => {}
            Verdict::Written => told.written.push(file),
            Verdict::Missing(text) => told.failures.push(format!(
                "there is no {file} to compare with. This came out; if it is right, keep it with `--update`:\n{text}"
            )),
            Verdict::Different(lines) => told.failures.push(format!(
                "{file} is not what came out; if that is right, keep it with `--update`:\n{lines}"
            )),
        }
    }
    Ok(())
}

/// What becomes of documents in a chain, each by itself.
async fn transformed(installation: &Installation, direction: Direction, documents: &Documents) -> anyhow::Result<Value> {
    let application = &installation.application;
    let settings = &application.settings().transforms;
    let (chain, name) = match direction {
        Direction::ToApplication => (&settings.to_application, "to-application"),
        Direction::FromApplication => (&settings.from_application, "from-application"),
    };
    if chain.is_empty() {
        anyhow::bail!(
            "nothing is in the chain {name}: name the plugin there, in [transforms] of the application and in its manifest"
        );
    }
    let one = async |number: usize, document: &Document| {
        let id = RequestId(format!("document-{number}"));
        or_error(
            application
                .transformed(&id, direction, document.clone())
                .await
                .map(Value::Object),
        )
    };
    match documents {
        Documents::One(document) => one(1, document).await,
        Documents::Several(documents) => {
            let mut all = Vec::new();
            for (number, document) in (1..).zip(documents) {
                all.push(one(number, document).await?);
            }
            Ok(all.into())
        }
    }
}

/// The hashes of passwords, with the salt of the bytes 0, 1, 2, …
async fn hashed(installation: &Installation, passwords: &[String]) -> anyhow::Result<Value> {
    let mut all = Vec::new();
    for (number, password) in (1..).zip(passwords) {
        let id = RequestId(format!("password-{number}"));
        let hashed = installation.application.hashed(&id, password, &salt()).await;
        all.push(match hashed {
            Ok(Some(hash)) => json!({ "hash": hash }),
            Ok(None) => {
                anyhow::bail!("nothing hashes passwords: name the plugin as `password` in [transforms] of the application")
            }
            Err(error) => or_error(Err(error))?,
        });
    }
    Ok(all.into())
}

fn salt() -> [u8; SALT] {
    let mut salt = [0; SALT];
    salt.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
    salt
}

/// What a client would be answered.
fn or_error(result: Result<Value, Error>) -> anyhow::Result<Value> {
    match result {
        Ok(value) => Ok(value),
        Err(error) => Ok(serde_json::to_value(error.body())?),
    }
}

/// The answers to requests, one after the other.
async fn answered(installation: &Installation, requests: &[Request], stable: &mut Stable) -> anyhow::Result<Value> {
    let mut answers = Vec::new();
    for (number, request) in (1..).zip(requests) {
        let body = request
            .body
            .as_ref()
            .map(|body| serde_json::from_str(&stable.resolved(&body.to_string())));
        let sent = Request {
            method: request.method.clone(),
            path: stable.resolved(&request.path),
            body: body.transpose()?,
        };
        let answer = installation.client.send(number, &sent).await?;
        answers.push(stable.named(answer.described(request)));
    }
    Ok(answers.into())
}
