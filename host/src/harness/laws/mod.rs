//! Laws that hold of any plugin, tried with users that are made up: the same ones at every run.
//!
//! A law that is not the plugin's is excepted in `laws.toml`, with the reason ([`exceptions`]).

mod documents;
mod exceptions;
mod operations;
mod passwords;
mod paths;
mod search;
mod users;

pub use exceptions::Exceptions;

use super::{
    files::Files,
    installation::{Installation, Subject},
};
use crate::{
    application::Operation,
    plugin::{Manifest, TransformPlace},
};

/// Something that holds whatever goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// The same inputs have the same outcome, with the same statements and the same bytes.
    NoDifference,
    /// A transform of what it made changes nothing: t(t(x)) = t(x).
    Idempotence,
    /// A transform keeps every attribute.
    NothingLost,
    /// A hash is there, on one line, and another one for another salt or password.
    HashesDiffer,
    /// A user who was created is the one who was asked for.
    CreateGet,
    /// Putting what is there changes nothing.
    PutWhatIs,
    /// Adding and removing changes nothing, and adding twice is adding once.
    AddRemove,
    /// Creating and deleting changes nothing.
    CreateDelete,
}

impl Law {
    pub const ALL: [Law; 8] = [
        Law::NoDifference,
        Law::Idempotence,
        Law::NothingLost,
        Law::HashesDiffer,
        Law::CreateGet,
        Law::PutWhatIs,
        Law::AddRemove,
        Law::CreateDelete,
    ];

    /// Its name in `laws.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Law::NoDifference => "no-difference",
            Law::Idempotence => "idempotence",
            Law::NothingLost => "nothing-lost",
            Law::HashesDiffer => "hashes-differ",
            Law::CreateGet => "create-get",
            Law::PutWhatIs => "put-what-is",
            Law::AddRemove => "add-remove",
            Law::CreateDelete => "create-delete",
        }
    }

    /// Whether it is about what a plugin does, by its manifest.
    fn is_about(self, manifest: &Manifest) -> bool {
        let does = |operations: &[Operation]| operations.iter().any(|operation| manifest.operations.contains(operation));
        let chains = [TransformPlace::ToApplication, TransformPlace::FromApplication];
        let transforms = chains.iter().any(|direction| manifest.transforms.contains(direction));
        match self {
            Law::NoDifference => true,
            Law::Idempotence | Law::NothingLost => transforms,
            Law::HashesDiffer => manifest.transforms.contains(&TransformPlace::Password),
            Law::CreateGet => transforms || does(&[Operation::CreateUser, Operation::GetUser]),
            Law::PutWhatIs => transforms || does(&[Operation::UpdateUser, Operation::GetUser]),
            Law::AddRemove => does(&[Operation::AddEntitlement, Operation::RemoveEntitlement]),
            Law::CreateDelete => does(&[Operation::CreateUser, Operation::DeleteUser]),
        }
    }
}

/// What came of a law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawReport {
    pub law: Law,
    /// The case whose files it was tried with, or all cases.
    pub of: String,
    /// What it was tried with.
    pub with: &'static str,
    /// How many users, documents or passwords it was tried with.
    pub tried: u32,
    pub finding: Finding,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Holds,
    /// What went in, and what came out.
    Broken(String),
    /// Why it is not this plugin's.
    Excepted(String),
}

/// Tries the laws that are about what a plugin does, with an application of these files.
///
/// # Errors
/// No host can be made of the files.
pub async fn hold(subject: &Subject, of: &str, files: &Files, exceptions: &Exceptions) -> anyhow::Result<Vec<LawReport>> {
    let Some(manifest) = subject.candidate().map(|candidate| &candidate.manifest) else {
        return Ok(Vec::new());
    };
    let mut laws = Vec::new();
    let installation = Installation::new(subject, files).await?;
    laws.extend(documents::hold(&installation, exceptions).await?);
    laws.extend(passwords::hold(&installation).await?);
    installation.close().await;
    if files.application.is_some() {
        laws.extend(operations::hold(subject, files, exceptions).await?);
    }
    let mut reports: Vec<LawReport> = Vec::new();
    for Tried {
        law,
        with,
        tried,
        broken,
    } in laws.into_iter().filter(|tried| tried.law.is_about(manifest))
    {
        let finding = match (exceptions.skip.get(law.name()), broken) {
            (Some(reason), _) => Finding::Excepted(reason.clone()),
            (None, Some(broken)) => Finding::Broken(broken),
            (None, None) => Finding::Holds,
        };
        reports.push(LawReport {
            law,
            of: of.to_owned(),
            with,
            tried,
            finding,
        });
    }
    Ok(reports)
}

/// A law that was tried in one way.
struct Tried {
    law: Law,
    with: &'static str,
    tried: u32,
    broken: Option<String>,
}
