//! An application that is ready to serve: its settings, its database, and its operations with their plans.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use serde_json::{Map, Value};

use super::{
    failure,
    learning::Learning,
    passwords::Passwords,
    prepared::Prepared,
    problem::{LoadProblem, Unready},
    request::{ColumnNames, Request},
    settings::Context,
    transforms::{self, Transformer},
    turns::Turns,
    watch::{Origin, Oversight, Post, Watch},
};
use crate::{
    application::{
        self, ApplicationSettings, EntitlementSettings, GroupSettings, ListSettings, Mode, Operation, OperationSettings,
        ResourceMapping,
    },
    database::{Access, Database},
    plugin::{Catalogue, Missing, OperationPlugin, Terms, TransformPlace},
    replay::Linked,
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
    /// Of each list of the settings, in their order.
    lists: Vec<Operations>,
    pub(super) entitlements: Vec<Entitlements>,
    pub(super) groups: Option<Groups>,
    pub(super) to_application: Vec<Transformer>,
    pub(super) from_application: Vec<Transformer>,
    /// `None`: passwords are bound as they come.
    pub(super) passwords: Option<Passwords>,
    oversight: Oversight,
    pub(super) turns: Arc<Turns>,
}

/// What an application stands on, whichever plugins do its operations.
#[derive(Clone)]
pub struct Ground {
    pub settings: ApplicationSettings,
    pub database: Arc<dyn Database>,
    oversight: Oversight,
    pub(super) turns: Arc<Turns>,
}

impl Ground {
    /// Nothing of it is suspended or recorded.
    pub fn new(settings: ApplicationSettings, database: Arc<dyn Database>) -> Self {
        Self {
            settings,
            database,
            oversight: Oversight::none(),
            turns: Arc::new(Turns::new()),
        }
    }

    /// Under somebody's watch.
    pub fn watched(self, oversight: &Oversight) -> Self {
        Self {
            oversight: oversight.clone(),
            ..self
        }
    }
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
    pub async fn load(sandbox: Arc<Sandbox>, catalogue: &Catalogue, ground: Ground) -> Result<Self, Unready> {
        let Ground {
            settings,
            database,
            oversight,
            turns,
        } = ground;
        let loader = Loader {
            sandbox: &sandbox,
            catalogue,
            application: &settings,
            oversight: &oversight,
        };
        let mut unready = Unready::default();
        let users = loader.operations(&settings.operations, None, &mut unready).await;
        let mut lists = Vec::new();
        for list in &settings.lists {
            lists.push(loader.operations(&list.operations, Some(list), &mut unready).await);
        }
        let mut entitlements = Vec::new();
        for entitlement in &settings.entitlements {
            entitlements.push(Entitlements {
                settings: entitlement.clone(),
                operations: loader.operations(&entitlement.operations, None, &mut unready).await,
            });
        }
        let mut groups = None;
        if let Some(of_groups) = &settings.groups {
            groups = Some(Groups {
                settings: of_groups.clone(),
                operations: loader.operations(&of_groups.operations, None, &mut unready).await,
            });
        }
        let to_application = transforms::load(&loader, TransformPlace::ToApplication, &mut unready);
        let from_application = transforms::load(&loader, TransformPlace::FromApplication, &mut unready);
        let passwords = Passwords::load(&loader, &mut unready).await;
        if !unready.is_empty() {
            return Err(unready);
        }
        let of_lists = std::iter::zip(&settings.lists, &lists);
        let of_groups = settings.groups.as_ref().map(|groups| &groups.mapping);
        let surface = surface(&settings, (&settings.users, of_groups), of_lists, &users, groups.as_ref());
        Ok(Self {
            name: settings.name.as_str().into(),
            learning: Learning::new(surface),
            names: Arc::new(names(&settings.users)),
            settings,
            database,
            sandbox,
            users,
            lists,
            entitlements,
            groups,
            to_application,
            from_application,
            passwords,
            oversight,
            turns,
        })
    }

    pub fn settings(&self) -> &ApplicationSettings {
        &self.settings
    }

    /// What another version of it would stand on: the same database, and the same turns at its resources.
    pub fn ground(&self) -> Ground {
        Ground {
            settings: self.settings.clone(),
            database: self.database.clone(),
            oversight: self.oversight.clone(),
            turns: self.turns.clone(),
        }
    }

    pub fn database(&self) -> &Arc<dyn Database> {
        &self.database
    }

    /// Every operation with its plan, those of users first and those of groups last, each with the list or the entitlement type that
    /// it belongs to.
    pub fn plans(&self) -> impl Iterator<Item = (Option<&str>, &Prepared)> {
        let of_users = self.users.values().map(|prepared| (None, prepared));
        let of_lists = std::iter::zip(&self.settings.lists, &self.lists).flat_map(|(list, operations)| {
            let name = list.name.as_str();
            operations.values().map(move |prepared| (Some(name), prepared))
        });
        let of_entitlements = self.entitlements.iter().flat_map(|entitlement| {
            let name = entitlement.settings.name.as_str();
            entitlement.operations.values().map(move |prepared| (Some(name), prepared))
        });
        let of_groups = self.groups.iter().flat_map(|groups| groups.operations.values());
        of_users
            .chain(of_lists)
            .chain(of_entitlements)
            .chain(of_groups.map(|prepared| (None, prepared)))
    }

