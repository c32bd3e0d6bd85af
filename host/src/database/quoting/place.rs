//! Where slots may stand. A quoted value is safe only where the database begins to read something new: not inside of a
//! constant, a comment or a name, nor right behind a letter that would change what its quotes mean (`U&"…"`, `x'…'`).
//!
//! Instead of reading the text as each database would, this refuses every text with slots that has quotes or comments at
//! all. Nothing is lost: a constant can be the value of a slot, too.

use crate::database::Statement;

/// What begins a constant, a comment or a quoted name in one of the databases.
const QUOTES: [&str; 8] = ["'", "\"", "`", "[", "\\", "--", "/*", "#"];

/// What is wrong with the places of a statement's slots; `None`: nothing.
pub fn misplaced(statement: &Statement) -> Option<String> {
    let text = statement.text.as_ref();
    if statement.slots.is_empty() {
        return None;
    }
    let quotes = QUOTES.iter().find(|quotes| text.contains(**quotes));
    if let Some(quotes) = quotes.copied().or_else(|| dollar(text)) {
        return Some(format!(
            "statement `{}` has slots and `{quotes}`: a text with slots holds no quotes and no comments; give a constant as the \
             value of a slot",
            statement.name
        ));
    }
    let mut last = None;
    for slot in &statement.slots {
        let wrong = match text.split_at_checked(slot.offset) {
            _ if last.is_some_and(|last| last >= slot.offset) => Some("comes before or at the place of the one before it"),
            None => Some("is not between two characters of the text"),
            Some((before, after)) if !apart(before.chars().next_back()) || !apart(after.chars().next()) => {
                Some("stands right beside a letter, digit or sign")
            }
            Some(_) => None,
        };
        if let Some(wrong) = wrong {
            let (name, statement) = (&slot.name, &statement.name);
            return Some(format!("the slot `{name}` of statement `{statement}` {wrong}"));
        }
        last = Some(slot.offset);
    }
    None
}

/// A `$` that begins no numbered placeholder may begin a dollar-quoted constant.
fn dollar(text: &str) -> Option<&'static str> {
    let mut rest = text.split('$').skip(1);
    let is_number = |after: &str| after.starts_with(|c: char| c.is_ascii_digit());
    (!rest.all(is_number)).then_some("$")
}

/// Whether what stands beside a slot has nothing to do with it.
fn apart(neighbour: Option<char>) -> bool {
    neighbour.is_none_or(|c| c.is_ascii_whitespace() || "(),.;=@".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Access, Slot, SlotKind};

    /// Each `{…}` of the text is a slot.
    fn statement(written: &str) -> Statement {
        let mut text = String::new();
        let mut slots = Vec::new();
        for (index, part) in written.split(['{', '}']).enumerate() {
            match index % 2 {
                0 => text.push_str(part),
                _ => slots.push(Slot {
                    offset: text.len(),
                    name: part.to_owned(),
                    kind: SlotKind::Literal,
                }),
            }
        }
        Statement {
            slots,
            ..Statement::new("main", &text, Access::Write)
        }
    }

    #[test]
    fn slots_stand_by_themselves() {
        for right in [
            "DROP ROLE {id}",
            "CREATE USER {name}@{host} IDENTIFIED BY {password}",
            "SELECT a FROM {schema}.{table} WHERE id = $1 AND b IN ({x}, {y})",
            "{a}",
            "SELECT 'no slots' -- at all",
        ] {
            assert_eq!(misplaced(&statement(right)), None, "{right}");
        }
        for wrong in [
            "SELECT '{a}'",
            "SELECT \"{a}\"",
            "SELECT `{a}`",
            "SELECT [{a}]",
            "SELECT 1 -- {a}",
            "SELECT 1 /* {a} */",
            "SELECT 1 # {a}",
            "SELECT $$ {a} $$",
            "SELECT $x$ {a} $x$",
            "SELECT U&{a}",
            "SELECT x{a}",
            "SELECT {a}x",
            "SELECT {a}{b}",
            "SELECT {a}$1",
            "SELECT 'c', {a}",
            "SELECT _utf8{a}",
            "SELECT ?{a}",
        ] {
            assert!(misplaced(&statement(wrong)).is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_place_outside_of_the_text_or_inside_of_a_character_is_none() {
        for (text, offsets) in [("SELECT  ", vec![9]), ("SELECT  é ", vec![9]), ("SELECT   ", vec![8, 7])] {
            let mut wrong = statement(text);
            wrong.slots = offsets
                .into_iter()
                .map(|offset| Slot {
                    offset,
                    name: "a".into(),
                    kind: SlotKind::Identifier,
                })
                .collect();
            assert!(misplaced(&wrong).is_some(), "{text}");
        }
    }
}
