//! One comparison, as a template with marks for the column and the value.

use portcullis_sdk::{Collation, ComparisonOperator};

use crate::{Dialect, oracle, sqlserver};

/// Where the column stands in a template.
pub(crate) const COLUMN: &str = "{c}";
/// Where the value's placeholder stands in a template.
pub(crate) const VALUE: &str = "{v}";

/// The comparison of a column that has a value; `ne` as `eq`, to be negated.
pub(crate) fn words(dialect: Dialect, operator: ComparisonOperator, rule: Collation) -> String {
    if dialect == Dialect::Sqlserver {
        return sqlserver::words(operator, rule);
    }
    if dialect == Dialect::Oracle {
        return oracle::words(operator, rule);
    }
    let sign = match operator {
        ComparisonOperator::Eq | ComparisonOperator::Ne => "=",
        ComparisonOperator::Gt => ">",
        ComparisonOperator::Ge => ">=",
        ComparisonOperator::Lt => "<",
        ComparisonOperator::Le => "<=",
        ComparisonOperator::Co | ComparisonOperator::Sw | ComparisonOperator::Ew => {
            let (column, value) = characters(dialect, rule);
            return part(dialect, operator, column, value);
        }
    };
    match (dialect, rule) {
        (Dialect::Sqlite, Collation::Instant) => format!("ifnull(julianday({COLUMN}) {sign} julianday({VALUE}), 0)"),
        (Dialect::Sqlite, Collation::Native) => format!("{COLUMN} COLLATE BINARY {sign} {VALUE}"),
        // A number's letters too, after a look into the index.
        (Dialect::Sqlite, Collation::Exact) => {
            let letters = format!("CAST({COLUMN} AS TEXT) COLLATE BINARY {sign} CAST({VALUE} AS TEXT)");
            match sign {
                "=" => format!("{COLUMN} COLLATE BINARY = {VALUE} AND {letters}"),
                _ => letters,
            }
        }
        (Dialect::Mysql, Collation::Native | Collation::Exact | Collation::Insensitive) if sign == "=" => mysql_equal(rule),
        (_, Collation::Native | Collation::Instant) => format!("{COLUMN} {sign} {VALUE}"),
        (Dialect::Postgresql, _) if sign != "=" => {
            let (column, value) = characters(dialect, rule);
            format!("{column} COLLATE \"C\" {sign} {value}")
        }
        _ => {
            let (column, value) = characters(dialect, rule);
            format!("{column} {sign} {value}")
        }
    }
}

/// Column and value as characters that can be compared one by one.
fn characters(dialect: Dialect, rule: Collation) -> (&'static str, &'static str) {
    match (dialect, rule) {
        (Dialect::Postgresql, Collation::Native | Collation::Exact | Collation::Instant) => ("{c}::text", "{v}::text"),
        (Dialect::Postgresql, Collation::Insensitive) => ("lower({c}::text)", "lower({v}::text)"),
        (Dialect::Sqlite, Collation::Native | Collation::Exact | Collation::Instant) => (COLUMN, "CAST({v} AS TEXT)"),
        (Dialect::Sqlite, Collation::Insensitive) => ("lower({c})", "lower({v})"),
        // MySQL.
        (_, Collation::Native | Collation::Exact | Collation::Instant) => (
            "CAST(CONVERT({c} USING utf8mb4) AS BINARY)",
            "CAST(CONVERT({v} USING utf8mb4) AS BINARY)",
        ),
        (_, Collation::Insensitive) => (
            "CAST(LOWER(CONVERT({c} USING utf8mb4)) AS BINARY)",
            "CAST(LOWER(CONVERT({v} USING utf8mb4)) AS BINARY)",
        ),
    }
}

/// Contains, starts with, ends with.
fn part(dialect: Dialect, operator: ComparisonOperator, column: &str, value: &str) -> String {
    match (dialect, operator) {
        (Dialect::Postgresql, ComparisonOperator::Sw) => format!("left({column}, length({value})) = {value}"),
        (Dialect::Postgresql, ComparisonOperator::Ew) => format!("right({column}, length({value})) = {value}"),
        (Dialect::Postgresql, _) => format!("position({value} in {column}) > 0"),
        (Dialect::Sqlite, ComparisonOperator::Sw) => format!("substr({column}, 1, length({value})) = {value}"),
        (Dialect::Sqlite, ComparisonOperator::Ew) => {
            format!("substr({column}, length({column}) - length({value}) + 1) = {value}")
        }
        (Dialect::Sqlite, _) => format!("instr({column}, {value}) > 0"),
        // MySQL.
        (_, ComparisonOperator::Sw) => format!("LEFT({column}, LENGTH({value})) = {value}"),
        (_, ComparisonOperator::Ew) => format!("RIGHT({column}, LENGTH({value})) = {value}"),
        (_, _) => format!("LOCATE({value}, {column}) > 0"),
    }
}

/// Collations take more for equal than SCIM does, so what an index finds is looked at again letter by letter. What is no
/// text says that its character set is `binary`, and natively is not looked at again.
fn mysql_equal(rule: Collation) -> String {
    let (letters, wanted) = characters(Dialect::Mysql, rule);
    match rule {
        Collation::Insensitive => format!("LOWER({COLUMN}) = LOWER({VALUE}) AND {letters} = {wanted}"),
        Collation::Exact => format!("{COLUMN} = {VALUE} AND {letters} = {wanted}"),
        _ => format!("{COLUMN} = {VALUE} AND (CHARSET({COLUMN}) = 'binary' OR {letters} = {wanted})"),
    }
}
