//! `portcullis plugin key`, `sign` and `verify`

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, process::ExitCode};

use anyhow::{Context as _, bail};

use super::{sandbox, source};
use crate::{
    command::load,
    plugin::{self, Candidate, Signer, SigningKey},
};

/// Makes a key, in a file that only its owner can read.
pub fn key(file: &Path) -> anyhow::Result<ExitCode> {
    let (key, pem) = SigningKey::make()?;
    let mut options = fs::OpenOptions::new();
    let mut made = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("cannot make {}", file.display()))?;
    made.write_all(pem.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("the private key is in {}: keep it to yourself", file.display());
    println!("[signatures.keys] of portcullis.toml, wherever its signatures shall count, says\n");
    println!("YOUR-NAME = \"{}\"", key.public()?);
    Ok(ExitCode::SUCCESS)
}

/// Signs a component with its manifest; the signature is put beside them.
pub fn sign(file: &Path, key: &Path) -> anyhow::Result<ExitCode> {
    let pem = fs::read_to_string(key).with_context(|| format!("cannot read {}", key.display()))?;
    let key = SigningKey::read(&pem).with_context(|| key.display().to_string())?;
    let candidate = Candidate::at(file)?;
    let not_signed = || format!("{} is not signed, since no host takes it", file.display());
    let refusals = plugin::try_out(&sandbox()?, &candidate).with_context(not_signed)?.refusals;
    if !refusals.is_empty() {
        bail!("{}: {}", not_signed(), refusals.join("; "));
    }
    let signature = key.sign(&candidate.digest, &candidate.manifest_text)?;
    let beside = file.with_extension("sig");
    fs::write(&beside, format!("{signature}\n")).with_context(|| format!("cannot write {}", beside.display()))?;
    println!(
        "signed: {} {} ({}), in {}",
        candidate.manifest.name,
        candidate.manifest.version,
        candidate.digest.short(),
        beside.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Says who signed a component with its manifest, by the keys of a configuration. Fails unless it was one of these.
pub async fn verify(what: &str, directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let candidate = source::candidate(what, Some(directory)).await?;
    let signer = candidate.signer(&configuration.signatures);
    println!("{} {}: {signer}", candidate.manifest.name, candidate.manifest.version);
    Ok(match signer {
        Signer::Known(_) => ExitCode::SUCCESS,
        Signer::Nobody | Signer::Unknown => ExitCode::FAILURE,
    })
}
