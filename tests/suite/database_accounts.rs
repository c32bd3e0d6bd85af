//! `plugins/database-accounts`, as an administrator would use it: whoever it creates can log in to the server itself, whatever
//! the name and the password are made of.

use portcullis_tests::{
    Client, Database, Kind, Program,
    application::{TOKEN, TOKEN_VARIABLE, USER, configuration},
    client::encode,
    plugin, program,
};
use serde_json::{Value, json};
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, Row as _,
    mysql::{MySqlConnectOptions, MySqlSslMode},
    postgres::{PgConnectOptions, PgSslMode},
};
use tempfile::TempDir;

use crate::components;

const APPLICATION: &str = r#"
[users]
id = "account"
new-id = { attribute = "userName" }
active = "active"

[users.attributes]
userName = "account"

[operations]
get-users.plugin = "database-accounts"
get-user.plugin = "database-accounts"
create-user.plugin = "database-accounts"
activate-user.plugin = "database-accounts"
deactivate-user.plugin = "database-accounts"
set-password.plugin = "database-accounts"
delete-user = { plugin = "database-accounts", enabled = true }

[entitlements.Role]
id = "role"
display = "role"
user = "account"
get-entitlements.plugin = "database-accounts"
get-user-entitlements.plugin = "database-accounts"
add-entitlement.plugin = "database-accounts"
remove-entitlement.plugin = "database-accounts"
"#;

/// What no name and no password may do, in a way that every server has a quote for.
const HOSTILE: [&str; 7] = [
    "ada",
    "x'; DROP USER acc_kept; --",
    "\"; DROP ROLE acc_kept; --",
    "`@`%`; -- ",
    "\\'; -- \\",
    "$1 ? :id %s {id}",
    "Łukasz é日 [x]",
];

/// In every password, so that a log can be searched for it.
/// As it is shipped.
const MANIFEST: &str = include_str!("../../plugins/database-accounts/database_accounts.toml");

const MARK: &str = "hunter2";

struct Accounts {
    client: Client,
    program: Program,
    database: Database,
    _directory: TempDir,
}

fn directory(database: &Database, manifest: &str) -> TempDir {
    let product = match database.kind() {
        Kind::Mariadb => "mariadb",
        other => other.name(),
    };
    let mut written = configuration(&database.settings());
    written.add_application("accounts", APPLICATION);
    written.application("accounts", &format!("[scim]\ntoken = {{ env = {TOKEN_VARIABLE:?} }}"));
    written.application("accounts", &format!("[database]\n{}", database.settings()));
    let component = std::fs::read(components::DATABASE_ACCOUNTS).expect("a component that has been built");
    written.plugin_file("database_accounts.wasm", component);
    written.plugin_file("database_accounts.toml", manifest.as_bytes().to_vec());
    written.server(&format!(
        "[plugins.database-accounts]\nfile = \"database_accounts.wasm\"\n\
         settings = {{ database = {product:?}, prefix = \"acc_\", roles = [\"acc_reader\", \"acc_powerful\"] }}"
    ));
    written.write()
}

impl Accounts {
    fn start(on: Kind) -> Self {
        let database = Database::new(on);
        for statement in setup(on) {
            database.run(statement);
        }
        let directory = directory(&database, MANIFEST);
        plugin::approve(directory.path());
        let program = Program::serve_logging(directory.path(), "info,portcullis=debug,sqlx=trace");
        Self {
            client: Client::new(format!("{}/accounts/scim/v2", program.url), TOKEN),
            program,
            database,
            _directory: directory,
        }
    }

