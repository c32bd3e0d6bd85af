//! The application of the scenarios: users, roles and licences in a database of the test's own, behind a program of its
//! own.

mod configuration;
mod procedures;
mod schema;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Client, Database, Kind, Program, client::encode, plugin, server::Wire};
pub use configuration::Configuration;
pub use procedures::on_procedures;
pub use schema::{GROUPS, ROLES, make as make_tables};

/// The application's name: the first segment of its URLs.
pub const NAME: &str = "payroll";
/// What a client of it must send.
pub const TOKEN: &str = "the-token-of-the-scenarios";
/// The variable that its configuration takes the token from.
pub const TOKEN_VARIABLE: &str = "PORTCULLIS_TESTS_TOKEN";

/// The URN of the enterprise extension (RFC 7643 §4.3).
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The URN of the core user schema (RFC 7643 §4.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// An application that is being served. Dereferences to a client of it.
pub struct Application {
    client: Client,
    pub program: Program,
    pub database: Database,
    pub directory: TempDir,
    wire: Option<Wire>,
}

/// How often a database was asked something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// By the log of the program.
    pub statements: u64,
    /// By what went over the wire; `None` where there is no wire. PostgreSQL's connections are reset after a change, at some
    /// later time.
    pub round_trips: Option<u64>,
}

/// An application that is being made.
pub struct Builder {
    database: Database,
    configuration: Configuration,
    log: String,
    wire: Option<Wire>,
}

impl Application {
    /// With seven users, as everything in this module says.
    pub fn start(kind: Kind) -> Self {
        Self::with_users(kind, 7).start()
    }

    /// With so many users; for changes to the configuration.
    pub fn with_users(kind: Kind, users: usize) -> Builder {
        let database = Database::new(kind);
        make_tables(&database, users);
        let mut builder = Builder::new(database);
        procedures::apply(&builder.database, &mut builder.configuration);
        builder
    }

    /// The id of a user, straight from the database.
    #[track_caller]
    pub fn id_of(&self, user_name: &str) -> String {
        let id = self
            .database
            .value(&format!("SELECT user_id FROM app_user WHERE username = '{user_name}'"));
        id.expect("an id")
    }

    /// Where a user is, below the SCIM base.
    #[track_caller]
    pub fn user(&self, user_name: &str) -> String {
        format!("/Users/{}", self.id_of(user_name))
    }

    /// Where a group is, below the SCIM base.
    #[track_caller]
    pub fn group(&self, name: &str) -> String {
        let id = self
            .database
            .value(&format!("SELECT group_id FROM app_group WHERE group_name = '{name}'"));
        format!("/Groups/{}", id.expect("an id"))
    }

    /// The groups that a filter finds, on one page.
    #[track_caller]
    pub fn find_groups(&self, filter: &str) -> Vec<Value> {
        let list = self.get(&format!("/Groups?filter={}", encode(filter))).expect(200);
        list["Resources"].as_array().cloned().unwrap_or_default()
    }

    /// The users that a filter finds, on one page.
    #[track_caller]
    pub fn find(&self, filter: &str) -> Vec<Value> {
        let list = self.get(&format!("/Users?filter={}", encode(filter))).expect(200);
        list["Resources"].as_array().cloned().unwrap_or_default()
    }

