//! A statement as people see it: in `portcullis plan`, and where they approve a plugin.
//!
//! What a plugin puts into its texts must not move a terminal's cursor or turn round what is read: characters that nobody sees are
//! shown as what they are.

use std::fmt::{self, Write as _};

use super::{Access, Parameter, ParameterDirection, RowSource, SlotKind, Statement};

/// A statement under a title, over several lines.
pub struct Titled<'a> {
    title: &'a str,
    statement: &'a Statement,
}

impl Statement {
    /// To be shown: the title and what it does, its text, and what is bound. Of the text no line is left out that has something
    /// in it.
    pub fn titled<'a>(&'a self, title: &'a str) -> Titled<'a> {
        Titled { title, statement: self }
    }

    fn does(&self) -> String {
        match self.access {
            Access::Read if self.rows_from == RowSource::Cursor => "reads a cursor".to_owned(),
            Access::Read => "reads".to_owned(),
            Access::Write => format!("changes {}", self.effect),
        }
    }
}

impl fmt::Display for Titled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statement = self.statement;
        write!(f, "{} ({})", Visible(self.title), statement.does())?;
        for line in with_slots(statement).split('\n').filter(|line| !line.trim().is_empty()) {
            write!(f, "\n  {}", Visible(line.trim_end_matches('\r')))?;
        }
        let mut separator = "\n  with ";
        for parameter in &statement.parameters {
            write!(f, "{separator}{}", Visible(&parameter.to_string()))?;
            separator = ", ";
        }
        Ok(())
    }
}

/// Whether a terminal shows nothing for a character, or something else than where it stands: controls, and what changes the direction
/// of reading.
pub fn is_hidden(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || turns
}

/// Somebody else's words as they can be shown: hidden characters are written out, and there are at most so many characters.
pub fn visible(words: &str, most: usize) -> String {
    let mut shown: String = words.chars().take(most).collect();
    if shown.len() < words.len() {
        shown.push('…');
    }
    Visible(&shown).to_string()
}

/// A line with its hidden characters written out.
struct Visible<'a>(&'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                c if is_hidden(c) && c != '\t' => write!(f, "{}", c.escape_unicode())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Parameter {
    /// Its name, and which way it goes if that is another one than to the database.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        f.write_str(match self.direction {
            ParameterDirection::In => "",
            ParameterDirection::Out => " (out)",
            ParameterDirection::InOut => " (in and out)",
            ParameterDirection::Cursor => " (cursor)",
        })
    }
}

/// The text, with `{name}` and `{name as text}` in its slots.
fn with_slots(statement: &Statement) -> String {
    let mut text = statement.text.to_string();
    for slot in statement.slots.iter().rev() {
        let mut place = String::new();
        let _ = match slot.kind {
            SlotKind::Identifier => write!(place, "{{{}}}", slot.name),
            SlotKind::Literal => write!(place, "{{{} as text}}", slot.name),
        };
        if text.is_char_boundary(slot.offset) {
            text.insert_str(slot.offset, &place);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_hidden_from_who_reads_it() {
        let statement = Statement {
            parameters: vec![Parameter::new("\u{7}a")],
            ..Statement::new("main", "SELECT 1 \u{1b}[2K\r\n\n\tFROM a -- \u{202e}dne\rDROP", Access::Read)
        };
        assert_eq!(
            statement.titled("main").to_string(),
            "main (reads)\n  SELECT 1 \\u{1b}[2K\n  \tFROM a -- \\u{202e}dne\\u{d}DROP\n  with \\u{7}a"
        );
    }
}
