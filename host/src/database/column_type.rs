//! What the columns of a result hold, by the name that a database gives their type.

use super::Kind;

/// The type of a column, as far as what becomes of its values differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Boolean,
    Integer,
    /// Decimal numbers and floating-point numbers.
    Number,
    Text,
    /// Texts that the database can neither compare nor sort: CLOB.
    LongText,
    Bytes,
    /// Bytes that it can't: BLOB of Oracle's.
    LongBytes,
    /// A point in time.
    Timestamp,
    /// Dates, times, UUIDs, JSON, enums; whatever else is given as text. SQLite's expressions, whose type nobody declared.
    Other,
}

impl ColumnType {
    /// From [`Column::type_name`](super::Column::type_name). In keeping with what the driver makes of the values.
    pub fn of(kind: Kind, type_name: &str) -> Self {
        match kind {
            Kind::Sqlite => sqlite(type_name),
            Kind::Postgresql => postgresql(type_name),
            Kind::Mysql => mysql(type_name),
            Kind::Sqlserver => sqlserver(type_name),
            Kind::Oracle => oracle(type_name),
        }
    }

    /// What is in it, whether the database can compare it or not.
    pub fn content(self) -> Self {
        match self {
            ColumnType::LongText => ColumnType::Text,
            ColumnType::LongBytes => ColumnType::Bytes,
            other => other,
        }
    }

    /// Whether the database can compare and sort what is in it.
    pub fn is_comparable(self) -> bool {
        self.content() == self
    }
}

/// A hint at most, since a value in SQLite has a type of its own.
fn sqlite(type_name: &str) -> ColumnType {
    match type_name {
        "boolean" => ColumnType::Boolean,
        "integer" => ColumnType::Integer,
        "real" | "numeric" => ColumnType::Number,
        "text" => ColumnType::Text,
        "blob" => ColumnType::Bytes,
        "datetime" => ColumnType::Timestamp,
        _ => ColumnType::Other,
    }
}

fn postgresql(type_name: &str) -> ColumnType {
    match type_name {
        "bool" => ColumnType::Boolean,
        "int2" | "int4" | "int8" => ColumnType::Integer,
        "float4" | "float8" | "numeric" => ColumnType::Number,
        "text" | "varchar" | "char" | "name" | "citext" => ColumnType::Text,
        "bytea" => ColumnType::Bytes,
        "timestamp" | "timestamptz" => ColumnType::Timestamp,
        _ => ColumnType::Other,
    }
}

fn mysql(type_name: &str) -> ColumnType {
    match type_name.strip_suffix(" unsigned").unwrap_or(type_name) {
        "boolean" => ColumnType::Boolean,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" | "bit" => ColumnType::Integer,
        "float" | "double" | "decimal" => ColumnType::Number,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => ColumnType::Text,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => ColumnType::Bytes,
        "datetime" | "timestamp" => ColumnType::Timestamp,
        _ => ColumnType::Other,
    }
}

fn sqlserver(type_name: &str) -> ColumnType {
    match type_name {
        "bit" => ColumnType::Boolean,
        "tinyint" | "smallint" | "int" | "bigint" => ColumnType::Integer,
        "real" | "float" | "decimal" | "numeric" | "money" | "smallmoney" => ColumnType::Number,
        "char" | "varchar" | "nchar" | "nvarchar" | "sysname" => ColumnType::Text,
        "text" | "ntext" | "xml" => ColumnType::LongText,
        "binary" | "varbinary" | "timestamp" => ColumnType::Bytes,
        "image" => ColumnType::LongBytes,
        "datetime" | "smalldatetime" | "datetime2" | "datetimeoffset" => ColumnType::Timestamp,
        _ => ColumnType::Other,
    }
}

/// Oracle tells how long a column is, too. The driver calls a LOB a `long`.
fn oracle(type_name: &str) -> ColumnType {
    let (name, size) = type_name.split_once('(').unwrap_or((type_name, ""));
    match name {
        "boolean" => ColumnType::Boolean,
        "number" if !size.is_empty() && !size.contains(',') => ColumnType::Integer,
        "number" | "binary_float" | "binary_double" => ColumnType::Number,
        "varchar2" | "nvarchar2" | "char" | "nchar" => ColumnType::Text,
        "long" | "long nvarchar" => ColumnType::LongText,
        "raw" => ColumnType::Bytes,
        "long raw" => ColumnType::LongBytes,
        "date" | "timestamp" => ColumnType::Timestamp,
        _ => ColumnType::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_type() {
        for (kind, name, wanted) in [
            (Kind::Sqlite, "integer", ColumnType::Integer),
            (Kind::Sqlite, "null", ColumnType::Other),
            (Kind::Sqlite, "date", ColumnType::Other),
            (Kind::Postgresql, "timestamptz", ColumnType::Timestamp),
            (Kind::Postgresql, "jsonb", ColumnType::Other),
            (Kind::Postgresql, "int2", ColumnType::Integer),
            (Kind::Mysql, "bigint unsigned", ColumnType::Integer),
            (Kind::Mysql, "boolean", ColumnType::Boolean),
            (Kind::Mysql, "time", ColumnType::Other),
            (Kind::Sqlserver, "datetimeoffset", ColumnType::Timestamp),
            // A row's version, which is no time.
            (Kind::Sqlserver, "timestamp", ColumnType::Bytes),
            (Kind::Sqlserver, "uniqueidentifier", ColumnType::Other),
            (Kind::Oracle, "number(10)", ColumnType::Integer),
            (Kind::Oracle, "number(10,2)", ColumnType::Number),
            (Kind::Oracle, "number", ColumnType::Number),
            (Kind::Oracle, "varchar2(500)", ColumnType::Text),
            (Kind::Oracle, "timestamp(6) with time zone", ColumnType::Timestamp),
            (Kind::Oracle, "date", ColumnType::Timestamp),
            (Kind::Oracle, "json", ColumnType::Other),
            (Kind::Oracle, "long", ColumnType::LongText),
            (Kind::Oracle, "long raw", ColumnType::LongBytes),
            (Kind::Sqlserver, "ntext", ColumnType::LongText),
        ] {
            assert_eq!(ColumnType::of(kind, name), wanted, "{name}");
        }
    }
}
