//! SQL Server's types, as far as the peer has them.

use std::fmt;

/// How long a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many characters, or bytes.
    Of(u16),
    /// `(max)`
    Max,
}

/// A type of a column, parameter or expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlType {
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Real,
    Float,
    Decimal {
        precision: u8,
        scale: u8,
    },
    /// Padded with spaces.
    Char(u16),
    /// Padded with spaces.
    NChar(u16),
    VarChar(Length),
    NVarChar(Length),
    VarBinary(Length),
    Date,
    Time(u8),
    DateTime,
    DateTime2(u8),
    DateTimeOffset(u8),
    UniqueIdentifier,
}

/// How SQLite holds the values of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    Integer,
    Real,
    Text,
    Blob,
    /// Digits; compared by the collation `tsql_decimal`.
    Decimal,
    /// `YYYY-MM-DD`, `HH:MM:SS.fffffff` or both: what comes earlier is less.
    Moment,
    /// The same in UTC, with the offset behind it; compared by the collation `tsql_instant`.
    Instant,
    /// Compared by the collation `tsql_guid`.
    Guid,
}

impl SqlType {
    pub const TEXT: SqlType = SqlType::NVarChar(Length::Of(4000));
    /// What `SCOPE_IDENTITY()` is.
    pub const IDENTITY: SqlType = SqlType::Decimal { precision: 38, scale: 0 };

    pub fn storage(self) -> Storage {
        match self {
            SqlType::Bit | SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt => Storage::Integer,
            SqlType::Real | SqlType::Float => Storage::Real,
            SqlType::Decimal { .. } => Storage::Decimal,
            SqlType::Char(_) | SqlType::NChar(_) | SqlType::VarChar(_) | SqlType::NVarChar(_) => Storage::Text,
            SqlType::VarBinary(_) => Storage::Blob,
            SqlType::Date | SqlType::Time(_) | SqlType::DateTime | SqlType::DateTime2(_) => Storage::Moment,
            SqlType::DateTimeOffset(_) => Storage::Instant,
            SqlType::UniqueIdentifier => Storage::Guid,
        }
    }

    pub fn is_text(self) -> bool {
        self.storage() == Storage::Text
    }

    pub fn is_integer(self) -> bool {
        self.storage() == Storage::Integer
    }

    /// Whether its characters are UTF-16 on the wire.
    pub fn is_national(self) -> bool {
        matches!(self, SqlType::NChar(_) | SqlType::NVarChar(_))
    }

    /// How many characters or bytes fit; `None` where there is no limit, or the type has none.
    pub fn length(self) -> Option<usize> {
        match self {
            SqlType::Char(length) | SqlType::NChar(length) => Some(length.into()),
            SqlType::VarChar(Length::Of(length)) | SqlType::NVarChar(Length::Of(length)) => Some(length.into()),
            SqlType::VarBinary(Length::Of(length)) => Some(length.into()),
            _ => None,
        }
    }

    /// The type that two operands are compared or joined in: that which stands higher in SQL Server's precedence.
    pub fn wider(self, other: SqlType) -> SqlType {
        match (self, other) {
            _ if self.is_text() && other.is_text() => {
                let national = self.is_national() || other.is_national();
                let length = match (self.length(), other.length()) {
                    (Some(one), Some(two)) => Length::Of(one.max(two) as u16),
                    _ => Length::Max,
                };
                if national {
                    SqlType::NVarChar(length)
                } else {
                    SqlType::VarChar(length)
                }
            }
            (SqlType::Decimal { precision: p, scale: s }, SqlType::Decimal { precision: q, scale: t }) => {
                let (whole, scale) = ((p - s).max(q - t), s.max(t));
                SqlType::Decimal {
                    precision: (whole + scale).min(38),
                    scale,
                }
            }
            (SqlType::Decimal { precision, scale }, integer) | (integer, SqlType::Decimal { precision, scale })
                if integer.is_integer() =>
            {
                SqlType::Decimal {
                    precision: precision.max(19 + scale).min(38),
                    scale,
                }
            }
            (SqlType::VarBinary(one), SqlType::VarBinary(two)) => SqlType::VarBinary(match (one, two) {
                (Length::Of(one), Length::Of(two)) => Length::Of(one.max(two)),
                _ => Length::Max,
            }),
            (SqlType::DateTime2(one), SqlType::DateTime2(two)) => SqlType::DateTime2(one.max(two)),
            (SqlType::DateTimeOffset(one), SqlType::DateTimeOffset(two)) => SqlType::DateTimeOffset(one.max(two)),
            (SqlType::Time(one), SqlType::Time(two)) => SqlType::Time(one.max(two)),
            _ if self.precedence() >= other.precedence() => self,
            _ => other,
        }
    }

    fn precedence(self) -> u8 {
        match self {
            SqlType::DateTimeOffset(_) => 18,
            SqlType::DateTime2(_) => 17,
            SqlType::DateTime => 16,
            SqlType::Date => 15,
            SqlType::Time(_) => 14,
            SqlType::Float => 13,
            SqlType::Real => 12,
            SqlType::Decimal { .. } => 11,
            SqlType::BigInt => 10,
            SqlType::Int => 9,
            SqlType::SmallInt => 8,
            SqlType::TinyInt => 7,
            SqlType::Bit => 6,
            SqlType::UniqueIdentifier => 5,
            SqlType::NVarChar(_) => 4,
            SqlType::NChar(_) => 3,
            SqlType::VarChar(_) => 2,
            SqlType::Char(_) => 1,
            SqlType::VarBinary(_) => 0,
        }
    }

    /// The name without length, precision or scale.
    pub fn name(self) -> &'static str {
        match self {
            SqlType::Bit => "bit",
            SqlType::TinyInt => "tinyint",
            SqlType::SmallInt => "smallint",
            SqlType::Int => "int",
            SqlType::BigInt => "bigint",
            SqlType::Real => "real",
            SqlType::Float => "float",
            SqlType::Decimal { .. } => "numeric",
            SqlType::Char(_) => "char",
            SqlType::NChar(_) => "nchar",
            SqlType::VarChar(_) => "varchar",
            SqlType::NVarChar(_) => "nvarchar",
            SqlType::VarBinary(_) => "varbinary",
            SqlType::Date => "date",
            SqlType::Time(_) => "time",
            SqlType::DateTime => "datetime",
            SqlType::DateTime2(_) => "datetime2",
            SqlType::DateTimeOffset(_) => "datetimeoffset",
            SqlType::UniqueIdentifier => "uniqueidentifier",
        }
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            SqlType::Decimal { precision, scale } => write!(f, "{name}({precision},{scale})"),
            SqlType::Char(length) | SqlType::NChar(length) => write!(f, "{name}({length})"),
            SqlType::VarChar(length) | SqlType::NVarChar(length) | SqlType::VarBinary(length) => match length {
                Length::Of(length) => write!(f, "{name}({length})"),
                Length::Max => write!(f, "{name}(max)"),
            },
            SqlType::Time(scale) | SqlType::DateTime2(scale) | SqlType::DateTimeOffset(scale) => write!(f, "{name}({scale})"),
            _ => f.write_str(name),
        }
    }
}
