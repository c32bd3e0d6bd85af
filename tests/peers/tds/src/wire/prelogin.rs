//! The first exchange of a connection ([MS-TDS] 2.2.6.5): versions, and whether what follows is encrypted.

use super::bytes::{Bytes, Put, Result};

const VERSION: u8 = 0;
const ENCRYPTION: u8 = 1;
const INSTANCE: u8 = 2;
const THREAD: u8 = 3;
const MARS: u8 = 4;
const END: u8 = 0xff;

/// What one side says of encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The login packet, nothing else.
    Off = 0,
    On = 1,
    NotSupported = 2,
    Required = 3,
}

/// What a client says of encryption.
///
/// # Errors
/// What can't be read.
pub fn read(bytes: &[u8]) -> Result<Wish> {
    let mut options = Bytes::new(bytes);
    let mut wish = Wish::NotSupported;
    loop {
        let option = options.u8()?;
        if option == END {
            return Ok(wish);
        }
        let (offset, length) = (usize::from(options.u16_be()?), usize::from(options.u16_be()?));
        let mut value = Bytes::new(bytes);
        value.take(offset)?;
        let value = value.take(length)?;
        if option == ENCRYPTION {
            wish = match value.first() {
                Some(0) => Wish::Off,
                Some(1) => Wish::On,
                Some(3) => Wish::Required,
                _ => Wish::NotSupported,
            };
        }
    }
}

/// What the server answers.
pub fn answer(wish: Wish) -> Vec<u8> {
    let options: [(u8, &[u8]); 5] = [
        // SQL Server 2022.
        (VERSION, &[16, 0, 0x0f, 0xa0, 0, 0]),
        (ENCRYPTION, &[wish as u8]),
        (INSTANCE, &[0]),
        (THREAD, &[]),
        (MARS, &[0]),
    ];
    let mut out = Vec::new();
    let mut offset = options.len() * 5 + 1;
    for (option, value) in options {
        out.u8(option);
        out.put(&(offset as u16).to_be_bytes());
        out.put(&(value.len() as u16).to_be_bytes());
        offset += value.len();
    }
    out.u8(END);
    for (_, value) in options {
        out.put(value);
    }
    out
}
