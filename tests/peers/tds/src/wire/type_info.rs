//! How a type is written in metadata and in front of a parameter ([MS-TDS] 2.2.5.6, TYPE_INFO).

use super::bytes::{Bytes, Put, Result};
use crate::{
    error::ServerError,
    types::{Length, SqlType},
};

/// Latin1, Windows-1252, case insensitive: `SQL_Latin1_General_CP1_CI_AS`.
pub const COLLATION: [u8; 5] = [0x09, 0x04, 0xd0, 0x00, 0x34];

/// Whether a column can hold NULL: without it some types have a form of their own, in which values have no length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nullability {
    Nullable,
    NotNull,
}

/// The form in which a type is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Values have no length.
    Fixed,
    /// Values have a length, or are NULL.
    Variable,
}

/// A type as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeInfo {
    pub of: SqlType,
    pub form: Form,
    /// How many bytes a value of a fixed form has.
    pub size: u8,
    /// Whether the characters of a `varchar` are UTF-8.
    pub utf8: bool,
    /// Money counts ten-thousandths.
    pub money: bool,
}

fn integer(size: u8) -> Result<SqlType> {
    Ok(match size {
        1 => SqlType::TinyInt,
        2 => SqlType::SmallInt,
        4 => SqlType::Int,
        8 => SqlType::BigInt,
        _ => return Err(ServerError::stream(format!("an integer of {size} bytes"))),
    })
}

/// # Errors
/// A type that the peer doesn't have, or none at all.
pub fn read(from: &mut Bytes<'_>) -> Result<TypeInfo> {
    let token = from.u8()?;
    let fixed = |of, size| TypeInfo {
        of,
        form: Form::Fixed,
        size,
        utf8: false,
        money: false,
    };
    let variable = |of| TypeInfo {
        of,
        form: Form::Variable,
        size: 0,
        utf8: false,
        money: false,
    };
    let money = SqlType::Decimal { precision: 19, scale: 4 };
    Ok(match token {
        // NULL of no type: an integer, if anything.
        0x1f => fixed(SqlType::Int, 0),
        0x30 => fixed(SqlType::TinyInt, 1),
        0x32 => fixed(SqlType::Bit, 1),
        0x34 => fixed(SqlType::SmallInt, 2),
        0x38 => fixed(SqlType::Int, 4),
        0x7f => fixed(SqlType::BigInt, 8),
        0x3b => fixed(SqlType::Real, 4),
        0x3e => fixed(SqlType::Float, 8),
        0x3a => fixed(SqlType::DateTime, 4),
        0x3d => fixed(SqlType::DateTime, 8),
        0x7a => TypeInfo {
            money: true,
            ..fixed(money, 4)
        },
        0x3c => TypeInfo {
            money: true,
            ..fixed(money, 8)
        },
        0x24 => {
            from.u8()?;
            variable(SqlType::UniqueIdentifier)
        }
        0x26 => variable(integer(from.u8()?)?),
        0x68 => {
            from.u8()?;
            variable(SqlType::Bit)
        }
        0x6d => variable(if from.u8()? == 4 { SqlType::Real } else { SqlType::Float }),
        0x6e => {
            from.u8()?;
            TypeInfo {
                money: true,
                ..variable(money)
            }
        }
        0x6f => {
            from.u8()?;
            variable(SqlType::DateTime)
        }
        0x6a | 0x6c | 0x37 | 0x3f => {
            from.u8()?;
            let (precision, scale) = (from.u8()?, from.u8()?);
            if !(1..=38).contains(&precision) || scale > precision {
                return Err(ServerError::stream(format!("numeric({precision},{scale})")));
            }
            variable(SqlType::Decimal { precision, scale })
        }
        0x28 => variable(SqlType::Date),
        0x29 => variable(SqlType::Time(scale(from)?)),
        0x2a => variable(SqlType::DateTime2(scale(from)?)),
        0x2b => variable(SqlType::DateTimeOffset(scale(from)?)),
        0xa5 | 0xad => variable(SqlType::VarBinary(length(from.u16()?, 1)?)),
        0xa7 | 0xaf => {
            let length = length(from.u16()?, 1)?;
            let utf8 = utf8(from.take(5)?);
            let of = match length {
                Length::Of(length) if token == 0xaf => SqlType::Char(length),
                length => SqlType::VarChar(length),
            };
            TypeInfo { utf8, ..variable(of) }
        }
        0xe7 | 0xef => {
            let length = length(from.u16()?, 2)?;
            from.take(5)?;
            variable(match length {
                Length::Of(length) if token == 0xef => SqlType::NChar(length),
                length => SqlType::NVarChar(length),
            })
        }
        _ => return Err(ServerError::cannot(format!("a parameter of the type 0x{token:02x}"))),
    })
}