    /// What the account sees when it logs in to the server, past the program.
    fn login(&self, name: &str, password: &str) -> Result<String, sqlx::Error> {
        let settings: toml::Table = self.database.settings().parse().expect("settings");
        let text = |key: &str| settings[key].as_str().expect("a string").to_owned();
        let port = u16::try_from(settings["port"].as_integer().expect("a number")).expect("a port");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            if self.database.kind() == Kind::Postgresql {
                let options = PgConnectOptions::new_without_pgpass()
                    .host("127.0.0.1")
                    .port(port)
                    .username(name);
                let options = options
                    .password(password)
                    .database(&text("name"))
                    .ssl_mode(PgSslMode::Disable);
                let mut connection = options.connect().await?;
                let row = connection.fetch_one("SELECT current_user::text").await?;
                connection.close().await?;
                return row.try_get(0);
            }
            let options = MySqlConnectOptions::new()
                .host("127.0.0.1")
                .port(port)
                .username(name)
                .password(password);
            let mut connection = options.ssl_mode(MySqlSslMode::Preferred).connect().await?;
            let row = connection
                .fetch_one("SELECT LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH('@%'))")
                .await?;
            connection.close().await?;
            row.try_get(0)
        })
    }

    fn path(name: &str) -> String {
        format!("/Users/{}", encode(name))
    }

    fn names(&self) -> Vec<String> {
        let list = self.client.get("/Users?count=100").expect(200);
        let users = list["Resources"].as_array().expect("a list").iter();
        let mut names: Vec<String> = users
            .map(|user| user["userName"].as_str().expect("a name").to_owned())
            .collect();
        names.sort();
        names
    }
}

fn setup(on: Kind) -> &'static [&'static str] {
    match on {
        Kind::Postgresql => &[
            "CREATE ROLE acc_kept LOGIN",
            "CREATE ROLE acc_reader",
            "CREATE ROLE acc_powerful CREATEROLE",
            "CREATE ROLE acc_super LOGIN SUPERUSER",
            "CREATE ROLE acc_sneaky LOGIN IN ROLE acc_super",
        ],
        _ => &[
            "CREATE USER acc_kept@'%' IDENTIFIED BY 'kept'",
            "CREATE ROLE acc_reader",
            "CREATE ROLE acc_powerful",
            "GRANT CREATE USER ON *.* TO acc_powerful",
            "CREATE USER acc_super@'%' IDENTIFIED BY 'super'",
            "GRANT ALL PRIVILEGES ON *.* TO acc_super@'%' WITH GRANT OPTION",
            "CREATE USER acc_sneaky@'%' IDENTIFIED BY 'sneaky'",
            "GRANT acc_powerful TO acc_sneaky@'%'",
        ],
    }
}

fn user(name: &str, password: &str) -> Value {
    json!({ "schemas": [USER], "userName": name, "password": password, "active": true })
}

fn accounts_live_and_die(on: Kind) {
    let accounts = Accounts::start(on);
    let client = &accounts.client;
    assert_eq!(
        accounts.names(),
        ["acc_kept"],
        "roles, and what could manage the server, are not managed"
    );
    for (number, hostile) in HOSTILE.iter().enumerate() {
        let (name, password) = (format!("acc_{hostile}"), format!("{MARK}{number} {hostile}"));
        let name = name.trim_end();
        let mut new = user(name, &password);
        new["roles"] = json!([{ "value": "acc_reader" }]);
        let created = client.post("/Users", &new).expect(201);
        assert_eq!(
            (&created["id"], &created["active"]),
            (&json!(name), &json!(true)),
            "{created}"
        );
        assert_eq!(created["roles"][0]["value"], "acc_reader");
        assert!(created.get("password").is_none());
        assert_eq!(accounts.login(name, &password).expect(name), name);
        accounts.login(name, "something else").expect_err("a wrong password");
        client.post("/Users", &new).expect_error(409, Some("uniqueness"), &[]);

        let path = Accounts::path(name);
        let replace = |attribute: &str, value: Value| {
            let patched = client.patch(&path, json!([{ "op": "replace", "path": attribute, "value": value }]));
            patched.expect(200)
        };
        assert_eq!(replace("active", json!(false))["active"], false);
        accounts.login(name, &password).expect_err("an account that is locked");
        assert_eq!(replace("active", json!(true))["active"], true);
        let other = format!("{MARK} other {hostile}");
        replace("password", json!(other));
        accounts.login(name, &password).expect_err("the old password");
        assert_eq!(accounts.login(name, &other).expect(name), name);

        let add = json!([{ "op": "add", "path": "roles", "value": [{ "value": "acc_reader" }] }]);
        client.patch(&path, add).expect(200);
        let removed = client.patch(&path, json!([{ "op": "remove", "path": "roles" }])).expect(200);
        assert!(removed.get("roles").is_none(), "{removed}");

        let mut both = ["acc_kept", name];
        both.sort_unstable();
        assert_eq!(accounts.names(), both);
        assert_eq!(client.delete(&path).status, 204);
        client.get(&path).expect_error(404, None, &[]);
        accounts.login(name, &other).expect_err("an account that is gone");
    }
    assert_eq!(accounts.names(), ["acc_kept"]);
    let log = accounts.program.log.text();
    assert!(log.contains("CREATE"), "statements are logged: {log}");
    assert!(!log.contains(MARK), "a password is in the log");
}

