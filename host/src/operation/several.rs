//! What each of a page of owners has where the statement takes one `:id`: the built-in components write the statement once for
//! each owner and have the database answer all at once. A component that can't do that is asked owner by owner.

use super::{
    application::Application,
    links::{Linked, Links, listed},
    request::Request,
};
use crate::{
    application::RowReader,
    database::Value,
    scim::{Error, ScimType},
};

/// The parameter that stands for the owner.
pub(super) const ID: &str = "id";
/// The column that says for which of the values a row is, counted from 1, or where every value is asked for the value itself
/// (`list-size` in `wit/types.wit`).
pub(super) const ITEM: &str = "portcullis_item";
/// Owners that one statement is written for at the most: databases plan each part of it.
const AT_ONCE: usize = 128;

impl Application {
    /// `None` if the component can't derive the statement, or the database refuses what it derived; one owner needs none.
    pub(super) async fn of_several<R: RowReader>(
        &self,
        request: &mut Request,
        links: Links<'_, R>,
        owners: &[String],
    ) -> Result<Option<Linked<R::What>>, Error> {
        if owners.len() < 2 || !links.operation.takes(ID) {
            return Ok(None);
        }
        let mut linked = Linked::<R::What>::new();
        for chunk in owners.chunks(AT_ONCE) {
            let (shape, inputs) = listed(ID, chunk);
            let rows = match request.run_shaped(links.operation, &shape, inputs).await {
                Ok(Some(done)) => done.rows,
                Ok(None) => return Ok(None),
                // Two columns of one name are no mistake until the statement stands in brackets.
                Err(error) if error.status == 500 || error.scim_type == Some(ScimType::InvalidValue) => return Ok(None),
                Err(error) => return Err(error),
            };
            let item = rows.columns.iter().position(|column| column.name.eq_ignore_ascii_case(ITEM));
            for (row, found) in std::iter::zip(&rows.rows, self.read_links(links, &rows)?) {
                let number = match item.and_then(|item| row.get(item)) {
                    Some(Value::Integer(number)) => usize::try_from(*number).ok(),
                    _ => None,
                };
                let owner = number.and_then(|number| chunk.get(number.checked_sub(1)?));
                // The places that are left are filled with the last id: its rows come several times.
                if let Some(owner) = owner {
                    linked.entry(owner.clone()).or_default().push(found.what);
                }
            }
        }
        Ok(Some(linked))
    }
}
