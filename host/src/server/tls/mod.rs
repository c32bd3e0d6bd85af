//! TLS by rustls, with ring: the server's certificate, those of clients where they are wanted, and connections.
//!
//! Changed files are noticed while the server runs, since certificates are renewed every few weeks. What a changed file holds
//! is used for new connections if it is right; if not, the log says so and what was there before stays.

mod certificate;
mod listener;
mod self_signed;

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use rustls::ServerConfig;

pub use listener::TlsListener;
pub use self_signed::{Made, ensure, host_of, names};

use crate::application::TlsSettings;

/// How often files are looked at, at the most: when somebody connects.
const LOOK: Duration = Duration::from_secs(1);

/// What connections are made with, at any time.
pub struct Tls {
    settings: TlsSettings,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    /// Of the files that it was made of.
    stamps: Vec<Stamp>,
    looked: Instant,
}

/// When a file was changed, and how large it is; `None`: it cannot be read.
type Stamp = Option<(SystemTime, u64)>;

impl Tls {
    /// Reads the certificate and key.
    ///
    /// # Errors
    /// A file that is missing or wrong; names it.
    pub fn load(settings: TlsSettings) -> anyhow::Result<Self> {
        let stamps = stamps(&settings);
        let current = Current {
            config: certificate::config(&settings)?,
            stamps,
            looked: Instant::now(),
        };
        Ok(Self {
            settings,
            current: Mutex::new(current),
        })
    }

    /// Whether the certificate is for a host name or address.
    ///
    /// # Errors
    /// Why it is not.
    pub fn is_for(&self, host: &str) -> Result<(), String> {
        certificate::is_for(self.settings.identity.certificate(), host)
    }

    /// What the next connection is made with.
    fn config(&self) -> Arc<ServerConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            let stamps = stamps(&self.settings);
            if stamps != current.stamps {
                current.stamps = stamps;
                match certificate::config(&self.settings) {
                    Ok(config) => {
                        tracing::info!("the changed certificate is used from now on");
                        current.config = config;
                    }
                    Err(error) => tracing::error!("the changed certificate is not used: {error:#}"),
                }
            }
        }
        current.config.clone()
    }
}

fn stamps(settings: &TlsSettings) -> Vec<Stamp> {
    let stamp = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    let identity = &settings.identity;
    let files = [identity.certificate(), identity.key()]
        .into_iter()
        .chain(settings.client_ca.as_deref());
    files.map(stamp).collect()
}
