//! What a component is told when an operation is prepared: a JSON object, so that it can grow. `sdk/` documents it.

mod step;

use serde::Serialize;
use serde_json::{Map, Value};
use step::Step;

use crate::{
    application::{AttributeMapping, GroupSettings, ListSettings, Mode, NewId, Operation, OperationSettings, ResourceMapping},
    database::{Access, Kind},
};

/// What tells the row of an element from others.
pub(super) const VALUE_ID: &str = "value-id";
/// In front of the parts of an element as it was before a change.
pub(super) const OLD: &str = "old.";

/// The application that the operation belongs to.
pub struct Context<'a> {
    pub application: &'a str,
    pub users: &'a ResourceMapping,
    pub groups: Option<&'a GroupSettings>,
    pub kind: Kind,
    /// The list that the operation belongs to.
    pub list: Option<&'a ListSettings>,
    /// The settings of the plugin's own entry in `portcullis.toml`; those of the operation go over them.
    pub plugin: &'a Map<String, Value>,
}

/// The object.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Settings<'a> {
    operation: &'static str,
    access: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Step<'a>>,
    inputs: Vec<Input>,
    id_column: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Map<String, Value>>,
}

/// What a statement may name.
#[derive(Serialize)]
struct Input {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    list: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    type_name: Option<&'static str>,
}

impl Input {
    fn one(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            aliases: Vec::new(),
            list: false,
            column: None,
            type_name: None,
        }
    }

    fn list(name: &str) -> Self {
        Self {
            list: true,
            ..Self::one(name)
        }
    }
}

/// The settings of an operation as JSON text.
pub fn json(operation: Operation, configured: &OperationSettings, context: &Context<'_>) -> String {
    let (steps, own) = match &configured.mode {
        Mode::Steps(steps) => (steps.iter().map(Step::from).collect(), None),
        Mode::Plugin { .. } => (Vec::new(), Some(own(configured, context))),
    };
    let mapping = mapping(operation, context);
    let new_id = match mapping.new_id {
        NewId::Database => "database",
        NewId::Uuid | NewId::Attribute(_) => "host",
    };
    let settings = Settings {
        operation: operation.name(),
        access: match operation.access() {
            Access::Read => "read",
            Access::Write => "write",
        },
        steps,
        inputs: match context.list {
            Some(list) => inputs_of_list(operation, list),
            None => inputs(operation, mapping),
        },
        id_column: &mapping.id,
        new_id: matches!(operation, Operation::CreateUser | Operation::CreateGroup).then_some(new_id),
        settings: own,
    };
    serde_json::to_string(&settings).unwrap_or_default()
}

/// The settings of a plugin for an operation: those of its own entry, and over them those of the operation.
pub fn own(configured: &OperationSettings, context: &Context<'_>) -> Map<String, Value> {
    let mut merged = context.plugin.clone();
    if let Mode::Plugin { settings, .. } = &configured.mode {
        merged.extend(settings.clone());
    }
    merged
}

/// How the resources are mapped that the operation is about.
fn mapping<'a>(operation: Operation, context: &Context<'a>) -> &'a ResourceMapping {
    match context.groups {
        Some(groups) if Operation::OF_GROUPS.contains(&operation) => &groups.mapping,
        _ => context.users,
    }
}

/// What a statement of this operation may name.
fn inputs(operation: Operation, mapping: &ResourceMapping) -> Vec<Input> {
    let mapped = || {
        mapping.input_names().into_iter().map(|input| Input {
            type_name: mapping.parameter_type(&input.name),
            name: input.name,
            column: input.aliases.first().cloned(),
            aliases: input.aliases,
            list: false,
        })
    };
    match operation {
        Operation::GetUsers | Operation::GetEntitlements | Operation::GetGroups => vec![],
        Operation::GetUser
        | Operation::ActivateUser
        | Operation::DeactivateUser
        | Operation::DeleteUser
        | Operation::GetGroup
        | Operation::DeleteGroup => vec![Input::one("id")],
        Operation::GetChangedUsers => vec![Input::one("since")],
        Operation::GetUserEntitlements | Operation::GetGroupMembers | Operation::GetUserGroups => {
            vec![Input::one("id"), Input::list("ids")]
        }
        Operation::CreateUser => [Input::one("id"), Input::one("password")]
            .into_iter()
            .chain(mapped())
            .collect(),
        Operation::CreateGroup | Operation::UpdateGroup | Operation::UpdateUser => {
            std::iter::once(Input::one("id")).chain(mapped()).collect()
        }
        Operation::SetPassword => vec![Input::one("id"), Input::one("password")],
        Operation::AddEntitlement | Operation::RemoveEntitlement => vec![Input::one("id"), Input::one("entitlement-id")],
        Operation::AddMember | Operation::RemoveMember => vec![Input::one("id"), Input::one("member-id")],
        // With a list, which they always have.
        Operation::GetUserValues
        | Operation::GetValues
        | Operation::AddValue
        | Operation::ChangeValue
        | Operation::RemoveValue => vec![],
    }
}

/// What a statement about the elements of a list may name: the parts of an element, and of what it was before.
fn inputs_of_list(operation: Operation, list: &ListSettings) -> Vec<Input> {
    let parts = |prefix: &'static str| {
        list.parts.iter().map(move |part: &AttributeMapping| Input {
            name: format!("{prefix}{}", part.sub_attribute()),
            aliases: vec![format!("{prefix}{}", part.column)],
            list: false,
            // An update that is made for what changes is one of the user's row.
            column: None,
            type_name: part.holds.parameter_type(),
        })
    };
    let row = list.id.iter().map(|column| Input {
        aliases: vec![column.clone()],
        ..Input::one(VALUE_ID)
    });
    let of_user = std::iter::once(Input::one("id"));
    match operation {
        Operation::GetUserValues => vec![Input::one("id"), Input::list("ids")],
        Operation::AddValue => of_user.chain(parts("")).collect(),
        Operation::RemoveValue => of_user.chain(row).chain(parts("")).collect(),
        Operation::ChangeValue => of_user.chain(row).chain(parts("")).chain(parts(OLD)).collect(),
        _ => vec![],
    }
}
