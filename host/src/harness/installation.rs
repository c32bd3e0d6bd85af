//! A host with the plugin in it, made in a temporary directory as an administrator would make it, and gone with that.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow, bail};
use axum::Router;
use tempfile::TempDir;

use super::{
    client::Client,
    files::{self, Files},
    meter::Meter,
    recorded::{Record, Recorded},
};
use crate::{
    application::Configuration,
    database::{self, Database},
    operation::{Application, Ground},
    plugin::{Candidate, Catalogue, TransformPlace, Versions},
    sandbox::{Limits, Sandbox, SandboxSettings},
    scim::{self, RouterContext},
};

/// The application's name, and the first segment of its URLs.
const NAME: &str = "test";
const ORIGIN: &str = "http://localhost";

/// The component under test.
pub struct Subject {
    /// Itself alone, by its name.
    candidates: BTreeMap<String, Candidate>,
    name: String,
    cache: Cache,
}

/// Where compiled components are kept, so that a run compiles each once.
enum Cache {
    Given(PathBuf),
    Temporary(TempDir),
}

impl Cache {
    fn path(&self) -> &Path {
        match self {
            Cache::Given(path) => path,
            Cache::Temporary(directory) => directory.path(),
        }
    }
}

impl Subject {
    /// Reads a component with its manifest. What is compiled is kept in `cache`, or for as long as this is there.
    ///
    /// # Errors
    /// What is wrong with either.
    pub fn read(component: &Path, cache: Option<&Path>) -> anyhow::Result<Self> {
        let candidate = Candidate::at(component)?;
        let name = candidate.manifest.name.clone();
        Ok(Self {
            candidates: [(name.clone(), candidate)].into(),
            name,
            cache: match cache {
                Some(path) => Cache::Given(path.to_owned()),
                None => Cache::Temporary(tempfile::tempdir().context("cannot make a temporary directory")?),
            },
        })
    }

    /// The plugin's name in a configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn candidate(&self) -> Option<&Candidate> {
        self.candidates.get(&self.name)
    }
}

/// A host with one application.
pub struct Installation {
    pub application: Arc<Application>,
    pub database: Arc<dyn Database>,
    pub client: Client,
    /// What calls of the plugin used.
    pub meter: Arc<Meter>,
    /// The statements that the database was asked for.
    pub record: Record,
    /// What a call may use.
    pub limits: Limits,
    _directory: TempDir,
}

impl Installation {
    /// Makes a host of these files. What they leave out is the least that the plugin can be used with.
    ///
    /// # Errors
    /// What is wrong with the files, or why the plugin cannot be used so.
    pub async fn new(subject: &Subject, files: &Files) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
        let root = directory.path();
        let application = lay_out(subject, files, root)?;
        let limit = SandboxSettings::default().limits.wall;
        let file = root.join(database_file(&application)?);
        if let Some(schema) = &files.schema {
            let text = files::text(schema)?;
            let made = database::sqlite_script(&file, &text, limit).await;
            made.with_context(|| schema.display().to_string())?;
        }
        let loaded = Configuration::load(root).map_err(|problems| anyhow!("{}", told(&problems.to_string(), files)))?;
        let configuration = loaded.configuration;
        if let Some(other) = configuration.plugins.keys().find(|name| *name != subject.name()) {
            bail!(
                "{} has [plugins.{other}], and what is tested is {} alone",
                files::PORTCULLIS,
                subject.name()
            );
        }
        let Some(settings) = configuration.applications.first() else {
            bail!("there is no application");
        };
        let meter = Arc::new(Meter::new(subject.name()));
        let sandbox = Sandbox::new(configuration.sandbox, Some(subject.cache.path()))?.observed(meter.clone());
        let catalogue = Catalogue::load(&sandbox, &configuration, Versions::Proposed(&subject.candidates))?;
        let problems = catalogue.problems();
        if !problems.is_empty() {
            bail!(lines(problems.iter()));
        }
        let record = Record::default();
        let database: Arc<dyn Database> = Arc::new(Recorded::new(database::open(&settings.connection), record.clone()));
        let ground = Ground::new(settings.clone(), database.clone());
        let application = Application::load(Arc::new(sandbox), &catalogue, ground).await;
        let application = application.map_err(|unready| anyhow!("{}", told(&lines(unready.problems()), files)))?;
        let application = Arc::new(application);
        let base = format!("/{NAME}/scim/v2");
        let context = RouterContext {
            base_url: format!("{ORIGIN}{base}"),
            body_limit: configuration.server.body_limit,
        };
        let client = Client {
            router: Router::new().nest(&base, scim::router(application.clone(), context)),
            base,
            patience: configuration.server.request_timeout,
        };
        Ok(Self {
            application,
            database,
            client,
            meter,
            record,
            limits: limits(subject, &configuration),
            _directory: directory,
        })
    }

    /// Closes the database.
    pub async fn close(self) {
        self.database.close().await;
    }
}

