//! What the driver reads from and writes to.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures_util::io::{AsyncRead, AsyncWrite};
use tokio::{
    io::{AsyncRead as _, AsyncWrite as _, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use super::{
    framing::{Framing, Mark},
    handshake::Handshake,
    prelogin::LAST,
};

pub(in crate::database::sqlserver) struct Wire {
    stream: Stream,
    /// The answer to the driver's PRELOGIN, until it was read.
    answer: Vec<u8>,
    /// The driver's own PRELOGIN, which the server must not see a second time.
    greeting: Option<Vec<u8>>,
    framing: Framing,
    /// Taken from the driver and not yet sent.
    sending: Vec<u8>,
    sent: usize,
    reset: Reset,
}

pub(super) enum Stream {
    Clear(TcpStream),
    Tls(Box<TlsStream<Handshake>>),
}

/// Asks for the session to be as new with the next request.
#[derive(Clone, Debug, Default)]
pub(in crate::database::sqlserver) struct Reset(Arc<AtomicBool>);

impl Reset {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn take(&self) -> Mark {
        if self.0.swap(false, Ordering::AcqRel) {
            Mark::Reset
        } else {
            Mark::Keep
        }
    }
}

impl Wire {
    pub(super) fn new(stream: Stream, answer: &[u8]) -> Self {
        Self {
            stream,
            answer: answer.to_vec(),
            greeting: Some(Vec::new()),
            framing: Framing::new(),
            sending: Vec::new(),
            sent: 0,
            reset: Reset::default(),
        }
    }

    pub fn reset(&self) -> Reset {
        self.reset.clone()
    }

    fn send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.sending.get(self.sent..).filter(|rest| !rest.is_empty()) {
            let sent = ready!(match &mut self.stream {
                Stream::Clear(stream) => Pin::new(stream).poll_write(cx, rest),
                Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, rest),
            })?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += sent;
        }
        self.sending.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }
}

/// Whether the bytes are a whole message of one packet, as the driver's PRELOGIN is.
fn whole(bytes: &[u8]) -> bool {
    match bytes {
        [_, status, high, low, ..] => status & LAST != 0 && bytes.len() >= usize::from(u16::from_be_bytes([*high, *low])),
        _ => false,
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if !this.answer.is_empty() {
            let length = this.answer.len().min(buffer.len());
            for (place, byte) in buffer.iter_mut().zip(this.answer.drain(..length)) {
                *place = byte;
            }
            return Poll::Ready(Ok(length));
        }
        let mut read = ReadBuf::new(buffer);
        ready!(match &mut this.stream {
            Stream::Clear(stream) => Pin::new(stream).poll_read(cx, &mut read),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, &mut read),
        })?;
        Poll::Ready(Ok(read.filled().len()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(greeting) = &mut this.greeting {
            greeting.extend(bytes);
            if whole(greeting) {
                this.greeting = None;
            }
            return Poll::Ready(Ok(bytes.len()));
        }
        // What came before must be gone, so that no more than one piece is held here.
        ready!(this.send(cx))?;
        let mut mark = this.reset.take();
        this.framing.pass(bytes, &mut this.sending, &mut mark);
        if mark == Mark::Reset {
            this.reset.ask();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.send(cx))?;
        match &mut this.stream {
            Stream::Clear(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.send(cx))?;
        match &mut this.stream {
            Stream::Clear(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
