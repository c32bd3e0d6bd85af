//! Takes out of a replay what nobody else shall read.
//!
//! A value is replaced by a placeholder of its type and length, the same for the same value, so that a component that looks at
//! them goes the same way: it compares, cuts and parses them as it did. What placeholders can't keep (an order, a check digit) shows
//! when the replay is tried, which happens before it is kept. The key that placeholders are made with is thrown away.

mod value;
mod words;

use serde_json::Value as Json;

use self::words::Words;
use super::{
    exchange::{Answered, Asked},
    file::{Called, Replay},
    settings::Redact,
    value::Written,
};

/// Shorter texts than this are too common to be looked for in others.
const SECRET: usize = 4;
/// Keys of documents that say what something is, and nothing of a person.
const PLAIN: [&str; 3] = ["schemas", "type", "resourcetype"];

/// What has placeholders in the files of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// As the administrator wrote them; empty: everything.
    attributes: Vec<String>,
    /// The same, and the columns that hold them, as [`plain`] writes them.
    names: Vec<String>,
}

/// Whether a name in `redact` is about any of these attributes with their columns.
pub fn redacts<'a>(name: &str, mut mapped: impl Iterator<Item = (String, &'a str)>) -> bool {
    let rules = Rules::new(&Redact::Named(vec![name.to_owned()]), std::iter::empty());
    mapped.any(|(attribute, column)| rules.name(&attribute) || rules.name(column))
}

impl Rules {
    /// `mapped` is each attribute with its column.
    pub fn new<'a>(redact: &Redact, mapped: impl Iterator<Item = (String, &'a str)>) -> Self {
        let Redact::Named(attributes) = redact else {
            return Self {
                attributes: Vec::new(),
                names: Vec::new(),
            };
        };
        let mut rules = Self {
            attributes: attributes.clone(),
            names: attributes.iter().map(|name| plain(name)).collect(),
        };
        let columns: Vec<String> = mapped
            .filter(|(attribute, _)| rules.name(attribute))
            .map(|(_, column)| plain(column))
            .collect();
        rules.names.extend(columns);
        rules
    }

    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn everything(&self) -> bool {
        self.attributes.is_empty()
    }

    /// Whether an attribute, a parameter or a column of this name is meant.
    fn name(&self, name: &str) -> bool {
        let name = plain(name);
        self.everything()
            || self.names.iter().any(|meant| match name.strip_prefix(meant.as_str()) {
                Some(rest) => rest.is_empty() || rest.starts_with('.'),
                None => false,
            })
    }
}

/// A path without conditions, in lower case, all of it with dots.
fn plain(name: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for c in name.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => plain.push('.'),
            c if depth == 0 => plain.extend(c.to_lowercase()),
            _ => {}
        }
    }
    plain
}

/// Puts placeholders into a replay. `secrets` are texts that may stand nowhere in it.
pub fn redact(replay: &mut Replay, rules: &Rules, secrets: &[String], key: [u8; 32]) {
    let mut words = Words::new(key);
    values(replay, &mut |name, value| {
        if rules.everything() || name.is_some_and(|name| rules.name(name)) {
            value::hide(value, &mut words);
        }
    });
    if let Called::Transform { document, .. } = &mut replay.call {
        hide_document(document, rules, &mut words);
    }
    // What was hidden may stand elsewhere too, under another name or in a message.
    if !rules.everything() {
        values(replay, &mut |_, value| value::hide_known(value, &words));
    }
    texts(replay, &mut |text| *text = words.hide_known(text));
    let secrets: Vec<&String> = secrets.iter().filter(|secret| secret.len() >= SECRET).collect();
    let cover = |text: &mut String| {
        for secret in &secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), &"*".repeat(secret.len()));
            }
        }
    };
    values(replay, &mut |_, value| value::each_text(value, &cover));
    texts(replay, &mut |text| cover(text));
    configured(replay, &mut |text| cover(text));
}

