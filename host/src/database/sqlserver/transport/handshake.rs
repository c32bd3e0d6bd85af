//! The socket under TLS. Before TDS 8.0 the handshake goes in PRELOGIN messages, and what follows does not.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::prelogin::{HEADER, LAST, PRELOGIN};

/// What a packet can hold before another size is agreed upon.
const ROOM: usize = 4096 - HEADER;

pub(super) struct Handshake {
    socket: TcpStream,
    state: State,
}

enum State {
    /// Everything goes as it is.
    Bare,
    Wrapped(Packets),
}

#[derive(Default)]
struct Packets {
    /// Handed over and not yet packed.
    written: Vec<u8>,
    /// Packed and not yet sent.
    sending: Vec<u8>,
    sent: usize,
    header: [u8; HEADER],
    /// How much of the header is there.
    headed: usize,
    /// What is left of the packet that is being read.
    left: usize,
}

impl Handshake {
    pub fn over(socket: TcpStream) -> Self {
        Self {
            socket,
            state: State::Bare,
        }
    }

    pub fn wrapped(socket: TcpStream) -> Self {
        Self {
            socket,
            state: State::Wrapped(Packets::default()),
        }
    }

    /// The handshake is over.
    pub fn done(&mut self) {
        self.state = State::Bare;
    }
}

impl Packets {
    /// All that was handed over, as one message.
    fn pack(&mut self) {
        let mut rest = self.written.as_slice();
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.len().min(ROOM));
            let length = (part.len() + HEADER) as u16;
            self.sending.extend([PRELOGIN, if behind.is_empty() { LAST } else { 0 }]);
            self.sending.extend(length.to_be_bytes());
            self.sending.extend([0, 0, 1, 0]);
            self.sending.extend(part);
            rest = behind;
        }
        self.written.clear();
    }

    fn send(&mut self, socket: &mut TcpStream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pack();
        while let Some(rest) = self.sending.get(self.sent..).filter(|rest| !rest.is_empty()) {
            let sent = ready!(Pin::new(&mut *socket).poll_write(cx, rest))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += sent;
        }
        self.sending.clear();
        self.sent = 0;
        Pin::new(socket).poll_flush(cx)
    }

    fn receive(&mut self, socket: &mut TcpStream, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.left == 0 {
            let mut header = ReadBuf::new(self.header.get_mut(self.headed..).unwrap_or_default());
            ready!(Pin::new(&mut *socket).poll_read(cx, &mut header))?;
            let got = header.filled().len();
            if got == 0 {
                return Poll::Ready(if self.headed == 0 {
                    Ok(())
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                });
            }
            self.headed += got;
            if self.headed == HEADER {
                let [_, _, high, low, ..] = self.header;
                self.headed = 0;
                self.left = usize::from(u16::from_be_bytes([high, low])).saturating_sub(HEADER);
            }
        }
        let room = self.left.min(buffer.remaining());
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        ready!(Pin::new(socket).poll_read(cx, &mut part))?;
        let got = part.filled().len();
        self.left -= got;
        buffer.advance(got);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Handshake {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.state {
            State::Bare => Pin::new(&mut this.socket).poll_read(cx, buffer),
            State::Wrapped(packets) => packets.receive(&mut this.socket, cx, buffer),
        }
    }
}

impl AsyncWrite for Handshake {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match &mut this.state {
            State::Bare => Pin::new(&mut this.socket).poll_write(cx, bytes),
            State::Wrapped(packets) => {
                packets.written.extend(bytes);
                Poll::Ready(Ok(bytes.len()))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.state {
            State::Bare => Pin::new(&mut this.socket).poll_flush(cx),
            State::Wrapped(packets) => packets.send(&mut this.socket, cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}
