//! TLS inside of TDS: during the handshake its records travel in prelogin packets, afterwards the packets travel in it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::packet::{self, HEADER};

/// A stream below TLS.
pub struct Wrapped<S> {
    inner: S,
    handshake: Arc<AtomicBool>,
    header: Vec<u8>,
    /// Of the packet that is being read.
    left: usize,
    /// What is still to be written, and how much of it has been.
    pending: Vec<u8>,
    written: usize,
}

/// Ends the wrapping.
pub struct Handshake(Arc<AtomicBool>);

impl Handshake {
    pub fn over(&self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl<S> Wrapped<S> {
    pub fn new(inner: S) -> (Self, Handshake) {
        let handshake = Arc::new(AtomicBool::new(true));
        let wrapped = Self {
            inner,
            handshake: handshake.clone(),
            header: Vec::new(),
            left: 0,
            pending: Vec::new(),
            written: 0,
        };
        (wrapped, Handshake(handshake))
    }

    /// The stream without TLS again.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wrapped<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.handshake.load(Ordering::SeqCst) {
            return Pin::new(&mut this.inner).poll_read(cx, buffer);
        }
        while this.left == 0 {
            let mut bytes = [0; HEADER];
            let mut part = ReadBuf::new(&mut bytes[this.header.len()..]);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut part))?;
            if part.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.header.extend_from_slice(part.filled());
            if let [kind, _, high, low, _, _, _, _] = this.header[..] {
                this.header.clear();
                if kind != packet::PRELOGIN {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "no packet of a handshake")));
                }
                this.left = usize::from(u16::from_be_bytes([high, low])).saturating_sub(HEADER);
            }
        }
        let mut bytes = vec![0; this.left.min(buffer.remaining())];
        let mut part = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut this.inner).poll_read(cx, &mut part))?;
        buffer.put_slice(part.filled());
        this.left -= part.filled().len();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Wrapped<S> {
    fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.pending.len() {
            let count = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.pending[self.written..]))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
        }
        self.pending.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wrapped<S> {
    /// During the handshake, what is written goes out as one packet when it is flushed: clients read a flight by its packet.
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if !this.handshake.load(Ordering::SeqCst) {
            ready!(this.poll_pending(cx))?;
            return Pin::new(&mut this.inner).poll_write(cx, bytes);
        }
        if this.written > 0 {
            ready!(this.poll_pending(cx))?;
        }
        if this.pending.is_empty() {
            packet::header(&mut this.pending, packet::PRELOGIN, packet::END, 0, 0);
        }
        this.pending.extend_from_slice(bytes);
        let length = (this.pending.len() as u16).to_be_bytes();
        this.pending[2..4].copy_from_slice(&length);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_pending(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_pending(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