/// Every value of a replay, with its name where it has one.
fn values(replay: &mut Replay, visit: &mut dyn FnMut(Option<&str>, &mut Written)) {
    if let Called::Run { inputs, .. } = &mut replay.call {
        inputs.iter_mut().for_each(|input| visit(Some(&input.name), &mut input.value));
    }
    for exchange in &mut replay.exchanges {
        match &mut exchange.asked {
            Asked::Query { values, .. } | Asked::Execute { values, .. } | Asked::Forward { values, .. } => {
                values.iter_mut().for_each(|named| visit(Some(&named.name), &mut named.value));
            }
            Asked::DynamicQuery { values, .. } | Asked::DynamicExecute { values, .. } => {
                values.iter_mut().for_each(|value| visit(None, value));
            }
            Asked::Output { .. } => {}
        }
        let (columns, rows) = match &mut exchange.answer {
            Answered::Result { columns, rows } => (columns, rows),
            Answered::Execution {
                generated_id,
                columns,
                rows,
                outputs,
                ..
            } => {
                generated_id.iter_mut().for_each(|id| visit(Some("id"), id));
                outputs
                    .iter_mut()
                    .for_each(|named| visit(Some(&named.name), &mut named.value));
                (columns, rows)
            }
            _ => continue,
        };
        for row in rows {
            for (index, value) in row.iter_mut().enumerate() {
                visit(columns.get(index).map(|column| column.name.as_str()), value);
            }
        }
    }
}

/// Every text of a replay that may quote a value.
fn texts(replay: &mut Replay, visit: &mut dyn FnMut(&mut String)) {
    use super::outcome::Ended;
    for exchange in &mut replay.exchanges {
        match &mut exchange.answer {
            Answered::DatabaseError { message, .. } | Answered::Misuse(message) => visit(message),
            _ => {}
        }
        if let Asked::DynamicQuery { text, .. } | Asked::DynamicExecute { text, .. } = &mut exchange.asked {
            visit(text);
        }
    }
    match &mut replay.outcome.ended {
        Ended::Answered(text) | Ended::Trap(text) | Ended::Misuse(text) | Ended::Host(text) => visit(text),
        Ended::Limit { .. } => {}
    }
    visit(&mut replay.outcome.stderr);
}

/// Every text that an administrator wrote, or that a component made of that.
fn configured(replay: &mut Replay, visit: &mut dyn FnMut(&mut String)) {
    match &mut replay.call {
        Called::Prepare { settings, .. } | Called::Refine { settings, .. } | Called::Transform { settings, .. } => {
            visit(settings)
        }
        Called::Run { memo, .. } => visit(memo),
    }
    if let Some(prepared) = &mut replay.prepared {
        visit(&mut prepared.settings);
        prepared.plan.iter_mut().for_each(|statement| visit(&mut statement.text));
    }
}

/// The texts of settings whose keys say that they are secrets.
pub fn secrets(settings: &str) -> Vec<String> {
    fn collect(value: &Json, secret: bool, found: &mut Vec<String>) {
        match value {
            Json::String(text) if secret => found.push(text.clone()),
            Json::Array(elements) => elements.iter().for_each(|element| collect(element, secret, found)),
            Json::Object(members) => members.iter().for_each(|(key, value)| {
                let key = key.to_ascii_lowercase();
                let words = [
                    "password",
                    "secret",
                    "token",
                    "credential",
                    "api-key",
                    "apikey",
                    "api_key",
                    "private-key",
                ];
                collect(value, secret || words.iter().any(|word| key.contains(word)), found);
            }),
            _ => {}
        }
    }
    let mut found = Vec::new();
    let parsed: Option<Json> = serde_json::from_str(settings).ok();
    // What the administrator wrote as statements names passwords and holds none.
    let own = parsed.as_ref().map(|parsed| parsed.get("settings").unwrap_or(parsed));
    own.into_iter().for_each(|own| collect(own, false, &mut found));
    found
}

fn hide_document(document: &mut String, rules: &Rules, words: &mut Words) {
    let Ok(mut parsed) = serde_json::from_str::<Json>(document) else {
        *document = words.hide(document);
        return;
    };
    hide_json(&mut parsed, "", rules, words);
    *document = parsed.to_string();
}

fn hide_json(value: &mut Json, path: &str, rules: &Rules, words: &mut Words) {
    match value {
        Json::Object(members) => {
            for (key, value) in members.iter_mut() {
                if PLAIN.contains(&key.to_ascii_lowercase().as_str()) {
                    continue;
                }
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                hide_json(value, &path, rules, words);
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| hide_json(element, path, rules, words)),
        leaf if rules.name(path) => value::hide_leaf(leaf, words),
        Json::String(text) => *text = words.hide_known(text),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
