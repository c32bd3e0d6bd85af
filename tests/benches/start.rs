//! How long a server takes from the start of its process until it listens, and until each of its applications has answered: five
//! applications, each on a database of another kind and so with another built-in component, and ten plugins, two for each. Once
//! without compiled components from before, then with them.

use std::{fs, path::Path, time::Instant};

use portcullis_tests::{
    Client, Database, Kind, Program,
    application::{self, Configuration, NAME, TOKEN, make_tables},
    component_path, plugin,
};

use crate::figures::median;

const KINDS: [Kind; 5] = [Kind::Sqlite, Kind::Postgresql, Kind::Mariadb, Kind::Sqlserver, Kind::Oracle];
const ROUNDS: usize = 15;

/// Name, component, manifest and settings of what each application has a copy of.
const PLUGINS: [(&str, &str, &str, &str); 2] = [
    (
        "department-roles",
        component_path!(DEPARTMENT_ROLES),
        include_str!("../../plugins/department-roles/department_roles.toml"),
        "rules = [{ department = \"Finance\", roles = [\"clerk\"] }]",
    ),
    (
        "normalise-names",
        component_path!(NORMALISE_NAMES),
        include_str!("../../plugins/normalise-names/normalise_names.toml"),
        "",
    ),
];

/// Starts it again and again.
pub fn run() {
    let databases = KINDS.map(Database::new);
    let cache = tempfile::tempdir().expect("a directory");
    let configuration = configure(&databases, cache.path());
    let directory = configuration.write();
    plugin::approve(directory.path());
    // What the approval compiled.
    fs::remove_dir_all(cache.path()).expect("the compiled components");

    let once = start(directory.path());
    println!("five applications on databases of five kinds, and ten plugins");
    println!(
        "  nothing compiled before  listens after {:>6.0} ms, all have answered after {:>6.0} ms",
        once.listens, once.answers
    );
    let rounds: Vec<Start> = (0..ROUNDS).map(|_| start(directory.path())).collect();
    let listens = rounds.iter().map(|round| round.listens);
    println!(
        "  everything compiled      listens after {:>6.0} ms, all have answered after {:>6.0} ms (medians of {ROUNDS}; the slowest {:.0} and {:.0})",
        median(listens.clone().collect()),
        median(rounds.iter().map(|round| round.answers).collect()),
        listens.fold(0.0, f64::max),
        rounds.iter().map(|round| round.answers).fold(0.0, f64::max),
    );
}

fn configure(databases: &[Database; 5], cache: &Path) -> Configuration {
    let mut all = Configuration::new(include_str!("../src/application/portcullis.toml"));
    all.server(&format!("[server]\ncache = {:?}", cache.display().to_string()));
    for database in databases {
        make_tables(database, 7);
        let name = database.kind().name();
        all.add_application(name, &application::configuration(&database.settings()).text(NAME));
        for (plugin, component, manifest, settings) in PLUGINS {
            let own = format!("{plugin}-{name}");
            let bytes = fs::read(component).expect("a component that has been built");
            // Other bytes, so that none is compiled for another one.
            all.plugin_file(
                &format!("{own}.wasm"),
                plugin::embedded(&bytes, "of-the-benchmark", name.as_bytes()),
            );
            let manifest = manifest.replacen(&format!("name = \"{plugin}\""), &format!("name = \"{own}\""), 1);
            all.plugin_file(&format!("{own}.toml"), manifest.into_bytes());
            all.server(&format!("[plugins.{own}.settings]\n{settings}"));
        }
        let chain = PLUGINS.map(|(plugin, ..)| format!("{plugin}-{name}"));
        all.application(name, &format!("[transforms]\nto-application = {chain:?}"));
    }
    all
}

/// Milliseconds since the process was started.
struct Start {
    listens: f64,
    answers: f64,
}

fn start(directory: &Path) -> Start {
    let begun = Instant::now();
    let since = || begun.elapsed().as_secs_f64() * 1e3;
    let program = Program::serve_logging(directory, "warn");
    let listens = since();
    for kind in KINDS {
        let client = Client::new(format!("{}/{}/scim/v2", program.url, kind.name()), TOKEN);
        client.get("/Users?count=1").expect_ok();
    }
    Start {
        listens,
        answers: since(),
    }
}
