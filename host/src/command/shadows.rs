//! Which versions of plugins are in the shadow of others, and what of their counts is written down already.

use std::collections::BTreeMap;

use super::reload::Site;
use crate::state::{ServingVersion, ShadowTally, StateError, Store};

#[derive(Default)]
pub struct Shadows {
    /// By plugin, with what is in the state store of the counts since it was seen.
    seen: BTreeMap<String, (ServingVersion, ShadowTally)>,
}

impl Shadows {
    /// The version that was seen last.
    pub fn seen(&self, plugin: &str) -> Option<&ServingVersion> {
        self.seen.get(plugin).map(|(version, _)| version)
    }

    /// Another one is, or none any more.
    pub fn see(&mut self, plugin: &str, version: Option<&ServingVersion>) {
        match version {
            Some(version) => drop(self.seen.insert(plugin.to_owned(), (version.clone(), ShadowTally::default()))),
            None => drop(self.seen.remove(plugin)),
        }
    }

    /// Writes down what was counted since the last time.
    ///
    /// # Errors
    /// The store cannot be written; the next time tries again.
    pub async fn keep(&mut self, sites: &[Site], store: &Store) -> Result<(), StateError> {
        for (plugin, (version, written)) in &mut self.seen {
            let shadows = sites.iter().filter_map(|site| site.shadow.as_ref());
            let mut now = ShadowTally::default();
            for tally in shadows
                .filter(|shadow| shadow.plugin() == plugin)
                .map(|shadow| shadow.tally())
            {
                now.reads += tally.reads;
                now.differences += tally.differences;
                now.last = tally.last.or(now.last);
            }
            if now == *written {
                continue;
            }
            let since = ShadowTally {
                reads: now.reads.saturating_sub(written.reads),
                differences: now.differences.saturating_sub(written.differences),
                last: now.last.clone(),
            };
            store.tally_shadow(version, &since).await?;
            *written = now;
        }
        Ok(())
    }
}