fn scale(from: &mut Bytes<'_>) -> Result<u8> {
    match from.u8()? {
        scale @ 0..=7 => Ok(scale),
        scale => Err(ServerError::stream(format!("a scale of {scale}"))),
    }
}

/// In characters, from bytes. Clients declare empty values with no length at all.
fn length(bytes: u16, size: u16) -> Result<Length> {
    match bytes {
        0xffff => Ok(Length::Max),
        0..=8000 => Ok(Length::Of((bytes / size).max(1))),
        _ => Err(ServerError::stream(format!("a length of {bytes} bytes"))),
    }
}

fn utf8(collation: &[u8]) -> bool {
    collation.get(3).is_some_and(|flags| flags & 0x04 != 0)
}

/// The type of a column or of a returned value.
pub fn write(out: &mut Vec<u8>, of: SqlType, nullability: Nullability) {
    if nullability == Nullability::NotNull
        && let Some(token) = fixed(of)
    {
        out.u8(token);
        return;
    }
    let bytes = |length: Length, size: u16| match length {
        Length::Of(length) => length * size,
        Length::Max => 0xffff,
    };
    match of {
        SqlType::Bit => out.put(&[0x68, 1]),
        SqlType::TinyInt => out.put(&[0x26, 1]),
        SqlType::SmallInt => out.put(&[0x26, 2]),
        SqlType::Int => out.put(&[0x26, 4]),
        SqlType::BigInt => out.put(&[0x26, 8]),
        SqlType::Real => out.put(&[0x6d, 4]),
        SqlType::Float => out.put(&[0x6d, 8]),
        SqlType::Decimal { precision, scale } => out.put(&[0x6c, decimal_size(precision), precision, scale]),
        SqlType::Date => out.u8(0x28),
        SqlType::Time(scale) => out.put(&[0x29, scale]),
        SqlType::DateTime => out.put(&[0x6f, 8]),
        SqlType::DateTime2(scale) => out.put(&[0x2a, scale]),
        SqlType::DateTimeOffset(scale) => out.put(&[0x2b, scale]),
        SqlType::UniqueIdentifier => out.put(&[0x24, 16]),
        SqlType::VarBinary(length) => {
            out.u8(0xa5);
            out.u16(bytes(length, 1));
        }
        SqlType::Char(length) => text(out, 0xaf, length),
        SqlType::VarChar(length) => text(out, 0xa7, bytes(length, 1)),
        SqlType::NChar(length) => text(out, 0xef, length * 2),
        SqlType::NVarChar(length) => text(out, 0xe7, bytes(length, 2)),
    }
}

fn text(out: &mut Vec<u8>, token: u8, bytes: u16) {
    out.u8(token);
    out.u16(bytes);
    out.put(&COLLATION);
}

/// The token of the form in which values have no length.
pub fn fixed(of: SqlType) -> Option<u8> {
    Some(match of {
        SqlType::Bit => 0x32,
        SqlType::TinyInt => 0x30,
        SqlType::SmallInt => 0x34,
        SqlType::Int => 0x38,
        SqlType::BigInt => 0x7f,
        SqlType::Real => 0x3b,
        SqlType::Float => 0x3e,
        SqlType::DateTime => 0x3d,
        _ => return None,
    })
}

/// How many bytes a number of so many digits has, its sign included.
pub fn decimal_size(precision: u8) -> u8 {
    match precision {
        0..=9 => 5,
        10..=19 => 9,
        20..=28 => 13,
        _ => 17,
    }
}
