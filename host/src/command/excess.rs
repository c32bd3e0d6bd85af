//! What `check` says of a database account that can do far more than the statements need.

use crate::{database, operation::Application};

/// How many rights a warning names. An account that may do everything has dozens.
const NAMED: usize = 4;

/// Nothing where the account can't.
pub async fn warning(application: &Application) -> Option<String> {
    let name = &application.settings().name;
    let rights = match database::excess(application.database().as_ref()).await {
        Ok(rights) => rights,
        Err(error) => return Some(format!("{name}: the database doesn't say what the account may do: {error}")),
    };
    let named: Vec<&str> = rights.iter().take(NAMED).map(String::as_str).collect();
    let more = match rights.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!rights.is_empty()).then(|| {
        format!(
            "{name}: the database account can do far more than the configured statements need: {}{more}\n  use an account that has \
             nothing but what `portcullis plan --grants` prints",
            named.join(", ")
        )
    })
}
