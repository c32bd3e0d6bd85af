//! `[suspension]` of `portcullis.toml`

use std::num::NonZeroU32;

use toml::de::DeValue;

use super::{
    log::Decoded,
    node::Node,
    quantity::{duration, positive},
    table::Table,
};
use crate::plugin::SuspensionSettings;

/// ```toml
/// [suspension]        # a plugin that fails so often is not called any more; these are the defaults
/// failures = 5        # different calls in a row; `false`: never
/// within = "10m"
/// ```
pub fn suspension(table: &Table<'_>) -> Decoded<SuspensionSettings> {
    let default = SuspensionSettings::default();
    let failures = table.or("failures", default.failures, failures);
    let within = table.or("within", default.within, duration);
    Ok(SuspensionSettings {
        failures: failures?,
        within: within?,
    })
}

fn failures(node: &Node<'_>) -> Decoded<Option<NonZeroU32>> {
    match node.value {
        Some(DeValue::Boolean(false)) => Ok(None),
        Some(DeValue::Integer(_)) => positive(node).map(Some),
        _ => Err(node.mismatch("a whole number, or false", "5")),
    }
}
