//! Values on the wire ([MS-TDS] 2.2.5.5.2 and 2.2.7.19).

use bigdecimal::{
    BigDecimal,
    num_bigint::{BigInt, Sign},
};
use uuid::Uuid;

use super::{
    bytes::{Bytes, Put, Result, utf16},
    moment,
    type_info::{self, Form, Nullability, TypeInfo},
    windows,
};
use crate::{
    error::ServerError,
    types::{Length, SqlType, Storage},
    value::Value,
};

const PLP_NULL: u64 = u64::MAX;
const PLP_UNKNOWN: u64 = u64::MAX - 1;
const CHUNK: usize = 8_000;

/// A value of the type that stands before it.
///
/// # Errors
/// What is no value of that type.
pub fn read(from: &mut Bytes<'_>, info: TypeInfo) -> Result<Value> {
    let of = info.of;
    if is_long(of) {
        return match read_chunks(from)? {
            None => Ok(Value::Null),
            Some(bytes) => characters(&bytes, info),
        };
    }
    let size = match (info.form, of.storage()) {
        (Form::Fixed, _) => usize::from(info.size),
        (Form::Variable, Storage::Text | Storage::Blob) => match from.u16()? {
            0xffff => return Ok(Value::Null),
            size => size.into(),
        },
        (Form::Variable, _) => from.u8()?.into(),
    };
    let bytes = from.take(size)?;
    if size == 0 && !matches!(of.storage(), Storage::Text | Storage::Blob) {
        return Ok(Value::Null);
    }
    if matches!(of.storage(), Storage::Text | Storage::Blob) {
        return characters(bytes, info);
    }
    let mut inside = Bytes::new(bytes);
    let value = scalar(&mut inside, info, size as u8)?;
    if inside.is_empty() {
        Ok(value)
    } else {
        Err(ServerError::stream(format!("{size} bytes for {of}")))
    }
}

fn scalar(inside: &mut Bytes<'_>, info: TypeInfo, size: u8) -> Result<Value> {
    Ok(match info.of {
        SqlType::Bit => Value::Bit(inside.u8()? != 0),
        of if of.is_integer() => Value::Integer(match size {
            1 => inside.u8()?.into(),
            2 => inside.i16()?.into(),
            4 => inside.i32()?.into(),
            _ => inside.i64()?,
        }),
        SqlType::Real | SqlType::Float if size == 4 => Value::Float(inside.f32()?.into()),
        SqlType::Real | SqlType::Float => Value::Float(inside.f64()?),
        SqlType::Decimal { .. } if info.money => Value::Decimal(BigDecimal::new(
            if size == 4 {
                inside.i32()?.into()
            } else {
                let high = i64::from(inside.i32()?);
                (high << 32 | i64::from(inside.u32()?)).into()
            },
            4,
        )),
        SqlType::Decimal { scale, .. } => {
            let sign = if inside.u8()? == 0 { Sign::Minus } else { Sign::Plus };
            Value::Decimal(BigDecimal::new(BigInt::from_bytes_le(sign, inside.rest()), scale.into()))
        }
        SqlType::Date => Value::Date(moment::read_date(inside)?),
        SqlType::Time(scale) => Value::Time(moment::read_time(inside, scale)?),
        SqlType::DateTime2(scale) => {
            let time = moment::read_time(inside, scale)?;
            Value::DateTime(moment::read_date(inside)?.and_time(time))
        }
        SqlType::DateTimeOffset(scale) => Value::Instant(moment::read_instant(inside, scale)?),
        SqlType::DateTime => Value::DateTime(moment::read_datetime(inside, size)?),
        _ => Value::Uuid(Uuid::from_slice_le(inside.rest()).map_err(|_| ServerError::stream("a uniqueidentifier has 16 bytes"))?),
    })
}

fn characters(bytes: &[u8], info: TypeInfo) -> Result<Value> {
    Ok(match info.of {
        SqlType::VarBinary(_) => Value::Bytes(bytes.to_vec()),
        of if of.is_national() => Value::Text(utf16(bytes)?),
        _ if info.utf8 => {
            Value::Text(String::from_utf8(bytes.to_vec()).map_err(|_| ServerError::stream("text that isn't UTF-8"))?)
        }
        _ => Value::Text(windows::decoded(bytes)),
    })
}

