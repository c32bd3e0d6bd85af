//! What a client says.

use super::{cursors::Cursors, execute::Execute, piggyback::Piggybacks};
use crate::{
    logon::Pairs,
    negotiation,
    wire::{Reader, Trouble},
};

pub(super) enum Message {
    Protocol,
    Types(Vec<[u16; 3]>),
    LogonBegins(Pairs),
    LogonEnds(Pairs),
    Execute(Box<Execute>),
    Fetch {
        cursor: u32,
        rows: u32,
    },
    Commit,
    Rollback,
    Ping,
    Logoff,
    /// A function that this peer doesn't have; what comes with it could not be read.
    Unknown(u8),
}

const FUNCTION: u8 = 3;

impl Message {
    /// # Errors
    /// It could not be read, or not all of it is there yet.
    pub(super) fn read(bytes: &[u8], cursors: &Cursors, schema: &str) -> Result<(Piggybacks, Self), Trouble> {
        let mut reader = Reader::new(bytes);
        let piggybacks = Piggybacks::read(&mut reader)?;
        let message = match reader.byte()? {
            negotiation::PROTOCOL => {
                negotiation::read_protocol(&mut reader)?;
                Message::Protocol
            }
            negotiation::DATA_TYPES => Message::Types(negotiation::read_types(&mut reader)?),
            FUNCTION => Self::function(&mut reader, cursors, schema)?,
            _ => return Err(Trouble::Malformed("a message of an unknown kind")),
        };
        let whole = reader.is_empty() || matches!(message, Message::Unknown(_));
        if whole {
            Ok((piggybacks, message))
        } else {
            Err(Trouble::Malformed("more than one message"))
        }
    }

    fn function(reader: &mut Reader<'_>, cursors: &Cursors, schema: &str) -> Result<Self, Trouble> {
        let function = reader.byte()?;
        reader.byte()?;
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(match function {
            118 => Message::LogonBegins(Pairs::read(reader)?),
            115 => Message::LogonEnds(Pairs::read(reader)?),
            94 => Message::Execute(Box::new(Execute::read(reader, cursors, schema)?)),
            4 => Message::Execute(Box::new(Execute::read_again(reader, cursors, false)?)),
            78 => Message::Execute(Box::new(Execute::read_again(reader, cursors, true)?)),
            5 => Message::Fetch {
                cursor: small(reader.integer()?),
                rows: small(reader.integer()?),
            },
            14 => Message::Commit,
            15 => Message::Rollback,
            147 => Message::Ping,
            9 => Message::Logoff,
            other => Message::Unknown(other),
        })
    }
}
