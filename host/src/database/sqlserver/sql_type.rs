//! The types that a parameter is declared with.

/// A type of SQL Server, as far as a value becomes another one for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlType {
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Bit,
    /// `money` too.
    Decimal,
    Float,
    Text,
    /// Text of the database's code page.
    AnsiText,
    Bytes,
    Date,
    Time,
    /// `datetime` and `smalldatetime`.
    DateTime,
    DateTime2,
    DateTimeOffset,
    Uuid,
    Xml,
}

impl SqlType {
    /// The type of a name: SQL Server's own (`varchar(100)`), or one that an administrator writes who knows other databases.
    /// `None` says nothing about values.
    pub fn named(name: &str) -> Option<Self> {
        let word = name.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match word.as_str() {
            "tinyint" => Self::TinyInt,
            "smallint" => Self::SmallInt,
            "int" | "integer" => Self::Int,
            "bigint" => Self::BigInt,
            "bit" | "boolean" | "bool" => Self::Bit,
            "decimal" | "numeric" | "dec" | "number" | "money" | "smallmoney" => Self::Decimal,
            "float" | "real" | "double" | "double precision" => Self::Float,
            "nvarchar" | "nchar" | "ntext" | "sysname" | "json" | "string" => Self::Text,
            "varchar" | "char" | "text" => Self::AnsiText,
            "varbinary" | "binary" | "image" | "blob" | "bytes" => Self::Bytes,
            "date" => Self::Date,
            "time" => Self::Time,
            "datetime" | "smalldatetime" => Self::DateTime,
            "datetime2" | "timestamp" => Self::DateTime2,
            "datetimeoffset" | "timestamptz" | "timestamp with time zone" => Self::DateTimeOffset,
            "uniqueidentifier" | "uuid" => Self::Uuid,
            "xml" => Self::Xml,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_do_not_matter() {
        for (name, wanted) in [
            ("varchar(100)", Some(SqlType::AnsiText)),
            ("nvarchar(max)", Some(SqlType::Text)),
            ("decimal(10,2)", Some(SqlType::Decimal)),
            ("datetime2(7)", Some(SqlType::DateTime2)),
            ("INT", Some(SqlType::Int)),
            ("uuid", Some(SqlType::Uuid)),
            ("geography", None),
            ("sql_variant", None),
        ] {
            assert_eq!(SqlType::named(name), wanted, "{name}");
        }
    }
}
