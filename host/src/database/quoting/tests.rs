//! What each database is given, and what is refused. `tests/suite/slots.rs` has real databases read it back.

use super::{Backslash, Quoting};
use crate::database::SlotKind::{self, Identifier, Literal};

const ALL: [Quoting; 6] = [
    Quoting::Sqlite,
    Quoting::Postgresql,
    Quoting::Mysql(Backslash::Escapes),
    Quoting::Mysql(Backslash::Plain),
    Quoting::Sqlserver,
    Quoting::Oracle,
];

#[test]
fn quotes_inside_stay_inside() {
    for (quoting, kind, value, wanted) in [
        (Quoting::Sqlite, Identifier, "a`b\"c", "`a``b\"c`"),
        (Quoting::Sqlite, Literal, "a'b\\", "'a''b\\'"),
        (Quoting::Postgresql, Identifier, "a\"b'; --", "\"a\"\"b'; --\""),
        (Quoting::Postgresql, Literal, "a'b", "'a''b'"),
        (Quoting::Postgresql, Literal, "a'b\\' --", "E'a''b\\\\'' --'"),
        (Quoting::Mysql(Backslash::Escapes), Identifier, "a`b\\", "`a``b\\`"),
        (Quoting::Mysql(Backslash::Escapes), Literal, "a'b\\' --", "'a''b\\\\'' --'"),
        (Quoting::Mysql(Backslash::Plain), Literal, "a'b\\' --", "'a''b\\'' --'"),
        (Quoting::Sqlserver, Identifier, "a]b[c", "[a]]b[c]"),
        (Quoting::Sqlserver, Literal, "a'b\\", "N'a''b\\'"),
        (Quoting::Oracle, Identifier, "a'b c", "\"a'b c\""),
        (Quoting::Oracle, Literal, "a'b\\", "'a''b\\'"),
    ] {
        assert_eq!(quoting.quoted(kind, value).as_deref(), Ok(wanted), "{quoting:?}");
    }
}

#[test]
fn what_no_database_would_read_back_is_refused() {
    let refused = |quoting: Quoting, kind: SlotKind, value: &str| quoting.quoted(kind, value).unwrap_err();
    for quoting in ALL {
        for value in ["", "a\0", "a\nb", "\u{7f}", "\u{85}"] {
            assert!(!refused(quoting, Identifier, value).is_empty(), "{quoting:?} {value:?}");
        }
        assert!(refused(quoting, Literal, "a\0b").contains("NUL"));
    }
    for (quoting, kind, value, word) in [
        (Quoting::Postgresql, Identifier, "é".repeat(32), "64 bytes"),
        (Quoting::Mysql(Backslash::Plain), Identifier, "é".repeat(65), "65 characters"),
        (Quoting::Mysql(Backslash::Plain), Identifier, "zzz ".to_owned(), "blank"),
        (Quoting::Mysql(Backslash::Plain), Identifier, "😀".to_owned(), "U+FFFF"),
        (Quoting::Sqlserver, Identifier, "😀".repeat(65), "130 characters"),
        (Quoting::Sqlserver, Identifier, "zzz ".to_owned(), "blank"),
        (Quoting::Sqlserver, Literal, "zzz\\\r\nb".to_owned(), "end of a line"),
        (Quoting::Oracle, Identifier, "é".repeat(65), "130 bytes"),
        (Quoting::Oracle, Identifier, "zzz\"b".to_owned(), "double quote"),
        (Quoting::Oracle, Literal, String::new(), "NULL"),
        (Quoting::Oracle, Literal, "é".repeat(2001), "4002 bytes"),
    ] {
        let why = refused(quoting, kind, &value);
        assert!(why.contains(word), "{quoting:?}: {why}");
        assert!(!why.contains(value.trim()) || value.is_empty(), "the value is quoted: {why}");
    }
    for (quoting, value) in [
        (Quoting::Postgresql, "é".repeat(31) + "a"),
        (Quoting::Mysql(Backslash::Plain), "é".repeat(64)),
        (Quoting::Sqlserver, "😀".repeat(64)),
        (Quoting::Oracle, "é".repeat(64)),
    ] {
        assert!(quoting.quoted(Identifier, &value).is_ok(), "{quoting:?}");
    }
}
