//! Which column and which constraint an error is about. SQL Server says so in the words of its messages only, in the language of
//! the login; which name comes at which place is told by the number. Names stand before what a message quotes of values.

pub(super) fn constraint(number: u32, message: &str) -> Option<String> {
    match number {
        // Violation of UNIQUE KEY constraint 'app_user_username'. Cannot insert duplicate key in object 'dbo.app_user'. …
        2627 => quoted(message, 0),
        // Cannot insert duplicate key row in object 'dbo.app_user' with unique index 'app_user_username'. …
        2601 => quoted(message, 1),
        // The INSERT statement conflicted with the CHECK constraint "app_user_status". The conflict occurred in database "…", …
        547 => quoted(message, 0),
        _ => None,
    }
}

pub(super) fn column(number: u32, message: &str) -> Option<String> {
    match number {
        // Cannot insert the value NULL into column 'username', table 'payroll.dbo.app_user'; …
        515 => quoted(message, 0),
        // String or binary data would be truncated in table 'payroll.dbo.app_user', column 'title'. Truncated value: '…'.
        2628 => quoted(message, 1),
        // … database "payroll", table "dbo.role", column 'role_id'.
        547 => quoted(message, 3),
        _ => None,
    }
}

/// What stands in quotes, counted from nought.
fn quoted(message: &str, place: usize) -> Option<String> {
    let mut rest = message;
    for number in 0..=place {
        let (_, behind) = rest.split_once(['\'', '"'])?;
        let quote = rest.as_bytes().get(rest.len() - behind.len() - 1).copied().map(char::from)?;
        let (name, behind) = behind.split_once(quote)?;
        if number == place {
            return (!name.is_empty()).then(|| name.to_owned());
        }
        rest = behind;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_where_their_number_says() {
        for (number, message, found) in [
            (
                2627,
                "Violation of UNIQUE KEY constraint 'app_user_username'. Cannot insert duplicate key in object 'dbo.app_user'. \
                 The duplicate key value is (it's 'x').",
                (Some("app_user_username"), None),
            ),
            (
                2601,
                "Cannot insert duplicate key row in object 'dbo.app_user' with unique index 'by_name'. The duplicate key value is ('a').",
                (Some("by_name"), None),
            ),
            (
                547,
                "The INSERT statement conflicted with the FOREIGN KEY constraint \"of_role\". The conflict occurred in database \
                 \"payroll\", table \"dbo.role\", column 'role_id'.",
                (Some("of_role"), Some("role_id")),
            ),
            (
                547,
                "The UPDATE statement conflicted with the CHECK constraint \"two_columns\". The conflict occurred in database \
                 \"payroll\", table \"dbo.app_user\".",
                (Some("two_columns"), None),
            ),
            (
                515,
                "Cannot insert the value NULL into column 'username', table 'payroll.dbo.app_user'; column does not allow nulls. \
                 INSERT fails.",
                (None, Some("username")),
            ),
            (
                2628,
                "String or binary data would be truncated in table 'payroll.dbo.app_user', column 'title'. Truncated value: 'column'.",
                (None, Some("title")),
            ),
            (8152, "String or binary data would be truncated.", (None, None)),
            (2627, "Verletzung", (None, None)),
        ] {
            assert_eq!(
                (constraint(number, message).as_deref(), column(number, message).as_deref()),
                found,
                "{message}"
            );
        }
    }
}
