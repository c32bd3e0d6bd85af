//! What a login name is made of: `{name.givenName:1}{name.familyName}`.

use portcullis_sdk::Value;
use serde::{Deserialize, Serialize};

/// A pattern, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Piece {
    /// Stands there as it is.
    Text(String),
    /// The value of an attribute, or so many of its first letters.
    Value { name: String, letters: Option<usize> },
}

impl Pattern {
    /// Reads a pattern. `known` gives the own name of what an attribute may be called.
    ///
    /// # Errors
    /// What is wrong with it, and the byte where.
    pub fn read<'k>(text: &str, known: impl Fn(&str) -> Option<&'k str>) -> Result<Self, (String, usize)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let place = text.len() - rest.len();
            if let Some(inside) = rest.strip_prefix('{') {
                let Some((inside, after)) = inside.split_once('}') else {
                    return Err(("the brace is not closed".to_owned(), place));
                };
                pieces.push(value(inside, &known).map_err(|message| (message, place))?);
                rest = after;
            } else {
                let (before, _) = rest.split_once('{').unwrap_or((rest, ""));
                if let Some(letter) = before.chars().find(|letter| !is_plain(*letter)) {
                    return Err((format!("`{letter}` cannot be part of a login name"), place));
                }
                pieces.push(Piece::Text(before.to_owned()));
                rest = rest.strip_prefix(before).unwrap_or_default();
            }
        }
        match pieces.iter().any(|piece| matches!(piece, Piece::Value { .. })) {
            true => Ok(Self(pieces)),
            false => Err((
                "it names no attribute, so that all users would be called the same".to_owned(),
                0,
            )),
        }
    }

    /// The name that these values give: small letters and digits, and whatever the pattern itself has.
    ///
    /// Empty if no attribute has a letter that can be part of it.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v Value>) -> String {
        let mut name = String::new();
        let mut has_value = false;
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Value {
                    name: attribute,
                    letters,
                } => {
                    let part = match value(attribute) {
                        Some(Value::Text(text)) => plain(text),
                        Some(Value::Integer(number)) => number.unsigned_abs().to_string(),
                        _ => String::new(),
                    };
                    has_value |= !part.is_empty();
                    name.extend(part.chars().take(letters.unwrap_or(usize::MAX)));
                }
            }
        }
        if has_value { name } else { String::new() }
    }
}

fn value<'k>(inside: &str, known: &impl Fn(&str) -> Option<&'k str>) -> Result<Piece, String> {
    let (name, letters) = match inside.rsplit_once(':') {
        Some((name, letters)) if letters.chars().all(|letter| letter.is_ascii_digit()) => {
            let letters: usize = letters.parse().map_err(|_| format!("`{letters}` is no number of letters"))?;
            if letters == 0 {
                return Err("no letters of a value are none at all".to_owned());
            }
            (name, Some(letters))
        }
        _ => (inside, None),
    };
    let own = known(name).ok_or_else(|| format!("no mapping has `{name}`"))?;
    Ok(Piece::Value {
        name: own.to_owned(),
        letters,
    })
}

/// In Latin letters without marks, small, and nothing but these and digits.
fn plain(text: &str) -> String {
    let latin = deunicode::deunicode(text).to_ascii_lowercase();
    latin.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || ['.', '-', '_'].contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["userName", "name.givenName", "name.familyName"];

    fn read(text: &str) -> Result<Pattern, (String, usize)> {
        Pattern::read(text, |name| KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)))
    }

    fn filled(text: &str, given: &str, family: &str) -> String {
        let values = [Value::from(given), Value::from(family)];
        let pattern = read(text).unwrap();
        pattern.fill(|name| match name {
            "name.givenName" => values.first(),
            "name.familyName" => values.get(1),
            _ => None,
        })
    }

    #[test]
    fn names() {
        let pattern = "{name.givenName:1}{name.familyName}";
        for (given, family, name) in [
            ("Ada", "Lovelace", "alovelace"),
            ("Åsa", "O'Brien-Müller", "aobrienmuller"),
            ("Łukasz", "Œuvrard", "loeuvrard"),
            ("", "King", "king"),
            ("", "", ""),
            ("'", "-", ""),
        ] {
            assert_eq!(filled(pattern, given, family), name, "{given} {family}");
        }
        assert_eq!(filled("{NAME.FAMILYNAME:3}.x{name.givenName}", "Ada", "Lovelace"), "lov.xada");
        assert_eq!(filled("x{name.givenName}", "", "Lovelace"), "");
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, word, place) in [
            ("{name.givenName:1", "closed", 0),
            ("u-{nickName}", "nickName", 2),
            ("{userName:0}", "none", 0),
            ("{userName} x", "` `", 10),
            ("%{userName}", "`%`", 0),
            ("user", "no attribute", 0),
            ("", "no attribute", 0),
        ] {
            let (message, at) = read(text).unwrap_err();
            assert!(message.contains(word) && at == place, "{text}: {message} at {at}");
        }
    }
}
