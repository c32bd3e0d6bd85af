//! `LIKE` and `REPLACE` under a collation.

use super::collation::Collation;
use crate::error::ServerError;

enum Part {
    /// `%`
    Any,
    /// `_`
    One,
    Letter(char),
    /// `[a-z]`, `[^a-z]`
    Set {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
}

/// Whether a text is like a pattern. Spaces count.
///
/// # Errors
/// A set without an end.
pub fn matches(subject: &str, pattern: &str, escape: Option<char>, collation: Collation) -> Result<bool, ServerError> {
    let subject: Vec<char> = collation.folded(subject).chars().collect();
    let parts = parts(&collation.folded(pattern), escape)?;
    Ok(fits(&subject, &parts))
}

fn parts(pattern: &str, escape: Option<char>) -> Result<Vec<Part>, ServerError> {
    let mut parts = Vec::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            letter if Some(letter) == escape => Part::Letter(letters.next().unwrap_or(letter)),
            '%' => Part::Any,
            '_' => Part::One,
            '[' => {
                let negated = letters.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    match letters.next() {
                        None => return Err(ServerError::cannot("a set in a pattern that doesn't end")),
                        Some(']') => break,
                        Some(from) if letters.next_if_eq(&'-').is_some() => ranges.push((from, letters.next().unwrap_or(from))),
                        Some(letter) => ranges.push((letter, letter)),
                    }
                }
                Part::Set { ranges, negated }
            }
            letter => Part::Letter(letter),
        });
    }
    Ok(parts)
}

fn fits(subject: &[char], parts: &[Part]) -> bool {
    match (parts, subject) {
        ([], _) => subject.is_empty(),
        ([Part::Any, rest @ ..], _) => (0..=subject.len()).any(|skipped| fits(&subject[skipped..], rest)),
        ([_, ..], []) => false,
        ([part, rest @ ..], [letter, subject @ ..]) => {
            let fits_here = match part {
                Part::Any | Part::One => true,
                Part::Letter(wanted) => wanted == letter,
                Part::Set { ranges, negated } => ranges.iter().any(|(from, to)| (from..=to).contains(&letter)) != *negated,
            };
            fits_here && fits(subject, rest)
        }
    }
}

/// Every occurrence replaced.
pub fn replaced(subject: &str, what: &str, with: &str, collation: Collation) -> String {
    let (folded, what) = (collation.folded(subject), collation.folded(what));
    let letters: Vec<char> = subject.chars().collect();
    let folded: Vec<char> = folded.chars().collect();
    let what: Vec<char> = what.chars().collect();
    let mut out = String::new();
    let mut place = 0;
    while place < letters.len() {
        if folded[place..].starts_with(&what) {
            out.push_str(with);
            place += what.len();
        } else {
            out.push(letters[place]);
            place += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_t_sql() {
        let like = |subject, pattern| matches(subject, pattern, Some('!'), Collation::CaseInsensitive).unwrap();
        assert!(like("Ada Lovelace", "ADA%"));
        assert!(like("a_b", "a!_b") && !like("axb", "a!_b"));
        assert!(like("b", "[a-c]") && !like("b", "[^a-c]") && like("]", "!]"));
        assert!(!like("ab  ", "ab") && !like("ab", "ab  "));
        assert!(!matches("A", "a", None, Collation::Binary).unwrap());
        assert_eq!(replaced("aXbx", "x", "--", Collation::CaseInsensitive), "a--b--");
    }
}
