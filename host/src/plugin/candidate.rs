//! A component as it lies in the plugins directory or in a registry, with its manifest: what an administrator is asked to approve.

use std::{io::Read as _, path::Path};

use anyhow::{Context as _, anyhow, bail, ensure};
use cap_std::{ambient_authority, fs::Dir};

use super::{Approved, Digest, Manifest, Signature, Signatures, Signer, section};
use crate::{
    application::{self, Configuration, PluginSettings},
    registry::{Artifact, Pinned},
};

/// A manifest is a page, and no more.
const MANIFEST_SIZE: u64 = 256 << 10;
/// A signature is a line.
const SIGNATURE_SIZE: u64 = 1 << 10;

/// A component that was read from a file or fetched, and nothing more yet.
pub struct Candidate {
    pub component: Vec<u8>,
    pub digest: Digest,
    pub manifest: Manifest,
    /// The manifest's own text.
    pub manifest_text: String,
    /// Whether that is inside of the component, and not beside it.
    pub manifest_inside: bool,
    /// The one beside it.
    pub signature: Option<Signature>,
    /// The artifact of a registry that it is; `None`: it is a file.
    pub source: Option<String>,
}

impl From<&Approved> for Candidate {
    /// What serves, looked at anew.
    fn from(approved: &Approved) -> Self {
        Self {
            component: approved.component.clone(),
            digest: approved.digest,
            manifest: approved.manifest.clone(),
            manifest_text: approved.manifest_text.clone(),
            manifest_inside: section::manifest(&approved.component).is_ok_and(|inside| inside.is_some()),
            signature: approved.signature.clone(),
            source: approved.approval.source.clone(),
        }
    }
}

impl Candidate {
    /// Bytes of a component that no configuration speaks of: nothing that was made to be used has more.
    pub const LARGEST: u64 = 256 << 20;

    /// Reads a component, at most so many bytes, and its manifest, inside of it or beside it. No link and no `..` leads out of the
    /// directory. `limit` says in an error what sets the largest size.
    fn read(directory: &Path, file: &Path, largest: u64, limit: &str) -> anyhow::Result<Self> {
        let plugins = Dir::open_ambient_dir(directory, ambient_authority())
            .with_context(|| format!("cannot open the directory {}", directory.display()))?;
        let component = bytes(&plugins, file, largest, limit).with_context(|| format!("in {}", directory.display()))?;
        is_component(&component).with_context(|| format!("{} is not a component", file.display()))?;
        let (manifest, manifest_text, manifest_inside) = manifest(&plugins, file, &component)?;
        Ok(Self {
            digest: Digest::of(&component),
            component,
            manifest,
            manifest_text,
            manifest_inside,
            signature: signature(&plugins, file)?,
            source: None,
        })
    }

    /// A component out of a registry, with what its artifact says of it.
    ///
    /// # Errors
    /// What is wrong with it, for the administrator.
    pub fn fetched(component: Vec<u8>, artifact: Artifact, source: &Pinned) -> anyhow::Result<Self> {
        is_component(&component).with_context(|| format!("{source} is not a component"))?;
        let inside = section::manifest(&component).with_context(|| format!("{source} is not a component"))?;
        let manifest_inside = inside.is_some();
        let manifest_text = match (artifact.manifest, inside) {
            (Some(text), None) | (None, Some(text)) => text,
            (Some(_), Some(_)) => bail!("{source} has a manifest inside of its component, and another one beside it"),
            (None, None) => bail!("{source} has no manifest: `portcullis plugin push` pushes a component with one"),
        };
        ensure!(
            manifest_text.len() as u64 <= MANIFEST_SIZE,
            "the manifest of {source} is larger than {MANIFEST_SIZE} bytes, what a manifest may have"
        );
        let place = source.to_string();
        let manifest = application::manifest(Path::new(&place), &manifest_text).map_err(|problems| anyhow!("{problems}"))?;
        let signature = artifact.signature.map(|text| text.parse()).transpose();
        Ok(Self {
            digest: Digest::of(&component),
            component,
            manifest,
            manifest_text,
            manifest_inside,
            signature: signature.map_err(|why: &str| anyhow!("the signature of {source} {why}"))?,
            source: Some(place),
        })
    }

