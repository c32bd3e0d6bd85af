//! A configuration, decoded: nothing in here needs further checking.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    application::{Holds, Location, Operation, Passage, Step, ValueType, Words, schema::ENTERPRISE_SCHEMA},
    database::{ColumnType, Connection, Secret},
    outbound::Networks,
    plugin::{Signatures, SuspensionSettings},
    registry::{Pinned, Registries},
    replay::ReplaySettings,
    sandbox::{Limits, SandboxSettings},
    scim::{AttributePath, EntitlementKind, ResourceKind},
};

/// All that `serve --config DIR` needs to know.
#[derive(Clone, Debug)]
pub struct Configuration {
    pub server: ServerSettings,
    /// Where the host keeps what it must remember itself: `[state] path`.
    pub state: PathBuf,
    pub sandbox: SandboxSettings,
    pub suspension: SuspensionSettings,
    pub replay: ReplaySettings,
    pub signatures: Signatures,
    /// The directory that plugin files are read from: `DIR/plugins`.
    pub plugin_directory: PathBuf,
    pub plugins: BTreeMap<String, PluginSettings>,
    /// Where plugins may be fetched from, and how.
    pub registries: Registries,
    /// In the order of their names.
    pub applications: Vec<ApplicationSettings>,
}

/// `[server]`
#[derive(Clone, Debug)]
pub struct ServerSettings {
    pub listen: SocketAddr,
    /// `None`: plain HTTP.
    pub tls: Option<TlsSettings>,
    /// What clients reach the server as, without a trailing slash; `None`: as each request's `Host` says.
    pub base_url: Option<String>,
    /// The largest body of a request, in bytes.
    pub body_limit: usize,
    /// After which a request is answered 503.
    pub request_timeout: Duration,
    /// For the head of a request, from the connection's beginning or the answer before; then the client is cut off.
    pub idle_timeout: Duration,
    /// How many wrong tokens an address may send to an application in a minute; `None`: any number.
    pub failed_authentications: Option<NonZeroU32>,
    /// Where compiled components are kept between starts; `None`: nowhere.
    pub cache_directory: Option<PathBuf>,
}

impl ServerSettings {
    /// What URLs begin with, unless `base-url` says otherwise.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

/// `[server.tls]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    pub identity: Identity,
    /// The authorities one of which must have signed a client's certificate; `None`: clients need none.
    pub client_ca: Option<PathBuf>,
}

/// What the server proves to be itself with: two files in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The administrator's. Those of the certificate's issuers stand behind it.
    Given { certificate: PathBuf, key: PathBuf },
    /// Made when they are missing.
    SelfSigned { certificate: PathBuf, key: PathBuf },
}

impl Identity {
    pub fn certificate(&self) -> &Path {
        let (Identity::Given { certificate, .. } | Identity::SelfSigned { certificate, .. }) = self;
        certificate
    }

    pub fn key(&self) -> &Path {
        let (Identity::Given { key, .. } | Identity::SelfSigned { key, .. }) = self;
        key
    }
}

/// `[plugins.NAME]` of `portcullis.toml`: a component in the plugins directory, or in a registry.
#[derive(Clone, Debug)]
pub struct PluginSettings {
    /// A path inside the plugins directory.
    pub file: PathBuf,
    /// Where it is fetched from when it is approved; `None`: it is in the plugins directory.
    pub oci: Option<Pinned>,
    /// The plugin's own settings, handed to it as JSON.
    pub settings: serde_json::Map<String, serde_json::Value>,
    /// The server's limits, and the entry's own in their places.
    pub limits: Limits,
    /// Bytes that its file may have.
    pub component_size: u64,
    pub http: PluginHttp,
}

impl PluginSettings {
    /// Where it comes from, for messages.
    pub fn place(&self) -> String {
        match &self.oci {
            Some(pinned) => pinned.to_string(),
            None => self.file.display().to_string(),
        }
    }
}

/// `[plugins.NAME.http]`: how a plugin reaches the hosts that were approved for it.
#[derive(Clone, Debug, Default)]
pub struct PluginHttp {
    /// Where its hosts may be, besides all that is public.
    pub private: Networks,
    /// The authorities of its hosts' certificates, in PEM form; `None`: those that the system knows.
    pub ca: Option<PathBuf>,
}

