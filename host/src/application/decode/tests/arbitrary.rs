//! Whatever stands in a file, decoding ends with a configuration or with problems that can be printed.

use proptest::prelude::*;

use super::Directory;

const SECRET: &str = "correct-horse-battery";

const APPLICATION: &str = r#"[scim]
token = "correct-horse-battery"
max-results = 5
[database]
kind = "mysql"
host = "localhost"
name = "payroll"
user = "portcullis"
password = "correct-horse-battery"
[users]
id = "user_id"
active = { column = "status", true = "ACTIVE" }
[users.attributes]
userName = "username"
'emails[type eq "work"].value' = "email"
[operations.get-users]
sql = """
SELECT * FROM app_user
"""
[entitlements.Role]
id = "a"
display = "b"
get-entitlements = { sql = "SELECT 1" }
get-user-entitlements = { sql = "SELECT 1" }
add-entitlement = { procedure = "give", arguments = [{ value = "id" }, { constant = 1, type = "integer" }], success = 0 }
remove-entitlement = { statements = [{ name = "a", sql = "SELECT 1", returns = ["b"] }, { when = "id pr", update = { table = "c" } }] }
"#;

/// Everything that a person would read.
fn printed(files: &[(&str, &str)]) -> String {
    let (problems, warnings) = match Directory::new(files).load() {
        Ok(loaded) => (String::new(), loaded.warnings),
        Err(problems) => {
            assert!(!problems.problems.is_empty());
            (problems.to_string(), problems.warnings)
        }
    };
    warnings.iter().fold(problems, |text, warning| format!("{text}{warning}\n"))
}

#[test]
fn the_text_to_spoil_is_right() {
    assert!(Directory::new(&[("applications/payroll.toml", APPLICATION)]).load().is_ok());
}

/// A place in the text that is not inside of a secret.
fn outside(place: prop::sample::Index) -> usize {
    let places: Vec<usize> = APPLICATION
        .char_indices()
        .map(|(at, _)| at)
        .filter(|at| {
            APPLICATION
                .match_indices(SECRET)
                .all(|(start, _)| *at < start || *at >= start + SECRET.len())
        })
        .collect();
    *place.get(&places)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(main in any::<String>(), application in any::<String>()) {
        printed(&[("portcullis.toml", &main), ("applications/a.toml", &application)]);
    }

    #[test]
    fn any_lines(lines in prop::collection::vec(
        "(\\[[a-z.\"-]{0,12}\\]|[a-zA-Z.\"-]{0,9} ?= ?(\\{ [a-z]{1,8} = [0-9]{1,20} \\}|\"[a-zé\\[\\].]{0,9}\"|-?[0-9.]{1,4}|\\[.{0,3}\\]))", 0..12)
    ) {
        let text = lines.join("\n");
        printed(&[("portcullis.toml", &text), ("applications/a.toml", &text)]);
    }

    /// A slip of one key never makes a message show a secret.
    #[test]
    fn a_slip_shows_no_secret(place in any::<prop::sample::Index>(), instead in "[ -~\n]{0,2}") {
        let at = outside(place);
        let mut text = APPLICATION.to_owned();
        text.replace_range(at..at + 1, &instead);
        let printed = printed(&[("applications/payroll.toml", &text)]);
        prop_assert!(!printed.contains(SECRET), "{text}\n{printed}");
    }

    /// What is lost from a file is reported or was not needed; nothing ends the program.
    #[test]
    fn a_part_is_lost(from in any::<prop::sample::Index>(), length in 1..80_usize) {
        let from = from.index(APPLICATION.len());
        let text = format!("{}{}", &APPLICATION[..from], APPLICATION.get(from + length..).unwrap_or_default());
        printed(&[("applications/payroll.toml", &text)]);
    }
}
