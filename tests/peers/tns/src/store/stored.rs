//! Whether a value may be stored in a column of some type, and what of it is.

use chrono::Timelike;

use super::{
    formats::Formats,
    functions::{at, text},
};
use crate::{Decimal, Failure, Type, Value, declared::Declared, sql};

/// A value, the type and the column's name, `TABLE.COLUMN`: 1 if it may be stored there.
///
/// # Errors
/// ORA-12899, ORA-01438 and the like.
pub(super) fn fits(given: &[Value], schema: &str, formats: &Formats) -> Result<Value, Failure> {
    let declared = declared(&text(given, 1)?)?;
    let name = text(given, 2)?;
    let (table, column) = name.split_once('.').unwrap_or(("", &name));
    let column = format!("\"{schema}\".\"{}\".\"{}\"", sql::shown(table), sql::shown(column));
    match (at(given, 0), declared.kind) {
        (Value::Null, _) => {}
        (Value::Text(_), kind) if kind.is_text() && kind.is_lob() => {}
        (Value::Bytes(_), Type::Blob) => {}
        (Value::Text(content), kind) if kind.is_text() => {
            let size = if declared.characters {
                content.chars().count()
            } else {
                content.len()
            };
            too_large(&column, size, declared.size)?;
        }
        (Value::Bytes(content), Type::Raw) => too_large(&column, content.len(), declared.size)?,
        (Value::Number(number), Type::Number) => {
            let stored = rounded(&number, &declared)?;
            let (_, whole, fraction) = stored.parts();
            let whole = if whole == "0" { 0 } else { whole.len() };
            let room = usize::from(declared.precision).saturating_sub(usize::from(declared.scale.max(0).unsigned_abs()));
            if declared.precision > 0 && (whole > room || fraction.len() > usize::from(declared.precision)) {
                return Err(Failure::new(
                    1438,
                    format_args!("value larger than specified precision allowed for this column"),
                ));
            }
        }
        (Value::Number(_), kind) if kind.is_number() => {}
        (Value::Text(_), kind) if kind.is_number() => return Err(Failure::new(1722, "invalid number")),
        (Value::Moment(_), kind) if kind.is_moment() => {}
        (Value::Text(text), kind) if kind.is_moment() => formats.read(&text, kind).map(drop)?,
        (other, kind) => {
            other.into_type(kind)?;
            return Err(Failure::unsupported(format_args!("conversion of this value for {column}")));
        }
    }
    Ok(Value::from(1))
}

fn too_large(column: &str, actual: usize, most: u32) -> Result<(), Failure> {
    if usize::try_from(most).is_ok_and(|most| actual > most) {
        return Err(Failure::new(
            12899,
            format_args!("value too large for column {column} (actual: {actual}, maximum: {most})"),
        ));
    }
    Ok(())
}

/// A value and a type: the value as it is stored, or as `CAST` gives it.
///
/// # Errors
/// It is no value of that type.
pub(super) fn stored(given: &[Value], formats: &Formats) -> Result<Value, Failure> {
    let declared = declared(&text(given, 1)?)?;
    let value = match at(given, 0) {
        Value::Text(text) if declared.kind.is_moment() => Value::Moment(formats.read(&text, declared.kind)?),
        other => other.into_type(declared.kind)?,
    };
    Ok(match value {
        Value::Number(number) if declared.kind == Type::Number => Value::Number(rounded(&number, &declared)?),
        Value::Moment(moment) if declared.kind == Type::Date => Value::Moment(moment.with_nanosecond(0).unwrap_or(moment)),
        Value::Moment(moment) => {
            let digits = u32::from(declared.scale.clamp(0, 9).unsigned_abs());
            let step = 10_u32.pow(9 - digits);
            let nanoseconds = moment.nanosecond() / step * step;
            Value::Moment(moment.with_nanosecond(nanoseconds).unwrap_or(moment))
        }
        other => other,
    })
}

pub(super) fn declared(written: &str) -> Result<Declared, Failure> {
    Declared::read(&sql::read(written)?)
}

/// Half is rounded away from zero.
fn rounded(number: &Decimal, declared: &Declared) -> Result<Decimal, Failure> {
    let (negative, whole, fraction) = number.parts();
    let Ok(scale) = usize::try_from(declared.scale) else {
        return if declared.scale == -127 {
            Ok(number.clone())
        } else {
            Err(Failure::unsupported("NUMBER with a scale below zero"))
        };
    };
    if fraction.len() <= scale {
        return Ok(number.clone());
    }
    let up = fraction.as_bytes().get(scale).is_some_and(|digit| *digit >= b'5');
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes().take(scale)).collect();
    if up {
        let nines = digits.iter().rev().take_while(|digit| **digit == b'9').count();
        digits.iter_mut().rev().take(nines).for_each(|digit| *digit = b'0');
        match digits.iter_mut().rev().nth(nines) {
            Some(digit) => *digit += 1,
            None => digits.insert(0, b'1'),
        }
    }
    let digits = String::from_utf8(digits).unwrap_or_default();
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
    let sign = if negative { "-" } else { "" };
    Decimal::parse(&format!("{sign}{whole}.{fraction}")).ok_or_else(|| Failure::new(1722, "invalid number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_their_scale() {
        let rounded = |text: &str| rounded(&Decimal::parse(text).unwrap(), &declared("NUMBER(10,2)").unwrap()).unwrap();
        for (text, expected) in [
            ("1.005", "1.01"),
            ("9.999", "10"),
            ("-0.125", "-0.13"),
            ("1.2", "1.2"),
            ("99.994", "99.99"),
        ] {
            assert_eq!(rounded(text).as_str(), expected);
        }
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let fits = |value: Value, of: &str| {
            fits(&[value, of.into(), "T.C".into()], "HR", &Formats::default()).map_err(|failure| failure.message)
        };
        assert_eq!(fits("äb".into(), "VARCHAR2(3)"), Ok(Value::from(1)));
        assert_eq!(
            fits("äbc".into(), "VARCHAR2(3)").unwrap_err(),
            "ORA-12899: value too large for column \"HR\".\"T\".\"C\" (actual: 4, maximum: 3)"
        );
        assert!(fits(Value::from(100), "NUMBER(2)").unwrap_err().starts_with("ORA-01438"));
        assert!(fits("abc".into(), "NUMBER(2)").unwrap_err().starts_with("ORA-01722"));
        assert!(fits("2024-01-01".into(), "DATE").unwrap_err().starts_with("ORA-01861"));
    }
}
