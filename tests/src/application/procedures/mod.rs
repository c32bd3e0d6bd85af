//! The application of the scenarios with every operation on users, their entitlements and groups in a stored procedure, for those
//! scenarios that run in both modes.
//!
//! A scenario's text is the same: [`on_procedures`] says, to the thread that it runs on, that applications are to be made so.

use std::{cell::Cell, fmt::Write as _};

use super::Configuration;
use crate::{Database, Kind};

thread_local! {
    static MODE: Cell<Mode> = const { Cell::new(Mode::Statements) };
}

/// What the operations of an application are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Statements,
    Procedures,
}

/// Runs a scenario with applications whose operations are procedures.
pub fn on_procedures(scenario: impl FnOnce()) {
    /// Sets it back however the scenario ends.
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            MODE.set(Mode::Statements);
        }
    }
    let _back = Back;
    MODE.set(Mode::Procedures);
    scenario();
}

/// An operation, its procedure, and the arguments of this by name and value.
struct Procedure {
    operation: &'static str,
    name: &'static str,
    arguments: &'static [(&'static str, &'static str)],
}

const fn procedure(operation: &'static str, name: &'static str, arguments: &'static [(&'static str, &'static str)]) -> Procedure {
    Procedure {
        operation,
        name,
        arguments,
    }
}

const ID: (&str, &str) = ("p_id", "id");

/// Those whose rows are read.
const READING: [Procedure; 10] = [
    procedure("operations.get-users", "list_users", &[]),
    procedure("operations.get-user", "get_user", &[ID]),
    procedure("operations.get-changed-users", "changed_users", &[("p_since", "since")]),
    procedure("entitlements.Role.get-entitlements", "list_roles", &[]),
    procedure("entitlements.Role.get-user-entitlements", "roles_of", &[ID]),
    procedure("entitlements.Licence.get-entitlements", "list_licences", &[]),
    procedure("entitlements.Licence.get-user-entitlements", "licences_of", &[ID]),
    procedure("groups.get-groups", "list_groups", &[]),
    procedure("groups.get-group", "get_group", &[ID]),
    procedure("groups.get-group-members", "members_of", &[ID]),
];

const WRITING: [Procedure; 15] = [
    procedure("operations.create-user", "create_user", &ATTRIBUTES_AND_ACTIVITY),
    procedure("operations.update-user", "update_user", &ATTRIBUTES_AND_ID),
    procedure("operations.activate-user", "activate_user", &[ID]),
    procedure("operations.deactivate-user", "deactivate_user", &[ID]),
    procedure("operations.delete-user", "delete_user", &[ID]),
    procedure("operations.set-password", "set_password", &[ID, ("p_password", "password")]),
    procedure(
        "entitlements.Role.add-entitlement",
        "give_role",
        &[ID, ("p_role", "entitlement-id")],
    ),
    procedure(
        "entitlements.Role.remove-entitlement",
        "take_role",
        &[ID, ("p_role", "entitlement-id")],
    ),
    procedure(
        "entitlements.Licence.add-entitlement",
        "give_licence",
        &[ID, ("p_licence", "entitlement-id")],
    ),
    procedure(
        "entitlements.Licence.remove-entitlement",
        "take_licence",
        &[ID, ("p_licence", "entitlement-id")],
    ),
    procedure(
        "groups.create-group",
        "create_group",
        &[("p_name", "displayName"), ("p_external_id", "externalId")],
    ),
    procedure(
        "groups.update-group",
        "update_group",
        &[("p_name", "displayName"), ("p_external_id", "externalId"), ID],
    ),
    procedure("groups.delete-group", "delete_group", &[ID]),
    procedure("groups.add-member", "add_member", &[ID, ("p_member", "member-id")]),
    procedure("groups.remove-member", "remove_member", &[ID, ("p_member", "member-id")]),
];

const ATTRIBUTES_AND_ACTIVITY: [(&str, &str); 10] = [
    ("p_username", "userName"),
    ("p_external_id", "externalId"),
    ("p_first_name", "name.givenName"),
    ("p_last_name", "name.familyName"),
    ("p_display_name", "displayName"),
    ("p_title", "title"),
    ("p_email", "email"),
    ("p_mobile", "mobile"),
    ("p_department", "department"),
    ("p_status", "active"),
];

const ATTRIBUTES_AND_ID: [(&str, &str); 10] = [
    ("p_username", "userName"),
    ("p_external_id", "externalId"),
    ("p_first_name", "name.givenName"),
    ("p_last_name", "name.familyName"),
    ("p_display_name", "displayName"),
    ("p_title", "title"),
    ("p_email", "email"),
    ("p_mobile", "mobile"),
    ("p_department", "department"),
    ID,
];

/// Makes the procedures and names them in the configuration, if this thread's scenario is to run on procedures.
pub(super) fn apply(database: &Database, configuration: &mut Configuration) {
    if MODE.get() == Mode::Statements {
        return;
    }
    let script = match database.kind() {
        Kind::Postgresql => include_str!("postgresql.sql"),
        Kind::Oracle => include_str!("oracle.sql"),
        Kind::Sqlserver => include_str!("sqlserver.sql"),
        _ => include_str!("mysql.sql"),
    };
    // A body has semicolons of its own.
    for statement in script.split("\n\n").filter(|statement| !statement.trim().is_empty()) {
        database.run(statement);
    }
    for procedure in READING.iter().chain(&WRITING) {
        configuration.remove(&format!("{}.sql", procedure.operation));
        configuration.applications(&procedure.text(database.kind()));
    }
}

impl Procedure {
    /// Its table of the configuration. On PostgreSQL functions give rows; one of them is a procedure with a
    /// cursor, as all of Oracle's are. On SQL Server procedures give most, and functions those of a user.
    fn text(&self, on: Kind) -> String {
        let on_postgresql = on == Kind::Postgresql;
        let Self {
            operation,
            name,
            arguments,
        } = self;
        let mut listed: Vec<String> = arguments
            .iter()
            .map(|(name, value)| format!("{{ name = \"{name}\", value = \"{value}\" }}"))
            .collect();
        let mut text = format!("[{operation}]\nprocedure = \"{name}\"\n");
        match *operation {
            "operations.create-user" | "groups.create-group" => {
                listed.push("{ name = \"p_id\", direction = \"out\", value = \"id\" }".to_owned())
            }
            _ if on == Kind::Oracle && operation.contains(".get-") => {
                listed.push("{ name = \"p_rows\", direction = \"cursor\" }".to_owned());
            }
            "operations.get-users" if on_postgresql => listed.push("{ name = \"p_rows\", direction = \"cursor\" }".to_owned()),
            _ if on_postgresql && operation.contains(".get-") => text.push_str("function = true\n"),
            _ if on == Kind::Sqlserver && operation.contains(".get-user-") => text.push_str("function = true\n"),
            _ => {}
        }
        writeln!(text, "arguments = [{}]", listed.join(", ")).expect("a string takes all");
        text
    }
}
