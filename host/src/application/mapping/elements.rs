//! What a wanted list of elements changes of the current one.
//!
//! An element is the one that it is by its `value` and `type`, as PATCH sees it (RFC 7644 §3.5.2.1). One of which something else differs, or
//! whose value alone does where no other has its type, is changed; what is left is removed and added. The order of elements means
//! nothing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value as Json;

use super::element::{Element, is_primary, says_primary};
use crate::{
    application::{AttributeMapping, ListSettings},
    scim::{Document, Error, ScimType},
};

/// What is to be done, in this order.
#[derive(Debug, Default, PartialEq)]
pub struct ListDifference<'d> {
    pub removed: Vec<&'d Element>,
    /// What is, and what becomes of it.
    pub changed: Vec<(&'d Element, &'d Document)>,
    pub added: Vec<&'d Document>,
}

/// Which sub-attributes of a list operations can set.
pub struct Settable<'a> {
    /// At all: a client's value for another one means nothing.
    pub anyhow: &'a dyn Fn(&AttributeMapping) -> bool,
    /// Of an element that is there.
    pub later: &'a dyn Fn(&AttributeMapping) -> bool,
}

impl ListSettings {
    /// From what a user has to what is wanted.
    ///
    /// # Errors
    /// `invalidValue`: several elements would be the primary one.
    pub fn difference<'d>(
        &self,
        current: &'d [Element],
        wanted: &'d [Json],
        settable: &Settable<'_>,
    ) -> Result<ListDifference<'d>, Error> {
        let parts: Vec<&AttributeMapping> = self.parts.iter().filter(|part| (settable.anyhow)(part)).collect();
        let says_something = |element: &&Document| parts.iter().any(|part| element.contains_key(part.sub_attribute()));
        let wanted: Vec<&Document> = wanted.iter().filter_map(Json::as_object).filter(says_something).collect();
        let whole = |element: &Document| Some(parts.iter().map(|part| text(part, element)).collect::<Vec<_>>());

        let mut left = Left {
            current: current.iter().map(Some).collect(),
            wanted: wanted.clone(),
        };
        let unchanged = left.pair(&whole, Pairing::Several);
        // The same twice is the same.
        let mut seen: HashSet<_> = unchanged.iter().filter_map(|(_, wanted)| whole(wanted)).collect();
        left.wanted
            .retain(|element| whole(element).is_some_and(|whole| seen.insert(whole)));

        let mut pairs = Vec::new();
        if parts.iter().any(|part| (settable.later)(part)) {
            let part = |name: &str| parts.iter().find(|part| part.sub_attribute().eq_ignore_ascii_case(name));
            let (value, kind) = (part("value"), part("type"));
            let of_kind = |element: &Document| kind.and_then(|kind| text(kind, element));
            let identity = |element: &Document| Some(vec![Some(text(value?, element)?), of_kind(element)]);
            let only_of_kind = |element: &Document| Some(vec![of_kind(element)]);
            pairs.extend(left.pair(&identity, Pairing::Several));
            pairs.extend(left.pair(&only_of_kind, Pairing::OnlyOnes));
        }
        let can_be_changed = |(current, wanted): &(&Element, &Document)| {
            let differs = |part: &&&AttributeMapping| text(part, &current.members) != text(part, wanted);
            parts.iter().filter(differs).all(|part| (settable.later)(part))
        };
        let (changed, replaced): (Vec<_>, Vec<_>) = pairs.into_iter().partition(can_be_changed);
        let replaced_by = replaced.iter().map(|(_, wanted)| *wanted);
        let mut difference = ListDifference {
            added: left.wanted.into_iter().chain(replaced_by).collect(),
            removed: left
                .current
                .into_iter()
                .flatten()
                .chain(replaced.iter().map(|(current, _)| *current))
                .collect(),
            changed,
        };
        if parts.iter().any(|part| is_primary(part)) && difference.makes_primary() {
            self.only_one(&wanted)?;
        }
        // Who is no longer the primary one comes before who becomes it: tables may allow one at a time.
        difference.changed.sort_by_key(|(_, wanted)| says_primary(wanted));
        difference.added.sort_by_key(|wanted| says_primary(wanted));
        Ok(difference)
    }

    /// RFC 7643 §2.4. Users who have several already keep them until another one becomes it.
    fn only_one(&self, wanted: &[&Document]) -> Result<(), Error> {
        match wanted.iter().filter(|element| says_primary(element)).count() {
            0 | 1 => Ok(()),
            _ => Err(Error::bad_request(
                ScimType::InvalidValue,
                format!(
                    "`{}` can have one primary element, and several would be it (RFC 7643 §2.4)",
                    self.path
                ),
            )),
        }
    }
}

