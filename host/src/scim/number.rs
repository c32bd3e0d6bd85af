//! Numbers that clients and databases write as text.

use serde_json::{Number, Value};

/// So many digits of a decimal number are sure to be the same after a way through a double.
const SAFE_DIGITS: usize = 15;

/// The number that a text writes, if JSON can say exactly that: as an integer of 64 bits, or with as few digits as a double
/// keeps.
pub fn exact(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Some(integer) = integer(text) {
        return Some(integer);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let significant = digits.trim_start_matches(['0', '.']);
    let count = significant.bytes().filter(u8::is_ascii_digit).count();
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || count > SAFE_DIGITS {
        return None;
    }
    text.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

/// The integer that a text writes, if 64 bits hold it.
pub fn integer(text: &str) -> Option<Value> {
    let text = text.trim();
    let signed = text.parse::<i64>().ok().map(Value::from);
    signed.or_else(|| text.parse::<u64>().ok().map(Value::from))
}

/// Whether a text writes a number of any size.
pub fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_double_keeps_is_a_number() {
        assert_eq!(exact("12.50"), Some(json!(12.5)));
        assert_eq!(exact("-0.1"), Some(json!(-0.1)));
        assert_eq!(exact("7"), Some(json!(7)));
        assert_eq!(exact("18446744073709551615"), Some(json!(u64::MAX)));
        assert_eq!(exact("0.000000123456789012345"), Some(json!(0.000000123456789012345)));
    }

    #[test]
    fn what_it_does_not_keep_is_none() {
        for text in [
            "1234567890123456.78",
            "18446744073709551616",
            "1e3",
            "NaN",
            "infinity",
            "",
            ".",
            "1.2.3",
            "x",
        ] {
            assert_eq!(exact(text), None, "{text}");
        }
        assert!(is_number("1234567890123456.78") && is_number("1e3") && !is_number("NaN") && !is_number("x"));
    }
}