    /// Reads a plugin of a configuration out of its plugins directory.
    ///
    /// # Errors
    /// What is wrong with it or with its manifest, for the administrator.
    pub fn of(configuration: &Configuration, settings: &PluginSettings) -> anyhow::Result<Self> {
        let limit = "its `component-size`: raise that in its `limits`, or in [sandbox] for all";
        Self::read(
            &configuration.plugin_directory,
            &settings.file,
            settings.component_size,
            limit,
        )
    }

    /// Reads a component wherever it lies, with what is beside it. It may be larger than a configuration lets it be.
    ///
    /// # Errors
    /// What is wrong with it or with its manifest.
    pub fn at(file: &Path) -> anyhow::Result<Self> {
        let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let name = file
            .file_name()
            .with_context(|| format!("{} is not a file", file.display()))?;
        Self::read(
            directory.unwrap_or(Path::new(".")),
            Path::new(name),
            Self::LARGEST,
            "what a component may have",
        )
    }

    /// Says that its file is larger than it may be, and what lets it be; `None`: it is not.
    pub fn too_large(&self, largest: u64) -> Option<String> {
        let (name, size) = (&self.manifest.name, self.component.len() as u64);
        (size > largest).then(|| {
            format!(
                "its file has {size} bytes, and may have {largest}: to let it, write `component-size = \"{}MiB\"` into \
                 [plugins.{name}.limits] of portcullis.toml",
                size.div_ceil(1 << 20)
            )
        })
    }

    /// Whether it is what was approved, its manifest included.
    pub fn is(&self, approved: &Approved) -> bool {
        self.digest == approved.digest && self.manifest_text == approved.manifest_text
    }

    /// Whether it has a signature that what was approved does not have.
    pub fn is_signed_anew(&self, approved: &Approved) -> bool {
        self.signature.is_some() && self.signature != approved.signature
    }

    /// Who signed it.
    pub fn signer(&self, signatures: &Signatures) -> Signer {
        signatures.signer(&self.digest, &self.manifest_text, self.signature.as_ref())
    }
}

/// The manifest, its text, and whether that is inside of the component.
fn manifest(plugins: &Dir, file: &Path, component: &[u8]) -> anyhow::Result<(Manifest, String, bool)> {
    let beside = file.with_extension("toml");
    let inside = section::manifest(component).with_context(|| format!("{} is not a component", file.display()))?;
    let manifest_inside = inside.is_some();
    let (place, text) = match (plugins.exists(&beside), inside) {
        (false, Some(text)) => (file.to_owned(), text),
        (true, None) => {
            let bytes = bytes(plugins, &beside, MANIFEST_SIZE, "what a manifest may have")?;
            let text = String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", beside.display()))?;
            (beside, text)
        }
        (true, Some(_)) => bail!(
            "{} has a manifest inside, and {} is another one: remove that file",
            file.display(),
            beside.display()
        ),
        (false, None) => bail!(
            "{} has no manifest, inside or beside it: write {}, which says who made it and what it needs",
            file.display(),
            beside.display()
        ),
    };
    let manifest = application::manifest(&place, &text).map_err(|problems| anyhow!("{problems}"))?;
    Ok((manifest, text, manifest_inside))
}

fn signature(plugins: &Dir, file: &Path) -> anyhow::Result<Option<Signature>> {
    let beside = file.with_extension("sig");
    if !plugins.exists(&beside) {
        return Ok(None);
    }
    let bytes = bytes(plugins, &beside, SIGNATURE_SIZE, "what a signature may have")?;
    let signature = String::from_utf8_lossy(&bytes).parse();
    signature.map(Some).map_err(|why: &str| anyhow!("{} {why}", beside.display()))
}

fn bytes(plugins: &Dir, file: &Path, largest: u64, limit: &str) -> anyhow::Result<Vec<u8>> {
    let opened = plugins
        .open(file)
        .with_context(|| format!("cannot open {}", file.display()))?;
    let size = opened.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::new();
    opened
        .take(largest + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", file.display()))?;
    if bytes.len() as u64 > largest {
        bail!("{} has {size} bytes, more than {largest}, {limit}", file.display());
    }
    Ok(bytes)
}

fn is_component(bytes: &[u8]) -> anyhow::Result<()> {
    match bytes {
        [0, b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => Ok(()),
        [0, b'a', b's', b'm', ..] => {
            bail!("it is a core WebAssembly module; build it with a target or tool that makes components")
        }
        _ => bail!("it does not begin as a WebAssembly component does"),
    }
}
