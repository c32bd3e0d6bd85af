//! For random names and texts, made of what means something to databases, and in every mode that changes what quotes and
//! backslashes mean.

use portcullis::database::{ErrorKind, SlotKind};
use portcullis_tests::{Database, Kind, on_every_database};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use super::session::{Cell, Desk};

on_every_database!(
    a_literal_is_read_back,
    a_name_is_read_back,
    the_law_finds_quoting_that_is_wrong,
    what_is_too_long_is_refused_and_not_cut,
);

/// Values in each mode of each database.
const VALUES: u32 = 300;

const PARTS: [&str; 40] = [
    "a", "B", " ", "  ", "'", "''", "\"", "`", "[", "]", "\\", "\\'", "\\\\", "--", "-- ", "#", "/*", "*/", ";", "$$", "$1", "?",
    ":x", "@P1", "{", "}", "%", "_", "\n", "\r\n", "\t", "\0", "é", "日", "😀", "\u{bf27}", "\u{85}", "\u{2028}", "\u{feff}",
    "E'",
];

/// What is said to the session first; in some modes the same text means something else.
fn modes(on: Kind) -> &'static [&'static str] {
    match on {
        Kind::Sqlite | Kind::Sqlserver | Kind::Oracle => &[],
        Kind::Postgresql => &[
            "SET standard_conforming_strings = on",
            "SET standard_conforming_strings = off",
        ],
        Kind::Mysql => &[
            "SET SESSION sql_mode = ''",
            "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
        ],
        Kind::Mariadb => &[
            "SET SESSION sql_mode = ''",
            "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
            "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
            "SET SESSION sql_mode = 'ORACLE'",
        ],
    }
}

fn values() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => proptest::sample::select(&PARTS[..]).prop_map(str::to_owned),
        2 => any::<char>().prop_map(|character| character.to_string()),
        1 => "[a-z]{1,40}",
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    TestRunner::new_with_rng(
        config,
        TestRng::from_seed(RngAlgorithm::ChaCha, b"what is quoted is what is read!!"),
    )
}

/// Runs the law in each mode, each in a transaction of its own.
fn in_every_mode(on: Kind, mut law: impl FnMut(&mut Desk, &str) -> Result<(), TestCaseError>) {
    let database = Database::new(on);
    let modes: Vec<Option<&str>> = match modes(on) {
        [] => vec![None],
        modes => modes.iter().copied().map(Some).collect(),
    };
    for mode in modes {
        let mut desk = Desk::of(&database);
        if let Some(mode) = mode {
            desk.run(mode);
        }
        let (desk, law) = (std::cell::RefCell::new(desk), std::cell::RefCell::new(&mut law));
        let held = runner(VALUES).run(&values(), |value| (law.borrow_mut())(&mut desk.borrow_mut(), &value));
        held.unwrap_or_else(|error| panic!("{mode:?}: {error}"));
    }
}

/// Read back, or refused by the host. An error of the database itself would mean that it had to make something of it.
fn same_or_refused(
    read: Result<Cell, portcullis::database::DatabaseError>,
    value: &str,
    part: impl Fn(&Cell) -> Option<&str>,
) -> Result<bool, TestCaseError> {
    match read {
        Ok(cell) => {
            prop_assert_eq!(part(&cell), Some(value));
            Ok(true)
        }
        Err(error) => {
            prop_assert!(error.kind == ErrorKind::InvalidValue && error.code.is_none(), "{:?}", error);
            Ok(false)
        }
    }
}

/// To Oracle, NULL is the empty text.
fn read_text(on: Kind, cell: &Cell) -> Option<&str> {
    cell.value.as_deref().or((on == Kind::Oracle).then_some(""))
}

fn a_literal_is_read_back(on: Kind) {
    let mut read = 0;
    in_every_mode(on, |desk, value| {
        let cell = desk.read_slotted("SELECT ", SlotKind::Literal, &format!(" AS v{}", on.from_nowhere()), value);
        let same = same_or_refused(cell, value, |cell| read_text(on, cell))?;
        // Oracle has no empty text, and the host makes none into NULL.
        let is_none = value.contains('\0') || on == Kind::Oracle && value.is_empty();
        prop_assert_eq!(same, !is_none);
        read += u32::from(same);
        Ok(())
    });
    assert!(read > VALUES / 2, "{read}");
}

fn a_name_is_read_back(on: Kind) {
    let mut read = 0;
    in_every_mode(on, |desk, value| {
        let cell = desk.read_slotted("SELECT 1 AS ", SlotKind::Identifier, on.from_nowhere(), value);
        read += u32::from(same_or_refused(cell, value, |cell| Some(&cell.name))?);
        Ok(())
    });
    assert!(read > VALUES / 4, "{read}");
}

/// The laws above would see it if quotes were doubled and nothing else, or nothing at all.
fn the_law_finds_quoting_that_is_wrong(on: Kind) {
    let naive = |value: &str| format!("SELECT '{value}' AS v{}", on.from_nowhere());
    let doubled = |value: &str| format!("SELECT '{}' AS v{}", value.replace('\'', "''"), on.from_nowhere());
    let holds = |mode: Option<&str>, text: &dyn Fn(&str) -> String| {
        let database = Database::new(on);
        let sessions = std::cell::RefCell::new(None::<Desk>);
        let held = runner(VALUES).run(&values().prop_filter("no NUL", |value| !value.contains('\0')), |value| {
            let mut slot = sessions.borrow_mut();
            let desk = slot.get_or_insert_with(|| {
                let mut desk = Desk::of(&database);
                mode.into_iter().for_each(|mode| desk.run(mode));
                desk
            });
            let cell = desk.read(&text(&value));
            if cell.is_err() {
                *slot = None;
            }
            same_or_refused(cell, &value, |cell| read_text(on, cell)).map(drop)
        });
        held.is_ok()
    };
    let modes = modes(on);
    assert!(!holds(modes.first().copied(), &naive), "without any quoting");
    let backslashes = match on {
        Kind::Sqlite | Kind::Sqlserver | Kind::Oracle => None,
        Kind::Postgresql => Some(modes[1]),
        Kind::Mariadb | Kind::Mysql => Some(modes[0]),
    };
    if backslashes.is_some() {
        assert!(!holds(backslashes, &doubled), "without a thought of backslashes");
    }
}

/// The longest name that there is, and one more.
fn what_is_too_long_is_refused_and_not_cut(on: Kind) {
    let most = match on {
        Kind::Sqlite => return,
        Kind::Postgresql => 63,
        Kind::Mariadb | Kind::Mysql => 64,
        Kind::Sqlserver | Kind::Oracle => 128,
    };
    let database = Database::new(on);
    let mut desk = Desk::of(&database);
    let mut read = |length| desk.read_slotted("SELECT 1 AS ", SlotKind::Identifier, on.from_nowhere(), &"n".repeat(length));
    assert_eq!(read(most).unwrap().name.len(), most);
    let error = read(most + 1).unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::InvalidValue, None));
    assert!(
        error.message.contains("`value`") && error.message.contains(&most.to_string()),
        "{error}"
    );
    assert_eq!(read(1).unwrap().name, "n", "nothing was sent: the transaction goes on");
}
