//! A configured application: settings, attribute mapping, its operations.

mod operation;
mod settings;

pub use operation::Operation;
pub use settings::{
    ActiveMapping, ApplicationSettings, AttributeMapping, Capability, Configuration, EntitlementSettings, Location, Mode, NewId,
    OperationSettings, PluginSettings, ServerSettings, Transforms, UserMapping,
};
