//! A table in a configuration file. Remembers which keys were asked for, so that those that nobody knows can be reported.

use std::cell::RefCell;

use toml::de::DeTable;

use super::{
    log::{Decoded, Reported},
    nearest::{nearest, suggest},
    node::{File, Node},
    problem::Problem,
    source::Show,
};

/// A table, or a section that isn't there and has no entries.
pub struct Table<'s> {
    pub node: Node<'s>,
    entries: Option<&'s DeTable<'s>>,
    known: RefCell<Vec<&'static str>>,
    /// What was reported because a key is not there.
    missing: RefCell<Vec<(String, Problem)>>,
}

impl<'s> Table<'s> {
    pub fn new(node: Node<'s>, entries: Option<&'s DeTable<'s>>) -> Self {
        Self {
            node,
            entries,
            known: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// A whole file.
    pub fn root(file: File<'s>, entries: &'s DeTable<'s>) -> Self {
        Self::new(Node::root(file), Some(entries))
    }

    /// Decodes it, and then reports the keys that were not asked for.
    pub fn decode<T>(self, decode: impl FnOnce(&Self) -> Decoded<T>) -> Decoded<T> {
        let decoded = decode(&self);
        match self.unknown_keys() {
            Some(reported) => Err(reported),
            None => decoded,
        }
    }

    /// The value of a key, if the key is there.
    pub fn get(&self, key: &'static str) -> Option<Node<'s>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        let (name, value) = self.entries?.get_key_value(key)?;
        Some(self.node.inner(self.path(key), Some(name.span()), value))
    }

    pub fn optional<T>(&self, key: &'static str, decode: impl FnOnce(&Node<'s>) -> Decoded<T>) -> Decoded<Option<T>> {
        self.get(key).map(|node| decode(&node)).transpose()
    }

    pub fn or<T>(&self, key: &'static str, default: T, decode: impl FnOnce(&Node<'s>) -> Decoded<T>) -> Decoded<T> {
        self.get(key).map_or(Ok(default), |node| decode(&node))
    }

    /// A key that must be there; `example` is what could stand behind its equals sign.
    pub fn required<T>(&self, key: &'static str, example: &str, decode: impl FnOnce(&Node<'s>) -> Decoded<T>) -> Decoded<T> {
        match self.get(key) {
            Some(node) => decode(&node),
            None => Err(self.missing(key, &format!("{key} = {example}"))),
        }
    }

    /// Reports that a key is missing, at the table that it is missing from.
    pub fn missing(&self, key: &str, remedy: &str) -> Reported {
        let mut node = self.node.clone();
        node.key = self.path(key);
        self.missing_because(&node, &[key], "is missing", &format!("write `{remedy}`"))
    }

    /// Reports what follows from none of `keys` being there. It is taken back if one of them turns out to be mistyped.
    pub fn missing_because(&self, node: &Node<'s>, keys: &[&str], message: &str, remedy: &str) -> Reported {
        let problem = node.finding(Show::Line, message, remedy);
        let mut missing = self.missing.borrow_mut();
        missing.extend(keys.iter().map(|key| ((*key).to_owned(), problem.clone())));
        self.node.file.log.problem(problem)
    }

    /// A section that may be left out: then it is decoded as an empty one.
    pub fn section<T>(&self, key: &'static str, decode: impl FnOnce(&Table<'s>) -> Decoded<T>) -> Decoded<T> {
        match self.get(key) {
            Some(node) => node.table(decode),
            None => self.absent(key).decode(decode),
        }
    }

    /// A section whose keys are the administrator's to choose, and which may be left out.
    pub fn named(&self, key: &'static str) -> Decoded<Vec<(String, Node<'s>)>> {
        self.get(key).map_or(Ok(Vec::new()), |node| node.named())
    }

    fn absent(&self, key: &str) -> Table<'s> {
        let node = Node {
            key: self.path(key),
            value: None,
            ..self.node.clone()
        };
        Table::new(node, None)
    }

    /// Reports keys that are known but have no meaning here.
    pub fn refuse(&self, keys: &[&'static str], why: &str) -> Decoded<()> {
        let mut outcome = Ok(());
        for key in keys {
            if let Some(node) = self.get(key) {
                outcome = Err(node.at_key().problem_of_key(why, format!("remove `{key}`")));
            }
        }
        outcome
    }

    /// Every entry, in the order of the file.
    pub fn all(&self) -> Vec<(String, Node<'s>)> {
        let mut entries: Vec<_> = self.entries.into_iter().flat_map(|entries| entries.iter()).collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| {
                (
                    key.get_ref().to_string(),
                    self.node.inner(self.path(key.get_ref()), Some(key.span()), value),
                )
            })
            .collect()
    }

    fn unknown_keys(&self) -> Option<Reported> {
        let known = self.known.borrow();
        let is_there = |key: &str| self.entries.is_some_and(|entries| entries.get(key).is_some());
        let absent: Vec<&str> = known.iter().copied().filter(|key| !is_there(key)).collect();
        let mut reported = None;
        for (key, node) in self.all().iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            // A table can be written in parts, so that it may be meant though it is there already.
            let meant = nearest(key, absent.iter().copied());
            let meant = meant.or_else(|| nearest(key, known.iter().copied()).filter(|_| node.is_table()));
            let remedy = match meant {
                Some(meant) => format!("write `{meant}` instead"),
                None => suggest(key, absent.iter().copied(), "keys that can stand here"),
            };
            let cause = node.at_key().problem_of_key("unknown key", remedy);
            let missing = self.missing.borrow();
            for (_, consequence) in missing.iter().filter(|(key, _)| Some(key.as_str()) == meant) {
                self.node.file.log.withdraw(cause, consequence);
            }
            reported = Some(cause);
        }
        reported
    }

    fn path(&self, key: &str) -> String {
        let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let key = if bare {
            key.to_owned()
        } else {
            format!("\"{}\"", key.escape_debug())
        };
        if self.node.key.is_empty() {
            key
        } else {
            format!("{}.{key}", self.node.key)
        }
    }
}