    /// How users are mapped, by what is known of their columns.
    pub(super) fn mapping(&self) -> &ResourceMapping {
        self.learning.mapping().unwrap_or(&self.settings.users)
    }

    /// The attributes of users that have tables of their own, by what is known of their columns.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&ListSettings, &Operations)> {
        let settings = self.learning.lists().unwrap_or(&self.settings.lists);
        std::iter::zip(settings, &self.lists)
    }

    pub(super) fn surface_of(
        &self,
        users: &ResourceMapping,
        groups: Option<&ResourceMapping>,
        lists: &[ListSettings],
    ) -> Surface {
        let lists = std::iter::zip(lists, &self.lists);
        surface(&self.settings, (users, groups), lists, &self.users, self.groups.as_ref())
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

fn surface<'a>(
    settings: &ApplicationSettings,
    (of_users, of_groups): (&ResourceMapping, Option<&ResourceMapping>),
    lists: impl Iterator<Item = (&'a ListSettings, &'a Operations)>,
    users: &Operations,
    groups: Option<&Groups>,
) -> Surface {
    let lists: Vec<_> = lists
        .map(|(list, operations)| (list, |operation| known_parameters(operations, operation)))
        .collect();
    let lists: Vec<_> = lists
        .iter()
        .map(|(list, parameters)| (*list, parameters as application::Parameters<'_>))
        .collect();
    application::surface(settings, of_users, of_groups, &lists, &|operation| {
        let of_groups = || groups.and_then(|groups| groups.operations.get(&operation));
        users.get(&operation).or_else(of_groups).map(Prepared::parameters)
    })
}

/// The names of an operation's parameters; `None` where a plugin plans no statement, and knows itself what it takes.
pub(super) fn known_parameters(operations: &Operations, operation: Operation) -> Option<BTreeSet<String>> {
    let prepared = operations.get(&operation)?;
    (!prepared.plan.statements.is_empty()).then(|| prepared.parameters())
}

/// What the operations of an application are loaded with.
pub(super) struct Loader<'a> {
    pub sandbox: &'a Arc<Sandbox>,
    pub catalogue: &'a Catalogue,
    pub application: &'a ApplicationSettings,
    pub oversight: &'a Oversight,
}

impl Loader<'_> {
    async fn operations(
        &self,
        configured: &BTreeMap<Operation, OperationSettings>,
        list: Option<&ListSettings>,
        unready: &mut Unready,
    ) -> Operations {
        let mut operations = Operations::new();
        for (operation, settings) in configured {
            let plugin = match self.plugin(&settings.mode) {
                Ok(plugin) => plugin,
                Err(missing) => {
                    let remedy = "name a plugin that portcullis.toml defines and that fits";
                    unready.add(&settings.location, missing, remedy);
                    continue;
                }
            };
            match self.operation(*operation, settings, &plugin, list).await {
                Ok(prepared) => {
                    operations.insert(*operation, prepared);
                }
                Err(found) if matches!(settings.mode, Mode::Plugin { .. }) => unready.of_plugins.extend(found),
                Err(found) => unready.mistakes.extend(found),
            }
        }
        operations
    }

    fn plugin(&self, mode: &Mode) -> Result<OperationPlugin<'_>, Missing> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        match mode {
            Mode::Steps(_) => {
                let kind = self.application.connection.target.kind();
                let component = self.catalogue.builtin(kind);
                let (component, digest) =
                    component.ok_or_else(|| Missing::Unknown(format!("there is no component for {}", kind.name())))?;
                Ok(OperationPlugin {
                    component,
                    digest,
                    terms: Terms::Builtin,
                    settings: &NONE,
                })
            }
            Mode::Plugin { name, .. } => self.catalogue.operation(name),
        }
    }

    async fn operation(
        &self,
        operation: Operation,
        configured: &OperationSettings,
        plugin: &OperationPlugin<'_>,
        list: Option<&ListSettings>,
    ) -> Result<Prepared, Vec<LoadProblem>> {
        let context = Context {
            application: &self.application.name,
            users: &self.application.users,
            groups: self.application.groups.as_ref(),
            kind: self.application.connection.target.kind(),
            list,
            plugin: plugin.settings,
        };
        let post = Post {
            application: self.application,
            operation: operation.name(),
            place: &configured.location.key,
            plugin: plugin.component.name(),
            digest: plugin.digest,
            origin: match plugin.terms {
                Terms::Builtin => Origin::Builtin,
                Terms::Plugin { .. } => Origin::Plugin,
            },
        };
        let watch = self.watch(&post, Some(Linked::Operation(plugin.component.clone())));
        Prepared::load(self.sandbox, plugin, operation, configured, &context, watch).await
    }

    /// The watch over a component; `component`: what can be run again of it.
    pub fn watch(&self, post: &Post<'_>, component: Option<Linked>) -> Watch {
        Watch::new(self.oversight, self.sandbox, post, component)
    }
}
