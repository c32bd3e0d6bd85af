//! Who wants in ([MS-TDS] 2.2.6.4, LOGIN7).

use super::bytes::{Bytes, Result};
use crate::error::ServerError;

/// The version that the peer speaks.
pub const VERSION: u32 = 0x7400_0004;

/// What clients may say where TLS comes first.
pub const STRICT: u32 = 0x0800_0000;

/// What a client says of itself.
pub struct Login {
    pub version: u32,
    pub packet_size: u32,
    pub host: String,
    pub user: String,
    pub password: String,
    pub application: String,
    pub library: String,
    pub database: String,
    /// Whether it asks to be authenticated by the operating system, or by a token.
    pub integrated: bool,
    /// The ids of the features that it would like.
    pub features: Vec<u8>,
}

/// # Errors
/// What can't be read.
pub fn read(bytes: &[u8]) -> Result<Login> {
    let mut fixed = Bytes::new(bytes);
    let length = fixed.u32()? as usize;
    if length != bytes.len() {
        return Err(ServerError::stream("the login has another length than it says"));
    }
    let version = fixed.u32()?;
    let packet_size = fixed.u32()?;
    fixed.take(12)?;
    let (_, second, _, third) = (fixed.u8()?, fixed.u8()?, fixed.u8()?, fixed.u8()?);
    fixed.take(8)?;
    let mut place = || -> Result<(usize, usize)> { Ok((fixed.u16()?.into(), fixed.u16()?.into())) };
    let (host, user, password, application, _server) = (place()?, place()?, place()?, place()?, place()?);
    let (extension, library, _language, database) = (place()?, place()?, place()?, place()?);
    let at = |(offset, length): (usize, usize)| -> Result<&[u8]> {
        let mut from = Bytes::new(bytes);
        from.take(offset)?;
        from.take(length)
    };
    let text = |(offset, units): (usize, usize)| Bytes::new(at((offset, units * 2))?).utf16(units);
    let has_extension = third & 0x10 != 0 && extension.1 == 4;
    Ok(Login {
        version,
        packet_size,
        host: text(host)?,
        user: text(user)?,
        password: revealed(at((password.0, password.1 * 2))?)?,
        application: text(application)?,
        library: text(library)?,
        database: text(database)?,
        integrated: second & 0x80 != 0,
        features: if has_extension {
            features(bytes, at(extension)?)?
        } else {
            Vec::new()
        },
    })
}

/// A password is not encrypted, but not readable at a glance either.
fn revealed(hidden: &[u8]) -> Result<String> {
    let bytes: Vec<u8> = hidden.iter().map(|byte| (byte ^ 0xa5).rotate_left(4)).collect();
    super::bytes::utf16(&bytes)
}

fn features(bytes: &[u8], pointer: &[u8]) -> Result<Vec<u8>> {
    let offset = Bytes::new(pointer).u32()? as usize;
    let mut list = Bytes::new(bytes);
    list.take(offset)?;
    let mut features = Vec::new();
    loop {
        let feature = list.u8()?;
        if feature == 0xff {
            return Ok(features);
        }
        let length = list.u32()? as usize;
        list.take(length)?;
        features.push(feature);
    }
}