/// The smaller of what the plugin would like, what its section gives, and what the server gives.
fn limits(subject: &Subject, configuration: &Configuration) -> Limits {
    let of_section = configuration.plugins.get(subject.name()).map(|settings| settings.limits);
    let given = of_section.unwrap_or(configuration.sandbox.limits);
    let wished = subject.candidate().map(|candidate| candidate.manifest.limits);
    given.lowered(&wished.unwrap_or_default())
}

/// Writes the configuration directory, and gives the application's text.
fn lay_out(subject: &Subject, files: &Files, root: &Path) -> anyhow::Result<String> {
    let portcullis = match &files.portcullis {
        Some(path) => files::text(path)?,
        None => format!("[plugins.{}]\n", subject.name()),
    };
    let application = match (&files.application, &files.schema) {
        (Some(path), _) => files::text(path)?,
        (None, None) => least(subject)?,
        (None, Some(schema)) => bail!(
            "{} makes tables, and there is no {} that says what is in them",
            schema.display(),
            files::APPLICATION
        ),
    };
    fs::write(root.join("portcullis.toml"), portcullis)?;
    fs::create_dir(root.join("applications"))?;
    fs::write(root.join(format!("applications/{NAME}.toml")), &application)?;
    Ok(application)
}

/// An application that has the plugin in every chain that its manifest names, and nothing else.
fn least(subject: &Subject) -> anyhow::Result<String> {
    let manifest = &subject.candidate().context("there is no component")?.manifest;
    if manifest.transforms.is_empty() {
        bail!(
            "{} does operations: write {}, an application that uses it for them on SQLite, and {} with its tables",
            subject.name(),
            files::APPLICATION,
            files::SCHEMA
        );
    }
    let mut text = String::from(
        "[database]\nkind = \"sqlite\"\npath = \"test.db\"\ncreate = true\n\
         [users]\nid = \"user_id\"\n[users.attributes]\nuserName = \"user_name\"\n\
         [operations.get-users]\nsql = \"SELECT user_id, user_name FROM app_user\"\n\
         [operations.get-user]\nsql = \"SELECT user_id, user_name FROM app_user WHERE user_id = :id\"\n",
    );
    if manifest.transforms.contains(&TransformPlace::Password) {
        text.push_str("[operations.set-password]\nsql = \"UPDATE app_user SET password = :password WHERE user_id = :id\"\n");
    }
    text.push_str("[transforms]\n");
    for place in &manifest.transforms {
        let name = subject.name();
        match place {
            TransformPlace::Password => writeln!(text, "password = \"{name}\"")?,
            _ => writeln!(text, "{} = [\"{name}\"]", place.name())?,
        }
    }
    Ok(text)
}

/// The database's file, which must stay inside of the temporary directory.
fn database_file(application: &str) -> anyhow::Result<String> {
    let path = application
        .parse::<toml::Table>()
        .ok()
        .and_then(|table| Some(table.get("database")?.get("path")?.as_str()?.to_owned()));
    match path {
        Some(path) if is_inside(&path) => Ok(path),
        _ => bail!(
            "{}: a test's database is a file of its own that is made and thrown away: write `path = \"test.db\"` into [database]",
            files::APPLICATION
        ),
    }
}

fn is_inside(path: &str) -> bool {
    let mut components = Path::new(path).components();
    matches!(
        (components.next(), components.next()),
        (Some(std::path::Component::Normal(_)), None)
    )
}

/// Problems by the names of the files that the author knows.
fn told(problems: &str, files: &Files) -> String {
    let named = |path: &Option<PathBuf>, standard: &str| match path {
        Some(path) => path.display().to_string(),
        None => standard.to_owned(),
    };
    let application = named(&files.application, "the test's own application");
    problems
        .replace(&format!("applications/{NAME}.toml"), &application)
        .replace(
            "portcullis.toml:",
            &format!("{}:", named(&files.portcullis, files::PORTCULLIS)),
        )
        .trim_end()
        .to_owned()
}

fn lines(problems: impl Iterator<Item = impl std::fmt::Display>) -> String {
    problems.map(|problem| problem.to_string()).collect::<Vec<_>>().join("\n")
}
