//! Packets of TNS: a length, a kind, and what is in them. Until a connection is accepted their length has two bytes, from
//! then on four.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What a packet is for.
pub(crate) mod kind {
    pub(crate) const CONNECT: u8 = 1;
    pub(crate) const ACCEPT: u8 = 2;
    pub(crate) const REFUSE: u8 = 4;
    pub(crate) const DATA: u8 = 6;
    pub(crate) const MARKER: u8 = 12;
}

const HEADER: usize = 8;
/// What a client may send in one packet before it is told how much it may.
const FIRST: usize = 8192;

pub(crate) struct Packet {
    pub(crate) kind: u8,
    /// Without the header, but with the flags of a packet of data.
    pub(crate) body: Vec<u8>,
}

/// Both directions of a connection.
pub(crate) struct Packets<S> {
    stream: S,
    /// What came and is no whole packet yet, so that a read can be given up halfway.
    pending: Vec<u8>,
    /// The size of the greatest packet, with its header.
    greatest: usize,
    accepted: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Packets<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            pending: Vec::new(),
            greatest: FIRST,
            accepted: false,
        }
    }

    /// From now on packets are this large at most, and their lengths have four bytes.
    pub(crate) fn accepted(&mut self, greatest: usize) {
        self.greatest = greatest;
        self.accepted = true;
    }

    /// The next packet; `None` when the client is gone. Can be given up and called again.
    ///
    /// # Errors
    /// The connection broke, or what came is no packet.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Packet>> {
        loop {
            if let Some(packet) = self.complete()? {
                return Ok(Some(packet));
            }
            if self.stream.read_buf(&mut self.pending).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn complete(&mut self) -> io::Result<Option<Packet>> {
        let Some(header) = self.pending.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let [a, b, c, d, kind, ..] = *header;
        let length = if self.accepted {
            u32::from_be_bytes([a, b, c, d])
        } else {
            u16::from_be_bytes([a, b]).into()
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if !(HEADER..=self.greatest.max(FIRST)).contains(&length) {
            let what = format!("a packet of {length} bytes, where {} are the most", self.greatest);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        if self.pending.len() < length {
            return Ok(None);
        }
        let body = self.pending.drain(..length).skip(HEADER).collect();
        Ok(Some(Packet { kind, body }))
    }

    /// # Errors
    /// The connection broke.
    pub(crate) async fn send(&mut self, kind: u8, body: &[u8]) -> io::Result<()> {
        let packet = self.framed(kind, &[], body);
        self.stream.write_all(&packet).await?;
        self.stream.flush().await
    }

    /// Sends a message, in as many packets of data as it takes.
    ///
    /// # Errors
    /// The connection broke.
    pub(crate) async fn send_data(&mut self, message: &[u8]) -> io::Result<()> {
        let flags = [0, 0];
        for part in message.chunks(self.greatest - HEADER - flags.len()) {
            let packet = self.framed(kind::DATA, &flags, part);
            self.stream.write_all(&packet).await?;
        }
        self.stream.flush().await
    }

    fn framed(&self, kind: u8, flags: &[u8], body: &[u8]) -> Vec<u8> {
        let length = HEADER + flags.len() + body.len();
        let mut packet = Vec::with_capacity(length);
        if self.accepted {
            packet.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
        } else {
            packet.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
            packet.extend([0, 0]);
        }
        packet.extend([kind, 0, 0, 0]);
        packet.extend(flags);
        packet.extend(body);
        packet
    }
}
