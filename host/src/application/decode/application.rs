//! One file of `applications/`

use std::{num::NonZeroU32, time::Duration};

use toml::de::DeTable;

use super::{
    coherence::coherent,
    connection::connection,
    context::Context,
    entitlement::entitlements,
    groups::groups,
    log::Decoded,
    node::{File, Node},
    operation::operations,
    quantity::{count, duration, positive},
    secret::secret,
    table::Table,
    transforms::transforms,
    users::users,
};
use crate::{
    application::{ApplicationSettings, Operation},
    database::Secret,
};

/// What a list gives at the most, unless the file says otherwise.
const MAX_RESULTS: u64 = 200;
/// From one page to the next, unless the file says otherwise.
const CURSOR_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// Below this a token can be guessed.
pub const TOKEN_LENGTH: usize = 16;

pub fn application<'s>(file: File<'s>, entries: &'s DeTable<'s>, context: &Context<'_>) -> Decoded<ApplicationSettings> {
    conceal_unknown(file, entries);
    Table::root(file, entries).decode(|root| {
        let scim = root.section("scim", |table| scim(table, context));
        let connection = match root.get("database") {
            Some(node) => node.table(|table| connection(table, context)),
            None => Err(root.missing("database", "[database]` with `kind = \"…\"")),
        };
        let users = match root.get("users") {
            Some(node) => node.table(|table| users(table, context)),
            None => Err(root.missing("users", "[users]` with `id = \"…\"")),
        };
        let entitlements = root.named("entitlements").and_then(|entries| entitlements(entries, context));
        let groups = root.optional("groups", |node| {
            node.table(|table| groups(table, users.as_ref().ok().map(|users| &users.mapping), context))
        });
        let operations = root.section("operations", |table| {
            let operations = operations(table, &Operation::OF_USERS, context);
            coherent(&operations, table, users.as_ref().ok().map(|users| &users.mapping))?;
            operations.settings
        });
        let transforms = root.section("transforms", |table| transforms(table, context));
        let (scim, users) = (scim?, users?);
        Ok(ApplicationSettings {
            name: context.application.to_owned(),
            token: scim.token,
            requests_per_second: scim.requests_per_second,
            connection: connection?,
            users: users.mapping,
            lists: users.lists,
            entitlements: entitlements?,
            groups: groups?,
            operations: operations?,
            transforms: transforms?,
            max_results: scim.max_results,
            cursor_lifetime: scim.cursor_lifetime,
        })
    })
}

/// The keys of sections with secrets whose values are none.
const HARMLESS: [&str; 15] = [
    "max-results",
    "cursor-lifetime",
    "requests-per-second",
    "kind",
    "host",
    "port",
    "socket",
    "name",
    "user",
    "path",
    "create",
    "tls",
    "ca",
    "pool-size",
    "statement-timeout",
];

/// Where a section is one line, the excerpt of one slip could show what another made of `password`.
fn conceal_unknown(file: File<'_>, entries: &DeTable<'_>) {
    for section in ["scim", "database"]
        .iter()
        .filter_map(|section| entries.get(*section)?.get_ref().as_table())
    {
        let unknown = section
            .iter()
            .filter(|(key, value)| !HARMLESS.contains(&key.get_ref().as_ref()) && value.get_ref().is_str());
        for (_, value) in unknown {
            file.source.conceal(value.span());
        }
    }
}

/// `[scim]`
struct Scim {
    token: Option<Secret>,
    requests_per_second: Option<NonZeroU32>,
    max_results: u64,
    cursor_lifetime: Duration,
}

/// ```toml
/// [scim]
/// token = { env = "PAYROLL_TOKEN" }  # a token of clients, besides those that `portcullis token create` makes
/// requests-per-second = 50           # more are answered 429; default: no limit
/// max-results = 200                  # the largest page of a list
/// cursor-lifetime = "1h"             # for how long a client may take from one page to the next
/// ```
fn scim(table: &Table<'_>, context: &Context<'_>) -> Decoded<Scim> {
    let max_results = table.or("max-results", MAX_RESULTS, count);
    let cursor_lifetime = table.or("cursor-lifetime", CURSOR_LIFETIME, duration);
    let requests_per_second = table.optional("requests-per-second", positive);
    let token = table.optional("token", |node| {
        secret(node, context).and_then(|token| long_enough(node, token))
    });
    Ok(Scim {
        token: token?,
        requests_per_second: requests_per_second?,
        max_results: max_results?,
        cursor_lifetime: cursor_lifetime?,
    })
}

fn long_enough(node: &Node<'_>, token: Secret) -> Decoded<Secret> {
    let text = token.expose();
    if text.chars().count() < TOKEN_LENGTH {
        let remedy = format!("make one of {TOKEN_LENGTH} characters or more, for example with `openssl rand -hex 32`");
        return Err(node.problem(format!("is shorter than {TOKEN_LENGTH} characters"), remedy));
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        let remedy = "use ASCII letters, digits and punctuation, for example of `openssl rand -hex 32`";
        return Err(node.problem("has characters that no HTTP header carries", remedy));
    }
    Ok(token)
}