/// One file of `applications/`.
#[derive(Clone, Debug)]
pub struct ApplicationSettings {
    /// The file's name without `.toml`; the first segment of its URLs.
    pub name: String,
    /// A token that clients may send besides those of the state store.
    pub token: Option<Secret>,
    /// How many requests it serves in a second; `None`: any number.
    pub requests_per_second: Option<NonZeroU32>,
    pub connection: Connection,
    pub users: ResourceMapping,
    /// The attributes of users that have tables of their own.
    pub lists: Vec<ListSettings>,
    pub entitlements: Vec<EntitlementSettings>,
    pub groups: Option<GroupSettings>,
    /// The operations of users that are enabled.
    pub operations: BTreeMap<Operation, OperationSettings>,
    pub transforms: Transforms,
    /// The largest page that a list gives.
    pub max_results: u64,
    /// For how long a cursor of a list is good.
    pub cursor_lifetime: Duration,
}

impl ApplicationSettings {
    /// The plugins that it cannot do without.
    pub fn plugins(&self) -> BTreeSet<&str> {
        let groups = self.groups.iter().map(|groups| &groups.operations);
        let lists = self.lists.iter().map(|list| &list.operations);
        let entitlements = self.entitlements.iter().map(|entitlement| &entitlement.operations);
        let all = std::iter::once(&self.operations)
            .chain(groups)
            .chain(lists)
            .chain(entitlements);
        let operations = all.flat_map(BTreeMap::values).filter_map(|operation| match &operation.mode {
            Mode::Plugin { name, .. } => Some(name),
            Mode::Steps(_) => None,
        });
        let Transforms {
            to_application,
            from_application,
            password,
        } = &self.transforms;
        let transforms = to_application.iter().chain(from_application).chain(password);
        operations.chain(transforms).map(String::as_str).collect()
    }

    /// Every attribute of users and groups that has a column, with it.
    pub fn mapped(&self) -> impl Iterator<Item = (String, &str)> {
        let groups = self.groups.iter().map(|groups| &groups.mapping);
        let mappings = std::iter::once(&self.users).chain(groups);
        let parts = self.lists.iter().flat_map(|list| &list.parts);
        let attributes = mappings.flat_map(|mapping| &mapping.attributes).chain(parts);
        attributes.map(|attribute| (attribute.path.to_string(), attribute.column.as_str()))
    }
}

/// Names of plugins that change documents, in their order.
#[derive(Clone, Debug, Default)]
pub struct Transforms {
    pub to_application: Vec<String>,
    pub from_application: Vec<String>,
    /// The one that hashes new passwords.
    pub password: Option<String>,
}

/// `[users]`, and what `[groups]` has in common with it.
#[derive(Clone, Debug)]
pub struct ResourceMapping {
    pub kind: ResourceKind,
    /// The column that identifies a resource.
    pub id: String,
    pub new_id: NewId,
    /// Never of groups.
    pub active: Option<ActiveMapping>,
    pub attributes: Vec<AttributeMapping>,
    pub unmapped: UnmappedColumns,
}

/// Which columns that the mapping doesn't name become attributes all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnmappedColumns {
    /// All but those whose names look like those of secrets.
    Show,
    Hide,
    /// These, and no others.
    Listed(Vec<String>),
}

/// Where the id of a new resource comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewId {
    /// The database makes it: `RETURNING`, an auto-increment column.
    Database,
    /// The host makes a random UUID and binds it as `:id`.
    Uuid,
    /// The value of an attribute is the id.
    Attribute(AttributePath),
}

/// How a column says that an account is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveMapping {
    pub column: String,
    /// `None`: the column is a boolean. Whatever is not the word for active means inactive; the word for that is needed only where a
    /// statement names `:active`.
    pub words: Option<Words>,
}

/// A SCIM attribute and the column that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeMapping {
    pub path: AttributePath,
    pub column: String,
    /// What the RFC says the attribute is, or else the mapping, or else its column.
    pub value_type: ValueType,
    /// What the mapping says that the column holds.
    pub holds: Holds,
    /// What the database says that the column is; `None` while that isn't known.
    pub column_type: Option<ColumnType>,
    pub origin: Origin,
}

/// Who says that a column is an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The mapping.
    Mapping,
    /// The column itself, which is there and which the mapping doesn't name. Clients can only read it.
    Column,
}

