//! Which parameter a text means at a colon.

use portcullis_sdk::{Input, Settings};

use crate::lexer::{begins_word, continues_word};

/// What stands behind a colon.
pub(crate) enum Name<'s, 't> {
    /// A declared input, and how many bytes of the text its name takes.
    Declared(&'s Input, usize),
    /// A name that nobody declared.
    Unknown(&'t str),
    /// No name at all.
    None,
}

/// Reads the name at the beginning of `rest`: the longest declared one that does not end inside a word.
pub(crate) fn read<'s, 't>(settings: &'s Settings, rest: &'t str) -> Name<'s, 't> {
    let word = word(rest);
    if word.is_empty() {
        return Name::None;
    }
    settings
        .inputs
        .iter()
        .flat_map(|input| input.names().map(move |name| (input, name)))
        .filter(|(_, name)| name.len() >= word.len() && stands_at(name, rest))
        .max_by_key(|(_, name)| (name.len(), rest.starts_with(name)))
        .map_or(Name::Unknown(word), |(input, name)| Name::Declared(input, name.len()))
}

/// What belongs to a name whatever is declared: letters, digits, `_`, and `.` before a letter.
fn word(rest: &str) -> &str {
    if !rest.chars().next().is_some_and(begins_word) {
        return "";
    }
    let mut end = 0;
    for part in rest.split('.') {
        if end > 0 && !part.chars().next().is_some_and(begins_word) {
            break;
        }
        let length = part.find(|character| !belongs(character)).unwrap_or(part.len());
        end += length + usize::from(end > 0);
        if length < part.len() {
            break;
        }
    }
    rest.get(..end).unwrap_or_default()
}

/// A name that goes on with hyphens: perhaps what was meant where no such name is declared.
pub(crate) fn hyphenated(rest: &str) -> &str {
    let end = rest.find(|character| !(continues_word(character) || character == '-' || character == '.'));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

fn stands_at(name: &str, rest: &str) -> bool {
    let there = rest.get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name));
    let next = rest.get(name.len()..).and_then(|rest| rest.chars().next());
    there && !(name.ends_with(belongs) && next.is_some_and(belongs))
}

/// `$` too: what databases take for one identifier must not be a parameter and something else.
fn belongs(character: char) -> bool {
    continues_word(character) || character == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let email = Input {
            aliases: vec!["email".into()],
            ..Input::new("emails[type eq \"work\"].value")
        };
        Settings {
            inputs: ["id", "entitlement-id", "userName", "name.givenName", "entitlement"]
                .map(Input::new)
                .into_iter()
                .chain([email])
                .collect(),
            ..Settings::default()
        }
    }

    fn declared(rest: &str) -> Option<(String, usize)> {
        match read(&settings(), rest) {
            Name::Declared(input, length) => Some((input.name.clone(), length)),
            _ => None,
        }
    }

    #[test]
    fn the_longest_declared_name_is_meant() {
        assert_eq!(declared("entitlement-id)"), Some(("entitlement-id".into(), 14)));
        assert_eq!(declared("entitlement-x"), Some(("entitlement".into(), 11)));
        assert_eq!(declared("id-1"), Some(("id".into(), 2)));
        assert_eq!(declared("name.givenName,"), Some(("name.givenName".into(), 14)));
        assert_eq!(declared("USERNAME"), Some(("userName".into(), 8)));
        let work = "emails[type eq \"work\"].value";
        assert_eq!(declared(&format!("{work}, 1")), Some((work.into(), work.len())));
        assert_eq!(declared("email"), Some((work.into(), 5)));
    }

    #[test]
    fn a_name_does_not_end_inside_a_word() {
        for rest in ["identity", "id_", "id2", "name", "id.x", "userName.first", "idé", "id$x"] {
            assert!(matches!(read(&settings(), rest), Name::Unknown(_)), "{rest}");
        }
        assert_eq!(declared("id. "), Some(("id".into(), 2)));
    }

    #[test]
    fn what_is_no_letter_begins_no_name() {
        for rest in ["", " id", "1", "'id'", "-id", "."] {
            assert!(matches!(read(&settings(), rest), Name::None), "{rest}");
        }
    }
}
