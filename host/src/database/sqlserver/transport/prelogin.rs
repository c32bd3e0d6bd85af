//! PRELOGIN (MS-TDS 2.2.6.5): what the client is, and whether what follows is encrypted.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The type of a message from the client, and of one from the server.
pub(super) const PRELOGIN: u8 = 0x12;
const RESPONSE: u8 = 0x04;
/// The bit of a message's last packet.
pub(super) const LAST: u8 = 0x01;
pub(super) const HEADER: usize = 8;

const VERSION: u8 = 0;
const ENCRYPTION: u8 = 1;
const INSTANCE: u8 = 2;
const THREAD: u8 = 3;
const MARS: u8 = 4;
const END: u8 = 0xff;

const ENCRYPTED: u8 = 1;
const NOT_SUPPORTED: u8 = 2;
const REQUIRED: u8 = 3;
/// TLS is there already.
const STRICT: u8 = 8;

/// More than any server's answer has.
const LONGEST: usize = 4096;

/// What is asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Clear,
    Encrypted,
    Strict,
}

/// Tells the server what is wished, and fails if that is not to be had. Gives what the driver is to be told instead: the same
/// server, without encryption.
pub(super) async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, wish: Wish) -> io::Result<Vec<u8>> {
    let byte = match wish {
        Wish::Clear => NOT_SUPPORTED,
        Wish::Encrypted => ENCRYPTED,
        Wish::Strict => STRICT,
    };
    // The version of the client, which no server looks at.
    let request = message(PRELOGIN, [0; 6], byte);
    stream.write_all(&request).await?;
    stream.flush().await?;
    let answer = read(stream).await?;
    let version = option(&answer, VERSION)
        .and_then(|bytes| bytes.try_into().ok())
        .unwrap_or([0; 6]);
    let offered = option(&answer, ENCRYPTION).and_then(|bytes| bytes.first().copied());
    match (wish, offered) {
        (Wish::Strict, _) | (Wish::Clear, Some(NOT_SUPPORTED)) | (Wish::Encrypted, Some(ENCRYPTED | REQUIRED)) => {}
        (Wish::Clear, _) => return Err(io::Error::other("the server wants TLS; write `tls = \"verify\"`")),
        (Wish::Encrypted, _) => return Err(io::Error::other("the server has no TLS, and `tls` asks for it")),
    }
    Ok(message(RESPONSE, version, NOT_SUPPORTED))
}

/// A message of one packet.
fn message(kind: u8, version: [u8; 6], encryption: u8) -> Vec<u8> {
    let values: [(u8, &[u8]); 5] = [
        (VERSION, &version),
        (ENCRYPTION, &[encryption]),
        (INSTANCE, &[0]),
        (THREAD, &[]),
        (MARS, &[0]),
    ];
    // An entry of the table takes five bytes, the mark at its end one.
    let mut place = (values.len() * 5 + 1) as u16;
    let mut table = Vec::new();
    let mut data: Vec<u8> = Vec::new();
    for (token, value) in values {
        let length = value.len() as u16;
        table.push(token);
        table.extend(place.to_be_bytes());
        table.extend(length.to_be_bytes());
        data.extend(value);
        place += length;
    }
    table.push(END);
    let length = (HEADER + table.len() + data.len()) as u16;
    let mut packet = vec![kind, LAST];
    packet.extend(length.to_be_bytes());
    packet.extend([0, 0, 1, 0]);
    packet.extend(table);
    packet.extend(data);
    packet
}

/// The payload of the server's answer.
async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut payload = Vec::new();
    loop {
        let mut header = [0; HEADER];
        stream.read_exact(&mut header).await?;
        let [kind, status, high, low, ..] = header;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let rest = length.checked_sub(HEADER).filter(|rest| payload.len() + rest <= LONGEST);
        let (RESPONSE, Some(rest)) = (kind, rest) else {
            return Err(io::Error::other("what answers there is no SQL Server"));
        };
        let start = payload.len();
        payload.resize(start + rest, 0);
        stream.read_exact(payload.get_mut(start..).unwrap_or_default()).await?;
        if status & LAST != 0 {
            return Ok(payload);
        }
    }
}

fn option(payload: &[u8], wanted: u8) -> Option<&[u8]> {
    let entry = payload
        .chunks_exact(5)
        .take_while(|entry| entry.first() != Some(&END))
        .find(|entry| entry.first() == Some(&wanted))?;
    let number = |at: usize| Some(usize::from(u16::from_be_bytes([*entry.get(at)?, *entry.get(at + 1)?])));
    let (place, length) = (number(1)?, number(3)?);
    payload.get(place..place + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(encryption: u8) -> Vec<u8> {
        message(RESPONSE, [16, 0, 4, 0, 0, 0], encryption)
    }

    async fn asked(wish: Wish, answer: Vec<u8>) -> Result<Vec<u8>, String> {
        let (mut here, mut there) = tokio::io::duplex(8192);
        there.write_all(&answer).await.unwrap();
        exchange(&mut here, wish).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn encryption_is_had_or_the_connection_is_not() {
        let clear = Ok(answered(NOT_SUPPORTED));
        assert_eq!(asked(Wish::Clear, answered(NOT_SUPPORTED)).await, clear);
        assert_eq!(asked(Wish::Encrypted, answered(ENCRYPTED)).await, clear);
        assert_eq!(asked(Wish::Encrypted, answered(REQUIRED)).await, clear);
        assert_eq!(asked(Wish::Strict, answered(ENCRYPTED)).await, clear);
        for (wish, offered) in [
            (Wish::Clear, REQUIRED),
            (Wish::Clear, ENCRYPTED),
            (Wish::Encrypted, NOT_SUPPORTED),
            (Wish::Encrypted, 0),
        ] {
            assert!(asked(wish, answered(offered)).await.is_err(), "{wish:?} {offered}");
        }
    }

    #[tokio::test]
    async fn what_is_no_server_is_said_to_be_none() {
        let wrong = Err("what answers there is no SQL Server".to_owned());
        assert_eq!(asked(Wish::Clear, b"HTTP/1.1 400 Bad Request\r\n".to_vec()).await, wrong);
        assert_eq!(asked(Wish::Clear, vec![RESPONSE, LAST, 0, 3, 0, 0, 1, 0]).await, wrong);
        assert_eq!(asked(Wish::Clear, vec![RESPONSE, LAST, 0xff, 0xff, 0, 0, 1, 0]).await, wrong);
    }

    #[test]
    fn options_are_where_the_table_says() {
        let message = answered(ENCRYPTED);
        let payload = &message[HEADER..];
        assert_eq!(option(payload, VERSION), Some(&[16, 0, 4, 0, 0, 0][..]));
        assert_eq!(option(payload, ENCRYPTION), Some(&[ENCRYPTED][..]));
        assert_eq!(option(payload, 9), None);
        // A place outside of the message.
        assert_eq!(option(&[ENCRYPTION, 0xff, 0xff, 0, 1, END], ENCRYPTION), None);
    }
}
