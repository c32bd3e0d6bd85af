//! NUMBER: a sign and an exponent in one byte, then digits to the base of 100. Numbers below zero are written upside down,
//! so that bytes compare as numbers do.

use crate::{Decimal, Failure};

/// More pairs of digits are never kept.
const MOST: usize = 20;
/// What follows the digits of a number below zero, unless there is no place.
const TAIL: u8 = 102;

pub(super) fn encode(number: &Decimal) -> Result<Vec<u8>, Failure> {
    let (negative, whole, fraction) = number.parts();
    if whole == "0" && fraction.is_empty() {
        return Ok(vec![0x80]);
    }
    let left = if whole.len().is_multiple_of(2) { "" } else { "0" };
    let right = if fraction.len().is_multiple_of(2) { "" } else { "0" };
    let digits = format!("{left}{whole}{fraction}{right}");
    let pairs: Vec<u8> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |sum, digit| sum * 10 + (digit - b'0')))
        .collect();
    let leading = pairs.iter().take_while(|pair| **pair == 0).count();
    let trailing = pairs.iter().rev().take_while(|pair| **pair == 0).count();
    let exponent = (left.len() + whole.len()) / 2;
    let kept: Vec<u8> = pairs.iter().copied().take(pairs.len() - trailing).skip(leading).collect();
    let overflow = || Failure::new(1426, "numeric overflow");
    let exponent = i16::try_from(exponent).map_err(|_| overflow())? - 1 - i16::try_from(leading).map_err(|_| overflow())?;
    if kept.len() > MOST || !(-65..=62).contains(&exponent) {
        return Err(overflow());
    }
    let first = if negative { 62 - exponent } else { 193 + exponent };
    let mut bytes = vec![u8::try_from(first).map_err(|_| overflow())?];
    bytes.extend(kept.iter().map(|pair| if negative { 101 - pair } else { pair + 1 }));
    if negative && kept.len() < MOST {
        bytes.push(TAIL);
    }
    Ok(bytes)
}

/// `None` if these bytes are no number.
pub(super) fn decode(bytes: &[u8]) -> Option<Decimal> {
    let (first, digits) = bytes.split_first()?;
    let negative = first & 0x80 == 0;
    if digits.is_empty() {
        return (!negative).then(|| Decimal::from(0));
    }
    let digits = match digits {
        [kept @ .., TAIL] if negative => kept,
        all => all,
    };
    let exponent = if negative {
        62 - i16::from(*first)
    } else {
        i16::from(*first) - 193
    };
    let mut text = String::new();
    for digit in digits {
        let pair = if negative {
            101_u8.checked_sub(*digit)
        } else {
            digit.checked_sub(1)
        };
        text.push_str(&format!("{:02}", pair.filter(|pair| *pair < 100)?));
    }
    let point = (exponent + 1) * 2;
    let written = match usize::try_from(point) {
        Ok(point) if point >= text.len() => format!("{text:0<point$}"),
        Ok(point) => {
            let (whole, fraction) = text.split_at(point);
            format!("{whole}.{fraction}")
        }
        Err(_) => format!("0.{}{text}", "0".repeat(usize::from(point.unsigned_abs()))),
    };
    let sign = if negative { "-" } else { "" };
    Decimal::parse(&format!("{sign}{written}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn bytes_are_as_documented() {
        for (text, bytes) in [
            ("0", vec![0x80]),
            ("1", vec![193, 2]),
            ("100", vec![194, 2]),
            ("-1", vec![62, 100, 102]),
            ("123.45", vec![194, 2, 24, 46]),
            ("0.01", vec![192, 2]),
        ] {
            assert_eq!(encode(&decimal(text)).unwrap(), bytes, "{text}");
        }
    }

    #[test]
    fn a_number_comes_back_as_it_was() {
        for text in [
            "0",
            "7",
            "10",
            "-10",
            "99",
            "1000000",
            "-1234567890123456789012345678901234567",
            "0.5",
            "-0.05",
            "0.0000001",
            "12345678901234567890.123456789",
            "1000000000000000000000000000000000000000",
        ] {
            let number = decimal(text);
            assert_eq!(decode(&encode(&number).unwrap()), Some(number), "{text}");
        }
    }

    #[test]
    fn too_many_digits_are_refused() {
        assert_eq!(encode(&decimal(&"12".repeat(21))).unwrap_err().code, 1426);
        assert_eq!(decode(&[193, 0]), None);
    }
}
