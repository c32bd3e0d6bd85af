//! The names and values that a logon consists of.

use std::collections::HashMap;

use crate::wire::{Reader, Trouble, Writer};

/// What a client sends in one of the two messages of its logon.
pub(crate) struct Pairs {
    pub(crate) user: String,
    values: HashMap<String, String>,
}

impl Pairs {
    /// # Errors
    /// It is no message of a logon.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Trouble> {
        let has_user = reader.byte()? != 0;
        reader.skip_integers(2)?;
        reader.skip(1)?;
        let count = reader.size()?;
        reader.skip(2)?;
        let user = if has_user { reader.string()? } else { None };
        let user =
            String::from_utf8(user.unwrap_or_default()).map_err(|_| Trouble::Malformed("a user's name that is not UTF-8"))?;
        let mut values = HashMap::new();
        for _ in 0..count {
            let name = reader.text()?;
            let value = reader.text()?;
            reader.skip_integers(1)?;
            values.insert(name, value);
        }
        Ok(Self { user, values })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// Names, values and their flags, as a server sends them.
pub(crate) fn write_pairs(answer: &mut Writer, pairs: &[(&str, String, u32)]) {
    const PARAMETERS: u8 = 8;
    answer.byte(PARAMETERS).integer(pairs.len());
    for (name, value, flags) in pairs {
        answer.counted(name.as_bytes()).counted(value.as_bytes()).integer(*flags);
    }
}
