//! `portcullis plugin`: what plugins would do, and which of them may.

mod add;
mod approve;
mod build;
mod list;
mod new;
mod page;
mod proposal;
mod push;
mod replay;
mod sign;
mod source;
mod test;
mod versions;

use std::{env, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{Directory, log};
use crate::{
    harness::Golden,
    project::{Language, World},
    sandbox::{Sandbox, SandboxSettings},
};

#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// Make a project for a plugin of your own, which builds and passes its tests as it is
    New {
        /// The plugin's name, and that of the directory
        #[arg(value_name = "NAME")]
        name: String,
        /// What it is written in
        #[arg(long = "lang", value_enum, value_name = "LANGUAGE")]
        language: Language,
        /// What it does: change SCIM documents, or do an operation on the database
        #[arg(long, value_enum, value_name = "WORLD", default_value = "transform")]
        world: World,
        /// Where to make the directory
        #[arg(long = "in", value_name = "DIR", default_value = ".")]
        parent: PathBuf,
    },
    /// Build a project's component, hold it against its manifest, and put both into its dist/
    Build {
        /// The project's directory
        #[arg(value_name = "DIR", default_value = ".")]
        directory: PathBuf,
    },
    /// Show what a plugin is, asks for, imports, and every statement that it would run
    Inspect {
        /// A component's file, or where it is in a registry (oci://HOST/REPOSITORY@sha256:…); or, with --config, a plugin of the
        /// configuration
        #[arg(value_name = "FILE|oci://…|NAME")]
        what: String,
        /// The configuration directory, to see statements and what is approved already
        #[arg(long = "config", value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Copy a component and its manifest into the plugins directory, and ask to approve it
    Add {
        /// The component's file, with its manifest inside or beside it, or where it is in a registry (oci://HOST/REPOSITORY@sha256:…)
        #[arg(value_name = "FILE|oci://…")]
        what: String,
        #[command(flatten)]
        directory: Directory,
        #[command(flatten)]
        decision: Decision,
    },
    /// Put a component with its manifest and signature into a registry, and print its digest
    Push {
        /// The component's file, with its manifest inside or beside it
        #[arg(value_name = "FILE")]
        file: String,
        /// What to call it: oci://HOST/REPOSITORY:TAG
        #[arg(value_name = "oci://…")]
        name: String,
        /// The configuration directory, whose [registries] say who pushes
        #[arg(long = "config", value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Show what is not approved yet, and let it serve
    Approve {
        /// The plugins [default: all that something new is asked for]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        #[command(flatten)]
        directory: Directory,
        #[command(flatten)]
        decision: Decision,
    },
    /// Let a new version follow the one that serves: it is given what clients read, and differences are counted in `list`
    Shadow {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        decision: Decision,
    },
    /// Have the version in the shadow serve
    Promote {
        #[command(flatten)]
        named: Named,
    },
    /// Take a version out of the shadow
    Drop {
        #[command(flatten)]
        named: Named,
    },
    /// List the versions that were approved, by whom and when, and what waits
    List {
        #[command(flatten)]
        directory: Directory,
    },
    /// Have an earlier version serve again
    Rollback {
        #[command(flatten)]
        named: Named,
    },
    /// Let a plugin work again that was suspended because it failed again and again
    Resume {
        #[command(flatten)]
        named: Named,
    },
    /// Run again what a component did that failed, from the file that the server made of it; no database is needed
    Replay {
        /// The replay file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The component [default: the one recorded, if it is built in or approved in --config]
        #[arg(long, value_name = "WASM")]
        component: Option<PathBuf>,
        /// The configuration directory whose state store has the component
        #[arg(long = "config", value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Make a key to sign plugins with
    Key {
        /// The file to be made, which only its owner can read
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Sign a component with its manifest: FILE.sig is put beside it
    Sign {
        /// The component's file, with its manifest inside or beside it
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The private key (Ed25519, PKCS #8 in PEM)
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Say who signed a component with its manifest, by the keys of [signatures]
    Verify {
        /// The component's file, with its manifest inside or beside it, and its signature beside it; or where it is in a registry
        #[arg(value_name = "FILE|oci://…")]
        what: String,
        #[command(flatten)]
        directory: Directory,
    },
    /// Run a component against golden files, in the sandbox and on embedded SQLite
    Test {
        /// A project's directory, whose component is in dist/, or a component's file with its manifest inside or beside it
        #[arg(value_name = "DIR|FILE", default_value = ".")]
        what: PathBuf,
        /// The directory of the tests [default: tests/ of the project, or beside the file]
        #[arg(long, value_name = "DIR")]
        tests: Option<PathBuf>,
        /// Keep compiled components in this directory for the next run [default: `portcullis` in the user's cache directory]
        #[arg(long, env = "PORTCULLIS_TEST_CACHE", value_name = "DIR")]
        cache: Option<PathBuf>,
        /// Write the golden files that are missing or differ
        #[arg(long, env = "PORTCULLIS_TEST_UPDATE")]
        update: bool,
        #[command(flatten)]
        log: log::Lines,
    },
    /// Take a plugin's files out of the plugins directory, and forget its approvals
    Remove {
        #[command(flatten)]
        named: Named,
    },
}

#[derive(Debug, Args)]
pub struct Named {
    /// The plugin, as in [plugins.NAME]
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    directory: Directory,
}

#[derive(Debug, Args)]
pub struct Decision {
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Who approves [default: the user who runs the command]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
}

pub async fn run(command: Plugin) -> anyhow::Result<ExitCode> {
    match command {
        Plugin::New {
            name,
            language,
            world,
            parent,
        } => new::run(&name, language, world, &parent),
        Plugin::Build { directory } => build::run(&directory),
        Plugin::Inspect { what, directory } => page::run(&what, directory.as_deref()).await,
        Plugin::Add {
            what,
            directory,
            decision,
        } => add::run(&what, &directory.path, &decision).await,
        Plugin::Push { file, name, directory } => push::run(&file, &name, directory.as_deref()).await,
        Plugin::Approve {
            names,
            directory,
            decision,
        } => approve::run(&names, &directory.path, &decision).await,
        Plugin::List { directory } => list::run(&directory.path).await,
        Plugin::Shadow { named, decision } => approve::shadow(&named.name, &named.directory.path, &decision).await,
        Plugin::Promote { named } => versions::promote(&named.name, &named.directory.path).await,
        Plugin::Drop { named } => versions::drop_shadow(&named.name, &named.directory.path).await,
        Plugin::Key { file } => sign::key(&file),
        Plugin::Sign { file, key } => sign::sign(&file, &key),
        Plugin::Verify { what, directory } => sign::verify(&what, &directory.path).await,
        Plugin::Test {
            what,
            tests,
            cache,
            update,
            log,
        } => {
            log::start(&log.into())?;
            let golden = if update { Golden::Update } else { Golden::Compare };
            test::run(&what, tests.as_deref(), cache.or_else(cache_directory), golden).await
        }
        Plugin::Rollback { named } => versions::rollback(&named.name, &named.directory.path).await,
        Plugin::Resume { named } => versions::resume(&named.name, &named.directory.path).await,
        Plugin::Replay {
            file,
            component,
            directory,
        } => replay::run(&file, component.as_deref(), directory.as_deref()).await,
        Plugin::Remove { named } => versions::remove(&named.name, &named.directory.path).await,
    }
}

/// Where a component is looked at that no configuration speaks of.
fn sandbox() -> anyhow::Result<Sandbox> {
    Sandbox::new(SandboxSettings::default(), cache_directory().as_deref())
}

/// Where commands that no configuration tells it keep compiled components: one of Python takes seconds to compile. `None`: there is no such
/// place, and they are compiled each time.
fn cache_directory() -> Option<PathBuf> {
    let of = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = of("XDG_CACHE_HOME").or_else(|| Some(of("HOME")?.join(".cache")))?;
    Some(caches.join("portcullis"))
}
