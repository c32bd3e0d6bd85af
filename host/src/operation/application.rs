//! An application that is ready to serve: its settings, its database, and its operations with their plans.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Map;

use super::{
    failure,
    learning::Learning,
    prepared::Prepared,
    problem::LoadProblem,
    request::{ColumnNames, Request},
    settings::Context,
    transforms::{self, Transformer},
    turns::Turns,
};
use crate::{
    application::{
        self, ApplicationSettings, EntitlementSettings, GroupSettings, Mode, Operation, OperationSettings, ResourceMapping,
    },
    database::{Access, Database},
    plugin::{Catalogue, OperationPlugin},
    sandbox::Sandbox,
    scim::{Error, RequestId, Surface},
};

/// One configured application.
pub struct Application {
    pub(super) name: Arc<str>,
    pub(super) settings: ApplicationSettings,
    pub(super) learning: Learning,
    names: Arc<ColumnNames>,
    pub(super) database: Arc<dyn Database>,
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) users: Operations,
    pub(super) entitlements: Vec<Entitlements>,
    pub(super) groups: Option<Groups>,
    pub(super) to_application: Vec<Transformer>,
    pub(super) from_application: Vec<Transformer>,
    pub(super) turns: Turns,
}

/// Operations by their verb.
pub(super) type Operations = BTreeMap<Operation, Prepared>;

/// An entitlement type with its operations.
pub(super) struct Entitlements {
    pub settings: EntitlementSettings,
    pub operations: Operations,
}

/// Groups with their operations.
pub(super) struct Groups {
    pub settings: GroupSettings,
    pub operations: Operations,
}

impl Application {
    /// Makes the plans of every operation. Doesn't connect to the database.
    ///
    /// # Errors
    /// Every mistake in every operation at once.
    pub async fn load(
        sandbox: Arc<Sandbox>,
        catalogue: &Catalogue,
        settings: ApplicationSettings,
        database: Arc<dyn Database>,
    ) -> Result<Self, Vec<LoadProblem>> {
        let loader = Loader {
            sandbox: &sandbox,
            catalogue,
            application: &settings,
        };
        let mut problems = Vec::new();
        let users = loader.operations(&settings.operations, &mut problems).await;
        let mut entitlements = Vec::new();
        for entitlement in &settings.entitlements {
            entitlements.push(Entitlements {
                settings: entitlement.clone(),
                operations: loader.operations(&entitlement.operations, &mut problems).await,
            });
        }
        let mut groups = None;
        if let Some(of_groups) = &settings.groups {
            groups = Some(Groups {
                settings: of_groups.clone(),
                operations: loader.operations(&of_groups.operations, &mut problems).await,
            });
        }
        let to_application = transforms::load(catalogue, &settings.transforms.to_application, &settings.name, &mut problems);
        let from_application = transforms::load(
            catalogue,
            &settings.transforms.from_application,
            &settings.name,
            &mut problems,
        );
        if !problems.is_empty() {
            return Err(problems);
        }
        let surface = surface(&settings, &settings.users, &users, groups.as_ref());
        Ok(Self {
            name: settings.name.as_str().into(),
            learning: Learning::new(surface),
            names: Arc::new(names(&settings.users)),
            settings,
            database,
            sandbox,
            users,
            entitlements,
            groups,
            to_application,
            from_application,
            turns: Turns::new(),
        })
    }

    pub fn settings(&self) -> &ApplicationSettings {
        &self.settings
    }

    pub fn database(&self) -> &Arc<dyn Database> {
        &self.database
    }

    /// Every operation with its plan, those of users first and those of groups last, each with the entitlement type that it
    /// belongs to.
    pub fn plans(&self) -> impl Iterator<Item = (Option<&str>, &Prepared)> {
        let of_users = self.users.values().map(|prepared| (None, prepared));
        let of_entitlements = self.entitlements.iter().flat_map(|entitlement| {
            let name = entitlement.settings.name.as_str();
            entitlement.operations.values().map(move |prepared| (Some(name), prepared))
        });
        let of_groups = self.groups.iter().flat_map(|groups| groups.operations.values());
        of_users
            .chain(of_entitlements)
            .chain(of_groups.map(|prepared| (None, prepared)))
    }

