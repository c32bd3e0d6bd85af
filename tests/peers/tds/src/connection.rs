//! A connection, from the first packet to the last: the handshake here, the requests on a thread of their own.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc::{self, Receiver},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    error::ServerError,
    interrupt::{Interrupt, Reason},
    record::{Encrypted, Login, Recorded, Request},
    session::{Chunk, Session, Work},
    settings::Encryption,
    shared::Shared,
    wire::{
        login,
        packet::{self, Packets, Reset},
        prelogin::{self, Wish},
        tls::Wrapped,
        tokens::{self, Change, Command, End},
    },
};

/// What packets have before the client says otherwise.
const PACKET: usize = 4096;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The first byte of TLS, where it comes before anything of TDS ("strict", as TDS 8.0 has it).
const HANDSHAKE: u8 = 0x16;

pub async fn serve(mut socket: TcpStream, shared: Arc<Shared>, tls: TlsAcceptor, process: u16) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut first = [0];
    if socket.peek(&mut first).await? == 1 && first == [HANDSHAKE] && shared.settings.encryption != Encryption::NotSupported {
        let mut stream = tls.accept(socket).await?;
        let Some(message) = packet::read(&mut stream).await? else {
            return Ok(());
        };
        if message.kind != packet::PRELOGIN {
            return Ok(());
        }
        packet::write(&mut stream, PACKET, &prelogin::answer(Wish::On)).await?;
        return session(Box::new(stream), None, shared, process, Encrypted::Strictly).await;
    }
    let Some(first) = packet::read(&mut socket).await? else {
        return Ok(());
    };
    if first.kind != packet::PRELOGIN {
        return Ok(());
    }
    let Ok(client) = prelogin::read(&first.bytes) else {
        return Ok(());
    };
    let (answer, encrypted) = match (shared.settings.encryption, client) {
        (Encryption::NotSupported, _) => (Wish::NotSupported, Encrypted::Nothing),
        (Encryption::Required, Wish::NotSupported) => (Wish::Required, Encrypted::Nothing),
        (Encryption::Required, _) => (Wish::Required, Encrypted::Everything),
        (Encryption::Possible, Wish::NotSupported) => (Wish::NotSupported, Encrypted::Nothing),
        (Encryption::Possible, Wish::Off) => (Wish::Off, Encrypted::Login),
        (Encryption::Possible, Wish::On | Wish::Required) => (Wish::On, Encrypted::Everything),
    };
    packet::write(&mut socket, PACKET, &prelogin::answer(answer)).await?;
    if shared.settings.encryption == Encryption::Required && encrypted == Encrypted::Nothing {
        return Ok(());
    }
    match encrypted {
        Encrypted::Nothing => session(Box::new(socket), None, shared, process, encrypted).await,
        _ => {
            let (wrapped, handshake) = Wrapped::new(socket);
            let mut stream = tls.accept(wrapped).await?;
            handshake.over();
            if encrypted == Encrypted::Everything {
                return session(Box::new(stream), None, shared, process, encrypted).await;
            }
            let message = packet::read(&mut stream).await?;
            let socket = stream.into_inner().0.into_inner();
            session(Box::new(socket), message, shared, process, encrypted).await
        }
    }
}

