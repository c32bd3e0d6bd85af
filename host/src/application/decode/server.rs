//! `[server]`

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use toml::de::DeValue;

use super::{
    context::Context,
    log::Decoded,
    node::Node,
    quantity::{duration, memory_size, positive},
    table::Table,
    tls::tls,
};
use crate::application::ServerSettings;

/// Room for a small request; less would refuse them all.
const SMALLEST_BODY: u64 = 1 << 10;
/// Wrong tokens in a minute: far more than a client sends by mistake, far fewer than a search needs.
const FAILED_AUTHENTICATIONS: u32 = 30;

/// ```toml
/// [server]
/// listen = "127.0.0.1:8480"
/// base-url = "https://scim.example.com"  # what clients reach the server as; default: what each request says
/// body-limit = "1MiB"
/// request-timeout = "30s"
/// idle-timeout = "60s"                   # for the head of a request, from the connection's beginning or the answer before
/// failed-authentications = 30            # wrong tokens a minute from one address; more are answered 429; `false` for no limit
/// tls = false                            # plain HTTP; default: TLS, see [server.tls]
/// cache = "cache"                        # a directory for compiled components; `false` for none
/// ```
pub fn server(table: &Table<'_>, context: &Context<'_>) -> Decoded<ServerSettings> {
    let listen = table.or("listen", SocketAddr::from(([127, 0, 0, 1], 8480)), listen);
    let base_url = table.optional("base-url", base_url);
    let body_limit = table.or("body-limit", 1 << 20, memory_size(SMALLEST_BODY));
    let request_timeout = table.or("request-timeout", Duration::from_secs(30), duration);
    let idle_timeout = table.or("idle-timeout", Duration::from_secs(60), duration);
    let failed_authentications = table.or(
        "failed-authentications",
        NonZeroU32::new(FAILED_AUTHENTICATIONS),
        failed_authentications,
    );
    let tls = tls(table, listen.as_ref().ok().copied(), context);
    let cache_directory = table.or("cache", Some(context.directory.join("cache")), |node| cache(node, context));
    Ok(ServerSettings {
        listen: listen?,
        tls: tls?,
        base_url: base_url?,
        body_limit: body_limit?,
        request_timeout: request_timeout?,
        idle_timeout: idle_timeout?,
        failed_authentications: failed_authentications?,
        cache_directory: cache_directory?,
    })
}

fn listen(node: &Node<'_>) -> Decoded<SocketAddr> {
    let text = node.text()?;
    text.parse().map_err(|_| {
        node.problem(
            format!("`{text}` is not an IP address with a port"),
            "write for example `127.0.0.1:8480`, or `0.0.0.0:8480` for all of the machine's addresses",
        )
    })
}

fn base_url(node: &Node<'_>) -> Decoded<String> {
    let text = node.text()?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let wrong = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\');
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(wrong) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(node.problem(
            format!("`{text}` is not the URL of a server"),
            "write scheme and host, for example `https://scim.example.com`",
        )),
    }
}

fn failed_authentications(node: &Node<'_>) -> Decoded<Option<NonZeroU32>> {
    match node.value {
        Some(DeValue::Boolean(false)) => Ok(None),
        Some(DeValue::Integer(_)) => positive(node).map(Some),
        _ => Err(node.mismatch("a whole number, or false", "30")),
    }
}

fn cache(node: &Node<'_>, context: &Context<'_>) -> Decoded<Option<PathBuf>> {
    match node.value {
        Some(DeValue::Boolean(false)) => Ok(None),
        Some(DeValue::String(_)) => Ok(Some(context.directory.join(node.filled_text()?))),
        _ => Err(node.mismatch("a directory, or false", "\"cache\"")),
    }
}
