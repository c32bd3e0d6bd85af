//! What a client sends along in front of a message, and wants no answer to.

use crate::wire::{Reader, Trouble};

#[derive(Default)]
pub(super) struct Piggybacks {
    /// Cursors that it needs no more.
    pub(super) closed: Vec<u32>,
}

const PIGGYBACK: u8 = 17;

impl Piggybacks {
    /// # Errors
    /// One that this peer doesn't know, or not all of it is there yet.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Trouble> {
        let mut all = Self::default();
        while reader.peek() == Some(PIGGYBACK) {
            reader.byte()?;
            let function = reader.byte()?;
            reader.byte()?;
            match function {
                105 => {
                    reader.byte()?;
                    for _ in 0..reader.size()? {
                        let number = u32::try_from(reader.integer()?);
                        all.closed
                            .push(number.map_err(|_| Trouble::Malformed("the number of a cursor"))?);
                    }
                }
                135 => end_to_end(reader)?,
                152 => {
                    reader.byte()?;
                    reader.counted()?;
                }
                _ => return Err(Trouble::Malformed("a piggyback that this peer doesn't know")),
            }
        }
        Ok(all)
    }
}

/// The client's name for what it is doing.
fn end_to_end(reader: &mut Reader<'_>) -> Result<(), Trouble> {
    let mut given = 0;
    let mut header = |reader: &mut Reader<'_>| {
        let present = reader.byte()? != 0;
        let length = reader.size()?;
        given += usize::from(present && length > 0);
        Ok(())
    };
    reader.skip(2)?;
    reader.skip_integers(1)?;
    for _ in 0..3 {
        header(reader)?;
    }
    reader.skip(1)?;
    reader.skip_integers(1)?;
    reader.skip(1)?;
    reader.skip_integers(1)?;
    header(reader)?;
    for _ in 0..2 {
        reader.skip(1)?;
        reader.skip_integers(1)?;
    }
    header(reader)?;
    for _ in 0..given {
        reader.string()?;
    }
    Ok(())
}
