//! How text is compared. As in SQL Server, spaces at the end don't count.
//!
//! What is equal is that of SQL Server's collations, as far as Unicode's simple mapping of one letter's case says it. The
//! *order* of letters under a collation that is not binary is by their folded code points, and not a dictionary's.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;

use crate::error::ServerError;

/// A family of collations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collation {
    /// By UTF-16 units.
    Binary,
    CaseSensitive,
    CaseInsensitive,
}

/// What a database has, unless a column or an expression says otherwise.
pub const DEFAULT: &str = "SQL_Latin1_General_CP1_CI_AS";

impl Collation {
    /// # Errors
    /// 448 for what can't be one, or a kind that the peer doesn't have.
    pub fn named(name: &str) -> Result<Self, ServerError> {
        let upper = name.to_ascii_uppercase();
        let known = ["LATIN1_GENERAL", "SQL_LATIN1_GENERAL", "DATABASE_DEFAULT"];
        if !known.iter().any(|prefix| upper.starts_with(prefix)) {
            return Err(ServerError::cannot(format!("the collation {name}")));
        }
        let parts: Vec<&str> = upper.split('_').collect();
        match () {
            () if upper == "DATABASE_DEFAULT" => Ok(Collation::CaseInsensitive),
            () if parts.contains(&"BIN2") || parts.contains(&"BIN") => Ok(Collation::Binary),
            () if parts.contains(&"AI") => Err(ServerError::cannot("collations that see no accents")),
            () if parts.contains(&"CS") => Ok(Collation::CaseSensitive),
            () if parts.contains(&"CI") => Ok(Collation::CaseInsensitive),
            () => Err(ServerError::new(448, 16, format!("Invalid collation '{name}'."))),
        }
    }

    /// The name in SQLite.
    pub fn sqlite(self) -> &'static str {
        match self {
            Collation::Binary => "tsql_bin",
            Collation::CaseSensitive => "tsql_cs",
            Collation::CaseInsensitive => "tsql_ci",
        }
    }

    pub fn of_sqlite(name: &str) -> Self {
        match name {
            "tsql_bin" => Collation::Binary,
            "tsql_cs" => Collation::CaseSensitive,
            _ => Collation::CaseInsensitive,
        }
    }

    /// The text with what doesn't count taken out.
    pub fn folded(self, text: &str) -> String {
        match self {
            Collation::Binary | Collation::CaseSensitive => text.to_owned(),
            Collation::CaseInsensitive => text.chars().map(lower).collect(),
        }
    }

    pub fn compare(self, one: &str, other: &str) -> Ordering {
        let (one, other) = (one.trim_end_matches(' '), other.trim_end_matches(' '));
        match self {
            Collation::Binary => one.encode_utf16().cmp(other.encode_utf16()),
            Collation::CaseSensitive => {
                let folded = Collation::CaseInsensitive.compare(one, other);
                folded.then_with(|| other.cmp(one))
            }
            Collation::CaseInsensitive => one.chars().map(lower).cmp(other.chars().map(lower)),
        }
    }
}

/// The lower case of a letter, where that is one letter.
pub fn lower(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

/// The upper case of a letter, where that is one letter.
pub fn upper(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

/// Numbers that are kept as digits.
pub fn decimals(one: &str, other: &str) -> Ordering {
    match (one.parse::<BigDecimal>(), other.parse::<BigDecimal>()) {
        (Ok(one), Ok(other)) => one.cmp(&other),
        _ => one.cmp(other),
    }
}

/// Moments that are kept in UTC, with their offset behind.
pub fn instants(one: &str, other: &str) -> Ordering {
    let utc = |text: &str| text.split('|').next().map(str::to_owned);
    utc(one).cmp(&utc(other))
}

/// The last group counts first, and within the first three the last byte.
pub fn guids(one: &str, other: &str) -> Ordering {
    let key = |text: &str| {
        let groups: Vec<&str> = text.split('-').collect();
        let swapped = |group: &str| {
            let pairs: Vec<String> = group
                .as_bytes()
                .chunks(2)
                .rev()
                .map(|pair| String::from_utf8_lossy(pair).into())
                .collect();
            pairs.concat()
        };
        match groups[..] {
            [a, b, c, d, e] => [e.to_owned(), d.to_owned(), swapped(c), swapped(b), swapped(a)].concat(),
            _ => text.to_owned(),
        }
    };
    key(one).cmp(&key(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collations_differ_in_what_is_equal() {
        let equal = |collation: Collation, one, other| collation.compare(one, other).is_eq();
        assert!(equal(Collation::CaseInsensitive, "Ädele ", "äDELE"));
        assert!(!equal(Collation::CaseInsensitive, "a", "ä"));
        assert!(!equal(Collation::CaseSensitive, "a", "A"));
        assert!(equal(Collation::Binary, "a", "a  "));
        assert!(!equal(Collation::Binary, "a", "A"));
        assert!(Collation::Binary.compare("\u{ffff}", "\u{1f600}").is_gt());
        assert_eq!(Collation::named("Latin1_General_100_BIN2_UTF8").unwrap(), Collation::Binary);
        assert!(Collation::named("Klingon_CI_AS").is_err());
    }

    #[test]
    fn what_is_kept_as_text_is_in_its_own_order() {
        assert!(decimals("9.5", "10.25").is_lt());
        assert!(decimals("1.50", "1.5").is_eq());
        assert!(instants("2024-01-01 10:00:00.000000000|0", "2024-01-01 10:00:00.000000000|120").is_eq());
        assert!(guids("FF000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002").is_lt());
    }
}