/// `first`: the login, where it has been read already.
async fn session(
    mut stream: Box<dyn Stream>,
    first: Option<packet::Message>,
    shared: Arc<Shared>,
    process: u16,
    encrypted: Encrypted,
) -> io::Result<()> {
    let message = match first {
        Some(message) => message,
        None => match packet::read(&mut stream).await? {
            Some(message) => message,
            None => return Ok(()),
        },
    };
    let mut out = Vec::new();
    let size = match log_in(&message, &shared, process, encrypted, &mut out) {
        Ok(size) => size,
        Err(error) => {
            tokens::error(&mut out, &error);
            tokens::done(&mut out, End::Statement, tokens::ERROR, Command::Other, 0);
            packet::write(&mut stream, PACKET, &out).await?;
            return stream.shutdown().await;
        }
    };
    packet::write(&mut stream, PACKET, &out).await?;

    let interrupt = Interrupt::default();
    let (to_worker, work) = mpsc::channel(16);
    let (to_client, chunks) = mpsc::channel(8);
    let worker = Session::new(shared.clone(), process, interrupt.clone(), to_client).map_err(io::Error::other)?;
    std::thread::Builder::new()
        .name(format!("session {process}"))
        .spawn(move || worker.run(work))?;

    let (mut reader, writer) = tokio::io::split(stream);
    let writing = tokio::spawn(respond(writer, chunks, size));
    let reading = async {
        while let Ok(Some(message)) = packet::read(&mut reader).await {
            let next = if message.kind == packet::ATTENTION {
                shared.record.add(Recorded {
                    connection: process.into(),
                    reset: Reset::No,
                    request: Request::Attention,
                });
                if shared.deaf.load(Ordering::SeqCst) {
                    continue;
                }
                interrupt.raise(Reason::Attention);
                Work::Attention
            } else {
                Work::Request(message)
            };
            if to_worker.send(next).await.is_err() {
                break;
            }
        }
    };
    // Whoever is at an end first: the client that hangs up, or the server.
    let guard = Gone(interrupt.clone());
    tokio::select! {
        () = reading => {}
        _ = writing => {}
    }
    drop(guard);
    Ok(())
}

/// Tells the worker, however the connection ends.
struct Gone(Interrupt);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.raise(Reason::Gone);
    }
}

async fn respond(mut writer: impl AsyncWrite + Unpin, mut chunks: Receiver<Chunk>, size: usize) -> io::Result<()> {
    let mut packets = Packets::new(size);
    while let Some(chunk) = chunks.recv().await {
        let bytes = match chunk {
            Chunk::Bytes(bytes) => packets.add(&bytes),
            Chunk::End => packets.end(),
            Chunk::HangUp => break,
        };
        writer.write_all(&bytes).await?;
        writer.flush().await?;
    }
    writer.shutdown().await
}

/// Who is let in, and with packets of which size.
fn log_in(
    message: &packet::Message,
    shared: &Shared,
    process: u16,
    encrypted: Encrypted,
    out: &mut Vec<u8>,
) -> Result<usize, ServerError> {
    if message.kind != packet::LOGIN {
        return Err(ServerError::stream("a login is what comes next"));
    }
    let login = login::read(&message.bytes)?;
    shared.record.add(Recorded {
        connection: process.into(),
        reset: Reset::No,
        request: Request::Login(Login {
            user: login.user.clone(),
            database: login.database.clone(),
            application: login.application.clone(),
            host: login.host.clone(),
            library: login.library.clone(),
            encryption: encrypted,
            features: login.features.clone(),
        }),
    });
    let settings = &shared.settings;
    if login.version != login::VERSION && !(encrypted == Encrypted::Strictly && login.version == login::STRICT) {
        return Err(ServerError::cannot(format!("TDS of version {:08x}", login.version)));
    }
    if login.integrated || login.user != settings.user || login.password != settings.password {
        return Err(ServerError::login_failed(&login.user));
    }
    let wanted = if login.database.is_empty() {
        "master"
    } else {
        &login.database
    };
    if !wanted.eq_ignore_ascii_case(&settings.database) && wanted != "master" {
        let mut error = ServerError::no_database(wanted);
        tokens::error(out, &error);
        error = ServerError::login_failed(&login.user);
        return Err(error);
    }
    let size = match login.packet_size as usize {
        0 => PACKET,
        size => size.clamp(512, 32_767),
    };
    tokens::change(
        out,
        &Change::Database {
            to: settings.database.clone(),
            from: "master".to_owned(),
        },
    );
    tokens::information(
        out,
        5701,
        10,
        &format!("Changed database context to '{}'.", settings.database),
    );
    tokens::change(out, &Change::Collation);
    tokens::change(out, &Change::Language);
    tokens::information(out, 5703, 10, "Changed language setting to us_english.");
    tokens::login_acknowledged(out);
    tokens::change(out, &Change::PacketSize { to: size, from: PACKET });
    tokens::features(out, &login.features);
    tokens::done(out, End::Statement, 0, Command::Other, 0);
    Ok(size)
}
