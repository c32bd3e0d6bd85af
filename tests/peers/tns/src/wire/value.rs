//! Values of TTC: nearly all of them are bytes behind their length.

use super::{
    Reader, Trouble, Writer,
    moment::{self, Detail},
    number,
};
use crate::{Decimal, Failure, Type, Value};

/// A value that a client bound.
///
/// # Errors
/// The bytes are no value of that type.
pub(crate) fn read_value(reader: &mut Reader<'_>, of: Type) -> Result<Value, Trouble> {
    if of == Type::Cursor {
        // Its number, which is of no use here: the peer opens cursors, and never gets one.
        reader.byte()?;
        if reader.byte()? != 0 {
            reader.integer()?;
        }
        return Ok(Value::Null);
    }
    let Some(bytes) = reader.string()? else {
        return Ok(Value::Null);
    };
    match of {
        Type::Varchar | Type::Char | Type::Long => String::from_utf8(bytes)
            .map(Value::Text)
            .map_err(|_| Trouble::Malformed("a VARCHAR2 that is not UTF-8")),
        Type::Nvarchar | Type::Nchar | Type::LongNvarchar => wide(&bytes),
        Type::Number | Type::BinaryInteger => number::decode(&bytes)
            .map(Value::Number)
            .ok_or(Trouble::Malformed("a NUMBER that is none")),
        Type::BinaryDouble => binary::<8>(&bytes).map(f64::from_be_bytes).and_then(float),
        Type::BinaryFloat => binary::<4>(&bytes).map(f32::from_be_bytes).and_then(float),
        Type::Date | Type::Timestamp | Type::TimestampTz | Type::TimestampLtz => moment::decode(&bytes)
            .map(Value::Moment)
            .ok_or(Trouble::Malformed("a DATE or TIMESTAMP that is none")),
        Type::Raw | Type::LongRaw => Ok(Value::Bytes(bytes)),
        Type::Boolean => Ok(Value::Boolean(bytes.last() == Some(&1))),
        Type::Cursor => Ok(Value::Null),
        Type::Clob | Type::Nclob | Type::Blob => Err(Trouble::Malformed("the locator of a LOB, which this peer doesn't have")),
    }
}

/// A value for a client, which was told the type.
///
/// # Errors
/// The value is not of that type, or beyond it.
pub(crate) fn write_value(writer: &mut Writer, value: &Value, of: Type) -> Result<(), Failure> {
    match (value, of) {
        (Value::Null, Type::Boolean) => writer.string(&[0x81, 1]),
        (Value::Null, _) => writer.byte(0),
        (Value::Text(text), _) if of.is_wide() => {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            writer.string(&units)
        }
        (Value::Text(text), _) if of.is_text() => writer.string(text.as_bytes()),
        (Value::Number(number), Type::Number | Type::BinaryInteger) => writer.string(&number::encode(number)?),
        (Value::Number(number), Type::BinaryDouble) => {
            let number: f64 = number.as_str().parse().map_err(|_| overflow())?;
            writer.string(&ordered(number.to_be_bytes()))
        }
        (Value::Number(number), Type::BinaryFloat) => {
            let number: f32 = number.as_str().parse().map_err(|_| overflow())?;
            writer.string(&ordered(number.to_be_bytes()))
        }
        (Value::Moment(moment), _) if of.is_moment() => {
            let detail = match of {
                Type::Date => Detail::Seconds,
                Type::TimestampTz => Detail::Zone,
                _ => Detail::Nanoseconds,
            };
            let bytes = moment::encode(*moment, detail)
                .ok_or_else(|| Failure::new(1841, "(full) year must be between -4713 and +9999, and not be 0"))?;
            writer.string(&bytes)
        }
        (Value::Bytes(bytes), _) if of.is_bytes() => writer.string(bytes),
        (Value::Boolean(true), Type::Boolean) => writer.string(&[1, 1]),
        (Value::Boolean(false), Type::Boolean) => writer.string(&[0]),
        (other, _) => {
            return Err(Failure::new(
                932,
                format_args!("inconsistent datatypes: expected {of:?} got {}", other.kind()),
            ));
        }
    };
    Ok(())
}

fn overflow() -> Failure {
    Failure::new(1426, "numeric overflow")
}

fn wide(bytes: &[u8]) -> Result<Value, Trouble> {
    let units: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_be_bytes(*unit))
        .collect();
    String::from_utf16(&units)
        .map(Value::Text)
        .map_err(|_| Trouble::Malformed("an NVARCHAR2 that is not UTF-16"))
}

/// Floating numbers are written so that bytes compare as numbers do.
fn binary<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Trouble> {
    let mut bytes: [u8; N] = bytes
        .try_into()
        .map_err(|_| Trouble::Malformed("a floating number of the wrong size"))?;
    match bytes.first_mut() {
        Some(first) if *first & 0x80 != 0 => *first &= 0x7f,
        _ => bytes.iter_mut().for_each(|byte| *byte = !*byte),
    }
    Ok(bytes)
}

fn ordered<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    match bytes.first_mut() {
        Some(first) if *first & 0x80 == 0 => *first |= 0x80,
        _ => bytes.iter_mut().for_each(|byte| *byte = !*byte),
    }
    bytes
}

fn float(number: impl ToString) -> Result<Value, Trouble> {
    Decimal::parse(&number.to_string())
        .map(Value::Number)
        .ok_or(Trouble::Malformed("a floating number that is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let moment = chrono::NaiveDate::from_ymd_opt(2024, 1, 2)
            .unwrap()
            .and_hms_opt(3, 4, 5)
            .unwrap();
        for (value, of) in [
            (Value::text("jürgen"), Type::Varchar),
            (Value::text("jürgen"), Type::Nvarchar),
            (Value::from(-42), Type::Number),
            (Value::Number(Decimal::parse("-2.5").unwrap()), Type::BinaryDouble),
            (Value::Number(Decimal::parse("2.5").unwrap()), Type::BinaryFloat),
            (Value::Moment(moment), Type::Date),
            (Value::Moment(moment), Type::TimestampTz),
            (Value::Bytes(vec![0, 255]), Type::Raw),
            (Value::Boolean(true), Type::Boolean),
            (Value::Boolean(false), Type::Boolean),
            (Value::Null, Type::Number),
        ] {
            let mut writer = Writer::default();
            write_value(&mut writer, &value, of).unwrap();
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            assert_eq!(read_value(&mut reader, of), Ok(value));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn a_value_of_another_type_is_an_error() {
        let mut writer = Writer::default();
        let failure = write_value(&mut writer, &Value::text("1"), Type::Number).unwrap_err();
        assert_eq!(failure.code, 932);
    }
}
