//! What a filter says of lists, of what users hold and of the groups that they are in: whose elements fulfil it is found out before the
//! columns of users are looked at.
//!
//! The database finds the rows where an operation reads everybody's (get-values), or where a statement for everybody can be derived from
//! the one that reads those of certain users. Otherwise the host looks through the elements of every user whom the rest of the
//! filter may mean, a few hundred at a time: the answer is the same, and takes its time.

mod condition;
mod find;
mod source;

use std::sync::Arc;

use scim_v2::filter::Filter;

use self::{
    find::{Found, Wanted},
    source::Source,
};
use super::{
    among::{Among, Known, MOST, Whose},
    application::Application,
    filter::{self, ColumnFilter},
    request::Request,
};
use crate::{application::Operation, scim::Error};

impl Application {
    /// A filter of users over columns, once it is known whom its conditions on elements mean.
    pub(super) async fn filter_of_users(&self, request: &mut Request, filter: &Filter) -> Result<ColumnFilter, Error> {
        let mut atoms = Vec::new();
        condition::atoms_of(filter, &mut atoms);
        let mut known = Known {
            mapping: self.mapping(),
            conditions: Vec::new(),
        };
        for atom in atoms {
            let sources = self.sources(atom)?;
            if !sources.is_empty() && known.conditions.iter().all(|known| known.condition != *atom) {
                let among = self.whose(request, atom, &sources, filter).await?;
                known.conditions.push(among);
            }
        }
        filter::translate(filter, &known)
    }

    async fn whose(&self, request: &mut Request, atom: &Filter, sources: &[Source<'_>], whole: &Filter) -> Result<Among, Error> {
        let wanted = match condition::holds_of_none(atom) {
            true => Wanted::OthersToo,
            false => Wanted::Matching,
        };
        let mut candidates = None;
        let mut found = Found::default();
        for source in sources {
            let of_source = match self.found_by_database(request, source, wanted).await? {
                Some(found) => found,
                None => {
                    let all = match candidates.take() {
                        Some(known) => known,
                        None => self.candidates(request, whole).await?,
                    };
                    let found = self.found_by_host(request, source, &all).await?;
                    candidates = Some(all);
                    found
                }
            };
            found.matching.extend(of_source.matching);
            found.others.extend(of_source.others);
        }
        let (mut ids, whose) = match wanted {
            Wanted::Matching => (found.matching, Whose::These),
            Wanted::OthersToo => {
                found.others.retain(|id| !found.matching.contains(id));
                (found.others, Whose::AllButThese)
            }
        };
        // Fewer may be enough for a statement to compare with: of those whom the rest of the filter means.
        if ids.len() > MOST && candidates.is_none() && !self.about_columns(whole)?.is_empty() {
            let candidates = self.candidates(request, whole).await?;
            ids = candidates.into_iter().filter(|id| ids.contains(id)).collect();
        }
        Ok(Among {
            condition: atom.clone(),
            ids: Arc::new(ids),
            whose,
        })
    }

    /// The ids of the users whom a filter may mean, by what it says of columns; in an order that is the same every time.
    async fn candidates(&self, request: &mut Request, whole: &Filter) -> Result<Vec<String>, Error> {
        let mapping = self.mapping();
        let rest = filter::translate_all(self.about_columns(whole)?, mapping)?;
        let get_users = self.user_operation(Operation::GetUsers)?;
        let candidates = self.column(request, get_users, &mapping.id, &rest).await?;
        let mut candidates: Vec<String> = candidates.into_iter().collect();
        candidates.sort();
        Ok(candidates)
    }

    /// The conditions that a filter is an `and` of, and that only columns are needed for.
    fn about_columns<'f>(&self, filter: &'f Filter) -> Result<Vec<&'f Filter>, Error> {
        let conditions = match filter {
            Filter::And(conditions) => conditions.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut about_columns = Vec::new();
        for condition in conditions {
            let mut atoms = Vec::new();
            condition::atoms_of(condition, &mut atoms);
            let mut of_elements = false;
            for atom in atoms {
                of_elements |= !self.sources(atom)?.is_empty();
            }
            if !of_elements {
                about_columns.push(condition);
            }
        }
        Ok(about_columns)
    }
}
