//! What differs from one run to the next, by names that don't.
//!
//! - A UUID that no input holds was made on the way: the first one is `{uuid-1}`, and so on. A later request may say `{uuid-1}`.
//! - A point in time within the run is `{now}`, and its day, as a date of its own, `{today}`. Other times stay.
//! - `meta.version` is `{version}`: it is a hash of what a resource shows, times included. Cursors are `{cursor}`.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::Value;

/// Clocks of the database and of the host need not agree to the second.
const SLACK: TimeDelta = TimeDelta::seconds(2);
/// The length of a UUID as text.
const UUID: usize = 36;

/// The names given so far.
pub struct Stable {
    began: DateTime<Utc>,
    /// All that goes in; what is found there is nobody's invention.
    given: String,
    uuids: Vec<String>,
}

impl Stable {
    /// For a run that begins now.
    pub fn new(given: String) -> Self {
        Self {
            began: Utc::now(),
            given: given.to_ascii_lowercase(),
            uuids: Vec::new(),
        }
    }

    /// A value with names in place of what differs.
    pub fn named(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(values) => values.into_iter().map(|value| self.named(value)).collect(),
            Value::Object(members) => {
                let members = members.into_iter().map(|(key, value)| {
                    let value = match (key.as_str(), self.named(value)) {
                        ("meta", Value::Object(mut meta)) => {
                            if let Some(version) = meta.get_mut("version") {
                                *version = "{version}".into();
                            }
                            Value::Object(meta)
                        }
                        ("nextCursor" | "previousCursor", _) => "{cursor}".into(),
                        (_, value) => value,
                    };
                    (key, value)
                });
                Value::Object(members.collect())
            }
            other => other,
        }
    }

    /// A text with the values of names that were given before.
    pub fn resolved(&self, text: &str) -> String {
        let names = (1..).zip(&self.uuids);
        names.fold(text.to_owned(), |text, (number, uuid)| {
            text.replace(&format!("{{uuid-{number}}}"), uuid)
        })
    }

    fn text(&mut self, text: String) -> String {
        match self.time(&text) {
            Some(name) => name.to_owned(),
            None => self.uuids_of(text),
        }
    }

    fn time(&self, text: &str) -> Option<&'static str> {
        if self.given.contains(&text.to_ascii_lowercase()) {
            return None;
        }
        let now = Utc::now();
        if text == self.began.date_naive().to_string() || text == now.date_naive().to_string() {
            return Some("{today}");
        }
        let naive = || NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok();
        let time = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).ok();
        let time = time.or_else(|| naive().map(|time| time.and_utc()))?;
        let within = time >= self.began - SLACK && time <= now + SLACK;
        within.then_some("{now}")
    }

    fn uuids_of(&mut self, text: String) -> String {
        let mut named = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let taken = match rest.get(..UUID) {
                Some(uuid) if is_uuid(uuid) && !self.given.contains(&uuid.to_ascii_lowercase()) => {
                    named.push_str(&self.name(uuid));
                    UUID
                }
                _ => {
                    let first = rest.chars().next().map_or(0, char::len_utf8);
                    named.push_str(rest.get(..first).unwrap_or_default());
                    first
                }
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        named
    }

    fn name(&mut self, uuid: &str) -> String {
        let uuid = uuid.to_ascii_lowercase();
        let index = self.uuids.iter().position(|known| *known == uuid).unwrap_or_else(|| {
            self.uuids.push(uuid);
            self.uuids.len() - 1
        });
        format!("{{uuid-{}}}", index + 1)
    }
}

fn is_uuid(text: &str) -> bool {
    text.as_bytes().get(8) == Some(&b'-') && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_has_names() {
        let (one, other) = (uuid::Uuid::new_v4().to_string(), uuid::Uuid::new_v4().to_string());
        let given = "00000000-0000-4000-8000-000000000001 2020-01-01T00:00:00Z";
        let mut stable = Stable::new(given.to_owned());
        let now = Utc::now();
        let named = stable.named(json!({
            "id": one, "location": format!("http://localhost/Users/{one}"), "other": [other, "é".repeat(30)],
            "given": "00000000-0000-4000-8000-000000000001",
            "meta": { "created": "2020-01-01T00:00:00Z", "lastModified": now.to_rfc3339(), "version": "W/\"abc\"" },
            "row": now.format("%Y-%m-%d %H:%M:%S").to_string(), "day": now.date_naive().to_string(), "year": "2020-01-01", "version": 7,
            "long ago": "1999-12-31 23:59:59",
        }));
        assert_eq!(
            named,
            json!({
                "id": "{uuid-1}", "location": "http://localhost/Users/{uuid-1}", "other": ["{uuid-2}", "é".repeat(30)],
                "given": "00000000-0000-4000-8000-000000000001",
                "meta": { "created": "2020-01-01T00:00:00Z", "lastModified": "{now}", "version": "{version}" },
                "row": "{now}", "day": "{today}", "year": "2020-01-01", "version": 7,
                "long ago": "1999-12-31 23:59:59",
            })
        );
        assert_eq!(stable.resolved("/Users/{uuid-2}"), format!("/Users/{other}"));
        assert_eq!(stable.resolved("/Users/{uuid-3}"), "/Users/{uuid-3}");
    }
}
