//! What no client at hand does, byte by byte: sessions that are reset, TLS before the first byte, what is no TDS.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::Duration,
};

use portcullis_tds_peer::{Encrypted, Encryption, Peer, Request, Reset, Settings};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::CertificateDer, pki_types::pem::PemObject as _,
};

const PRELOGIN: u8 = 18;
const LOGIN: u8 = 16;
const BATCH: u8 = 1;

/// Encryption: 2, none to be had.
const CLEAR: [u8; 8] = [1, 0, 6, 0, 1, 0xff, 2, 0];

fn send(stream: &mut impl Write, kind: u8, status: u8, body: &[u8]) {
    let length = (body.len() as u16 + 8).to_be_bytes();
    let header = [kind, status, length[0], length[1], 0, 0, 1, 0];
    stream.write_all(&[&header[..], body].concat()).unwrap();
    stream.flush().unwrap();
}

/// A whole response; nothing when the server has hung up.
fn receive(stream: &mut impl Read) -> Vec<u8> {
    let mut response = Vec::new();
    loop {
        let mut header = [0; 8];
        if stream.read_exact(&mut header).is_err() {
            return response;
        }
        let mut body = vec![0; usize::from(u16::from_be_bytes([header[2], header[3]])) - 8];
        stream.read_exact(&mut body).unwrap();
        response.extend(body);
        if header[1] & 1 != 0 {
            return response;
        }
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn login(settings: &Settings) -> Vec<u8> {
    let hidden: Vec<u8> = utf16(&settings.password)
        .iter()
        .map(|byte| byte.rotate_left(4) ^ 0xa5)
        .collect();
    let texts = [
        utf16("host"),
        utf16(&settings.user),
        hidden,
        utf16("wire"),
        utf16("server"),
        Vec::new(),
        utf16("by hand"),
        Vec::new(),
        utf16(&settings.database),
    ];
    let mut fixed = vec![0; 36];
    fixed[4..8].copy_from_slice(&0x7400_0004_u32.to_le_bytes());
    fixed[8..12].copy_from_slice(&512_u32.to_le_bytes());
    let mut data: Vec<u8> = Vec::new();
    for text in &texts {
        fixed.extend((94 + data.len() as u16).to_le_bytes());
        fixed.extend((text.len() as u16 / 2).to_le_bytes());
        data.extend(text);
    }
    fixed.resize(94, 0);
    fixed.extend(data);
    let length = (fixed.len() as u32).to_le_bytes();
    fixed[..4].copy_from_slice(&length);
    fixed
}

fn batch(text: &str, transaction: u64) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(22_u32.to_le_bytes());
    body.extend(18_u32.to_le_bytes());
    body.extend(2_u16.to_le_bytes());
    body.extend(transaction.to_le_bytes());
    body.extend(1_u32.to_le_bytes());
    body.extend(utf16(text));
    body
}

fn socket(peer: &Peer) -> TcpStream {
    let socket = TcpStream::connect(("127.0.0.1", peer.port())).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    socket
}

/// Logged in, without TLS.
fn session(peer: &Peer) -> TcpStream {
    let mut socket = socket(peer);
    send(&mut socket, PRELOGIN, 1, &CLEAR);
    receive(&mut socket);
    send(&mut socket, LOGIN, 1, &login(peer.settings()));
    let acknowledged = receive(&mut socket);
    assert!(acknowledged.contains(&0xad), "{acknowledged:x?}");
    socket
}

/// The number of the first error of a response.
fn error(response: &[u8]) -> Option<i32> {
    let place = response.iter().position(|byte| *byte == 0xaa)?;
    Some(i32::from_le_bytes(response[place + 3..place + 7].try_into().ok()?))
}

#[test]
fn a_reset_session_is_as_new() {
    let peer = Peer::start(Settings::default());
    peer.run("CREATE TABLE t (a int)");
    let mut socket = session(&peer);
    peer.take_record();
    send(
        &mut socket,
        BATCH,
        1,
        &batch("BEGIN TRAN; INSERT INTO t VALUES (1); SET XACT_ABORT ON", 0),
    );
    assert_eq!(error(&receive(&mut socket)), None);
    assert_eq!(peer.open_transactions(), 1);

    // A transaction goes by its number, which the client was told.
    send(&mut socket, BATCH, 1, &batch("SELECT 1", 7));
    assert_eq!(error(&receive(&mut socket)), Some(3971));

    send(
        &mut socket,
        BATCH,
        1 | 0x08,
        &batch("SELECT @@TRANCOUNT WHERE @@TRANCOUNT = 0", 0),
    );
    let response = receive(&mut socket);
    // ENVCHANGE, of type 18.
    assert!(response.windows(4).any(|bytes| bytes == [0xe3, 3, 0, 18]), "{response:x?}");
    assert_eq!(peer.open_transactions(), 0);
    assert_eq!(peer.rows("SELECT COUNT(*) FROM t"), [[Some("0".to_owned())]]);
    let resets: Vec<Reset> = peer.record().iter().map(|sent| sent.reset).collect();
    assert_eq!(resets, [Reset::No, Reset::No, Reset::Session]);
}

#[test]
fn tls_may_come_first() {
    let peer = Peer::start(Settings {
        encryption: Encryption::Required,
        ..Settings::default()
    });
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(peer.certificate().as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"tds/8.0".to_vec()];
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, socket(&peer));
    send(&mut stream, PRELOGIN, 1, &CLEAR);
    receive(&mut stream);
    send(&mut stream, LOGIN, 1, &login(peer.settings()));
    assert!(receive(&mut stream).contains(&0xad));
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"tds/8.0"[..]));
    let sent = peer.record();
    let Request::Login(login) = &sent[0].request else {
        panic!("{sent:?}")
    };
    assert_eq!((login.encryption, login.application.as_str()), (Encrypted::Strictly, "wire"));
}

#[test]
fn who_has_no_encryption_is_turned_away_where_it_is_required() {
    let peer = Peer::start(Settings {
        encryption: Encryption::Required,
        ..Settings::default()
    });
    let mut socket = socket(&peer);
    send(&mut socket, PRELOGIN, 1, &CLEAR);
    let answer = receive(&mut socket);
    assert!(!answer.is_empty());
    assert!(receive(&mut socket).is_empty());
    assert!(peer.record().is_empty());
}

/// And nobody else takes harm.
#[test]
fn what_is_no_tds_ends_the_connection() {
    let peer = Peer::start(Settings::default());
    let mut stranger = socket(&peer);
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    // By its length, as TDS has it, more would have to come.
    stranger.shutdown(Shutdown::Write).unwrap();
    assert!(receive(&mut stranger).is_empty());

    let mut session = session(&peer);
    // Headers that are longer than the message.
    send(&mut session, BATCH, 1, &[0xff, 0xff, 0, 0, 1]);
    assert_eq!(error(&receive(&mut session)), Some(4002));
    assert!(receive(&mut session).is_empty());

    let mut short = socket(&peer);
    send(&mut short, PRELOGIN, 1, &CLEAR);
    receive(&mut short);
    send(&mut short, LOGIN, 1, &[94, 0, 0, 0, 4, 0, 0, 0x74]);
    assert_eq!(error(&receive(&mut short)), Some(4002));
    self::session(&peer);
}
