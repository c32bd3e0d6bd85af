//! The first packets: what a client wants to connect to, and whether it may.

use crate::wire::{Reader, Trouble, Writer};

/// What this peer speaks: TNS as of Oracle 18, without what came with 23.
const VERSION: u16 = 318;
const DONT_CARE: u16 = 1;
/// No native network encryption.
const NO_ENCRYPTION: u8 = 4;

/// A client that wants in.
pub(crate) struct Connect {
    /// Where it wants to, or how long that is if it comes in a packet of its own.
    pub(crate) target: Result<String, usize>,
    /// The greatest packet that it takes.
    pub(crate) greatest: u32,
}

impl Connect {
    /// # Errors
    /// The packet is no such one.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Trouble> {
        let mut reader = Reader::new(body);
        reader.skip(6)?;
        let small = reader.two()?;
        reader.skip(8)?;
        let length = usize::from(reader.two()?);
        let offset = usize::from(reader.two()?);
        reader.skip(4 + 2 + 24)?;
        let greatest = reader.four().unwrap_or_else(|_| small.into());
        // The offset counts the packet's header.
        let target = offset
            .checked_sub(8)
            .and_then(|start| body.get(start..))
            .and_then(|rest| rest.get(..length));
        Ok(Self {
            target: target.map(text).ok_or(length),
            greatest: greatest.clamp(512, 2 * 1024 * 1024),
        })
    }
}

/// What a client wants to connect to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Service(String),
    Sid(String),
}

impl Target {
    /// From `(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=…)))`.
    pub(crate) fn read(descriptor: &str) -> Option<Self> {
        let value = |key: &str| {
            let upper = descriptor.to_ascii_uppercase();
            let start = upper.find(&format!("({key}="))? + key.len() + 2;
            let rest = descriptor.get(start..)?;
            rest.split(')').next().map(|value| value.trim().to_owned())
        };
        value("SERVICE_NAME")
            .map(Target::Service)
            .or_else(|| value("SID").map(Target::Sid))
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The body of a packet that lets a client in.
pub(crate) fn accept(greatest: u32) -> Vec<u8> {
    let small = u16::try_from(greatest).unwrap_or(u16::MAX);
    let mut body = Writer::default();
    body.two(VERSION).two(DONT_CARE).two(small).two(small);
    // The order of bytes, then the length of data that there is none of, and where it would be.
    body.two(1).two(0).two(45);
    body.byte(NO_ENCRYPTION).byte(NO_ENCRYPTION).zeros(8);
    body.four(greatest).four(greatest).byte(0).four(0);
    body.into_bytes()
}

/// The body of a packet that refuses a client, as a listener does.
pub(crate) fn refuse(code: u32) -> Vec<u8> {
    let said = format!("(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR={code})(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))");
    let mut body = Writer::default();
    body.byte(0x22).byte(0);
    body.two(u16::try_from(said.len()).unwrap_or(u16::MAX)).raw(said.as_bytes());
    body.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_service_or_a_sid() {
        let read = |text: &str| Target::read(&format!("(DESCRIPTION=(ADDRESS=(HOST=h))(CONNECT_DATA={text}))"));
        assert_eq!(
            read("(SERVER=DEDICATED)(service_name = x)(Service_Name=hr.example)"),
            Some(Target::Service("hr.example".into()))
        );
        assert_eq!(read("(SID=ORCL)"), Some(Target::Sid("ORCL".into())));
        assert_eq!(read("(CID=(PROGRAM=p))"), None);
    }
}