impl AttributeMapping {
    /// Given to clients, never taken from them: `meta.created`, `meta.lastModified` and `meta.version` (RFC 7643 §3.1), and
    /// columns that the mapping doesn't name.
    pub fn is_read_only(&self) -> bool {
        self.origin == Origin::Column || self.path.extension.is_none() && self.path.name == "meta"
    }

    /// The name of the part that the column holds; empty where it holds the whole.
    pub fn sub_attribute(&self) -> &str {
        self.path.sub_attribute.as_deref().unwrap_or_default()
    }

    /// Whether no RFC defines it.
    pub fn is_own(&self) -> bool {
        let extension = self.path.extension.as_deref();
        extension.is_some_and(|urn| !urn.eq_ignore_ascii_case(ENTERPRISE_SCHEMA))
    }
}

/// `[users.lists.ATTRIBUTE]`: a multi-valued attribute of users, each of whose elements is a row.
#[derive(Clone, Debug)]
pub struct ListSettings {
    /// The attribute, as `path` is written.
    pub name: String,
    /// The attribute as a whole.
    pub path: AttributePath,
    /// The sub-attributes of its elements, each with its column; at least one.
    pub parts: Vec<AttributeMapping>,
    /// The column that holds the user's id, needed for `:ids` and in get-values.
    pub user: Option<String>,
    /// The column that tells one row from another, which clients never see.
    pub id: Option<String>,
    /// The operations of the attribute that are enabled; get-user-values always is.
    pub operations: BTreeMap<Operation, OperationSettings>,
}

impl ListSettings {
    /// The sub-attribute of this name.
    pub fn part(&self, name: &str) -> Option<&AttributeMapping> {
        let is = |part: &&AttributeMapping| part.sub_attribute().eq_ignore_ascii_case(name);
        self.parts.iter().find(is)
    }
}

/// `[entitlements.TYPE]`
#[derive(Clone, Debug)]
pub struct EntitlementSettings {
    pub name: String,
    pub kind: EntitlementKind,
    pub endpoint: String,
    /// Column names of get-entitlements and get-user-entitlements.
    pub id: String,
    pub display: String,
    pub description: Option<String>,
    /// What becomes of a second one, where a user holds at most one; `None`: a user holds any number.
    pub single: Option<Second>,
    /// The column of get-user-entitlements that holds the user's id, needed for `:ids`.
    pub user: Option<String>,
    /// The operations of entitlements that are enabled.
    pub operations: BTreeMap<Operation, OperationSettings>,
    /// Where it says how many a user holds, for messages.
    pub location: Location,
}

/// What becomes of a second entitlement where a user holds at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// The request is refused.
    Refuse,
    /// It takes the place of the first.
    Replace,
}

/// `[groups]`
#[derive(Clone, Debug)]
pub struct GroupSettings {
    pub mapping: ResourceMapping,
    /// The column of get-group-members and get-user-groups that holds the id of a user.
    pub user: String,
    /// The column of get-group-members that holds the name of a member.
    pub member_display: Option<String>,
    /// The operations of groups that are enabled; get-groups always is.
    pub operations: BTreeMap<Operation, OperationSettings>,
}

impl GroupSettings {
    /// The column of a group's name, which get-user-groups may give too.
    pub fn display(&self) -> Option<&str> {
        let name = self.mapping.kind.required();
        let mapped = self.mapping.attributes.iter().find(|attribute| attribute.path.is_core(name));
        mapped.map(|attribute| attribute.column.as_str())
    }
}

/// One operation: which component does it, and what it is told.
#[derive(Clone, Debug)]
pub struct OperationSettings {
    pub mode: Mode,
    /// Where the operation stands in its file, for messages.
    pub location: Location,
    /// Where the values of its keys stand, for what its component says of them.
    pub passages: Vec<Passage>,
}

impl OperationSettings {
    /// The value of a key of the operation's table, for example `statements[1].sql`.
    pub fn passage(&self, key: &str) -> Option<&Passage> {
        let key = format!("{}.{key}", self.location.key);
        self.passages.iter().find(|passage| passage.location.key == key)
    }
}

#[derive(Clone, Debug)]
pub enum Mode {
    /// Done by the built-in component of the database's kind, in this order; at least one.
    Steps(Vec<Step>),
    /// `plugin = "NAME"`
    Plugin {
        name: String,
        settings: serde_json::Map<String, serde_json::Value>,
    },
}
