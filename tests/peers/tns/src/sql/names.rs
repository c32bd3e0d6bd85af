//! Names. Oracle tells `USER_ID` from `"user_id"`, SQLite does not: small letters are written in a way that it does.

/// What a small letter is marked with.
const MARK: char = '^';

/// A name as SQLite has it.
pub(crate) fn hidden(name: &str) -> String {
    let mut hidden = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_lowercase() {
            hidden.push(MARK);
            hidden.extend(letter.to_uppercase());
        } else {
            hidden.push(letter);
        }
    }
    hidden
}

/// A name as Oracle has it.
pub(crate) fn shown(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    let mut small = false;
    for letter in name.chars() {
        match letter {
            MARK => small = true,
            _ if small => {
                shown.extend(letter.to_lowercase());
                small = false;
            }
            _ => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_were() {
        for name in ["USER_ID", "user_id", "userName", "A b"] {
            assert_eq!(shown(&hidden(name)), name);
        }
        assert_ne!(hidden("user_id").to_uppercase(), "USER_ID");
    }
}
