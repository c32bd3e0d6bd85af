//! Which column and which constraint an error is about. MySQL says so in the words of its messages only. These quote values,
//! which may say anything: a name is looked for behind all of them.

/// `Data too long for column 'title' at row 1`, `Incorrect integer value: 'x' for column `db`.`t`.`c` at row 1`,
/// `Column 'c' cannot be null`, `Field 'c' doesn't have a default value`.
pub(super) fn column(message: &str) -> Option<String> {
    let (_, rest) = message
        .rsplit_once("for column ")
        .or_else(|| {
            message
                .split_at_checked("Column ".len())
                .filter(|(word, _)| *word == "Column ")
        })
        .or_else(|| message.split_at_checked("Field ".len()).filter(|(word, _)| *word == "Field "))
        .or_else(|| message.rsplit_once("FOREIGN KEY ("))?;
    let qualified = rest.split([' ', ')', ',']).next()?;
    let name = qualified.rsplit('.').next()?.trim_matches(['`', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// `Duplicate entry 'x' for key 'app_user_username'`, of MySQL with the table and a dot in front of the key; `CONSTRAINT `c` failed
/// for `db`.`t``, of MySQL `Check constraint 'c' is violated.`; `… CONSTRAINT `c` FOREIGN KEY …`.
pub(super) fn constraint(message: &str) -> Option<String> {
    if let Some((_, key)) = message.rsplit_once("for key ") {
        let key = key.trim_matches(['`', '\'']);
        return key.rsplit('.').next().map(str::to_owned);
    }
    if let Some(check) = message.strip_prefix("Check constraint '") {
        return check.strip_suffix("' is violated.").map(str::to_owned);
    }
    let (_, rest) = message.rsplit_once("CONSTRAINT `")?;
    rest.split('`').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_behind_values() {
        for (message, name) in [
            ("Data too long for column 'title' at row 1", Some("title")),
            (
                "Incorrect integer value: ' for column 'x' for column `db`.`t`.`badge_no` at row 1",
                Some("badge_no"),
            ),
            ("Column 'username' cannot be null", Some("username")),
            ("Field 'username' doesn't have a default value", Some("username")),
            (
                "Cannot add or update a child row: a foreign key constraint fails (`db`.`t`, CONSTRAINT `fk` FOREIGN KEY (`licence_id`) \
                 REFERENCES `licence` (`licence_id`))",
                Some("licence_id"),
            ),
            ("Duplicate entry 'x' for key 'y'", None),
        ] {
            assert_eq!(column(message).as_deref(), name, "{message}");
        }
    }

    #[test]
    fn constraints_are_found_behind_values() {
        for (message, name) in [
            (
                "Duplicate entry 'for key 'x'' for key 'app_user_username'",
                Some("app_user_username"),
            ),
            ("Duplicate entry 'a.b' for key 'app_user.one_mail'", Some("one_mail")),
            ("Check constraint 'app_user_chk_1' is violated.", Some("app_user_chk_1")),
            (
                "CONSTRAINT `app_user.status` failed for `db`.`app_user`",
                Some("app_user.status"),
            ),
            (
                "a foreign key constraint fails (`db`.`t`, CONSTRAINT `fk` FOREIGN KEY (`a`) REFERENCES …",
                Some("fk"),
            ),
            ("Data too long for column 'title' at row 1", None),
        ] {
            assert_eq!(constraint(message).as_deref(), name, "{message}");
        }
    }
}
