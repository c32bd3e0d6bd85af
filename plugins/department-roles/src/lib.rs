//! A component of an administrator's own: gives users the roles of their department.
//!
//! A role that a rule names is given and taken by rules alone. Whatever roles no rule names are left as the client wants them. So a user
//! who changes department changes roles, in the same request and the same transaction.

mod attribute;
mod rules;

use portcullis_sdk::{Direction, Document, Failure, Level, Log, Transform};

use crate::rules::Rules;

struct DepartmentRoles;

impl Transform for DepartmentRoles {
    fn transform(
        direction: Direction,
        mut document: Document,
        settings: &Document,
        log: &mut impl Log,
    ) -> Result<Document, Failure> {
        if direction == Direction::FromApplication {
            return Ok(document);
        }
        let rules = Rules::read(settings)?;
        let changed = rules.apply(&mut document);
        if changed > 0 {
            log.write(Level::Debug, &format!("{changed} roles given or taken by rules"));
        }
        Ok(document)
    }
}

portcullis_sdk::export_transform!(DepartmentRoles);

#[cfg(test)]
mod tests;
