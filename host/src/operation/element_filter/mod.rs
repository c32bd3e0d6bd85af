//! What a filter says of lists, of what users hold, of the groups that they are in, and of the members of groups: whose elements fulfil it
//! is found out before the columns of users or groups are looked at.
//!
//! The database finds the rows where an operation reads everybody's (get-values), or where a statement for everybody can be derived from
//! the one that reads those of certain owners. Otherwise the host looks through the elements of every owner whom the rest of the
//! filter may mean, a few hundred at a time: the answer is the same, and takes its time.

mod condition;
mod find;
mod member;
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
    records::Records,
    request::Request,
};
use crate::scim::Error;

impl Application {
    /// A filter of users or of groups over columns, once it is known whom its conditions on elements mean.
    pub(super) async fn filter_of(&self, request: &mut Request, of: Records<'_>, filter: &Filter) -> Result<ColumnFilter, Error> {
        let mut atoms = Vec::new();
        condition::atoms_of(filter, &mut atoms);
        let mut known = Known {
            mapping: of.mapping,
            conditions: Vec::new(),
        };
        for atom in atoms {
            let sources = self.sources(of.mapping.kind, atom)?;
            if !sources.is_empty() && known.conditions.iter().all(|known| known.condition != *atom) {
                let among = match self.with_member(request, of, atom, filter).await? {
                    Some(groups) => Among {
                        condition: atom.clone(),
                        ids: Arc::new(groups),
                        whose: Whose::These,
                    },
                    None => self.whose(request, of, atom, &sources, filter).await?,
                };
                known.conditions.push(among);
            }
        }
        filter::translate(filter, &known)
    }

    async fn whose(
        &self,
        request: &mut Request,
        of: Records<'_>,
        atom: &Filter,
        sources: &[Source<'_>],
        whole: &Filter,
    ) -> Result<Among, Error> {
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
                        None => self.candidates(request, of, whole).await?,
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
        if ids.len() > MOST && candidates.is_none() && !self.about_columns(of, whole)?.is_empty() {
            let candidates = self.candidates(request, of, whole).await?;
            ids = candidates.into_iter().filter(|id| ids.contains(id)).collect();
        }
        Ok(Among {
            condition: atom.clone(),
            ids: Arc::new(ids),
            whose,
        })
    }

    /// The ids of those whom a filter may mean, by what it says of columns; in an order that is the same every time.
    async fn candidates(&self, request: &mut Request, of: Records<'_>, whole: &Filter) -> Result<Vec<String>, Error> {
        let rest = filter::translate_all(self.about_columns(of, whole)?, of.mapping)?;
        let get_all = self.operation(of, of.get_all())?;
        let candidates = self.column(request, get_all, &of.mapping.id, &rest).await?;
        let mut candidates: Vec<String> = candidates.into_iter().collect();
        candidates.sort();
        Ok(candidates)
    }

    /// The conditions that a filter is an `and` of, and that only columns are needed for.
    fn about_columns<'f>(&self, of: Records<'_>, filter: &'f Filter) -> Result<Vec<&'f Filter>, Error> {
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
                of_elements |= !self.sources(of.mapping.kind, atom)?.is_empty();
            }
            if !of_elements {
                about_columns.push(condition);
            }
        }
        Ok(about_columns)
    }
}
