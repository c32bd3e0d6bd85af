//! `portcullis plugin list`

use std::{path::Path, process::ExitCode};

use comfy_table::{Table, presets};

use crate::{
    command::load,
    plugin::{Approval, Candidate, Digest, Signatures, signer_of},
    state::{ApprovedVersion, ShadowTally, Store, Suspension},
};

pub async fn run(directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let (versions, suspended) = match Store::look(&configuration.state).await? {
        Some(store) => (store.plugin_versions().await?, store.suspensions().await?),
        None => Default::default(),
    };
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["PLUGIN", "VERSION", "SHA-256", "STATE", "APPROVED", "BY"]);
    for (name, settings) in &configuration.plugins {
        let of_plugin = || versions.iter().filter(|version| version.plugin == *name);
        if let Some(pinned) = &settings.oci {
            let pinned = pinned.to_string();
            if !of_plugin().any(|version| source(version).as_ref() == Some(&pinned)) {
                let digest = pinned.rsplit(':').next().map(Digest::shortened).unwrap_or_default();
                table.add_row([name, "-", &format!("oci {digest}"), "waits for approval", "-", "-"]);
            }
            of_plugin().for_each(|version| row(&mut table, version, &suspended, &configuration.signatures));
            continue;
        }
        match Candidate::of(&configuration, settings) {
            Ok(found) if !of_plugin().any(|version| is(version, &found)) => {
                let version = found.manifest.version.to_string();
                table.add_row([name, &version, &found.digest.short(), "waits for approval", "-", "-"]);
            }
            Ok(_) => {}
            Err(error) => {
                table.add_row([name, "-", "-", &format!("cannot be used: {error:#}"), "-", "-"]);
            }
        }
        of_plugin().for_each(|version| row(&mut table, version, &suspended, &configuration.signatures));
    }
    let configured = |version: &&ApprovedVersion| configuration.plugins.contains_key(&version.plugin);
    for version in versions.iter().filter(|version| !configured(version)) {
        row(&mut table, version, &suspended, &configuration.signatures);
    }
    for line in table.lines() {
        println!("{}", line.trim());
    }
    for suspension in suspended
        .iter()
        .filter(|suspension| versions.iter().any(|version| is_of(suspension, version)))
    {
        println!("{}", load::told(suspension));
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a version is what a file has now.
fn is(version: &ApprovedVersion, found: &Candidate) -> bool {
    version.sha256 == found.digest.to_string() && version.manifest == found.manifest_text
}

/// The artifact that a version was fetched from.
fn source(version: &ApprovedVersion) -> Option<String> {
    serde_json::from_str::<Approval>(&version.approval).ok()?.source
}

fn is_of(suspension: &Suspension, version: &ApprovedVersion) -> bool {
    suspension.duty.plugin == version.plugin && suspension.duty.sha256 == version.sha256
}

fn row(table: &mut Table, version: &ApprovedVersion, suspended: &[Suspension], signatures: &Signatures) {
    let manifest = crate::application::manifest("manifest".as_ref(), &version.manifest);
    let number = manifest.map_or("?".to_owned(), |manifest| manifest.version.to_string());
    let short = Digest::shortened(&version.sha256);
    let refused = signatures.admit(&signer_of(version, signatures)).err();
    let state = match (&version.failure, &version.shadow, version.serving) {
        (Some(failure), Some(_), _) | (Some(failure), _, true) => {
            format!("not taken: {}", failure.lines().next().unwrap_or_default())
        }
        (None, Some(tally), _) => in_shadow(tally),
        (None, None, true) if refused.is_some() => format!("not used: {}", refused.unwrap_or_default()),
        (None, None, true) if suspended.iter().any(|suspension| is_of(suspension, version)) => {
            "serving, suspended in part".to_owned()
        }
        (None, None, true) => "serving".to_owned(),
        (_, None, false) if version.served => "earlier".to_owned(),
        (_, None, false) => "dropped from the shadow".to_owned(),
    };
    let at = version.approved.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    table.add_row([&version.plugin, &number, &short, &state, &at, &version.by]);
}

fn in_shadow(tally: &ShadowTally) -> String {
    let last = tally.last.as_deref().map(|last| format!(", the last one in {last}"));
    format!(
        "in the shadow: {} reads, {} differences{}",
        tally.reads,
        tally.differences,
        last.unwrap_or_default()
    )
}
