//! What a statement is, by its first words.

/// What a statement does to its session, as far as sessions treat it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// Reads, and begins no transaction.
    Select,
    /// Reads and locks what it reads, or asks another database: begins a transaction.
    Lock,
    /// A block of PL/SQL or a call: may do anything, and leave something behind in packages.
    Block,
    /// Changes rows.
    Change,
    /// Anything else. Oracle commits before and after most of that, and runs it when it is to be parsed.
    Other,
}

impl Verb {
    pub fn of(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let mut words = words(&lower);
        match words.next().unwrap_or_default() {
            "select" | "with" => {
                if lower.contains('@') || locks(words) {
                    Verb::Lock
                } else {
                    Verb::Select
                }
            }
            "begin" | "declare" | "call" => Verb::Block,
            "insert" | "update" | "delete" | "merge" => Verb::Change,
            _ => Verb::Other,
        }
    }
}

/// `FOR UPDATE`
fn locks<'t>(words: impl Iterator<Item = &'t str>) -> bool {
    let mut before = "";
    for word in words {
        if before == "for" && word == "update" {
            return true;
        }
        before = word;
    }
    false
}

/// The words, behind comments at the beginning.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    loop {
        let behind = match rest.get(..2) {
            Some("--") => rest.split_once('\n').map(|(_, behind)| behind),
            Some("/*") => rest.split_once("*/").map(|(_, behind)| behind),
            _ => break,
        };
        rest = behind.unwrap_or_default().trim_start();
    }
    let belongs = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$' | '#');
    rest.split(move |character: char| !belongs(character))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_known_by_their_first_words() {
        for (text, verb) in [
            ("SELECT 1 FROM dual", Verb::Select),
            ("/* all */ -- of them\n (select 1 FROM dual)", Verb::Select),
            ("WITH a AS (SELECT 1 FROM dual) SELECT * FROM a", Verb::Select),
            ("SELECT * FROM a FOR  UPDATE NOWAIT", Verb::Lock),
            ("SELECT * FROM a@elsewhere", Verb::Lock),
            ("SELECT \"for_update\" FROM a", Verb::Select),
            ("BEGIN p(:1); END;", Verb::Block),
            ("declare n number; begin null; end;", Verb::Block),
            ("CALL p(:1)", Verb::Block),
            ("merge into a using b", Verb::Change),
            ("DROP TABLE a", Verb::Other),
            ("ALTER SESSION SET x = 1", Verb::Other),
            ("--", Verb::Other),
            ("", Verb::Other),
        ] {
            assert_eq!(Verb::of(text), verb, "{text}");
        }
    }
}