fn is_long(of: SqlType) -> bool {
    matches!(
        of,
        SqlType::VarChar(Length::Max) | SqlType::NVarChar(Length::Max) | SqlType::VarBinary(Length::Max)
    )
}

/// "Partially length-prefixed": chunks, up to an empty one.
fn read_chunks(from: &mut Bytes<'_>) -> Result<Option<Vec<u8>>> {
    let total = from.u64()?;
    if total == PLP_NULL {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    loop {
        let size = from.u32()? as usize;
        if size == 0 {
            break;
        }
        bytes.extend_from_slice(from.take(size)?);
    }
    if total != PLP_UNKNOWN && total != bytes.len() as u64 {
        return Err(ServerError::stream("a long value has another length than it says"));
    }
    Ok(Some(bytes))
}

/// A value as its type wants it.
///
/// # Errors
/// A value of another type: a mistake of the peer's.
pub fn write(out: &mut Vec<u8>, value: &Value, of: SqlType, nullability: Nullability) -> Result<()> {
    if nullability == Nullability::NotNull && type_info::fixed(of).is_some() {
        if value.is_null() {
            return Err(ServerError::cannot(format!(
                "how NULL got into a column of {of} that can't hold it"
            )));
        }
        return scalar_out(out, value, of);
    }
    match of.storage() {
        Storage::Text | Storage::Blob => text_out(out, value, of),
        _ if value.is_null() => {
            out.u8(0);
            Ok(())
        }
        _ => {
            let mut inside = Vec::new();
            scalar_out(&mut inside, value, of)?;
            out.u8(inside.len() as u8);
            out.put(&inside);
            Ok(())
        }
    }
}

fn text_out(out: &mut Vec<u8>, value: &Value, of: SqlType) -> Result<()> {
    let bytes = match value {
        Value::Null if is_long(of) => {
            out.u64(PLP_NULL);
            return Ok(());
        }
        Value::Null => {
            out.u16(0xffff);
            return Ok(());
        }
        Value::Text(text) if of.is_national() => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Value::Text(text) => windows::encoded(text),
        Value::Bytes(bytes) => bytes.clone(),
        other => return Err(mismatch(other, of)),
    };
    if is_long(of) {
        out.u64(bytes.len() as u64);
        for chunk in bytes.chunks(CHUNK) {
            out.u32(chunk.len() as u32);
            out.put(chunk);
        }
        out.u32(0);
    } else {
        let size = if of.is_national() { 2 } else { 1 };
        if of.length().is_some_and(|length| bytes.len() > length * size) {
            return Err(ServerError::cannot(format!(
                "how a value of {} bytes got into {of}",
                bytes.len()
            )));
        }
        out.u16(bytes.len() as u16);
        out.put(&bytes);
    }
    Ok(())
}

fn scalar_out(out: &mut Vec<u8>, value: &Value, of: SqlType) -> Result<()> {
    match (of, value) {
        (SqlType::Bit, Value::Bit(value)) => out.u8((*value).into()),
        (SqlType::TinyInt, Value::Integer(value)) => out.u8(fits(*value, of)?),
        (SqlType::SmallInt, Value::Integer(value)) => out.put(&fits::<i16>(*value, of)?.to_le_bytes()),
        (SqlType::Int, Value::Integer(value)) => out.i32(fits(*value, of)?),
        (SqlType::BigInt, Value::Integer(value)) => out.put(&value.to_le_bytes()),
        (SqlType::Real, Value::Float(value)) => out.put(&(*value as f32).to_le_bytes()),
        (SqlType::Float, Value::Float(value)) => out.put(&value.to_le_bytes()),
        (SqlType::Decimal { precision, scale }, Value::Decimal(value)) => {
            let (number, _) = value.with_scale(scale.into()).into_bigint_and_exponent();
            let (sign, mut bytes) = number.to_bytes_le();
            bytes.resize(usize::from(type_info::decimal_size(precision)) - 1, 0);
            out.u8((sign != Sign::Minus).into());
            out.put(&bytes);
        }
        (SqlType::Date, Value::Date(value)) => moment::write_date(out, *value),
        (SqlType::Time(scale), Value::Time(value)) => moment::write_time(out, *value, scale),
        (SqlType::DateTime, Value::DateTime(value)) => moment::write_datetime(out, *value),
        (SqlType::DateTime2(scale), Value::DateTime(value)) => {
            moment::write_time(out, value.time(), scale);
            moment::write_date(out, value.date());
        }
        (SqlType::DateTimeOffset(scale), Value::Instant(value)) => moment::write_instant(out, *value, scale),
        (SqlType::UniqueIdentifier, Value::Uuid(value)) => out.put(&value.to_bytes_le()),
        (_, other) => return Err(mismatch(other, of)),
    }
    Ok(())
}

fn fits<T: TryFrom<i64>>(value: i64, of: SqlType) -> Result<T> {
    T::try_from(value).map_err(|_| {
        ServerError::new(
            8115,
            16,
            format!("Arithmetic overflow error converting expression to data type {of}."),
        )
    })
}

fn mismatch(value: &Value, of: SqlType) -> ServerError {
    ServerError::cannot(format!("how to send {value:?} as {of}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn survives(value: Value, of: SqlType) {
        let mut out = Vec::new();
        type_info::write(&mut out, of, Nullability::Nullable);
        write(&mut out, &value, of, Nullability::Nullable).unwrap();
        let mut from = Bytes::new(&out);
        let info = type_info::read(&mut from).unwrap();
        assert_eq!(info.of, of);
        assert_eq!(read(&mut from, info).unwrap(), value, "{of}");
        assert!(from.is_empty());
    }

    #[test]
    fn what_is_written_is_read() {
        let day = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        let time = day.and_hms_nano_opt(23, 59, 59, 123_456_700).unwrap();
        let instant = chrono::FixedOffset::east_opt(7200).unwrap();
        let decimal = SqlType::Decimal { precision: 38, scale: 4 };
        let samples = [
            (Value::Bit(true), SqlType::Bit),
            (Value::Integer(255), SqlType::TinyInt),
            (Value::Integer(-2), SqlType::SmallInt),
            (Value::Integer(i32::MIN.into()), SqlType::Int),
            (Value::Integer(i64::MAX), SqlType::BigInt),
            (Value::Float(-0.5), SqlType::Real),
            (Value::Float(0.1), SqlType::Float),
            (Value::Decimal("-1234567890123456789012345678.5000".parse().unwrap()), decimal),
            (Value::Text("€ и".replace('и', "z")), SqlType::VarChar(Length::Of(3))),
            (Value::Text("𝄞 ü".to_owned()), SqlType::NVarChar(Length::Of(4))),
            (Value::Text(String::new()), SqlType::NVarChar(Length::Of(4))),
            (Value::Text("x".repeat(20_001)), SqlType::NVarChar(Length::Max)),
            (Value::Bytes(vec![0, 1, 255]), SqlType::VarBinary(Length::Max)),
            (Value::Bytes(vec![]), SqlType::VarBinary(Length::Of(5))),
            (Value::Date(day), SqlType::Date),
            (Value::Time(time.time()), SqlType::Time(7)),
            (Value::DateTime(time), SqlType::DateTime2(7)),
            (
                Value::DateTime(day.and_hms_milli_opt(1, 2, 3, 997).unwrap()),
                SqlType::DateTime,
            ),
            (Value::Instant(instant.from_utc_datetime(&time)), SqlType::DateTimeOffset(7)),
            (Value::Uuid(Uuid::from_u128(42)), SqlType::UniqueIdentifier),
        ];
        use chrono::TimeZone as _;
        for (value, of) in samples {
            survives(Value::Null, of);
            survives(value, of);
        }
    }

    #[test]
    fn a_message_that_ends_too_early_is_an_error() {
        let mut from = Bytes::new(&[0x26, 4, 4, 1, 2]);
        let info = type_info::read(&mut from).unwrap();
        assert_eq!(read(&mut from, info).unwrap_err().number, 4002);
    }
}
