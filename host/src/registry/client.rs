//! Fetching and pushing.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail, ensure};
use http::HeaderValue;
use oci_client::{
    client::{Certificate, CertificateEncoding, ClientConfig, ClientProtocol},
    errors::OciDistributionError,
    manifest::OCI_IMAGE_MEDIA_TYPE,
    secrets::RegistryAuth,
};
use rustls::crypto::ring;
use tokio::io::AsyncWrite;

use super::{
    Artifact, Named, Pinned, Registries, Registry,
    artifact::{Made, digest, make},
    failure::explained,
};
use crate::plugin::Candidate;

/// How much longer all of it may take than one part.
const PARTS: u32 = 6;

/// Asks one registry.
pub struct Client {
    client: oci_client::Client,
    auth: RegistryAuth,
    registry: String,
    whole: Duration,
}

impl Client {
    /// For a registry, as the configuration says.
    ///
    /// # Errors
    /// The password or the authorities cannot be read.
    pub fn new(registry: &str, registries: &Registries) -> anyhow::Result<Self> {
        let Registry {
            account,
            ca,
            timeout,
            plain,
        } = registries.get(registry).cloned().unwrap_or_default();
        let place = || format!("portcullis.toml: registries.\"{registry}\"");
        let auth = match account {
            None => RegistryAuth::Anonymous,
            Some((user, password)) => RegistryAuth::Basic(user, password.read().with_context(place)?.expose().to_owned()),
        };
        let authorities = match ca {
            None => Vec::new(),
            Some(path) => {
                let data = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
                vec![Certificate {
                    encoding: CertificateEncoding::Pem,
                    data: data.with_context(place)?,
                }]
            }
        };
        // The client takes what the process has; that it has one already is no error.
        let _ = ring::default_provider().install_default();
        let client = oci_client::Client::try_from(ClientConfig {
            protocol: match plain {
                true => ClientProtocol::HttpsExcept(vec![registry.to_owned()]),
                false => ClientProtocol::Https,
            },
            tls_certs_only: authorities,
            use_monolithic_push: true,
            connect_timeout: Some(timeout),
            read_timeout: Some(timeout),
            user_agent: "portcullis",
            ..ClientConfig::default()
        });
        Ok(Self {
            client: client.map_err(|error| explained(error, registry)).with_context(place)?,
            auth,
            registry: registry.to_owned(),
            whole: timeout * PARTS,
        })
    }

    /// Fetches a component, at most so many bytes, with what its artifact says of it.
    ///
    /// # Errors
    /// Why it can't be had. It is there whole and as its digest says, or not at all.
    pub async fn fetch(&self, wanted: &Pinned, largest: u64) -> anyhow::Result<(Vec<u8>, Artifact)> {
        self.in_time(self.fetch_whole(wanted, largest))
            .await
            .with_context(|| format!("cannot fetch {wanted}"))
    }

    async fn fetch_whole(&self, wanted: &Pinned, largest: u64) -> anyhow::Result<(Vec<u8>, Artifact)> {
        let reference = wanted.reference();
        let manifest = self.client.pull_manifest_raw(reference, &self.auth, &[OCI_IMAGE_MEDIA_TYPE]);
        let (manifest, _) = manifest.await.map_err(|error| explained(error, &self.registry))?;
        ensure!(
            digest(&manifest) == format!("sha256:{}", wanted.sha256()),
            "the registry {} sends another artifact than the one of this digest",
            self.registry
        );
        let artifact = Artifact::read(&manifest)?;
        let too_large = || anyhow!("the component is larger than {largest} bytes, `component-size` in [sandbox]");
        ensure!(artifact.size <= largest, too_large());
        let mut component = Bounded {
            bytes: Vec::new(),
            largest: artifact.size,
        };
        // By its digest alone: a manifest could name other places to fetch it from.
        let pulled = self.client.pull_blob(reference, artifact.component.as_str(), &mut component);
        pulled.await.map_err(|error| explained(error, &self.registry))?;
        ensure!(
            digest(&component.bytes) == artifact.component,
            "the component that the registry {} sends is not what the digest says",
            self.registry
        );
        Ok((component.bytes, artifact))
    }

    /// What a name stands for at this moment.
    ///
    /// # Errors
    /// The registry doesn't say.
    pub async fn resolve(&self, name: &Named) -> anyhow::Result<Pinned> {
        let digest = self.in_time(async {
            let digest = self.client.fetch_manifest_digest(name.reference(), &self.auth);
            digest.await.map_err(|error| explained(error, &self.registry))
        });
        let digest = digest.await.with_context(|| format!("cannot look {name} up"))?;
        name.pinned(&digest)
            .map_err(|why| anyhow!("what the registry says {name} is {why}"))
    }

    /// Pushes a plugin under a name; gives what it is called by its digest.
    ///
    /// # Errors
    /// The registry does not take it.
    pub async fn push(&self, candidate: &Candidate, name: &Named) -> anyhow::Result<Pinned> {
        let made = make(candidate)?;
        let pushed = self.in_time(async { self.put(name, &made).await.map_err(|error| explained(error, &self.registry)) });
        pushed.await.with_context(|| format!("cannot push {name}"))?;
        name.pinned(&digest(&made.manifest)).map_err(|why| anyhow!(why))
    }

    /// The manifest comes last, so that nothing is named before it is there.
    async fn put(&self, name: &Named, made: &Made) -> Result<(), OciDistributionError> {
        let reference = name.reference();
        self.client.store_auth_if_needed(&self.registry, &self.auth).await;
        for blob in [&made.component, &made.config] {
            self.client.push_blob(reference, blob.clone(), &digest(blob)).await?;
        }
        let kind = HeaderValue::from_static(OCI_IMAGE_MEDIA_TYPE);
        self.client.push_manifest_raw(reference, made.manifest.clone(), kind).await?;
        Ok(())
    }

    async fn in_time<T>(&self, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
        match tokio::time::timeout(self.whole, work).await {
            Ok(done) => done,
            Err(_) => bail!(
                "the registry {} took longer than {}, six times its `timeout`",
                self.registry,
                humantime::format_duration(self.whole)
            ),
        }
    }
}

/// Takes so many bytes and no more.
struct Bounded {
    bytes: Vec<u8>,
    largest: u64,
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, part: &[u8]) -> Poll<io::Result<usize>> {
        if (self.bytes.len() + part.len()) as u64 > self.largest {
            let error = format!("the registry sends more than the {} bytes that it said", self.largest);
            return Poll::Ready(Err(io::Error::other(error)));
        }
        self.bytes.extend_from_slice(part);
        Poll::Ready(Ok(part.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
