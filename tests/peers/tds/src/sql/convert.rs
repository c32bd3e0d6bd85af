//! From one type to another, by SQL Server's rules and with its errors.

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive as _};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _, Timelike as _, Utc};

use super::reading;
use crate::{
    error::{Ends, ServerError},
    types::{Length, SqlType, Storage},
    value::Value,
    wire::{bytes::utf16, windows},
};

type Result<T> = std::result::Result<T, ServerError>;

/// Why a value is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// To be stored in `table.column`: what doesn't fit is an error.
    Column(&'a str),
    /// By CAST, CONVERT, or into a variable: what is too long is cut.
    Cast,
    /// To be compared with another value.
    Operand,
}

/// # Errors
/// Those of SQL Server, or of the peer where it doesn't know the conversion.
pub fn convert(value: &Value, from: SqlType, to: SqlType, purpose: Purpose<'_>) -> Result<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let clash = || {
        ServerError::new(
            206,
            16,
            format!("Operand type clash: {} is incompatible with {}", from.name(), to.name()),
        )
        .state(2)
    };
    let overflow = || {
        let message = format!(
            "Arithmetic overflow error converting {} to data type {}.",
            from.name(),
            to.name()
        );
        ServerError::new(8115, 16, message).state(2)
    };
    let unknown = || ServerError::cannot(format!("how to convert {from} to {to}"));
    match to.storage() {
        Storage::Integer => integer(value, from, to, overflow, clash),
        Storage::Real => Ok(Value::Float(match value {
            Value::Float(number) => *number,
            Value::Integer(number) => *number as f64,
            Value::Bit(bit) => f64::from(u8::from(*bit)),
            Value::Decimal(number) => number.to_f64().ok_or_else(overflow)?,
            Value::Text(text) => text.trim().parse().map_err(|_| not_a(from, to))?,
            _ => return Err(clash()),
        })),
        Storage::Decimal => {
            let number = match value {
                Value::Decimal(number) => number.clone(),
                Value::Integer(number) => (*number).into(),
                Value::Bit(bit) => u8::from(*bit).into(),
                Value::Float(number) => BigDecimal::try_from(*number).map_err(|_| overflow())?,
                Value::Text(text) => text.trim().parse().map_err(|_| not_a(from, to))?,
                _ => return Err(clash()),
            };
            decimal(&number, to).ok_or_else(overflow)
        }
        Storage::Text => {
            if let (Value::Bytes(bytes), Purpose::Cast) = (value, purpose) {
                let text = if to.is_national() {
                    utf16(bytes)?
                } else {
                    windows::decoded(bytes)
                };
                return fitted(text, to, purpose, overflow, false);
            }
            let text = text(value, from, purpose).ok_or_else(unknown)??;
            fitted(text, to, purpose, overflow, !from.is_text())
        }
        Storage::Blob => match value {
            Value::Bytes(bytes) => {
                let most = to.length().unwrap_or(usize::MAX);
                match purpose {
                    Purpose::Column(column) if bytes.len() > most => Err(truncated(column, "")),
                    _ => Ok(Value::Bytes(bytes[..bytes.len().min(most)].to_vec())),
                }
            }
            Value::Text(_) if purpose != Purpose::Cast => Err(ServerError::new(
                257,
                16,
                format!(
                    "Implicit conversion from data type {} to {to} is not allowed. Use the CONVERT function to run this query.",
                    from.name()
                ),
            )
            .state(3)
            .ends(Ends::Batch)),
            // As they lie in memory.
            Value::Text(text) => {
                let bytes: Vec<u8> = if from.is_national() {
                    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
                } else {
                    windows::encoded(text)
                };
                let most = to.length().unwrap_or(usize::MAX);
                Ok(Value::Bytes(bytes[..bytes.len().min(most)].to_vec()))
            }
            _ => Err(unknown()),
        },
        Storage::Guid => match value {
            Value::Uuid(uuid) => Ok(Value::Uuid(*uuid)),
            Value::Text(text) => reading::uuid(text).map(Value::Uuid).ok_or_else(|| {
                ServerError::new(
                    8169,
                    16,
                    "Conversion failed when converting from a character string to uniqueidentifier.",
                )
                .state(2)
            }),
            _ => Err(clash()),
        },
        Storage::Moment | Storage::Instant => moment(value, to, clash),
    }
}

fn not_a(from: SqlType, to: SqlType) -> ServerError {
    ServerError::new(
        8114,
        16,
        format!("Error converting data type {} to {}.", from.name(), to.name()),
    )
    .state(5)
}

