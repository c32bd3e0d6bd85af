//! What a component is told when an operation is prepared: a JSON object, so that it can grow. `sdk/` documents it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    application::{Mode, NewId, Operation, OperationSettings, ResourceMapping},
    database::{Access, RowEffect},
};

/// The application that the operation belongs to.
pub struct Context<'a> {
    pub application: &'a str,
    pub users: &'a ResourceMapping,
    /// The settings of the plugin's own entry in `portcullis.toml`; those of the operation go over them.
    pub plugin: &'a Map<String, Value>,
}

/// The object.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Settings<'a> {
    operation: &'static str,
    access: &'static str,
    rows: Rows,
    inputs: Vec<Input>,
    id_column: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Map<String, Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Rows {
    Any,
    Exactly(u64),
    AtMost(u64),
}

/// What a statement may name.
#[derive(Serialize)]
struct Input {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    list: bool,
}

impl Input {
    fn one(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            aliases: Vec::new(),
            list: false,
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
    let (sql, parameters, own) = match &configured.mode {
        Mode::Statement { sql, parameters, .. } => (Some(sql.as_str()), Some(parameters.as_slice()), None),
        Mode::Plugin { settings, .. } => {
            let mut merged = context.plugin.clone();
            merged.extend(settings.clone());
            (None, None, Some(merged))
        }
    };
    let new_id = match context.users.new_id {
        NewId::Database => "database",
        NewId::Uuid | NewId::Attribute(_) => "host",
    };
    let settings = Settings {
        operation: operation.name(),
        access: match operation.access() {
            Access::Read => "read",
            Access::Write => "write",
        },
        rows: match configured.effect {
            RowEffect::Any => Rows::Any,
            RowEffect::Exactly(n) => Rows::Exactly(n),
            RowEffect::AtMost(n) => Rows::AtMost(n),
        },
        inputs: inputs(operation, context.users),
        id_column: &context.users.id,
        new_id: (operation == Operation::CreateUser).then_some(new_id),
        sql,
        parameters,
        settings: own,
    };
    serde_json::to_string(&settings).unwrap_or_default()
}

/// What a statement of this operation may name.
fn inputs(operation: Operation, users: &ResourceMapping) -> Vec<Input> {
    let mapped = || {
        users.input_names().into_iter().map(|input| Input {
            name: input.name,
            aliases: input.aliases,
            list: false,
        })
    };
    match operation {
        Operation::GetUsers | Operation::GetEntitlements => vec![],
        Operation::GetUser | Operation::ActivateUser | Operation::DeactivateUser | Operation::DeleteUser => {
            vec![Input::one("id")]
        }
        Operation::GetChangedUsers => vec![Input::one("since")],
        Operation::GetUserEntitlements => vec![Input::one("id"), Input::list("ids")],
        Operation::CreateUser => [Input::one("id"), Input::one("password")]
            .into_iter()
            .chain(mapped())
            .collect(),
        Operation::UpdateUser => std::iter::once(Input::one("id")).chain(mapped()).collect(),
        Operation::SetPassword => vec![Input::one("id"), Input::one("password")],
        Operation::AddEntitlement | Operation::RemoveEntitlement => vec![Input::one("id"), Input::one("entitlement-id")],
    }
}
