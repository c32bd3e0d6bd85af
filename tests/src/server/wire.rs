//! A way to a database server that counts round trips: how often a client asks and waits. Whether somebody is there is no
//! question that counts: the driver's pool asks it when a connection comes back, while the request is being answered.
//!
//! It reads what the client sends by the frames of the database's protocol, and lets everything through as it is. What is
//! encrypted can't be read, so connections are without TLS.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// A protocol whose frames are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Postgresql,
    /// Of MySQL and MariaDB.
    Mysql,
    /// Of SQL Server.
    Tds,
    /// Of Oracle.
    Tns,
}

/// A port of this machine that leads to a server. It exists as long as the process.
pub struct Wire {
    port: u16,
    round_trips: Arc<AtomicU64>,
}

impl Wire {
    /// To a server on another port of this machine.
    pub fn to(protocol: Protocol, server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let round_trips = Arc::new(AtomicU64::new(0));
        let counter = round_trips.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else {
                    continue;
                };
                let (Ok(from_client), Ok(to_server)) = (client.try_clone(), server.try_clone()) else {
                    continue;
                };
                let counter = counter.clone();
                thread::spawn(move || {
                    end(
                        requests(protocol, &from_client, &to_server, &counter),
                        &to_server,
                        &from_client,
                    )
                });
                thread::spawn(move || end(io::copy(&mut &server, &mut &client).map(drop), &client, &server));
            }
        });
        Self { port, round_trips }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// So far, over all connections, their beginnings left out.
    pub fn round_trips(&self) -> u64 {
        self.round_trips.load(Ordering::SeqCst)
    }
}

/// One side is at its end, so both are.
fn end(_: io::Result<()>, one: &TcpStream, other: &TcpStream) {
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}

/// Passes frame after frame on.
fn requests(protocol: Protocol, mut client: &TcpStream, mut server: &TcpStream, counter: &AtomicU64) -> io::Result<()> {
    // The first frame of PostgreSQL's has no type.
    let mut before = None;
    // Whether the next packet of Oracle's begins a message.
    let mut fresh = true;
    loop {
        let frame = match protocol {
            Protocol::Postgresql => postgresql(&mut client, &mut before)?,
            Protocol::Mysql => mysql(&mut client)?,
            Protocol::Tds => tds(&mut client)?,
            Protocol::Tns => tns(&mut client, &mut fresh)?,
        };
        if frame.asks {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        server.write_all(&frame.bytes)?;
    }
}

struct Frame {
    bytes: Vec<u8>,
    /// Whether the client waits for an answer after it.
    asks: bool,
}

/// A type, and a length that counts itself. A server answers what has come up to a Sync, and each simple Query. `before` is
/// the type of the frame before; a Sync after nothing new asks whether the server is there.
fn postgresql(client: &mut impl Read, before: &mut Option<u8>) -> io::Result<Frame> {
    let mut bytes = vec![0; if before.is_none() { 4 } else { 5 }];
    client.read_exact(&mut bytes)?;
    let kind = if before.is_none() { 0 } else { bytes[0] };
    let length = bytes
        .last_chunk::<4>()
        .map_or(4, |length| u32::from_be_bytes(*length) as usize);
    rest(client, &mut bytes, length.saturating_sub(4))?;
    let asks = match kind {
        b'Q' => true,
        b'S' => !matches!(*before, Some(b'S' | b'Q')),
        _ => false,
    };
    *before = Some(kind);
    Ok(Frame { bytes, asks })
}

/// A length of three bytes and a number, which is 0 where a command begins. All commands are answered but those that close a
/// statement, send a part of a value, or say good-bye; a ping asks for nothing else.
fn mysql(client: &mut impl Read) -> io::Result<Frame> {
    let mut bytes = vec![0; 4];
    client.read_exact(&mut bytes)?;
    let length = usize::from(bytes[0]) | usize::from(bytes[1]) << 8 | usize::from(bytes[2]) << 16;
    rest(client, &mut bytes, length)?;
    let command = (bytes[3] == 0).then(|| bytes.get(4).copied()).flatten();
    Ok(Frame {
        asks: command.is_some_and(|command| ![0x01, 0x0e, 0x18, 0x19].contains(&command)),
        bytes,
    })
}

/// A type, a bit for a message's last packet, and a length that counts the eight bytes of the header. Answered are a batch, a call,
/// and a transaction's begin and end.
fn tds(client: &mut impl Read) -> io::Result<Frame> {
    let mut bytes = vec![0; 8];
    client.read_exact(&mut bytes)?;
    let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
    rest(client, &mut bytes, length.saturating_sub(8))?;
    Ok(Frame {
        asks: bytes[1] & 1 != 0 && [0x01, 0x03, 0x0e].contains(&bytes[0]),
        bytes,
    })
}

/// A length of two bytes while a client connects, and of four from then on. What comes in packets of data is answered, but for
/// the logon and what sets the session up; a message that takes several fills all but the last of them. `fresh`: the packet before
/// ended a message.
fn tns(client: &mut impl Read, fresh: &mut bool) -> io::Result<Frame> {
    const FULL: usize = 8192;
    const DATA: u8 = 6;
    let mut bytes = vec![0; 8];
    client.read_exact(&mut bytes)?;
    let length = match u16::from_be_bytes([bytes[0], bytes[1]]) {
        0 => usize::from(u16::from_be_bytes([bytes[2], bytes[3]])),
        short => usize::from(short),
    };
    rest(client, &mut bytes, length.saturating_sub(8))?;
    // Behind the packet's flags: kinds of messages, and of functions.
    let (kind, function) = (bytes.get(10), bytes.get(11));
    let logs_on = matches!(
        (kind, function),
        (Some(1 | 2), _) | (Some(3), Some(118 | 115 | 9)) | (None, _)
    );
    let sets_up = bytes.windows(13).any(|part| part == b"ALTER SESSION");
    let counts = !*fresh || !logs_on && !sets_up;
    let ends = length < FULL;
    if bytes[4] == DATA {
        *fresh = ends;
    }
    Ok(Frame {
        asks: bytes[4] == DATA && ends && counts,
        bytes,
    })
}

fn rest(client: &mut impl Read, bytes: &mut Vec<u8>, length: usize) -> io::Result<()> {
    let start = bytes.len();
    bytes.resize(start + length, 0);
    client.read_exact(&mut bytes[start..])
}
