//! Placeholders for words: runs of letters and digits.
//!
//! A placeholder is as long as its word, in characters and in bytes, and has digits for digits, letters for letters and capitals
//! for capitals. The same word has the same one everywhere, whatever its capitals, and no two words share one. What stands between
//! words stays, so that an e-mail address still is one. A date is moved by some years, always the same, and still is a date.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use sha2::{Digest as _, Sha256};

/// Shorter words are too common to be looked for in other texts.
const TELLING: usize = 3;
/// How often another placeholder is tried where one is taken.
const TRIES: u32 = 64;

/// The placeholders of one file.
pub struct Words {
    key: [u8; 32],
    given: HashMap<String, String>,
    taken: HashSet<String>,
}

impl Words {
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            given: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// The text with a placeholder for every word.
    pub fn hide(&mut self, text: &str) -> String {
        if let Some(moved) = self.moved(text) {
            return moved;
        }
        mapped(text, |word| self.placeholder(word))
    }

    /// The text with a placeholder for every word that has been hidden elsewhere.
    pub fn hide_known(&self, text: &str) -> String {
        mapped(text, |word| match self.given.get(&folded(word)) {
            Some(placeholder) if word.chars().count() >= TELLING => cased(placeholder, word),
            _ => word.to_owned(),
        })
    }

    /// So many bytes in place of others.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut hidden = Vec::with_capacity(bytes.len());
        for counter in 0.. {
            if hidden.len() >= bytes.len() {
                break;
            }
            hidden.extend_from_slice(&self.hash(bytes, counter));
        }
        hidden.truncate(bytes.len());
        hidden
    }

    fn placeholder(&mut self, word: &str) -> String {
        if word.len() < 2 {
            return word.to_owned();
        }
        let folded = folded(word);
        if let Some(placeholder) = self.given.get(&folded) {
            return cased(placeholder, word);
        }
        let mut placeholder = self.made(&folded, 0);
        for attempt in 1..TRIES {
            if !self.taken.contains(&placeholder) {
                break;
            }
            placeholder = self.made(&folded, attempt);
        }
        self.taken.insert(placeholder.clone());
        let shown = cased(&placeholder, word);
        self.given.insert(folded, placeholder);
        shown
    }

    fn made(&self, folded: &str, attempt: u32) -> String {
        let hexadecimal = folded.chars().all(|c| c.is_ascii_hexdigit()) && folded.contains(|c: char| c.is_ascii_digit());
        let letters = if hexadecimal { 6 } else { 26 };
        let length = folded.chars().count();
        let chance = (0..)
            .flat_map(|block: u32| self.hash(folded.as_bytes(), attempt + block * TRIES))
            .take(length);
        let characters = folded.chars().zip(chance).enumerate();
        characters
            .map(|(index, (c, chance))| substitute(c, chance, index == 0, letters))
            .collect()
    }

    fn hash(&self, bytes: &[u8], counter: u32) -> [u8; 32] {
        let hash = Sha256::new().chain_update(self.key).chain_update(counter.to_le_bytes());
        hash.chain_update(bytes).finalize().into()
    }

    /// A date, alone or in front of a time.
    fn moved(&self, text: &str) -> Option<String> {
        let (date, time) = text.split_at_checked(10)?;
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
        if !(time.is_empty() || time.starts_with(['T', ' '])) {
            return None;
        }
        let [low, high, ..] = self.hash(b"days", 0);
        let days = 100 + u64::from(u16::from_le_bytes([low, high]) % 4000);
        let moved = date.checked_sub_days(Days::new(days))?;
        let moved = format!("{}{time}", moved.format("%Y-%m-%d"));
        (moved.len() == text.len()).then_some(moved)
    }
}

/// In place of a character one of its kind and length.
fn substitute(c: char, chance: u8, first: bool, letters: u8) -> char {
    let of = |first: char, choices: u8| char::from_u32(u32::from(first) + u32::from(chance % choices)).unwrap_or(c);
    match (c, c.len_utf8()) {
        ('0', _) if first => '0',
        ('0'..='9', _) if first => of('1', 9),
        ('0'..='9', _) => of('0', 10),
        (_, 1) => of('a', letters),
        (_, 2) => of('à', 23),
        (_, 3) => of('一', 255),
        _ => of('\u{20000}', 255),
    }
}

/// In lower case, but for letters that would get another length by that.
fn folded(word: &str) -> String {
    word.chars().map(lower).collect()
}

fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) if lower.len_utf8() == c.len_utf8() => lower,
        _ => c,
    }
}

/// With the capitals of another word.
fn cased(placeholder: &str, word: &str) -> String {
    let pairs = placeholder.chars().zip(word.chars());
    pairs
        .map(|(placeholder, c)| {
            let mut upper = placeholder.to_uppercase();
            match (c.is_uppercase(), upper.next(), upper.next()) {
                (true, Some(upper), None) if upper.len_utf8() == placeholder.len_utf8() => upper,
                _ => placeholder,
            }
        })
        .collect()
}

/// A text with each of its words changed.
fn mapped(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let between = rest.find(char::is_alphanumeric).unwrap_or(rest.len());
        let (gap, from) = rest.split_at(between);
        let end = from.find(|c: char| !c.is_alphanumeric()).unwrap_or(from.len());
        let (word, behind) = from.split_at(end);
        result.push_str(gap);
        if !word.is_empty() {
            result.push_str(&change(word));
        }
        rest = behind;
    }
    result
}
