//! Numbers both ways, with all their digits.

use bigdecimal::{BigDecimal, num_bigint::Sign};
use oracledb::OracleNumber;

use crate::database::{Value, convert};

/// The digits that Oracle keeps in any case.
const DIGITS: u64 = 38;
/// The powers of ten between which its numbers lie.
const LEAST: i64 = -129;
const MOST: i64 = 125;

/// As Oracle has it; `None`: it is no number, or one that Oracle would round.
pub(super) fn to_oracle(value: &Value) -> Option<OracleNumber> {
    let decimal = convert::decimal(value)?.normalized();
    let (unscaled, scale) = decimal.as_bigint_and_exponent();
    if unscaled.sign() == Sign::NoSign {
        return "0".parse().ok();
    }
    let digits = decimal.digits();
    let magnitude = i64::try_from(digits).ok()?.checked_sub(scale)?.checked_sub(1)?;
    if digits > DIGITS || !(LEAST..=MOST).contains(&magnitude) {
        return None;
    }
    decimal.to_plain_string().parse().ok()
}

/// As a value: an integer where the column holds nothing else, or says nothing of what it holds.
pub(super) fn to_value(number: &OracleNumber, scale: i8) -> Value {
    let text = number.to_string();
    let text = if text == "-0" { "0".to_owned() } else { text };
    if scale <= 0
        && let Ok(integer) = text.parse()
    {
        return Value::Integer(integer);
    }
    match text.parse::<BigDecimal>() {
        Ok(decimal) => convert::number(&decimal),
        Err(_) => Value::Decimal(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(text: &str, scale: i8) -> Option<Value> {
        to_oracle(&Value::Decimal(text.into())).map(|number| to_value(&number, scale))
    }

    #[test]
    fn digits_stay() {
        for (text, scale, wanted) in [
            ("0", 0, Value::Integer(0)),
            ("-0", 0, Value::Integer(0)),
            ("42", 0, Value::Integer(42)),
            ("-42", -127, Value::Integer(-42)),
            ("9223372036854775807", 0, Value::Integer(i64::MAX)),
            ("9223372036854775808", 0, Value::Decimal("9223372036854775808".into())),
            ("100", 0, Value::Integer(100)),
            ("10.50", 2, Value::Decimal("10.5".into())),
            ("5", 2, Value::Decimal("5".into())),
            ("0.001", 3, Value::Decimal("0.001".into())),
            ("-0.05", -127, Value::Decimal("-0.05".into())),
            (
                "12345678901234567890123456789012345678",
                0,
                Value::Decimal("12345678901234567890123456789012345678".into()),
            ),
        ] {
            assert_eq!(there_and_back(text, scale), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_oracle_would_round_is_refused() {
        for text in ["123456789012345678901234567890123456789", "1E126", "1E-130", "x", ""] {
            assert_eq!(there_and_back(text, 0), None, "{text}");
        }
        assert!(to_oracle(&Value::Decimal("1E125".into())).is_some());
        assert!(to_oracle(&Value::Float(f64::NAN)).is_none());
    }

    #[test]
    fn numbers_of_other_types() {
        assert_eq!(to_oracle(&Value::Integer(-7)).unwrap().to_string(), "-7");
        assert_eq!(to_oracle(&Value::Text(" 1.5 ".into())).unwrap().to_string(), "1.5");
        assert_eq!(to_oracle(&Value::Float(0.25)).unwrap().to_string(), "0.25");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(unscaled in any::<i128>(), scale in -60_i64..60) {
            let decimal = BigDecimal::new(unscaled.into(), scale);
            if let Some(number) = to_oracle(&Value::Decimal(decimal.to_plain_string())) {
                let back: BigDecimal = number.to_string().parse().unwrap();
                prop_assert_eq!(back, decimal);
            }
        }

        #[test]
        fn integers_come_back(integer in any::<i64>()) {
            let number = to_oracle(&Value::Integer(integer)).unwrap();
            prop_assert_eq!(to_value(&number, 0), Value::Integer(integer));
        }
    }
}
