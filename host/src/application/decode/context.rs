//! What the decoding of one section needs to know of the others.

use std::{cell::RefCell, collections::BTreeSet, path::Path, time::Duration};

/// What stands around the section that is being decoded.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub directory: &'a Path,
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// The name of the application whose file it is; empty for `portcullis.toml`.
    pub application: &'a str,
    /// The plugins that `portcullis.toml` defines, right or wrong; `None` if that cannot be known.
    pub plugins: Option<&'a BTreeSet<String>>,
    /// The plugins that an application names.
    pub used: &'a RefCell<BTreeSet<String>>,
    /// `wall` of [sandbox], if that is right.
    pub wall: Option<Duration>,
}
