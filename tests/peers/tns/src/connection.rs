//! One connection: packets in, packets out, and breaks in between.
//!
//! A client that waits no longer sends a marker while its call is being done. The call is broken off; then both sides throw
//! away what is under way: the server sends a marker, the client one that asks for a reset, the server one that says that
//! it is done, and the error that the call ended with.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::{JoinHandle, spawn_blocking},
};

use crate::{
    connect::{Connect, Target, accept, refuse, text},
    record::Request,
    session::{Answer, Context, Session},
    store::Break,
    wire::{Packets, kind},
};

const BREAK: [u8; 3] = [1, 0, 1];
const RESET: [u8; 3] = [1, 0, 2];
/// In the flags of a packet of data: the client goes.
const LAST: u8 = 0x40;

/// # Errors
/// The connection broke, or what came over it is no TNS.
pub(crate) async fn serve<S>(stream: S, context: Arc<Context>, number: u64, encrypted: bool) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut packets = Packets::new(stream);
    if !connected(&mut packets, &context, number, encrypted).await? {
        return Ok(());
    }
    let broken = Break::default();
    let mut session = Session::new(context, number, broken.clone());
    let mut message = Vec::new();
    // Whether nothing came of the message since it was looked at.
    let mut looked_at = true;
    loop {
        if looked_at {
            let Some(packet) = packets.next().await? else {
                return Ok(());
            };
            match packet.kind {
                kind::DATA if packet.body.get(1).is_some_and(|flags| flags & LAST != 0) => return Ok(()),
                kind::DATA => message.extend_from_slice(packet.body.get(2..).unwrap_or_default()),
                kind::MARKER if packet.body == RESET => {
                    message.clear();
                    packets.send(kind::MARKER, &RESET).await?;
                    continue;
                }
                kind::MARKER => {
                    message.clear();
                    reset(&mut packets, session.cancelled()).await?;
                    continue;
                }
                other => return Err(invalid(format!("a packet of kind {other} from a client that is connected"))),
            }
        }
        broken.clear();
        let whole = std::mem::take(&mut message);
        let work = spawn_blocking(move || {
            let answer = session.answer(&whole);
            (session, whole, answer)
        });
        let (kept, whole, answer) = match ended(&mut packets, work, &broken, &mut message).await? {
            Ended::Done(done) => done,
            Ended::Broken(kept) => {
                session = kept;
                message.clear();
                looked_at = true;
                reset(&mut packets, session.cancelled()).await?;
                continue;
            }
            Ended::Gone => return Ok(()),
        };
        session = kept;
        match answer {
            Answer::More => {
                looked_at = message.is_empty();
                message.splice(..0, whole);
                continue;
            }
            Answer::Send(answer) => packets.send_data(&answer).await?,
            Answer::SendAndEnd(answer) => return packets.send_data(&answer).await,
            Answer::End => return Ok(()),
        }
        // Nobody sends a message before the answer to the one before.
        looked_at = true;
        message.clear();
    }
}

/// A session, what it looked at, and what came of it.
type Done = (Session, Vec<u8>, Answer);

enum Ended {
    Done(Done),
    /// The client broke it off.
    Broken(Session),
    /// The client went.
    Gone,
}

/// Waits for the end of a call, and for what the client says meanwhile.
async fn ended<S>(
    packets: &mut Packets<S>,
    mut work: JoinHandle<Done>,
    broken: &Break,
    message: &mut Vec<u8>,
) -> io::Result<Ended>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut breaks = false;
    loop {
        tokio::select! {
            done = &mut work => {
                let done = done.map_err(io::Error::other)?;
                return Ok(if breaks { Ended::Broken(done.0) } else { Ended::Done(done) });
            }
            packet = packets.next(), if !breaks => match packet? {
                Some(packet) if packet.kind == kind::MARKER => {
                    broken.set();
                    breaks = true;
                }
                // The rest of a message waits until what there is of it was looked at.
                Some(packet) if packet.kind == kind::DATA => message.extend_from_slice(packet.body.get(2..).unwrap_or_default()),
                Some(other) => return Err(invalid(format!("a packet of kind {} during a call", other.kind))),
                None => {
                    broken.set();
                    let _ = work.await;
                    return Ok(Ended::Gone);
                }
            },
        }
    }
}

/// Whether the client got in.
async fn connected<S>(packets: &mut Packets<S>, context: &Context, number: u64, encrypted: bool) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(packet) = packets.next().await? else {
        return Ok(false);
    };
    if packet.kind != kind::CONNECT {
        return Err(invalid(format!("a packet of kind {} where a client connects", packet.kind)));
    }
    let connect = Connect::read(&packet.body).map_err(|trouble| invalid(format!("{trouble:?}")))?;
    let descriptor = match connect.target {
        Ok(descriptor) => descriptor,
        // It comes behind, in a packet of its own.
        Err(length) => {
            let mut bytes = Vec::new();
            while bytes.len() < length {
                let Some(packet) = packets.next().await? else {
                    return Ok(false);
                };
                bytes.extend_from_slice(packet.body.get(2..).unwrap_or_default());
            }
            text(&bytes)
        }
    };
    let target = Target::read(&descriptor);
    let named = match &target {
        Some(Target::Service(name) | Target::Sid(name)) => name.clone(),
        None => String::new(),
    };
    context.record.add(
        number,
        Request::Connected {
            target: named,
            encrypted,
        },
    );
    if let Err(code) = Session::admits(context, target.as_ref()) {
        packets.send(kind::REFUSE, &refuse(code)).await?;
        return Ok(false);
    }
    packets.send(kind::ACCEPT, &accept(connect.greatest)).await?;
    packets.accepted(usize::try_from(connect.greatest).unwrap_or(usize::MAX));
    Ok(true)
}

/// From the client's break to the error that its call ended with.
async fn reset<S>(packets: &mut Packets<S>, cancelled: Vec<u8>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    packets.send(kind::MARKER, &BREAK).await?;
    loop {
        match packets.next().await? {
            Some(packet) if packet.kind == kind::MARKER && packet.body == RESET => break,
            Some(_) => {}
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    packets.send(kind::MARKER, &RESET).await?;
    packets.send_data(&cancelled).await
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
