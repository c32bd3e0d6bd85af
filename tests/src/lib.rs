//! What the scenario suite in `tests/suite` drives the real program with: throwaway database servers, the program itself,
//! an HTTP client, and a configured application.
//!
//! The suite is a test of package `portcullis` (see `host/Cargo.toml`), so that cargo builds the program before it runs
//! the suite. Everything in here fails by panicking, with what a person needs to see in order to know why.

pub mod application;
pub mod authority;
pub mod client;
pub mod database;
pub mod log;
pub mod plugin;
pub mod program;
pub mod registry;
pub mod server;
pub mod vendor;

pub use application::{Application, Builder};
pub use client::{Client, Response};
pub use database::{Database, Kind};
pub use program::Program;
pub use registry::Registry;
pub use vendor::Vendor;

/// Makes a test of each function for each database: `creates` becomes `creates::sqlite`, `creates::postgresql`,
/// `creates::mariadb`, `creates::mysql`, `creates::sqlserver` and `creates::oracle`. The function takes a [`Kind`]. Where there is no server to be had, the test says so and
/// does nothing; see [`server::is_there`].
///
/// Name every scenario of a module in one call at its top; a function that is not named is dead code, which the lints
/// refuse.
#[macro_export]
macro_rules! on_every_database {
    ($($scenario:ident),+ $(,)?) => {
        $(
            mod $scenario {
                $crate::on_every_database!(@ $scenario, sqlite Sqlite, postgresql Postgresql, mariadb Mariadb, mysql Mysql, sqlserver Sqlserver, oracle Oracle);
            }
        )+
    };
    (@ $scenario:ident, $($database:ident $kind:ident),+) => {
        $(
            #[test]
            fn $database() {
                if $crate::Kind::$kind.is_there() {
                    super::$scenario($crate::Kind::$kind);
                }
            }
        )+
    };
}

/// Makes a test of each function for each database that has stored procedures, with an application that is nothing but these:
/// `creates` becomes `on_procedures::creates::postgresql` and so on. Once a module, for those of its scenarios that matter there.
#[macro_export]
macro_rules! on_procedures {
    ($($scenario:ident),+ $(,)?) => {
        mod on_procedures {
            $(
                mod $scenario {
                    $crate::on_procedures!(@ $scenario, postgresql Postgresql, mariadb Mariadb, mysql Mysql, sqlserver Sqlserver, oracle Oracle);
                }
            )+
        }
    };
    (@ $scenario:ident, $($database:ident $kind:ident),+) => {
        $(
            #[test]
            fn $database() {
                if $crate::Kind::$kind.is_there() {
                    $crate::application::on_procedures(|| super::super::$scenario($crate::Kind::$kind));
                }
            }
        )+
    };
}

// `component_path!(NAME)` and `COMPONENTS`.
include!(concat!(env!("OUT_DIR"), "/components.rs"));
