//! Oracle's functions, where SQLite's are different or there are none.

use rusqlite::{Connection, functions::FunctionFlags, types::Value as Kept};

use super::{conversion, format};
use crate::{Decimal, Failure, Value, hexadecimal};

type Function = fn(&[Value]) -> Result<Value, Failure>;

/// With how many arguments, at least and at most.
const FUNCTIONS: [(&str, usize, usize, Function); 22] = [
    ("LOWER", 1, 1, |given| on_text(given, |text, _| Ok(text.to_lowercase()))),
    ("UPPER", 1, 1, |given| on_text(given, |text, _| Ok(text.to_uppercase()))),
    ("TRIM", 1, 1, |given| {
        on_text(given, |text, _| Ok(text.trim_matches(' ').to_owned()))
    }),
    ("LTRIM", 1, 1, |given| {
        on_text(given, |text, _| Ok(text.trim_start_matches(' ').to_owned()))
    }),
    ("RTRIM", 1, 1, |given| {
        on_text(given, |text, _| Ok(text.trim_end_matches(' ').to_owned()))
    }),
    ("REPLACE", 2, 3, |given| on_text(given, replace)),
    ("LPAD", 2, 3, |given| on_text(given, pad)),
    ("LENGTH", 1, 1, length),
    ("SUBSTR", 2, 3, |given| on_text(given, part)),
    ("INSTR", 2, 2, place),
    ("NVL", 2, 2, |given| Ok(first(given))),
    ("NVL2", 3, 3, |given| {
        Ok(at(given, if at(given, 0) == Value::Null { 2 } else { 1 }))
    }),
    ("CONCAT", 2, 2, |given| {
        Ok(Value::Text(format!("{}{}", text(given, 0)?, text(given, 1)?)))
    }),
    ("DECODE", 3, 64, decode),
    ("MOD", 2, 2, |given| {
        on_numbers(given, |one, other| if other == 0.0 { one } else { one % other })
    }),
    ("CEIL", 1, 1, |given| on_numbers(given, |one, _| one.ceil())),
    ("FLOOR", 1, 1, |given| on_numbers(given, |one, _| one.floor())),
    ("TO_CHAR", 1, 2, to_char),
    ("TO_NUMBER", 1, 1, |given| at(given, 0).into_type(crate::Type::Number)),
    ("RAWTOHEX", 1, 1, raw_to_hex),
    ("HEXTORAW", 1, 1, hex_to_raw),
    ("ORA_PART", 1, 1, |given| Ok(Value::Text(text(given, 0)?))),
];

/// # Errors
/// SQLite refuses.
pub(super) fn add(connection: &Connection) -> rusqlite::Result<()> {
    for (name, least, most, function) in FUNCTIONS {
        for count in least..=most {
            add_one(connection, name, count, FunctionFlags::SQLITE_DETERMINISTIC, function)?;
        }
    }
    for name in ["TO_DATE", "TO_TIMESTAMP", "TO_TIMESTAMP_TZ"] {
        add_one(connection, name, 2, FunctionFlags::SQLITE_DETERMINISTIC, to_moment)?;
    }
    Ok(())
}

/// Adds a function of Oracle's values.
pub(super) fn add_one(
    connection: &Connection,
    name: &str,
    count: usize,
    flags: FunctionFlags,
    function: impl Fn(&[Value]) -> Result<Value, Failure> + Send + 'static,
) -> rusqlite::Result<()> {
    let concatenates = name == "ORA_PART";
    let count_signed = i32::try_from(count).unwrap_or(-1);
    let flags = flags | FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function(name, count_signed, flags, move |context| {
        let call = || {
            let mut given = Vec::with_capacity(count);
            for index in 0..context.len() {
                given.push(conversion::shown(context.get_raw(index))?);
            }
            match function(&given)? {
                // An empty part of a concatenation, which NULL would make NULL.
                Value::Text(text) if text.is_empty() && concatenates => Ok(Kept::Text(text)),
                value => conversion::keep(&value),
            }
        };
        call().map_err(|failure: Failure| rusqlite::Error::UserFunctionError(Box::new(failure)))
    })
}

pub(super) fn at(given: &[Value], index: usize) -> Value {
    given.get(index).cloned().unwrap_or(Value::Null)
}

fn first(given: &[Value]) -> Value {
    given
        .iter()
        .find(|value| **value != Value::Null)
        .cloned()
        .unwrap_or(Value::Null)
}

pub(super) fn text(given: &[Value], index: usize) -> Result<String, Failure> {
    match at(given, index).into_type(crate::Type::Varchar)? {
        Value::Text(text) => Ok(text),
        _ => Ok(String::new()),
    }
}

fn integer(given: &[Value], index: usize, without: i64) -> Result<i64, Failure> {
    match at(given, index).into_type(crate::Type::Number)? {
        Value::Number(number) => number
            .parts()
            .1
            .parse()
            .map_err(|_| Failure::new(1426, "numeric overflow"))
            .map(|whole: i64| if number.parts().0 { -whole } else { whole }),
        _ => Ok(without),
    }
}

