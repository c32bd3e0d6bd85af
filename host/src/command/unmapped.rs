//! What `check` says of columns that the mapping doesn't name: which of them clients will see, and which not.

use std::fmt::Write as _;

use crate::application::{Fate, Unmapped, ValueType};

/// Nothing where there are none.
pub fn told(columns: &[Unmapped]) -> String {
    let mut shown = String::new();
    let mut withheld = String::new();
    for Unmapped { column, fate } in columns {
        // Writing to a string doesn't fail.
        let _ = match fate {
            Fate::Shown(path, column_type) => {
                writeln!(shown, "    {column}: {path} ({})", ValueType::of_column(*column_type).noun())
            }
            Fate::Withheld(why) => writeln!(withheld, "    {column} {why}"),
        };
    }
    let mut text = String::new();
    for (title, lines) in [
        ("columns that nothing maps, and that clients can read", shown),
        ("columns that nothing maps, and that no client sees", withheld),
    ] {
        if !lines.is_empty() {
            let _ = write!(text, "  {title}:\n{lines}");
        }
    }
    text
}
