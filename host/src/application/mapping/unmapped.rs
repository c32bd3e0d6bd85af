//! Columns that the operations which read users or groups give and the mapping doesn't name: each becomes an attribute of an extension schema of
//! the application's own, or is withheld for a reason that `check` tells.
//!
//! * A column whose name looks like that of a secret is shown only where the administrator lists it.
//! * `cost_centre`, `COST_CENTRE` and `Cost Centre` are the attribute `costCentre`; a column whose name doesn't become one
//!   that SCIM allows (RFC 7643 §2.1) is withheld, and so is the second of two that would have the same name.

use crate::{
    application::{ResourceMapping, UnmappedColumns},
    database::{Column, ColumnType, Kind},
    scim::{AttributePath, ResourceKind},
};

/// A column that the mapping doesn't name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    pub column: String,
    pub fate: Fate,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Shown(AttributePath, ColumnType),
    /// Why not, in a sentence without its subject, and what to do.
    Withheld(String),
}

/// What is part of the names of secrets, in lower case and without what stands between words.
const SECRET: [&str; 16] = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "pwd",
    "secret",
    "hash",
    "salt",
    "token",
    "pin",
    "credential",
    "apikey",
    "privatekey",
    "accesskey",
    "cvv",
    "recoverycode",
];

/// Whole words of them, too short to be looked for inside of others.
const SECRET_WORDS: [&str; 3] = ["pass", "pw", "otp"];

/// The URN of the schema that the columns of an application's users or groups have.
pub fn schema_of(application: &str, kind: ResourceKind) -> String {
    format!("urn:portcullis:scim:schemas:extension:{application}:2.0:{}", kind.name())
}

/// The fate of each column of `columns` that the mapping doesn't name. Only those count that every one of `others` has too, so
/// that a user or a group looks the same by whatever operation it is read.
pub fn unmapped(
    application: &str,
    mapping: &ResourceMapping,
    kind: Kind,
    columns: &[Column],
    others: &[&[Column]],
) -> Vec<Unmapped> {
    let schema = schema_of(application, mapping.kind);
    let mut found: Vec<Unmapped> = Vec::new();
    for column in columns {
        let name = column.name.as_str();
        if is_mapped(mapping, name) || found.iter().any(|other| same(&other.column, name)) {
            continue;
        }
        let everywhere = others
            .iter()
            .all(|columns| columns.iter().any(|other| same(&other.name, name)));
        let fate = match attribute_name(name) {
            _ if !is_wanted(mapping, name) => Fate::Withheld(not_wanted(mapping)),
            _ if !everywhere => Fate::Withheld(format!(
                "is not in the result of every operation that reads {}s; select it in all of them",
                mapping.kind.noun()
            )),
            None => Fate::Withheld("has no name that SCIM allows; select it with `AS` and letters, digits and _".into()),
            Some(attribute) => {
                let path = AttributePath {
                    extension: Some(schema.clone()),
                    name: attribute,
                    element: None,
                    sub_attribute: None,
                };
                match taken(mapping, &found, &path) {
                    Some(by) => Fate::Withheld(format!(
                        "would be `{}`, which {by} is already; select it with `AS` and another name",
                        path.name
                    )),
                    None => Fate::Shown(path, ColumnType::of(kind, &column.type_name)),
                }
            }
        };
        found.push(Unmapped {
            column: name.to_owned(),
            fate,
        });
    }
    found
}

fn is_mapped(mapping: &ResourceMapping, column: &str) -> bool {
    same(&mapping.id, column)
        || mapping.active.as_ref().is_some_and(|active| same(&active.column, column))
        || mapping.attributes.iter().any(|attribute| same(&attribute.column, column))
}

fn is_wanted(mapping: &ResourceMapping, column: &str) -> bool {
    match &mapping.unmapped {
        UnmappedColumns::Show => !is_secret(column),
        UnmappedColumns::Hide => false,
        UnmappedColumns::Listed(listed) => listed.iter().any(|listed| same(listed, column)),
    }
}

fn not_wanted(mapping: &ResourceMapping) -> String {
    match &mapping.unmapped {
        UnmappedColumns::Show => "has the name of a secret; `unmapped-columns` would show it if it listed it".into(),
        UnmappedColumns::Hide => "is hidden: `unmapped-columns = \"hide\"`".into(),
        UnmappedColumns::Listed(_) => "is not listed in `unmapped-columns`".into(),
    }
}

fn is_secret(column: &str) -> bool {
    let plain: String = column.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    SECRET.iter().any(|part| plain.contains(part))
        || words(column).any(|word| SECRET_WORDS.iter().any(|secret| word.eq_ignore_ascii_case(secret)))
}

/// What has this name in the schema already.
fn taken(mapping: &ResourceMapping, found: &[Unmapped], path: &AttributePath) -> Option<String> {
    let is_it = |other: &AttributePath| {
        let extension = other.extension.as_deref().unwrap_or_default();
        same(extension, path.extension.as_deref().unwrap_or_default()) && same(&other.name, &path.name)
    };
    let mapped = mapping.attributes.iter().find(|attribute| is_it(&attribute.path));
    let mapped = mapped.map(|attribute| attribute.column.clone());
    let shown = || {
        found
            .iter()
            .find(|other| matches!(&other.fate, Fate::Shown(path, _) if is_it(path)))
    };
    mapped
        .or_else(|| shown().map(|other| other.column.clone()))
        .map(|column| format!("the column `{column}`"))
}

/// An attribute's name from a column's: `cost_centre` is `costCentre`. `None`: it has other characters than SCIM's names, or a
/// digit in front.
fn attribute_name(column: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_- .".contains(c);
    if !column.chars().all(is_name) {
        return None;
    }
    let mut name = String::new();
    for word in words(column) {
        let shouts = word.chars().all(|c| !c.is_ascii_lowercase());
        let word = if shouts { word.to_ascii_lowercase() } else { word.to_owned() };
        let (first, rest) = word.split_at_checked(1)?;
        match name.is_empty() {
            true => name.push_str(&first.to_ascii_lowercase()),
            false => name.push_str(&first.to_ascii_uppercase()),
        }
        name.push_str(rest);
    }
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(name)
}

fn words(column: &str) -> impl Iterator<Item = &str> {
    column
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_the_name_of_an_attribute() {
        for (column, name) in [
            ("cost_centre", Some("costCentre")),
            ("COST_CENTRE", Some("costCentre")),
            ("Cost Centre", Some("costCentre")),
            ("costCentre", Some("costCentre")),
            ("CostCentre", Some("costCentre")),
            ("b", Some("b")),
            ("x2_y", Some("x2Y")),
            ("_hidden", Some("hidden")),
            ("2nd_phone", None),
            ("größe", None),
            ("count(*)", None),
            ("?column?", None),
            ("", None),
            ("__", None),
        ] {
            assert_eq!(attribute_name(column).as_deref(), name, "{column}");
        }
    }

    #[test]
    fn a_secret_is_known_by_its_name() {
        for column in [
            "password",
            "PassWord_Hash",
            "pass_word",
            "user_pwd",
            "client_secret",
            "salt",
            "api_token",
            "pin",
            "pin_code",
            "pass",
            "API_KEY",
            "db-pw",
        ] {
            assert!(is_secret(column), "{column}");
        }
        for column in ["passport", "compass", "department", "cost_centre", "badge_no", "is_admin"] {
            assert!(!is_secret(column), "{column}");
        }
    }
}
