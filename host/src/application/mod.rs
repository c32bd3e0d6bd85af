//! A configured application: settings, attribute mapping, its operations.
//!
//! `decode` makes [`Configuration`] of files, once, and reports every mistake in them; `mapping` is the way of a value between
//! a column and a SCIM document, both directions. Neither knows a database driver, a component or HTTP.

mod decode;
mod holds;
mod location;
mod mapping;
mod operation;
mod schema;
mod settings;
mod steps;

pub use decode::{Loaded, Place, Problem, Problems, TOKEN_LENGTH, manifest, plugin_name};
pub use holds::{Holds, Stored, Word, Words};
pub use location::Location;
pub use mapping::{
    Assignment, AssignmentReader, Difference, Element, ElementReader, EntitlementReader, Fate, InputName, Learned,
    ListDifference, Owned, OwnedRow, Parameters, ResourceReader, RowReader, Settable, Unmapped, elements, in_form, instant,
    learn_types, same_document, schema_of, surface, text_input, truth,
};
pub use operation::Operation;
pub use schema::ValueType;
pub use settings::{
    ActiveMapping, ApplicationSettings, AttributeMapping, Configuration, EntitlementSettings, GroupSettings, Identity,
    ListSettings, Mode, NewId, OperationSettings, Origin, PluginHttp, PluginSettings, ResourceMapping, Second, ServerSettings,
    TlsSettings, Transforms, UnmappedColumns,
};
pub use steps::{Action, Argument, Passage, Routine, Source, Step};