    /// How users are mapped, by what is known of their columns.
    pub(super) fn mapping(&self) -> &ResourceMapping {
        self.learning.mapping().unwrap_or(&self.settings.users)
    }

    pub(super) fn surface_of(&self, mapping: &ResourceMapping) -> Surface {
        surface(&self.settings, mapping, &self.users, self.groups.as_ref())
    }

    /// An operation of users.
    ///
    /// # Errors
    /// 501: the application has none.
    pub(super) fn user_operation(&self, operation: Operation) -> Result<&Prepared, Error> {
        self.users.get(&operation).ok_or_else(|| self.not_configured(operation))
    }

    pub(super) fn not_configured(&self, operation: Operation) -> Error {
        Error::not_implemented(format!(
            "application {} has no operation {operation} configured and enabled",
            self.name
        ))
    }

    /// Nothing is read or written by a mapping that isn't complete: a user would not look the same a moment later.
    pub(super) async fn begin(&self, id: &RequestId, access: Access) -> Result<Request, Error> {
        self.learned()
            .await
            .map_err(|error| failure::connection(&self.name, &error))?;
        Request::begin(&self.sandbox, self.database.as_ref(), &self.name, &self.names, id, access).await
    }
}

fn names(mapping: &ResourceMapping) -> ColumnNames {
    let attributes = mapping.attributes.iter();
    attributes
        .map(|attribute| (attribute.column.to_ascii_lowercase(), attribute.path.to_string()))
        .collect()
}

fn surface(settings: &ApplicationSettings, mapping: &ResourceMapping, users: &Operations, groups: Option<&Groups>) -> Surface {
    application::surface(settings, mapping, &|operation| {
        let of_groups = || groups.and_then(|groups| groups.operations.get(&operation));
        users.get(&operation).or_else(of_groups).map(Prepared::parameters)
    })
}

/// What the operations of an application are loaded with.
struct Loader<'a> {
    sandbox: &'a Sandbox,
    catalogue: &'a Catalogue,
    application: &'a ApplicationSettings,
}

impl Loader<'_> {
    async fn operations(
        &self,
        configured: &BTreeMap<Operation, OperationSettings>,
        problems: &mut Vec<LoadProblem>,
    ) -> Operations {
        let mut operations = Operations::new();
        for (operation, settings) in configured {
            match self.operation(*operation, settings).await {
                Ok(prepared) => {
                    operations.insert(*operation, prepared);
                }
                Err(found) => problems.extend(found),
            }
        }
        operations
    }

    async fn operation(&self, operation: Operation, configured: &OperationSettings) -> Result<Prepared, Vec<LoadProblem>> {
        let none = Map::new();
        let problem = |message: String| {
            vec![LoadProblem::new(
                &configured.location,
                message,
                "name a plugin that portcullis.toml defines and that fits",
            )]
        };
        let plugin = match &configured.mode {
            Mode::Steps(_) => {
                let kind = self.application.connection.target.kind();
                let component = self.catalogue.builtin(kind);
                OperationPlugin {
                    component: component.ok_or_else(|| problem(format!("there is no component for {}", kind.name())))?,
                    allow: &[],
                    settings: &none,
                }
            }
            Mode::Plugin { name, .. } => self.catalogue.operation(name).map_err(problem)?,
        };
        let context = Context {
            application: &self.application.name,
            users: &self.application.users,
            groups: self.application.groups.as_ref(),
            plugin: plugin.settings,
        };
        Prepared::load(self.sandbox, &plugin, operation, configured, &context).await
    }
}