    /// The user names of whom a filter finds, on one page, in their order.
    #[track_caller]
    pub fn who(&self, filter: &str) -> Vec<String> {
        let users = self.find(filter);
        let names = users.iter().filter_map(|user| Some(user["userName"].as_str()?.to_owned()));
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// What an attribute has in all resources that a filter finds at an endpoint, page by page, in their order. Each is there once, and
    /// every page says how many there are.
    #[track_caller]
    pub fn walk(&self, endpoint: &str, attribute: &str, filter: &str) -> Vec<String> {
        const PAGE: usize = 200;
        let mut found: Vec<String> = Vec::new();
        let mut total = None;
        while total.is_none_or(|total| found.len() < total) {
            let start = found.len() + 1;
            let path = format!("{endpoint}?count={PAGE}&startIndex={start}&filter={}", encode(filter));
            let page = self.get(&path).expect(200);
            let of_page = page["totalResults"].as_u64().and_then(|total| usize::try_from(total).ok());
            assert_eq!(of_page, total.or(of_page), "{page}");
            total = of_page;
            let resources = page["Resources"].as_array().cloned().unwrap_or_default();
            let wanted = PAGE.min(total.expect("a number") - found.len());
            assert_eq!(resources.len(), wanted, "{path}");
            found.extend(
                resources
                    .iter()
                    .map(|resource| resource[attribute].as_str().expect("a text").to_owned()),
            );
        }
        found.sort();
        let all = found.len();
        found.dedup();
        assert_eq!(found.len(), all, "somebody is there twice: {filter}");
        found
    }

    /// What the program asked of the database for one request; it must be [counting](Builder::counting).
    #[track_caller]
    pub fn asked(&self, request: impl FnOnce(&Self)) -> Asked {
        let (start, trips) = (self.mark(), self.wire.as_ref().map(Wire::round_trips));
        request(self);
        let after = self.wire.as_ref().map(Wire::round_trips);
        let end = self.mark();
        let text = self.program.log.text();
        let lines = text.lines().skip(start).take(end - start);
        Asked {
            statements: lines.filter(|line| line.contains("\"message\":\"statement\"")).count() as u64,
            round_trips: after.zip(trips).map(|(after, before)| after - before),
        }
    }

    /// How many lines the log has once everything so far is in it: waits for that of a request of its own.
    fn mark(&self) -> usize {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let path = format!("/mark-{}-", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.get(&path).expect_error(404, None, &[]);
        self.program.log.expect(&[&path]);
        self.program.log.len()
    }

    /// Checks that the program works as if nothing had happened: it reads a user, nobody is inside of a transaction, and
    /// nobody has been changed by a fixture.
    #[track_caller]
    pub fn expect_unharmed(&self) {
        let page = self.get("/Users?count=1").expect(200);
        assert_eq!(page["itemsPerPage"], 1, "{page}");
        self.database.expect_no_transaction();
        let changed = self
            .database
            .count("SELECT count(*) FROM app_user WHERE first_name = 'Mallory'");
        assert_eq!(changed, 0, "something of a request that failed was kept");
    }
}

impl std::ops::Deref for Application {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Builder {
    /// For a database whose tables are there already, or will be when it is reached.
    pub fn new(database: Database) -> Self {
        let settings = database.settings();
        let configuration = configuration(&settings);
        Self {
            database,
            configuration,
            log: "info".to_owned(),
            wire: None,
        }
    }

    /// Lays a TOML text over the application's; tables are merged.
    pub fn with(mut self, text: &str) -> Self {
        self.configuration.applications(text);
        self
    }

    /// Takes a key out of the application's text.
    pub fn without(mut self, path: &str) -> Self {
        self.configuration.remove(path);
        self
    }

    /// Takes a key out of one application's text.
    pub fn without_in(mut self, name: &str, path: &str) -> Self {
        self.configuration.remove_from(name, path);
        self
    }

    /// Lays a TOML text over `portcullis.toml`; tables are merged.
    pub fn with_server(mut self, text: &str) -> Self {
        self.configuration.server(text);
        self
    }

    /// Makes another table before the program starts.
    pub fn with_table(self, sql: &str) -> Self {
        self.database.run(sql);
        self
    }

    /// Runs a statement before the program starts.
    pub fn run(&self, sql: &str) {
        self.database.run(sql);
    }

    /// Reaches the database as a fresh account that has these rights and no other: `SELECT ON app_user`. SQLite has no accounts.
    pub fn as_account(self, grants: &[String]) -> Self {
        match self.database.account(grants) {
            Some(name) => self.with(&format!("[database]\nuser = {name:?}")),
            None => self,
        }
    }

    /// Puts a component into the plugins directory, with a manifest that asks for what a plain operation imports. `text` is laid
    /// over its entry; `allow` in it is what the manifest asks for instead.
    pub fn with_plugin(mut self, name: &str, component: impl AsRef<Path>, text: &str) -> Self {
        let bytes = std::fs::read(component.as_ref()).expect("a component that has been built");
        let mut entry: toml::Table = format!("[plugins.{name}]\n{text}").parse().expect("TOML");
        let own = entry
            .get_mut("plugins")
            .and_then(|plugins| plugins.get_mut(name)?.as_table_mut())
            .expect("a table");
        let allowed = own.remove("allow");
        let allowed: Option<Vec<String>> = allowed.map(|allowed| allowed.try_into().expect("names"));
        self.configuration.plugin_file(&format!("{name}.wasm"), bytes);
        let manifest = plugin::manifest(name, allowed.as_deref());
        self.configuration.plugin_file(&format!("{name}.toml"), manifest.into_bytes());
        self.configuration.server(&entry.to_string());
        self
    }

    /// Puts a component into the plugins directory with the manifest that it is shipped with. `settings` is the TOML of its own
    /// settings.
    pub fn with_shipped(mut self, name: &str, component: impl AsRef<Path>, manifest: &str, settings: &str) -> Self {
        self = self.with_plugin(name, component, &format!("[plugins.{name}.settings]\n{settings}"));
        self.configuration
            .plugin_file(&format!("{name}.toml"), manifest.as_bytes().to_vec());
        self
    }

    /// Has a plugin do an operation; of entitlements: `Role.add-entitlement`, of groups: `groups.add-member`.
    pub fn with_operation(self, operation: &str, plugin: &str) -> Self {
        let table = match operation.split_once('.') {
            Some(("groups", _)) => operation.to_owned(),
            Some(_) => format!("entitlements.{operation}"),
            None => format!("operations.{operation}"),
        };
        self.without(&format!("{table}.sql"))
            .with(&format!("[{table}]\nplugin = \"{plugin}\""))
    }

    /// Serves the same database as another application besides, with a TOML text laid over its configuration.
    pub fn with_other(mut self, name: &str, text: &str) -> Self {
        let copy = self.configuration.text(NAME);
        self.configuration.add_application(name, &copy);
        self.configuration.application(name, text);
        self
    }

    /// Puts a file beside `portcullis.toml`.
    pub fn with_file(mut self, name: &str, text: &str) -> Self {
        self.configuration.file(name, text);
        self
    }

    /// Counts what the program asks of the database: see [`Application::asked`].
    pub fn counting(mut self) -> Self {
        self.log = "info,portcullis::database=debug".to_owned();
        self.wire = self.database.wire();
        // Of several connections each would have to be told every statement.
        self = self.with("[database]\npool-size = 1");
        match self.wire.as_ref().map(Wire::port) {
            Some(port) => self.with(&format!("[database]\nport = {port}\ntls = \"off\"")),
            None => self,
        }
    }

    /// Writes the configuration and gives its directory, for commands other than `serve`.
    pub fn write(&self) -> TempDir {
        self.configuration.write()
    }

    /// Serves it and waits until it listens.
    pub fn start(self) -> Application {
        let directory = self.configuration.write();
        if self.configuration.has_plugins() {
            plugin::approve(directory.path());
        }
        let program = Program::serve_logging(directory.path(), &self.log);
        Application {
            client: Client::new(format!("{}/{NAME}/scim/v2", program.url), TOKEN),
            program,
            database: self.database,
            directory,
            wire: self.wire,
        }
    }
}

/// The scenarios' configuration for a database.
pub fn configuration(database: &str) -> Configuration {
    let cache = cache().display().to_string();
    let mut configuration = Configuration::new(&include_str!("portcullis.toml").replace("\"CACHE\"", &format!("{cache:?}")));
    configuration.add_application(NAME, include_str!("payroll.toml"));
    configuration.applications(&format!("[database]\n{database}"));
    configuration
}

/// Where the programs of all tests keep compiled components, so that each is compiled once.
pub fn cache() -> PathBuf {
    caches().join("portcullis")
}

/// What `XDG_CACHE_HOME` is for commands that no configuration tells where that is.
pub fn caches() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let profile = test.ancestors().nth(2).expect("a profile's directory");
    profile.join("portcullis-tests-caches")
}

/// The URN of the core group schema (RFC 7643 §4.2).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A new group with these users in it.
pub fn new_group(name: &str, members: &[String]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": name, "members": members })
}

/// A new user with every attribute that the application has.
pub fn complete_user(user_name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": user_name,
        "externalId": format!("00u-{user_name}"),
        "name": { "givenName": "Grace", "familyName": "Hopper" },
        "displayName": "Grace Hopper",
        "title": "Rear Admiral",
        "emails": [{ "type": "work", "value": format!("{user_name}@example.com"), "primary": true }],
        "phoneNumbers": [{ "type": "mobile", "value": "+1 555 0100" }],
        ENTERPRISE: { "department": "Compilers" },
        "active": true,
    })
}
