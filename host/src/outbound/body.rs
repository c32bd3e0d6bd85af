//! Bodies on their way, counted, and what keeps a connection going for as long as somebody reads from it.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::{
    sync::OwnedSemaphorePermit,
    task::JoinHandle,
    time::{Sleep, sleep},
};

use super::{Allowance, Failure};

/// What a component sends. Trailers are not sent: they are headers that nobody looks at.
pub(super) struct RequestBody<B> {
    pub inner: B,
    pub allowance: Arc<Allowance>,
}

impl<B: Body<Data = Bytes> + Unpin> Body for RequestBody<B> {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        Poll::Ready(match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
            None => None,
            Some(Err(_)) => Some(Err(Failure::Unfinished)),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if self.allowance.take_bytes(data.len()) => Some(Ok(Frame::data(data))),
                Ok(_) => Some(Err(Failure::RequestTooLarge)),
                Err(_) => None,
            },
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What a host answers, as it comes.
pub struct ResponseBody {
    pub(super) inner: Incoming,
    pub(super) allowance: Arc<Allowance>,
    /// How long a part may be waited for.
    pub(super) wait: Duration,
    pub(super) waiting: Option<Pin<Box<Sleep>>>,
    pub(super) whose: Whose,
    pub(super) _place: OwnedSemaphorePermit,
}

/// Whose request it is, for the log.
#[derive(Clone)]
pub(super) struct Whose {
    pub plugin: Arc<str>,
    pub host: String,
}

impl Whose {
    /// Tells the operator. Nothing of what was sent or answered is in it.
    pub fn tell(&self, failure: &Failure) {
        tracing::warn!(
            plugin = &*self.plugin,
            host = self.host,
            "a request of plugin {} to {} failed: {failure}",
            self.plugin,
            self.host
        );
    }
}

impl ResponseBody {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) else {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(self.wait)));
            ready!(waiting.as_mut().poll(context));
            return Poll::Ready(Some(Err(Failure::ReadTimeout)));
        };
        self.waiting = None;
        Poll::Ready(match frame {
            Some(Ok(frame)) if !self.allowance.take_bytes(frame.data_ref().map_or(0, Bytes::len)) => {
                Some(Err(Failure::AnswerTooLarge))
            }
            Some(Ok(frame)) => Some(Ok(frame)),
            Some(Err(error)) => Some(Err(Failure::of(&error))),
            None => None,
        })
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let frame = ready!(self.poll(context));
        if let Some(Err(failure)) = &frame {
            self.whose.tell(failure);
        }
        Poll::Ready(frame)
    }
}

/// Keeps a connection going; where it is dropped the connection is, too.
pub struct Driver(pub(super) JoinHandle<()>);

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(context).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}