impl ListDifference<'_> {
    pub fn is_none(&self) -> bool {
        self.removed.is_empty() && self.changed.is_empty() && self.added.is_empty()
    }

    fn makes_primary(&self) -> bool {
        let becomes = |(current, wanted): &(&Element, &Document)| says_primary(wanted) && !says_primary(&current.members);
        self.changed.iter().any(becomes) || self.added.iter().any(|wanted| says_primary(wanted))
    }
}

/// What makes two elements the same.
type Key = Vec<Option<String>>;

/// Which elements of one key go together.
#[derive(Clone, Copy, PartialEq)]
enum Pairing {
    /// One of the one side with one of the other, as long as there are some.
    Several,
    /// Those that have it to themselves.
    OnlyOnes,
}

/// What has no counterpart yet.
struct Left<'d> {
    /// `None`: it has one.
    current: Vec<Option<&'d Element>>,
    wanted: Vec<&'d Document>,
}

impl<'d> Left<'d> {
    /// Takes out the elements that go together. What `key` gives nothing for has no counterpart.
    fn pair(&mut self, key: &dyn Fn(&Document) -> Option<Key>, pairing: Pairing) -> Vec<(&'d Element, &'d Document)> {
        let mut places: HashMap<Key, Vec<usize>> = HashMap::new();
        for (place, element) in self.current.iter().enumerate().rev() {
            if let Some(key) = element.and_then(|element| key(&element.members)) {
                places.entry(key).or_default().push(place);
            }
        }
        let mut numbers: HashMap<Key, usize> = HashMap::new();
        for key in self.wanted.iter().filter_map(|element| key(element)) {
            *numbers.entry(key).or_default() += 1;
        }
        let mut pairs = Vec::new();
        let current = &mut self.current;
        self.wanted.retain(|wanted| {
            let counterpart = key(wanted).and_then(|key| {
                let found = places.get_mut(&key)?;
                let alone = found.len() == 1 && numbers.get(&key) == Some(&1);
                (alone || pairing == Pairing::Several).then(|| found.pop())?
            });
            let counterpart = counterpart.and_then(|place| current.get_mut(place)?.take());
            pairs.extend(counterpart.map(|current| (current, *wanted)));
            counterpart.is_none()
        });
        pairs
    }
}

