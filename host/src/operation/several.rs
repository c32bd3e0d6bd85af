//! The assignments of a page of users where get-user-entitlements takes one `:id`: the built-in components write the
//! statement once for each user and have the database answer all at once. A component that can't do that is asked user by
//! user.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{
    application::{Application, Entitlements},
    assignments::{element, listed},
    prepared::Prepared,
    request::Request,
};
use crate::{
    database::Value,
    scim::{Error, ScimType},
};

/// The parameter that stands for the user.
pub(super) const ID: &str = "id";
/// The column that says for which of the values a row is, counted from 1 (`list-size` in `wit/types.wit`).
const ITEM: &str = "portcullis_item";
/// Users that one statement is written for at the most: databases plan each part of it.
const AT_ONCE: usize = 128;

impl Application {
    /// `None` if the component can't derive the statement, or the database refuses what it derived; one user needs none.
    pub(super) async fn of_several(
        &self,
        request: &mut Request,
        entitlement: &Entitlements,
        operation: &Prepared,
        ids: &[String],
    ) -> Result<Option<BTreeMap<String, Vec<Json>>>, Error> {
        if ids.len() < 2 || !operation.takes(ID) {
            return Ok(None);
        }
        let mut assignments: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for chunk in ids.chunks(AT_ONCE) {
            let (shape, inputs) = listed(ID, chunk);
            let rows = match request.run_shaped(operation, &shape, inputs).await {
                Ok(Some(done)) => done.rows,
                Ok(None) => return Ok(None),
                // Two columns of one name are no mistake until the statement stands in brackets.
                Err(error) if error.status == 500 || error.scim_type == Some(ScimType::InvalidValue) => return Ok(None),
                Err(error) => return Err(error),
            };
            if rows.rows.is_empty() {
                continue;
            }
            let reader = self.assignment_reader(entitlement, &rows)?;
            let item = rows.columns.iter().position(|column| column.name.eq_ignore_ascii_case(ITEM));
            for row in &rows.rows {
                let number = match item.and_then(|item| row.get(item)) {
                    Some(Value::Integer(number)) => usize::try_from(*number).ok(),
                    _ => None,
                };
                let user = number.and_then(|number| chunk.get(number.checked_sub(1)?));
                // The places that are left are filled with the last id: its rows come several times.
                let Some(user) = user else { continue };
                let found = reader.read(row).map_err(|message| self.unreadable(message))?;
                let values = assignments.entry(user.clone()).or_default();
                values.push(element(entitlement, found.value, found.display));
            }
        }
        Ok(Some(assignments))
    }
}