fn integer(
    value: &Value,
    from: SqlType,
    to: SqlType,
    overflow: impl Fn() -> ServerError,
    clash: impl Fn() -> ServerError,
) -> Result<Value> {
    let number = match value {
        Value::Integer(number) => *number,
        Value::Bit(bit) => i64::from(*bit),
        Value::Decimal(number) => number.to_i64().ok_or_else(&overflow)?,
        Value::Float(number) if number.abs() < 9.2e18 => number.trunc() as i64,
        Value::Float(_) => return Err(overflow()),
        Value::Text(text) => match text.trim() {
            "" => 0,
            text if to == SqlType::Bit && text.eq_ignore_ascii_case("true") => 1,
            text if to == SqlType::Bit && text.eq_ignore_ascii_case("false") => 0,
            trimmed => trimmed.parse().map_err(|_| match to {
                SqlType::BigInt => not_a(from, to),
                _ => ServerError::new(
                    245,
                    16,
                    format!(
                        "Conversion failed when converting the {} value '{text}' to data type {}.",
                        from.name(),
                        to.name()
                    ),
                )
                .ends(Ends::Transaction),
            })?,
        },
        _ => return Err(clash()),
    };
    let (least, most) = match to {
        SqlType::Bit => return Ok(Value::Bit(number != 0)),
        SqlType::TinyInt => (0, 255),
        SqlType::SmallInt => (i16::MIN.into(), i16::MAX.into()),
        SqlType::Int => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    if (least..=most).contains(&number) {
        return Ok(Value::Integer(number));
    }
    Err(match to {
        SqlType::TinyInt | SqlType::SmallInt if from.is_integer() => ServerError::new(
            220,
            16,
            format!("Arithmetic overflow error for data type {}, value = {number}.", to.name()),
        )
        .state(2),
        SqlType::Int if from.is_text() => {
            let message = format!(
                "The conversion of the {} value '{number}' overflowed an int column.",
                from.name()
            );
            ServerError::new(248, 16, message).ends(Ends::Transaction)
        }
        _ => overflow(),
    })
}

fn decimal(number: &BigDecimal, to: SqlType) -> Option<Value> {
    let SqlType::Decimal { precision, scale } = to else {
        return None;
    };
    let rounded = number.with_scale_round(scale.into(), RoundingMode::HalfUp);
    let digits = rounded.as_bigint_and_exponent().0.magnitude().to_string().len();
    (digits <= precision.into()).then_some(Value::Decimal(rounded))
}

/// The characters of a value; `None` where the peer doesn't know how SQL Server writes it.
fn text(value: &Value, from: SqlType, purpose: Purpose<'_>) -> Option<Result<String>> {
    Some(Ok(match (value, from) {
        (Value::Text(text), _) => text.clone(),
        (Value::Bit(_) | Value::Integer(_) | Value::Decimal(_) | Value::Uuid(_) | Value::Date(_), _) => value.text()?,
        (Value::Time(time), SqlType::Time(scale)) => time.format("%H:%M:%S").to_string() + &fraction(time.nanosecond(), scale),
        (Value::DateTime(moment), SqlType::DateTime2(scale)) => {
            moment.format("%Y-%m-%d %H:%M:%S").to_string() + &fraction(moment.nanosecond(), scale)
        }
        (Value::Instant(instant), SqlType::DateTimeOffset(scale)) => {
            let fraction = fraction(instant.nanosecond(), scale);
            instant.format("%Y-%m-%d %H:%M:%S").to_string() + &fraction + &instant.format(" %:z").to_string()
        }
        (Value::Bytes(_), _) if purpose != Purpose::Cast => {
            return Some(Err(ServerError::new(
                257,
                16,
                "Implicit conversion from data type varbinary to nvarchar is not allowed. Use the CONVERT function to run this query.",
            )
            .state(3)
            .ends(Ends::Batch)));
        }
        _ => return None,
    }))
}

fn fraction(nanosecond: u32, scale: u8) -> String {
    match scale {
        0 => String::new(),
        _ => format!(".{:09}", nanosecond % 1_000_000_000)[..=usize::from(scale)].to_owned(),
    }
}

fn fitted(text: String, to: SqlType, purpose: Purpose<'_>, overflow: impl Fn() -> ServerError, is_number: bool) -> Result<Value> {
    let text = if to.is_national() { text } else { windows::narrowed(&text) };
    let size = |text: &str| {
        if to.is_national() {
            text.encode_utf16().count()
        } else {
            text.chars().count()
        }
    };
    let Some(most) = to.length() else {
        return Ok(Value::Text(text));
    };
    let length = size(&text);
    let blanks = || text.chars().rev().take_while(|character| *character == ' ').count();
    if length > most {
        if is_number {
            return Err(overflow());
        }
        if let Purpose::Column(column) = purpose
            && length - blanks() > most
        {
            let cut: String = text.chars().take(most).collect();
            return Err(truncated(column, &cut));
        }
        if purpose != Purpose::Operand {
            let mut cut = text;
            while size(&cut) > most {
                cut.pop();
            }
            return Ok(Value::Text(cut));
        }
    }
    let padding = if matches!(to, SqlType::Char(_) | SqlType::NChar(_)) {
        most.saturating_sub(length)
    } else {
        0
    };
    Ok(Value::Text(text + &" ".repeat(padding)))
}

/// 2628. `column`: `database.dbo.table.column`.
fn truncated(column: &str, value: &str) -> ServerError {
    let (table, column) = column.rsplit_once('.').unwrap_or(("", column));
    let message =
        format!("String or binary data would be truncated in table '{table}', column '{column}'. Truncated value: '{value}'.");
    ServerError::new(2628, 16, message)
}

fn moment(value: &Value, to: SqlType, clash: impl Fn() -> ServerError) -> Result<Value> {
    let failed = || {
        ServerError::new(
            241,
            16,
            "Conversion failed when converting date and/or time from character string.",
        )
        .ends(Ends::Transaction)
    };
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
    let instant = match value {
        Value::Instant(instant) => *instant,
        Value::DateTime(moment) => Utc.fix().from_utc_datetime(moment),
        Value::Date(_) if matches!(to, SqlType::Time(_)) => return Err(clash()),
        Value::Date(date) => Utc.fix().from_utc_datetime(&date.and_time(NaiveTime::default())),
        Value::Time(_) if to == SqlType::Date => return Err(clash()),
        Value::Time(time) => Utc.fix().from_utc_datetime(&first.and_time(*time)),
        Value::Text(text) => reading::instant(text).ok_or_else(failed)?,
        _ => return Err(clash()),
    };
    let local = instant.naive_local();
    Ok(match to {
        SqlType::Date => Value::Date(local.date()),
        SqlType::Time(scale) => Value::Time(rounded(local, scale).time()),
        SqlType::DateTime => {
            let ticks = (i64::from(local.nanosecond()) * 3 + 5_000_000) / 10_000_000;
            let milliseconds = (ticks * 10 + 1) / 3;
            let whole = local.with_nanosecond(0).unwrap_or(local);
            Value::DateTime(whole + chrono::Duration::milliseconds(milliseconds))
        }
        SqlType::DateTimeOffset(scale) => {
            let utc = rounded(instant.naive_utc(), scale);
            Value::Instant(instant.offset().from_utc_datetime(&utc))
        }
        SqlType::DateTime2(scale) => Value::DateTime(rounded(local, scale)),
        _ => return Err(clash()),
    })
}

fn rounded(moment: NaiveDateTime, scale: u8) -> NaiveDateTime {
    let unit = 10_i64.pow(9 - u32::from(scale.min(7)));
    let nanosecond = i64::from(moment.nanosecond() % 1_000_000_000);
    let whole = moment.with_nanosecond(0).unwrap_or(moment);
    whole + chrono::Duration::nanoseconds((nanosecond + unit / 2) / unit * unit)
}

/// The type of a text literal.
pub fn literal(text: &str, national: bool) -> SqlType {
    let length = if national {
        text.encode_utf16().count()
    } else {
        text.chars().count()
    };
    let length = Length::Of(length.clamp(1, 4000) as u16);
    if national {
        SqlType::NVarChar(length)
    } else {
        SqlType::VarChar(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: Value, from: SqlType, to: SqlType) -> std::result::Result<Value, i32> {
        convert(&value, from, to, Purpose::Column("db.dbo.t.c")).map_err(|error| error.number)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_does_not_fit_is_the_error_of_the_server() {
        let nvarchar = SqlType::NVarChar(Length::Of(3));
        assert_eq!(number(text("abcd"), SqlType::TEXT, nvarchar), Err(2628));
        assert_eq!(number(text("abc   "), SqlType::TEXT, nvarchar), Ok(text("abc")));
        assert_eq!(number(text("x"), SqlType::TEXT, SqlType::Int), Err(245));
        assert_eq!(number(text("x"), SqlType::TEXT, SqlType::BigInt), Err(8114));
        assert_eq!(number(text("x"), SqlType::TEXT, SqlType::Date), Err(241));
        assert_eq!(number(text("x"), SqlType::TEXT, SqlType::UniqueIdentifier), Err(8169));
        assert_eq!(number(Value::Integer(256), SqlType::Int, SqlType::TinyInt), Err(220));
        assert_eq!(number(Value::Integer(1 << 40), SqlType::BigInt, SqlType::Int), Err(8115));
        assert_eq!(number(Value::Integer(1), SqlType::Int, SqlType::Date), Err(206));
        assert_eq!(number(text("x"), SqlType::TEXT, SqlType::VarBinary(Length::Max)), Err(257));
        let money = SqlType::Decimal { precision: 4, scale: 2 };
        assert_eq!(number(text("100"), SqlType::TEXT, money), Err(8115));
        assert_eq!(
            number(text("1.005"), SqlType::TEXT, money),
            Ok(Value::Decimal("1.01".parse().unwrap()))
        );
    }

    #[test]
    fn moments_change_their_form() {
        let to = |of: SqlType| {
            number(text("2024-02-29T12:00:00.1239+02:00"), SqlType::TEXT, of)
                .unwrap()
                .text()
                .unwrap()
        };
        assert_eq!(to(SqlType::Date), "2024-02-29");
        assert_eq!(to(SqlType::DateTime2(3)), "2024-02-29 12:00:00.124");
        assert_eq!(to(SqlType::DateTime), "2024-02-29 12:00:00.123");
        assert_eq!(to(SqlType::DateTimeOffset(0)), "2024-02-29 12:00:00 +02:00");
    }
}