/// A value as far as it differs from others: points in time by the instant, numbers by what they are, truth by the word.
fn text(part: &AttributeMapping, element: &Document) -> Option<String> {
    match element.get(part.sub_attribute()) {
        None | Some(Json::Null) => is_primary(part).then(|| "false".to_owned()),
        Some(Json::String(text)) => Some(match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => instant.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::AutoSi, true),
            Err(_) => text.clone(),
        }),
        Some(Json::Number(number)) => Some(
            number
                .as_f64()
                .filter(|_| number.is_f64())
                .map_or_else(|| number.to_string(), |float| float.to_string()),
        ),
        Some(other) => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::application::{Origin, ValueType};

    /// `value`, `type` and `primary`, each with a column of its name; `display` is nothing that an operation sets.
    fn phones() -> ListSettings {
        let part = |name: &str, value_type| AttributeMapping {
            path: format!("phoneNumbers.{name}").parse().unwrap(),
            column: name.into(),
            value_type,
            holds: Default::default(),
            column_type: None,
            origin: Origin::Mapping,
        };
        ListSettings {
            name: "phoneNumbers".into(),
            path: "phoneNumbers".parse().unwrap(),
            parts: vec![
                part("value", ValueType::Text),
                part("type", ValueType::Text),
                part("primary", ValueType::Boolean),
                part("display", ValueType::Text),
            ],
            user: None,
            id: None,
            operations: Default::default(),
        }
    }

    fn elements(of: &Json) -> Vec<Element> {
        let members = of.as_array().unwrap().iter().map(|it| it.as_object().unwrap().clone());
        members.map(|members| Element { id: None, members }).collect()
    }

    /// What is removed, what is changed and into what, and what is added.
    fn difference(current: Json, wanted: Json, later: &dyn Fn(&AttributeMapping) -> bool) -> Result<Json, Error> {
        let current = elements(&current);
        let settable = Settable {
            anyhow: &|part| part.sub_attribute() != "display",
            later,
        };
        let found = phones().difference(&current, wanted.as_array().unwrap(), &settable)?;
        let removed: Vec<_> = found.removed.iter().map(|it| &it.members).collect();
        let changed: Vec<_> = found.changed.iter().map(|(was, is)| (&was.members, is)).collect();
        Ok(json!([removed, changed, found.added]))
    }

    fn with_change(current: Json, wanted: Json) -> Json {
        difference(current, wanted, &|_| true).unwrap()
    }

    fn without_change(current: Json, wanted: Json) -> Json {
        difference(current, wanted, &|_| false).unwrap()
    }

    #[test]
    fn the_same_in_another_order_and_with_what_nothing_sets_is_no_difference() {
        let current = json!([{ "value": "1", "type": "work", "primary": false, "display": "one" }, { "value": "2" }]);
        let wanted = json!([{ "value": "2", "primary": false }, { "value": "1", "type": "work" }, { "display": "three" }]);
        assert_eq!(with_change(current, wanted), json!([[], [], []]));
    }

    #[test]
    fn rows_that_are_there_twice_stay_and_a_wish_made_twice_is_one() {
        let twice = || json!([{ "value": "1" }, { "value": "1" }]);
        assert_eq!(with_change(twice(), twice()), json!([[], [], []]));
        assert_eq!(with_change(json!([]), twice()), json!([[], [], [{ "value": "1" }]]));
        assert_eq!(with_change(json!([{ "value": "1" }]), twice()), json!([[], [], []]));
        assert_eq!(
            with_change(twice(), json!([{ "value": "1" }])),
            json!([[{ "value": "1" }], [], []])
        );
    }

    #[test]
    fn what_differs_beside_value_and_type_is_a_change() {
        let (old, new) = (
            json!({ "value": "1", "type": "work" }),
            json!({ "value": "1", "type": "work", "primary": true }),
        );
        assert_eq!(with_change(json!([old]), json!([new])), json!([[], [[old, new]], []]));
        assert_eq!(without_change(json!([old]), json!([new])), json!([[old], [], [new]]));
    }

    #[test]
    fn another_value_is_a_change_where_the_type_says_of_which() {
        let work = |value: &str| json!({ "value": value, "type": "work" });
        assert_eq!(
            with_change(json!([work("1")]), json!([work("2")])),
            json!([[], [[work("1"), work("2")]], []])
        );
        assert_eq!(
            with_change(json!([work("1"), work("2")]), json!([work("3"), work("2")])),
            json!([[], [[work("1"), work("3")]], []])
        );
        let ambiguous = with_change(json!([work("1"), work("2")]), json!([work("3")]));
        assert_eq!(ambiguous, json!([[work("1"), work("2")], [], [work("3")]]));
    }

    #[test]
    fn what_no_operation_changes_later_is_replaced() {
        let (old, new) = (
            json!({ "value": "1", "type": "work" }),
            json!({ "value": "2", "type": "work" }),
        );
        let only_primary = |part: &AttributeMapping| part.sub_attribute() == "primary";
        let found = difference(json!([old]), json!([new]), &only_primary).unwrap();
        assert_eq!(found, json!([[old], [], [new]]));
    }

    #[test]
    fn one_becomes_primary_after_the_other_was() {
        let phone = |value: &str, primary: bool| json!({ "value": value, "primary": primary });
        let (one, two) = (|primary| phone("1", primary), |primary| phone("2", primary));
        let found = with_change(json!([one(false), two(true)]), json!([one(true), two(false)]));
        assert_eq!(found, json!([[], [[two(true), two(false)], [one(false), one(true)]], []]));
        let both = || json!([one(true), two(true)]);
        let error = difference(json!([]), both(), &|_| true).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
        assert_eq!(with_change(both(), both()), json!([[], [], []]), "as the tables have it");
        let one_gone = with_change(json!([one(true), two(true), phone("3", false)]), both());
        assert_eq!(one_gone, json!([[phone("3", false)], [], []]));
    }
}