fn what_is_not_managed_is_refused(on: Kind) {
    let accounts = Accounts::start(on);
    let client = &accounts.client;
    let long = format!("acc_{}", "x".repeat(80));
    for name in ["ada", "acc_\u{1}", "acc_a\nb", &long, "acc_reader", "ACC_ada"] {
        client
            .post("/Users", &user(name, MARK))
            .expect_error(400, Some("invalidValue"), &[]);
    }
    client
        .post("/Users", &user("acc_super", MARK))
        .expect_error(409, Some("uniqueness"), &["acc_super"]);
    for name in [
        "acc_super",
        "acc_sneaky",
        "acc_reader",
        "portcullis_tests",
        "postgres",
        "root",
    ] {
        client.get(&Accounts::path(name)).expect_error(404, None, &[]);
        client.delete(&Accounts::path(name)).expect_error(404, None, &[]);
        let set = json!([{ "op": "replace", "path": "password", "value": MARK }]);
        client.patch(&Accounts::path(name), set).expect_error(404, None, &[]);
    }
    let roles = client.get("/Roles").expect(200);
    assert_eq!(roles["totalResults"], 1, "a role that manages accounts is not given: {roles}");
    let add = json!([{ "op": "add", "path": "roles", "value": [{ "value": "acc_powerful" }] }]);
    client
        .patch(&Accounts::path("acc_kept"), add)
        .expect_error(400, Some("invalidValue"), &["acc_powerful"]);
    if on != Kind::Postgresql {
        let mut without = user("acc_ada", MARK);
        without.as_object_mut().unwrap().remove("password");
        client
            .post("/Users", &without)
            .expect_error(400, Some("invalidValue"), &["password"]);
    }
    assert_eq!(accounts.names(), ["acc_kept"]);
}

fn slots_need_to_be_asked_for(on: Kind) {
    let database = Database::new(on);
    let directory = directory(&database, &MANIFEST.replace("slots = ", "clock = "));
    let output = program::run(&[
        "plugin",
        "approve",
        "--yes",
        "--config",
        directory.path().to_str().expect("UTF-8"),
    ]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    for part in ["operations.create-user", "has slots", "does not ask for `slots`"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// Accounts are the server's and not a database's: each scenario has a server of its own, in turn.
macro_rules! on_servers {
    ($($kind:ident $database:ident),+) => {
        $(
            #[test]
            fn $database() {
                if Kind::$kind.is_there() {
                    slots_need_to_be_asked_for(Kind::$kind);
                    accounts_live_and_die(Kind::$kind);
                    undo(Kind::$kind);
                    what_is_not_managed_is_refused(Kind::$kind);
                    undo(Kind::$kind);
                }
            }
        )+
    };
}

on_servers!(Postgresql postgresql, Mariadb mariadb, Mysql mysql);

fn undo(on: Kind) {
    let database = Database::new(on);
    let statements: &[&str] = match on {
        Kind::Postgresql => &["DROP ROLE acc_kept, acc_reader, acc_powerful, acc_super, acc_sneaky"],
        _ => &[
            "DROP USER acc_kept@'%', acc_super@'%', acc_sneaky@'%'",
            "DROP ROLE acc_reader, acc_powerful",
        ],
    };
    for statement in statements {
        database.run(statement);
    }
}
