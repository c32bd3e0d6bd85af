//! Placeholders for values, by their types.

use serde_json::Value as Json;

use super::words::Words;
use crate::replay::value::{Bytes, Float, Written};

/// Numbers below it, without their sign, stay: they count things, and say nothing of anybody.
const SMALL: u64 = 10;

/// Puts a placeholder in a value's place.
pub fn hide(value: &mut Written, words: &mut Words) {
    match value {
        Written::Null | Written::Boolean(_) => {}
        Written::Integer(number) => *number = integer(*number, words),
        Written::Float(float) => *float = Float(hidden_float(float.0, words)),
        Written::Bytes(bytes) => *bytes = Bytes(hidden_bytes(&bytes.0, words)),
        Written::Json(text) => match serde_json::from_str::<Json>(text) {
            Ok(mut json) => {
                hide_leaf(&mut json, words);
                *text = json.to_string();
            }
            Err(_) => *text = words.hide(text),
        },
        Written::Decimal(text)
        | Written::Text(text)
        | Written::Date(text)
        | Written::Timestamp(text)
        | Written::Uuid(text)
        | Written::Extension { text, .. } => *text = words.hide(text),
    }
}

/// Puts placeholders for the words that have been hidden elsewhere.
pub fn hide_known(value: &mut Written, words: &Words) {
    each_text(value, &|text| *text = words.hide_known(text));
}

/// The text of a value, if it is one.
pub fn each_text(value: &mut Written, change: &dyn Fn(&mut String)) {
    match value {
        Written::Null | Written::Boolean(_) | Written::Integer(_) | Written::Float(_) | Written::Bytes(_) => {}
        Written::Decimal(text)
        | Written::Text(text)
        | Written::Date(text)
        | Written::Timestamp(text)
        | Written::Uuid(text)
        | Written::Json(text)
        | Written::Extension { text, .. } => change(text),
    }
}

/// Every text and number of a JSON value; its keys stay.
pub fn hide_leaf(json: &mut Json, words: &mut Words) {
    match json {
        Json::Null | Json::Bool(_) => {}
        Json::String(text) => *text = words.hide(text),
        Json::Number(number) => {
            let hidden = match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Some(integer(whole, words).into()),
                (None, Some(float)) => serde_json::Number::from_f64(hidden_float(float, words)),
                (None, None) => None,
            };
            if let Some(hidden) = hidden {
                *number = hidden;
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| hide_leaf(element, words)),
        Json::Object(members) => members.values_mut().for_each(|value| hide_leaf(value, words)),
    }
}

fn integer(number: i64, words: &mut Words) -> i64 {
    if number.unsigned_abs() < SMALL {
        return number;
    }
    let hidden = words.hide(&number.to_string());
    hidden.parse().unwrap_or_else(|_| {
        // More digits than 64 bits have: the same with a one in front.
        let (sign, digits) = hidden.split_at(usize::from(number < 0));
        let fitting = format!("{sign}1{}", digits.get(1..).unwrap_or_default());
        fitting.parse().unwrap_or_default()
    })
}

fn hidden_float(number: f64, words: &mut Words) -> f64 {
    match number.is_finite() {
        true => words.hide(&number.to_string()).parse().unwrap_or_default(),
        false => number,
    }
}

fn hidden_bytes(bytes: &[u8], words: &mut Words) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => words.hide(text).into_bytes(),
        Err(_) => words.bytes(bytes),
    }
}
