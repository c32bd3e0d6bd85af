//! Packets ([MS-TDS] 2.2.3): messages are cut into them, each with a header of eight bytes.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub const HEADER: usize = 8;

pub const BATCH: u8 = 1;
pub const RPC: u8 = 3;
pub const RESPONSE: u8 = 4;
pub const ATTENTION: u8 = 6;
pub const BULK: u8 = 7;
pub const TRANSACTION: u8 = 14;
pub const LOGIN: u8 = 16;
pub const PRELOGIN: u8 = 18;

/// The last packet of its message.
pub const END: u8 = 0x01;
/// The client gave the message up; it is not to be carried out.
const IGNORE: u8 = 0x02;
const RESET: u8 = 0x08;
const RESET_KEEP_TRANSACTION: u8 = 0x10;

/// More than any test has a reason for.
const LARGEST_MESSAGE: usize = 64 << 20;

/// What a client wants of the session before its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    No,
    /// As new.
    Session,
    /// As new, but for the transaction.
    SessionButTransaction,
}

/// What was in the packets of one message.
pub struct Message {
    pub kind: u8,
    pub reset: Reset,
    pub ignore: bool,
    pub bytes: Vec<u8>,
}

/// The next message; `None` when the client has hung up.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Message>> {
    let mut message: Option<Message> = None;
    loop {
        let mut header = [0; HEADER];
        match stream.read_exact(&mut header).await {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        let [kind, status, high, low, ..] = header;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let message = message.get_or_insert_with(|| Message {
            kind,
            reset: match status {
                _ if status & RESET != 0 => Reset::Session,
                _ if status & RESET_KEEP_TRANSACTION != 0 => Reset::SessionButTransaction,
                _ => Reset::No,
            },
            ignore: false,
            bytes: Vec::new(),
        });
        let start = message.bytes.len();
        if length < HEADER || message.kind != kind || start + length > LARGEST_MESSAGE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no packet of TDS"));
        }
        message.bytes.resize(start + length - HEADER, 0);
        stream.read_exact(&mut message.bytes[start..]).await?;
        if status & END != 0 {
            message.ignore = status & IGNORE != 0;
            let whole = std::mem::replace(
                message,
                Message {
                    kind,
                    reset: Reset::No,
                    ignore: false,
                    bytes: Vec::new(),
                },
            );
            return Ok(Some(whole));
        }
    }
}

/// Cuts a response into packets of a size.
pub struct Packets {
    size: usize,
    number: u8,
    pending: Vec<u8>,
}

impl Packets {
    pub fn new(size: usize) -> Self {
        Self {
            size,
            number: 1,
            pending: Vec::new(),
        }
    }

    /// Adds to the message, and gives the packets that are full.
    pub fn add(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.pending.extend_from_slice(bytes);
        let mut out = Vec::new();
        let body = self.size - HEADER;
        // The last packet is held back: it may be the end.
        while self.pending.len() > body {
            let rest = self.pending.split_off(body);
            let full = std::mem::replace(&mut self.pending, rest);
            self.packet(&mut out, &full, 0);
        }
        out
    }

    /// Ends the message.
    pub fn end(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let last = std::mem::take(&mut self.pending);
        self.packet(&mut out, &last, END);
        self.number = 1;
        out
    }

    fn packet(&mut self, out: &mut Vec<u8>, body: &[u8], status: u8) {
        header(out, RESPONSE, status, body.len(), self.number);
        out.extend_from_slice(body);
        self.number = self.number.wrapping_add(1);
    }
}

pub fn header(out: &mut Vec<u8>, kind: u8, status: u8, body: usize, number: u8) {
    let length = (body + HEADER) as u16;
    out.extend_from_slice(&[kind, status]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&[0, 0, number, 0]);
}

/// A whole response at once.
pub async fn write(stream: &mut (impl AsyncWrite + Unpin), size: usize, bytes: &[u8]) -> io::Result<()> {
    let mut packets = Packets::new(size);
    let mut out = packets.add(bytes);
    out.extend(packets.end());
    stream.write_all(&out).await?;
    stream.flush().await
}
