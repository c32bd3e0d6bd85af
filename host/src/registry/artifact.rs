//! What is in a registry for a plugin: the layout of its artifact.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use oci_client::manifest::OCI_IMAGE_MEDIA_TYPE;
use serde::Deserialize;
use serde_json::json;

use crate::plugin::{Candidate, Digest};

/// <https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact>
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const COMPONENT: &str = "application/wasm";
/// The annotation with the manifest of the plugin, where that is not inside of its component.
const MANIFEST: &str = "portcullis.plugin.manifest";
/// The annotation with the signature of component and manifest.
const SIGNATURE: &str = "portcullis.plugin.signature";

/// What an artifact's own manifest says of a plugin.
#[derive(Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The digest of the component, `sha256:…`.
    pub(super) component: String,
    /// Its bytes.
    pub(super) size: u64,
    /// The text of the plugin's manifest; `None`: it is inside of the component.
    pub manifest: Option<String>,
    pub signature: Option<String>,
}

/// Only as much as is needed: registries give more.
#[derive(Deserialize)]
struct Read {
    config: Part,
    layers: Vec<Part>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    media_type: String,
    digest: String,
    size: u64,
}

impl Artifact {
    /// Reads an artifact's manifest.
    ///
    /// # Errors
    /// It is not one of a component.
    pub(super) fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let read: Read = serde_json::from_slice(bytes).context("its manifest is not that of one artifact")?;
        ensure!(
            read.config.media_type == CONFIG,
            "it is an artifact of the type {}, and not of a component, {CONFIG}",
            read.config.media_type.escape_debug()
        );
        let layer = match &read.layers[..] {
            [layer] if layer.media_type == COMPONENT => layer,
            _ => bail!("it has not one layer {COMPONENT} and no other"),
        };
        let mut annotations = read.annotations;
        Ok(Self {
            component: layer.digest.clone(),
            size: layer.size,
            manifest: annotations.remove(MANIFEST),
            signature: annotations.remove(SIGNATURE),
        })
    }
}

/// What is pushed for a plugin: two blobs, and what says so.
pub(super) struct Made {
    pub component: Vec<u8>,
    pub config: Vec<u8>,
    pub manifest: Vec<u8>,
}

/// Makes the artifact of a plugin; the same plugin gives the same one.
pub(super) fn make(candidate: &Candidate) -> anyhow::Result<Made> {
    let component = candidate.component.clone();
    let plugin = &candidate.manifest;
    let config = serde_json::to_vec(&json!({
        "architecture": "wasm",
        "os": "wasip2",
        "author": plugin.author,
        "layerDigests": [digest(&component)],
    }))?;
    let mut annotations = BTreeMap::from([
        ("org.opencontainers.image.title", plugin.name.clone()),
        ("org.opencontainers.image.version", plugin.version.to_string()),
        ("org.opencontainers.image.authors", plugin.author.clone()),
        ("org.opencontainers.image.description", plugin.description.clone()),
    ]);
    if !candidate.manifest_inside {
        annotations.insert(MANIFEST, candidate.manifest_text.clone());
    }
    if let Some(signature) = &candidate.signature {
        annotations.insert(SIGNATURE, signature.to_string());
    }
    let manifest = serde_json::to_vec(&json!({
        "schemaVersion": 2,
        "mediaType": OCI_IMAGE_MEDIA_TYPE,
        "config": part(CONFIG, &config),
        "layers": [part(COMPONENT, &component)],
        "annotations": annotations,
    }))?;
    Ok(Made {
        component,
        config,
        manifest,
    })
}

fn part(media_type: &str, bytes: &[u8]) -> serde_json::Value {
    json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

/// As registries write it.
pub(super) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", Digest::of(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(config: &str, layers: &[&str]) -> Vec<u8> {
        let part =
            |kind: &str| json!({ "mediaType": kind, "digest": "sha256:00", "size": 8, "urls": ["http://elsewhere.example/"] });
        let layers: Vec<_> = layers.iter().map(|kind| part(kind)).collect();
        let whole = json!({
            "schemaVersion": 2, "config": part(config), "layers": layers, "annotations": { MANIFEST: "name = 1", "other": "x" },
        });
        serde_json::to_vec(&whole).unwrap()
    }

    #[test]
    fn one_layer_is_the_component() {
        let read = Artifact::read(&manifest(CONFIG, &[COMPONENT])).unwrap();
        let expected = Artifact {
            component: "sha256:00".into(),
            size: 8,
            manifest: Some("name = 1".into()),
            signature: None,
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn anything_else_is_no_component() {
        let image = "application/vnd.oci.image.config.v1+json";
        for (bytes, reason) in [
            (manifest(image, &[COMPONENT]), image),
            (manifest(CONFIG, &[]), "not one layer"),
            (manifest(CONFIG, &[COMPONENT, COMPONENT]), "not one layer"),
            (manifest(CONFIG, &["application/vnd.oci.image.layer.v1.tar"]), "not one layer"),
            (
                br#"{"schemaVersion": 2, "manifests": []}"#.to_vec(),
                "not that of one artifact",
            ),
            (b"<html>".to_vec(), "not that of one artifact"),
        ] {
            let told = format!("{:#}", Artifact::read(&bytes).unwrap_err());
            assert!(told.contains(reason), "{told}");
        }
    }
}
