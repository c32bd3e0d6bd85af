//! Components that lie in their plans, or in what they derive from them. What a plan may not hold nobody can approve; a derived
//! statement that is not of the plan is not run, and the host does the work itself.

use portcullis_tests::{Application, Builder, Kind, program};

use crate::components;

/// A lie in the plan of an operation, what the manifest asks for besides the usual, and what is said of it.
const PLANS: [(&str, &str, &str, &[&str]); 25] = [
    ("traps", "get-user", "", &["crashed in prepare"]),
    ("panics", "get-user", "", &["crashed in prepare"]),
    ("spins", "get-user", "", &["in prepare", "`cpu = 100ms`"]),
    ("eats-memory", "get-user", "", &["in prepare", "`memory = 16MiB`"]),
    ("giant-memo", "get-user", "", &["in prepare", "`transfer = 1MiB`"]),
    ("giant-text", "get-user", "", &["in prepare", "`transfer = 1MiB`"]),
    ("many-statements", "get-user", "", &["more than 1000 statements"]),
    ("two-of-a-name", "get-user", "", &["two statements `users`"]),
    ("hidden-name", "get-user", "", &["a name that", "visible characters"]),
    ("endless-name", "get-user", "", &["a name that", "200"]),
    ("hidden-parameter", "get-user", "", &["a name that", "visible characters"]),
    ("a-write-in-a-read", "get-user", "", &["`write` writes", "only reads"]),
    (
        "a-write-that-reads",
        "update-user",
        "",
        &["`write` says that it reads", "deletes"],
    ),
    (
        "a-write-in-a-query",
        "update-user",
        "",
        &["`write` says that it reads", "deletes"],
    ),
    ("the-password-back", "get-user", "", &["`password`", "never has a value"]),
    (
        "the-password-back",
        "set-password",
        "",
        &["`echo`", "`password`", "gives back"],
    ),
    ("commits", "update-user", "", &["`commit`", "COMMIT"]),
    ("commits-behind", "update-user", "", &["`commit`", "COMMIT"]),
    ("settings", "update-user", "", &["`set`", "SET"]),
    ("other-files", "get-user", "", &["`attach`", "ATTACH"]),
    ("no-sql", "update-user", "", &["`noise`", "cannot be read"]),
    ("slots-unasked", "delete-user", "", &["has slots", "does not ask for `slots`"]),
    ("slot-in-a-character", "delete-user", "\"slots\"", &["slot", "must be mended"]),
    ("slot-behind-the-end", "delete-user", "\"slots\"", &["slot", "must be mended"]),
    (
        "problems",
        "get-user",
        "",
        &["key0\\u{1b}", "all is well", "further problems"],
    ),
];

const LIMITS: &str = "limits = { cpu = \"100ms\", memory = \"16MiB\", transfer = \"1MiB\" }";

/// An operation done by a plugin that lies in this way.
fn lying(on: Kind, operation: &str, lie: &str, capability: &str) -> Builder {
    let allow = match capability {
        "" => String::new(),
        more => format!("allow = [\"log\", \"database\", \"output\", {more}]\n"),
    };
    let entry = format!("{allow}{LIMITS}\n[plugins.liar.settings]\nlie = \"{lie}\"");
    Application::with_users(on, 7)
        .with_plugin("liar", components::LYING, &entry)
        .with_operation(operation, "liar")
}

#[test]
fn nobody_can_approve_a_plan_that_lies() {
    for (lie, operation, capability, says) in PLANS {
        let directory = lying(Kind::Sqlite, operation, lie, capability).write();
        let path = directory.path().to_str().expect("UTF-8");
        let approved = program::run(&["plugin", "approve", "--yes", "--config", path]);
        let said = String::from_utf8_lossy(&approved.stderr);
        assert!(!approved.status.success(), "{lie}: it was approved");
        for part in [&["payroll.toml", operation][..], says].concat() {
            assert!(said.contains(part), "{lie}: {part}: {said}");
        }
        assert!(said.len() < 64 << 10, "{lie}: {} bytes are said", said.len());
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{lie}: {said}");
    }
}

/// What a lie in a derived statement comes to: the status of a list, and what it says.
const DERIVED: [(&str, u16, &str); 13] = [
    ("derives-another-table", 200, "\"totalResults\":7"),
    ("derives-another-column", 200, "\"totalResults\":7"),
    ("derives-a-function", 200, "\"totalResults\":7"),
    ("derives-a-write", 200, "\"totalResults\":7"),
    ("derives-a-hidden-write", 200, "\"totalResults\":7"),
    ("derives-a-commit", 200, "\"totalResults\":7"),
    ("derives-a-parameter", 200, "\"totalResults\":7"),
    ("derives-an-error", 200, "\"totalResults\":7"),
    ("derives-nothing", 200, "\"totalResults\":7"),
    ("derives-less", 500, "the derived count gave no number"),
    ("derives-a-giant", 500, "`transfer = 1MiB`"),
    ("derives-a-trap", 500, "crashed in refine"),
    ("derives-for-ever", 500, "`cpu = 100ms`"),
];

/// The users are those of the plan, with nothing of theirs that the plan doesn't read.
#[test]
fn what_is_derived_reads_nothing_that_the_plan_does_not() {
    for (lie, status, says) in DERIVED {
        let application = lying(Kind::Sqlite, "get-users", lie, "")
            .with_table("UPDATE app_user SET password = 'the-secret-of-' || username")
            .start();
        for _ in 0..2 {
            let list = application.get("/Users?count=3");
            assert!(list.status == status && list.text.contains(says), "{lie}: {list}");
            assert!(!list.text.contains("the-secret-of-"), "{lie}: {list}");
            if status == 200 {
                assert_eq!(application.who("userName eq \"user003\""), ["user003"], "{lie}");
            }
        }
        assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7, "{lie}");
        let log = application.program.log.text();
        assert!(log.len() < 256 << 10, "{lie}: {} bytes of log", log.len());
    }
}

/// A session that the database holds to reading is not let go by what runs in it: neither for its own request nor for later ones.
#[test]
fn what_reads_cannot_free_itself() {
    let application = lying(Kind::Postgresql, "get-user", "frees-itself", "")
        .with("[database]\npool-size = 1")
        .with_table(
            "CREATE FUNCTION wipe() RETURNS bigint LANGUAGE sql AS \
             $$ UPDATE app_user SET first_name = 'Mallory'; SELECT count(*) FROM app_user $$",
        )
        .start();
    let path = application.user("user001");
    for _ in 0..3 {
        application.get(&path);
        application.expect_unharmed();
    }
}