fn on_text(given: &[Value], function: impl Fn(String, &[Value]) -> Result<String, Failure>) -> Result<Value, Failure> {
    match at(given, 0) {
        Value::Null => Ok(Value::Null),
        _ => function(text(given, 0)?, given).map(Value::Text),
    }
}

fn on_numbers(given: &[Value], function: impl Fn(f64, f64) -> f64) -> Result<Value, Failure> {
    let number = |index: usize| match at(given, index).into_type(crate::Type::Number)? {
        Value::Number(number) => Ok(number.as_str().parse::<f64>().ok()),
        _ => Ok::<_, Failure>(None),
    };
    match (number(0)?, number(1)?) {
        (Some(one), other) if given.len() == 1 || other.is_some() => {
            let result = function(one, other.unwrap_or_default()).to_string();
            let result = Decimal::parse(&result).ok_or_else(|| Failure::new(1426, "numeric overflow"))?;
            Ok(Value::Number(result))
        }
        _ => Ok(Value::Null),
    }
}

fn replace(whole: String, given: &[Value]) -> Result<String, Failure> {
    let (old, new) = (text(given, 1)?, text(given, 2)?);
    Ok(if old.is_empty() { whole } else { whole.replace(&old, &new) })
}

fn pad(whole: String, given: &[Value]) -> Result<String, Failure> {
    let wanted = usize::try_from(integer(given, 1, 0)?).unwrap_or(0);
    let filler = text(given, 2)?;
    let filler = if filler.is_empty() { " ".to_owned() } else { filler };
    let missing = wanted.saturating_sub(whole.chars().count());
    let padding = filler.chars().cycle().take(missing);
    Ok(padding.chain(whole.chars()).take(wanted).collect())
}

fn length(given: &[Value]) -> Result<Value, Failure> {
    let letters = text(given, 0)?.chars().count();
    // The length of nothing is not 0.
    let letters = i64::try_from(letters).ok().filter(|letters| *letters > 0);
    Ok(letters.map_or(Value::Null, Value::from))
}

/// Counted from 1, or from the end if below zero.
fn part(whole: String, given: &[Value]) -> Result<String, Failure> {
    let letters: Vec<char> = whole.chars().collect();
    let all = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let start = match integer(given, 1, 1)? {
        0 => 0,
        after @ 1.. => after - 1,
        before => all + before,
    };
    let Ok(start) = usize::try_from(start) else {
        return Ok(String::new());
    };
    let count = usize::try_from(integer(given, 2, all)?).unwrap_or(0);
    Ok(letters.into_iter().skip(start).take(count).collect())
}

fn place(given: &[Value]) -> Result<Value, Failure> {
    let (whole, wanted) = (text(given, 0)?, text(given, 1)?);
    if whole.is_empty() || wanted.is_empty() {
        return Ok(Value::Null);
    }
    let before = whole.split_once(&wanted).map(|(before, _)| before.chars().count() + 1);
    Ok(Value::from(i64::try_from(before.unwrap_or(0)).unwrap_or(0)))
}

fn decode(given: &[Value]) -> Result<Value, Failure> {
    let (wanted, rest) = given.split_first().unwrap_or((&Value::Null, &[]));
    let (pairs, other) = rest.as_chunks::<2>();
    let found = pairs.iter().find(|[key, _]| key == wanted).map(|[_, value]| value);
    Ok(found.or(other.first()).cloned().unwrap_or(Value::Null))
}

fn to_char(given: &[Value]) -> Result<Value, Failure> {
    match (at(given, 0), at(given, 1)) {
        (Value::Moment(moment), Value::Text(format)) => format::write(moment, &format).map(Value::Text),
        (Value::Moment(_), _) => Err(Failure::unsupported("TO_CHAR of a date without a format")),
        (Value::Number(_), Value::Text(_)) => Err(Failure::unsupported("TO_CHAR of a number with a format")),
        (value, _) => value.into_type(crate::Type::Varchar),
    }
}

fn to_moment(given: &[Value]) -> Result<Value, Failure> {
    match (at(given, 0), at(given, 1)) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::Text(text), Value::Text(format)) => format::read(&text, &format).map(Value::Moment),
        (value, _) => value.into_type(crate::Type::Timestamp),
    }
}

fn raw_to_hex(given: &[Value]) -> Result<Value, Failure> {
    Ok(match at(given, 0) {
        Value::Bytes(bytes) => Value::Text(hexadecimal::encode(&bytes)),
        _ => Value::Null,
    })
}

fn hex_to_raw(given: &[Value]) -> Result<Value, Failure> {
    let digits = text(given, 0)?;
    let bytes = hexadecimal::decode(&digits).ok_or_else(|| Failure::new(1465, "invalid hex number"))?;
    Ok(Value::Bytes(bytes))
}
