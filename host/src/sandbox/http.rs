//! `wasi:http`, as far as it goes out: what a component asks for is handed to `outbound`, and why there is no answer is told in the
//! codes of the interface.
//!
//! Only `run` and `transform` may ask. What is called before anybody approved anything, or while a configuration is loaded, has no
//! [`Access`], and every request of it is denied.

use std::{future::Future, pin::Pin, sync::Arc};

use http_body_util::BodyExt as _;
use wasmtime::component::Linker;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, Result as HttpResult, WasiBody, WasiHttp,
    WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
    p2::bindings::{
        LinkOptions,
        http::{outgoing_handler, types},
    },
};

use super::{Limits, failure::Ended, state::State};
use crate::outbound::{Access, Allowance, Driver, FORBIDDEN, Failure, Timeouts};

/// Bytes that the headers of a request may take in memory.
const FIELDS: usize = 32 << 10;
/// Bytes of a request's body that are taken at once.
const CHUNK: usize = 64 << 10;

/// `wasi:http/types` and `wasi:http/outgoing-handler`. Of the clocks that they name, only the type of a duration is needed.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    types::add_to_linker::<State, WasiHttp>(linker, &LinkOptions::default().into(), State::http)?;
    outgoing_handler::add_to_linker::<State, WasiHttp>(linker, State::http)
}

/// What a store holds for the requests of its call.
pub(super) struct Http {
    context: WasiHttpCtx,
    hooks: Hooks,
}

struct Hooks {
    /// `None`: the call may ask nobody.
    access: Option<Arc<Access>>,
    allowance: Arc<Allowance>,
}

impl Http {
    pub fn new(access: Option<Arc<Access>>, limits: &Limits) -> Self {
        let mut context = WasiHttpCtx::new();
        context.set_field_size_limit(FIELDS);
        Self {
            context,
            hooks: Hooks {
                access,
                allowance: Arc::new(Allowance::new(limits.http_requests, limits.http_bytes, limits.http_wait)),
            },
        }
    }

    /// The bound that requests have hit, if they have.
    pub fn ended(&self) -> Option<Ended> {
        self.hooks.allowance.ended().map(Ended::Limit)
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let (table, Http { context, hooks }) = self.http_parts();
        WasiHttpCtxView {
            hooks,
            table,
            ctx: context,
        }
    }
}

type Answer = (http::Response<WasiBody>, Box<dyn Future<Output = HttpResult<()>> + Send>);

impl WasiHttpHooks for Hooks {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(|name| DEFAULT_FORBIDDEN_HEADERS.contains(name) || FORBIDDEN.contains(name))
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = HttpResult<()>> + Send>,
    ) -> Box<dyn Future<Output = HttpResult<Answer>> + Send> {
        let (access, allowance) = (self.access.clone(), self.allowance.clone());
        let options = options.unwrap_or_default();
        let timeouts = Timeouts {
            connect: options.connect_timeout,
            first_byte: options.first_byte_timeout,
            between_bytes: options.between_bytes_timeout,
        };
        Box::new(async move {
            let access = access.ok_or(Error::HttpRequestDenied)?;
            let (answer, driver) = access.send(request, timeouts, allowance).await.map_err(code)?;
            Ok((answer.map(|body| body.map_err(code).boxed_unsync()), kept(driver)))
        })
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        CHUNK
    }
}

fn kept(driver: Driver) -> Box<dyn Future<Output = HttpResult<()>> + Send> {
    Box::new(async move {
        Pin::new(&mut { driver }).await;
        Ok(())
    })
}

/// What a component is told. The reason in words is in the server's log.
fn code(failure: Failure) -> Error {
    match failure {
        Failure::Malformed(_) => Error::HttpRequestUriInvalid,
        Failure::NotApproved | Failure::TooMany => Error::HttpRequestDenied,
        Failure::Method => Error::HttpRequestMethodInvalid,
        Failure::PathTooLong => Error::HttpRequestUriTooLong,
        Failure::TooManyAtOnce => Error::ConnectionLimitReached,
        Failure::Unknown(_) => Error::DnsError {
            rcode: None,
            info_code: None,
        },
        Failure::Address(_) => Error::DestinationIpProhibited,
        Failure::Unreachable(_) => Error::ConnectionRefused,
        Failure::ConnectTimeout => Error::ConnectionTimeout,
        Failure::Certificate(_) => Error::TlsCertificateError,
        Failure::Tls(_) => Error::TlsProtocolError,
        Failure::RequestTooLarge => Error::HttpRequestBodySize(None),
        Failure::AnswerTimeout => Error::HttpResponseTimeout,
        Failure::ReadTimeout => Error::ConnectionReadTimeout,
        Failure::AnswerTooLarge => Error::HttpResponseBodySize(None),
        Failure::HeadersTooLarge => Error::HttpResponseHeaderSectionSize(None),
        Failure::Incomplete => Error::HttpResponseIncomplete,
        Failure::Upgrade => Error::HttpUpgradeFailed,
        Failure::Unfinished | Failure::Protocol(_) => Error::HttpProtocolError,
    }
}
