//! The type that a column has in each database, for what the mapping says that it holds.

use portcullis_tests::Kind;

pub fn text_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "TEXT",
        Kind::Sqlserver => "NVARCHAR(400)",
        Kind::Oracle => "VARCHAR2(400 CHAR)",
        _ => "VARCHAR(400)",
    }
}

/// Of texts that may be very long.
pub fn long_text_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlserver => "NVARCHAR(max)",
        Kind::Oracle => "CLOB",
        _ => "TEXT",
    }
}

pub fn binary_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "BLOB",
        Kind::Postgresql => "BYTEA",
        Kind::Oracle => "RAW(400)",
        _ => "VARBINARY(400)",
    }
}

pub fn decimal_of(on: Kind) -> &'static str {
    match on {
        // Its numbers are doubles: digits are kept by a text.
        Kind::Sqlite => "TEXT",
        Kind::Oracle => "NUMBER(38,4)",
        _ => "DECIMAL(38,4)",
    }
}

pub fn timestamp_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "DATETIME",
        Kind::Postgresql | Kind::Oracle => "TIMESTAMP(6)",
        Kind::Sqlserver => "DATETIME2(7)",
        _ => "DATETIME(6)",
    }
}

pub fn zoned_of(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "TIMESTAMP WITH TIME ZONE",
        Kind::Sqlserver => "DATETIMEOFFSET(7)",
        Kind::Oracle => "TIMESTAMP(6) WITH TIME ZONE",
        _ => timestamp_of(on),
    }
}

pub fn uuid_of(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "UUID",
        Kind::Sqlserver => "UNIQUEIDENTIFIER",
        Kind::Oracle => "VARCHAR2(36)",
        _ => "CHAR(36)",
    }
}

pub fn raw_uuid_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "BLOB",
        Kind::Postgresql => "BYTEA",
        Kind::Sqlserver => "VARBINARY(16)",
        Kind::Oracle => "RAW(16)",
        _ => "BINARY(16)",
    }
}

pub fn json_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "TEXT",
        Kind::Sqlserver => "NVARCHAR(400)",
        // Of its own type for documents the driver tells no order and no blanks.
        Kind::Oracle => "CLOB",
        _ => "JSON",
    }
}

pub fn number_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlserver => "INT",
        Kind::Oracle => "NUMBER(1)",
        _ => "INTEGER",
    }
}

pub fn integer_of(on: Kind) -> &'static str {
    if on == Kind::Oracle { "NUMBER(19)" } else { "BIGINT" }
}

pub fn boolean_of(on: Kind) -> &'static str {
    on.truth().0
}

pub fn array_of(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "TEXT[]",
        _ => json_of(on),
    }
}
