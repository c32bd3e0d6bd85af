//! What stands behind the equals sign of a mapped attribute: a column, and what it holds.

use toml::de::DeValue;

use super::{column::column, log::Decoded, node::Node, table::Table};
use crate::application::{Holds, Stored, ValueType, Word, Words};

/// Types of which a column may hold several.
const OF_ARRAYS: [(&str, Stored); 7] = [
    ("string[]", Stored::String),
    ("integer[]", Stored::Integer),
    ("decimal[]", Stored::Decimal),
    ("boolean[]", Stored::Boolean),
    ("date[]", Stored::Date),
    ("timestamp[]", Stored::Timestamp),
    ("uuid[]", Stored::Uuid),
];

/// A column and what it holds.
#[derive(Debug)]
pub struct Held {
    pub column: String,
    pub holds: Holds,
}

/// What can be kept: the attribute's own type, and whether it may have several simple values.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub value_type: ValueType,
    pub several: Several,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    Allowed,
    Refused,
}

/// ```toml
/// title = "title"
/// employeeNumber = { column = "emp_no", type = "integer" }
/// "urn:example:hr:tags" = { column = "tags", type = "string[]" }
/// "urn:example:hr:external" = { column = "is_external", true = "Y", false = "N" }
/// ```
pub fn held(node: &Node<'_>, room: Room) -> Decoded<Held> {
    if !node.is_table() {
        return Ok(Held {
            column: column(node)?,
            holds: Holds::AsItIs,
        });
    }
    node.table(|table| {
        let column = table.required("column", "\"hired_on\"", column);
        let holds = table.optional("type", |node| holds(node, room));
        let words = words(table)?;
        let (column, holds) = (column?, holds?);
        let holds = match (holds, words) {
            (Some(Holds::One(Stored::Boolean)) | None, Some(words)) => {
                let fits = fits(room.value_type, Stored::Boolean);
                fits.map_err(|message| table.node.problem(message, "leave out `true` and `false`"))?;
                Holds::Words(words)
            }
            (Some(_), Some(_)) => {
                let message = "`true` and `false` are the words of a boolean, and `type` says something else";
                return Err(table.node.problem(message, "leave `type` out, or write `type = \"boolean\"`"));
            }
            (holds, None) => holds.unwrap_or_default(),
        };
        Ok(Held { column, holds })
    })
}

fn holds(node: &Node<'_>, room: Room) -> Decoded<Holds> {
    let one = Stored::ALL.map(|stored| (stored.word(), Choice::One(stored)));
    let several = OF_ARRAYS.map(|(word, stored)| (word, Choice::Several(stored)));
    let choices: Vec<(&'static str, Choice)> = one.into_iter().chain(several).collect();
    match node.one_of(&choices)? {
        Choice::One(stored) => {
            let fits = fits(room.value_type, stored);
            fits.map_err(|message| node.problem(message, "write another type, or leave `type` out"))?;
            Ok(Holds::One(stored))
        }
        Choice::Several(stored) if room.several == Several::Allowed => Ok(Holds::Several(stored)),
        Choice::Several(stored) => Err(node.problem(
            "the attribute has one value here, or elements with parts",
            format!(
                "write `type = \"{}\"`, or map an attribute of your own, as in `\"urn:example:hr:tags\"`",
                stored.word()
            ),
        )),
    }
}

#[derive(Clone, Copy)]
enum Choice {
    One(Stored),
    Several(Stored),
}

/// Whether values of an attribute that the RFC defines can be in such a column.
fn fits(value_type: ValueType, stored: Stored) -> Result<(), String> {
    let fits = match value_type {
        ValueType::Boolean => stored == Stored::Boolean,
        ValueType::DateTime => matches!(stored, Stored::Timestamp | Stored::Date),
        ValueType::Text => stored != Stored::Boolean,
        ValueType::Integer | ValueType::Decimal | ValueType::Binary | ValueType::Any => true,
    };
    match fits {
        true => Ok(()),
        false => Err(format!(
            "the attribute is {} (RFC 7643), and a column of type {} cannot hold that",
            value_type.noun(),
            stored.word()
        )),
    }
}

/// `true` and `false`, both or none.
pub fn words(table: &Table<'_>) -> Decoded<Option<Words>> {
    let yes = table.optional("true", word);
    let no = table.optional("false", word);
    match (yes?, no?) {
        (None, None) => Ok(None),
        (Some(yes), Some(no)) => differ(table, Words { yes, no: Some(no) }).map(Some),
        (Some(_), None) => Err(table.missing("false", "false = \"N\"")),
        (None, Some(_)) => Err(table.missing("true", "true = \"Y\"")),
    }
}

/// The same word can't mean both.
pub fn differ(table: &Table<'_>, words: Words) -> Decoded<Words> {
    match &words.no {
        Some(no) if words.yes.is(&no.value()) => Err(table.node.problem(
            format!("true and false would both be {no}"),
            "write two values that differ by more than case and blanks",
        )),
        _ => Ok(words),
    }
}

/// A value of a column: numbers may be written as numbers.
pub fn word(node: &Node<'_>) -> Decoded<Word> {
    match node.value {
        Some(DeValue::Boolean(_)) => Err(node.problem(
            "is a boolean, and no word for one",
            "leave `true` and `false` out: a column of booleans needs no words",
        )),
        _ => Ok(match node.integer() {
            Some(integer) => Word::Integer(integer),
            None => Word::Text(node.filled_text()?.to_owned()),
        }),
    }
}
