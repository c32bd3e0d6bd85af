//! The plan of each operation.

use portcullis_sdk::{Plan, Problem, Settings, Slotted, Statement};

use crate::{
    settings::{Managed, Product},
    statements::{Of, account, accounts, change, held, noun, roles, taken},
};

/// What [`crate::run`] calls its statements.
pub const MAIN: &str = "main";
/// Whether the account is one that is managed.
pub const MANAGED: &str = "managed";
/// Whether the name is in use.
pub const TAKEN: &str = "taken";
/// Whether the role can be given.
pub const GRANTABLE: &str = "grantable";
/// What the account holds.
pub const HELD: &str = "held";
/// The same as [`MAIN`], with a password.
pub const WITH_PASSWORD: &str = "with-password";
/// Makes roles that were given count from the next session on.
pub const DEFAULT: &str = "default";

/// What the component does, for messages.
const DOES: &str = "get-users, get-user, create-user, activate-user, deactivate-user, delete-user, set-password, get-entitlements, \
                    get-user-entitlements, add-entitlement and remove-entitlement";

/// The statements of an operation.
///
/// # Errors
/// Settings that cannot be read, and an operation that this component doesn't do.
pub fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
    let managed = Managed::read(&settings.settings)?;
    let one = || accounts(&managed, Of::Id).named(MANAGED);
    let statements = match operation {
        "get-users" => vec![accounts(&managed, Of::All).named(MAIN)],
        "get-user" => vec![accounts(&managed, Of::Id).named(MAIN)],
        "create-user" => create(&managed),
        "activate-user" => vec![one(), change(MAIN, login(&managed, Login::On))],
        "deactivate-user" => vec![one(), change(MAIN, login(&managed, Login::Off))],
        "delete-user" => vec![one(), change(MAIN, account(&managed, &noun(&managed, "DROP"), "id"))],
        "set-password" => vec![one(), change(MAIN, password(&managed, "ALTER", "id"))],
        "get-entitlements" => vec![roles(&managed).named(MAIN)],
        "get-user-entitlements" => vec![held(&managed).named(MAIN)],
        "add-entitlement" => add(&managed),
        "remove-entitlement" => vec![
            one(),
            held(&managed).named(HELD),
            change(MAIN, grant(&managed, "REVOKE ", " FROM ")),
        ],
        other => {
            let message = format!("database-accounts does not do {other}");
            return Err(vec![Problem::new("plugin", message, format!("use it for {DOES}"))]);
        }
    };
    Ok(Plan {
        statements,
        memo: managed.memo(),
    })
}

/// Without a password nobody can log in to PostgreSQL, and everybody to the others: these have no such statement.
fn create(managed: &Managed) -> Vec<Statement> {
    let mut statements = vec![
        taken(managed).named(TAKEN),
        change(WITH_PASSWORD, password(managed, "CREATE", "userName")),
    ];
    if managed.database == Product::Postgresql {
        let text = account(managed, &noun(managed, "CREATE"), "userName").then(" LOGIN");
        statements.push(change(MAIN, text));
    }
    statements
}

fn add(managed: &Managed) -> Vec<Statement> {
    let mut statements = vec![
        accounts(managed, Of::Id).named(MANAGED),
        roles(managed).named(GRANTABLE),
        change(MAIN, grant(managed, "GRANT ", " TO ")),
    ];
    if managed.database == Product::Mysql {
        let text = account(managed, "ALTER USER ", "id").then(" DEFAULT ROLE ALL");
        statements.push(change(DEFAULT, text));
    }
    statements
}

#[derive(Clone, Copy)]
enum Login {
    On,
    Off,
}

fn login(managed: &Managed, login: Login) -> Slotted {
    account(managed, &noun(managed, "ALTER"), "id").then(match (managed.database, login) {
        (Product::Postgresql, Login::On) => " LOGIN",
        (Product::Postgresql, Login::Off) => " NOLOGIN",
        (_, Login::On) => " ACCOUNT UNLOCK",
        (_, Login::Off) => " ACCOUNT LOCK",
    })
}

/// `name` is the input that the account is called by.
fn password(managed: &Managed, verb: &str, name: &str) -> Slotted {
    let text = account(managed, &noun(managed, verb), name);
    let text = match (managed.database, verb) {
        (Product::Postgresql, "CREATE") => text.then(" LOGIN PASSWORD "),
        (Product::Postgresql, _) => text.then(" PASSWORD "),
        _ => text.then(" IDENTIFIED BY "),
    };
    text.literal("password")
}

fn grant(managed: &Managed, verb: &str, preposition: &str) -> Slotted {
    let text = Slotted::text(verb)
        .identifier("entitlement-id")
        .then(preposition)
        .identifier("id");
    match managed.database {
        Product::Postgresql => text,
        Product::Mariadb | Product::Mysql => text.then("@").literal("host"),
    }
}
