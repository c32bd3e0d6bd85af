//! What clients ask of the transaction manager ([MS-TDS] 2.2.6.9).

use super::bytes::{Bytes, Result};
use crate::error::ServerError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    Begin,
    /// `then_begin`: and begin the next one.
    Commit {
        then: Then,
    },
    Rollback {
        then: Then,
    },
    /// A name for a place to come back to.
    Save {
        name: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Nothing,
    Begin,
}

/// # Errors
/// What can't be read, or a distributed transaction.
pub fn read(from: &mut Bytes<'_>) -> Result<Request> {
    let kind = from.u16()?;
    Ok(match kind {
        5 => {
            from.u8()?;
            name(from)?;
            Request::Begin
        }
        7 => {
            name(from)?;
            Request::Commit { then: then(from)? }
        }
        8 => {
            let to = name(from)?;
            if !to.is_empty() {
                return Err(ServerError::cannot("a rollback to a savepoint by the transaction manager"));
            }
            Request::Rollback { then: then(from)? }
        }
        9 => Request::Save { name: name(from)? },
        _ => return Err(ServerError::cannot(format!("request {kind} of the transaction manager"))),
    })
}

fn name(from: &mut Bytes<'_>) -> Result<String> {
    let bytes = from.u8()?;
    from.utf16(usize::from(bytes) / 2)
}

fn then(from: &mut Bytes<'_>) -> Result<Then> {
    if from.u8()? & 1 == 0 {
        return Ok(Then::Nothing);
    }
    from.u8()?;
    name(from)?;
    Ok(Then::Begin)
}
