//! The text of one configuration file, and what of it may be shown.

use std::{cell::RefCell, ops::Range, path::PathBuf};

use super::problem::Place;

/// A file that has been read.
#[derive(Debug)]
pub struct Source {
    /// Relative to the configuration directory.
    pub file: PathBuf,
    pub text: String,
    /// Where secrets stand, so that no excerpt shows them.
    secrets: RefCell<Vec<Range<usize>>>,
}

/// What an excerpt shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Line,
    /// Not what follows an equals sign: a mistyped `password` is an unknown key whose value is a secret all the same.
    KeyOnly,
    /// Not from the span on.
    BeforeValue,
    /// Of a line that isn't TOML: no value, unless the key is one that never holds a secret.
    Syntax,
}

/// Keys whose values may be shown even where a slip makes it uncertain what belongs to what.
const HARMLESS: [&str; 14] = [
    "sql",
    "plugin",
    "file",
    "kind",
    "port",
    "path",
    "id",
    "display",
    "active",
    "enabled",
    "rows",
    "parameters",
    "listen",
    "allow",
];

impl Source {
    pub fn new(file: PathBuf, text: String) -> Self {
        let secrets = RefCell::new(secrets(&text));
        Self { file, text, secrets }
    }

    /// Keeps a span out of every excerpt.
    pub fn conceal(&self, span: Range<usize>) {
        self.secrets.borrow_mut().push(span);
    }

    /// The 1-based line that a byte is in.
    pub fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// The place of a span, of which the first line is shown.
    pub fn place(&self, span: &Range<usize>, show: Show) -> Place {
        let start = floor(&self.text, span.start);
        let line_start = self
            .text
            .get(..start)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        let line_end = self
            .text
            .get(start..)
            .and_then(|rest| rest.find('\n'))
            .map_or(self.text.len(), |at| start + at);
        let visible_end = self.visible_end(line_start, line_end, &(start..floor(&self.text, span.end)), show);
        let width = characters(&self.text, start..span.end.min(visible_end.max(start + 1)));
        let mut excerpt = self.printable(line_start..visible_end);
        if visible_end < line_end {
            excerpt = match excerpt.trim_end() {
                "" => "…".to_owned(),
                shown => format!("{shown} …"),
            };
        }
        Place {
            line: self.line(start),
            column: characters(&self.text, line_start..start) + 1,
            excerpt,
            width: width.max(1),
        }
    }

    /// Where a line stops to be fit for showing.
    fn visible_end(&self, start: usize, end: usize, span: &Range<usize>, show: Show) -> usize {
        let secrets = self.secrets.borrow();
        let overlapping = secrets.iter().filter(|secret| secret.start < end && start < secret.end);
        let end = overlapping.map(|secret| secret.start.max(start)).min().unwrap_or(end);
        let equals = self.text.get(span.end..end).and_then(|rest| rest.find('='));
        match (show, equals) {
            (Show::Syntax, _) => self.text.get(start..end).map_or(end, |line| start + syntax_end(line)),
            (Show::KeyOnly, Some(equals)) => span.end + equals + 1,
            (Show::BeforeValue, _) => span.start.min(end),
            _ => end,
        }
    }

    fn printable(&self, range: Range<usize>) -> String {
        let line = self.text.get(range).unwrap_or_default().trim_end();
        line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }
}

/// How far a line that isn't TOML can be shown.
fn syntax_end(line: &str) -> usize {
    let key = line.split('=').next().unwrap_or_default().trim();
    match line.find(['=', '"', '\'']) {
        Some(_) if HARMLESS.contains(&key) => line.len(),
        Some(at) if line.get(at..).is_some_and(|rest| rest.starts_with('=')) => at + 1,
        None if key.starts_with('[') => line.len(),
        _ => 0,
    }
}

/// Finds what is assigned to a key that ends in `token` or `password`, up to the end of the line or of a multi-line string.
/// A table that refers to a secret, as in `{ env = … }`, holds none. Works on text, since a file with a syntax error has secrets too.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in ["token", "password"] {
        for (at, _) in lower.match_indices(word) {
            let after_word = at + word.len();
            let rest = text.get(after_word..).unwrap_or_default();
            let value = rest.trim_start_matches([' ', '\t', '"', '\'']);
            let Some(value) = value.strip_prefix('=').map(|value| value.trim_start_matches([' ', '\t'])) else {
                continue;
            };
            // A reference to a secret is none.
            if is_reference(value) {
                continue;
            }
            let start = text.len() - value.len();
            let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| value.starts_with(quotes));
            let length = match quotes {
                Some(quotes) => value
                    .get(3..)
                    .and_then(|inner| inner.find(quotes))
                    .map_or(value.len(), |end| end + 6),
                None => value.find('\n').unwrap_or(value.len()),
            };
            found.push(start..start + length);
        }
    }
    found
}

/// Whether a table says nothing but where a secret is.
fn is_reference(value: &str) -> bool {
    let Some(inner) = value.strip_prefix('{').and_then(|inner| inner.split(['}', '\n']).next()) else {
        return false;
    };
    inner
        .split(',')
        .all(|entry| ["env", "file"].contains(&entry.split('=').next().unwrap_or_default().trim()))
}

fn characters(text: &str, range: Range<usize>) -> usize {
    text.get(range).map_or(0, |part| {
        part.split('\n')
            .next()
            .unwrap_or_default()
            .trim_end_matches('\r')
            .chars()
            .count()
    })
}

/// The start of the character that a byte belongs to.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}
