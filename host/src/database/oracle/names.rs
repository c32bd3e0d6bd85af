//! Which column and which constraint an error is about. Oracle says so in the words of its messages only, which the session
//! has in English. What a message says depends on its number; names are looked for in that kind of message alone.

/// `cannot insert NULL into ("HR"."APP_USER"."USERNAME")`, `cannot update ("HR"."APP_USER"."USERNAME") to NULL`,
/// `value too large for column "HR"."APP_USER"."TITLE" (actual: 30, maximum: 20)`.
pub(super) fn column(number: usize, message: &str) -> Option<String> {
    let qualified = match number {
        1400 | 1407 => between(message, "(\"", "\")")?,
        12899 => {
            let rest = message.split_once("column \"")?.1;
            rest.split_once("\" (").map_or(rest, |(qualified, _)| qualified)
        }
        _ => return None,
    };
    let name = qualified.rsplit("\".\"").next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// `unique constraint (HR.APP_USER_USERNAME) violated`, `integrity constraint (HR.FK) violated - parent key not found`.
pub(super) fn constraint(number: usize, message: &str) -> Option<String> {
    if ![1, 2290, 2291, 2292].contains(&number) {
        return None;
    }
    let qualified = between(message, "constraint (", ")")?;
    let name = qualified.rsplit('.').next()?.trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        for (number, message, name) in [
            (
                1400,
                "ORA-01400: cannot insert NULL into (\"HR\".\"APP_USER\".\"USERNAME\")",
                Some("USERNAME"),
            ),
            (
                1407,
                "ORA-01407: cannot update (\"HR\".\"APP_USER\".\"user name\") to NULL",
                Some("user name"),
            ),
            (
                12899,
                "ORA-12899: value too large for column \"HR\".\"APP_USER\".\"TITLE\" (actual: 30, maximum: 20)",
                Some("TITLE"),
            ),
            (
                1438,
                "ORA-01438: value larger than specified precision allowed for this column",
                None,
            ),
            (20001, "ORA-20001: cannot insert NULL into (\"A\".\"B\".\"C\")", None),
        ] {
            assert_eq!(column(number, message).as_deref(), name, "{message}");
        }
    }

    #[test]
    fn constraints() {
        for (number, message, name) in [
            (
                1,
                "ORA-00001: unique constraint (HR.APP_USER_USERNAME) violated",
                Some("APP_USER_USERNAME"),
            ),
            (
                1,
                "ORA-00001: unique constraint (HR.APP_USER_USERNAME) violated on table HR.APP_USER columns (USERNAME)",
                Some("APP_USER_USERNAME"),
            ),
            (
                2291,
                "ORA-02291: integrity constraint (HR.SYS_C007) violated - parent key not found\nORA-06512: at line 1",
                Some("SYS_C007"),
            ),
            (
                1400,
                "ORA-01400: cannot insert NULL into (\"HR\".\"APP_USER\".\"USERNAME\")",
                None,
            ),
        ] {
            assert_eq!(constraint(number, message).as_deref(), name, "{message}");
        }
    }
}
