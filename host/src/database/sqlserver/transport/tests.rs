//! PRELOGIN and TLS against a server of the test's own, with the same rustls at the other end.

use std::sync::Arc;

use futures_util::io::{AsyncReadExt as _, AsyncWriteExt as _};
use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::{
    super::settings::{Encryption, Trust},
    client_config, connect,
    handshake::Handshake,
    prelogin::HEADER,
    wire::Wire,
};

const ON: u8 = 1;
const STRICT: u8 = 8;

struct Certificate {
    config: Arc<ServerConfig>,
    /// Where a client finds it.
    file: tempfile::NamedTempFile,
}

fn certificate(name: &str) -> Certificate {
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), made.pem()).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.der().clone()], key)
        .unwrap();
    Certificate {
        config: Arc::new(config),
        file,
    }
}

/// One packet, with its header.
async fn packet<S: AsyncRead + Unpin>(stream: &mut S) -> Vec<u8> {
    let mut packet = vec![0; HEADER];
    stream.read_exact(&mut packet).await.unwrap();
    let length = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
    packet.resize(length, 0);
    stream.read_exact(&mut packet[HEADER..]).await.unwrap();
    packet
}

/// Answers PRELOGIN, and gives what the client wants of encryption.
async fn greet<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, offered: u8) -> u8 {
    let asked = packet(stream).await;
    assert_eq!(asked[0], 0x12);
    let option = |at: usize| &asked[HEADER + at * 5..HEADER + at * 5 + 5];
    assert_eq!(option(1)[0], 1);
    let place = HEADER + usize::from(option(1)[2]);
    let mut answer = asked.clone();
    answer[0] = 0x04;
    answer[place] = offered;
    stream.write_all(&answer).await.unwrap();
    asked[place]
}

/// After the handshake, sends back what comes.
async fn serve(socket: TcpStream, config: Arc<ServerConfig>, strict: bool) {
    let acceptor = TlsAcceptor::from(config);
    let mut tls = if strict {
        let mut tls = match acceptor.accept(Handshake::over(socket)).await {
            Ok(tls) => tls,
            Err(_) => return,
        };
        assert_eq!(greet(&mut tls, ON).await, STRICT);
        tls
    } else {
        let mut socket = socket;
        assert_eq!(greet(&mut socket, ON).await, ON);
        let mut tls = match acceptor.accept(Handshake::wrapped(socket)).await {
            Ok(tls) => tls,
            Err(_) => return,
        };
        tls.get_mut().0.done();
        tls
    };
    loop {
        let packet = packet(&mut tls).await;
        tls.write_all(&packet).await.unwrap();
        tls.flush().await.unwrap();
    }
}

async fn connected(certificate: &Certificate, host: &str, encryption: Encryption) -> std::io::Result<Wire> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (config, strict) = (certificate.config.clone(), matches!(encryption, Encryption::Strict(_)));
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0, config, strict).await });
    let config = client_config(&encryption).unwrap();
    connect(host, port, &encryption, config).await
}

/// What the driver does first: its own PRELOGIN, whose answer says that there is no encryption.
async fn greeted(wire: &mut Wire) {
    wire.write_all(&[0x12, 1, 0, 10, 0, 0, 1, 0, 0xff, 0]).await.unwrap();
    wire.flush().await.unwrap();
    let mut header = [0; HEADER];
    wire.read_exact(&mut header).await.unwrap();
    let mut rest = vec![0; usize::from(header[3]) - HEADER];
    wire.read_exact(&mut rest).await.unwrap();
    assert_eq!((header[0], rest[usize::from(rest[7])]), (0x04, 2));
}

async fn echoed(wire: &mut Wire, sent: &[u8]) -> Vec<u8> {
    wire.write_all(sent).await.unwrap();
    wire.flush().await.unwrap();
    let mut back = vec![0; sent.len()];
    wire.read_exact(&mut back).await.unwrap();
    back
}

#[tokio::test]
async fn what_follows_the_handshake_is_the_drivers() {
    let certificate = certificate("localhost");
    let authority = || Trust::Authority(certificate.file.path().to_owned());
    for encryption in [
        Encryption::Tls(authority()),
        Encryption::Tls(Trust::Anything),
        Encryption::Strict(authority()),
    ] {
        let mut wire = connected(&certificate, "localhost", encryption).await.unwrap();
        greeted(&mut wire).await;
        let mut request = vec![3, 1, 0x10, 0x08, 0, 0, 1, 0];
        request.extend([7; 4096]);
        assert_eq!(echoed(&mut wire, &request).await, request);
        wire.reset().ask();
        let marked = echoed(&mut wire, &request).await;
        assert_eq!((marked[1], &marked[2..]), (1 | 8, &request[2..]));
        assert_eq!(echoed(&mut wire, &request).await, request);
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not_spoken_to() {
    let (ours, other) = (certificate("localhost"), certificate("localhost"));
    let authority = |of: &Certificate| Trust::Authority(of.file.path().to_owned());
    for encryption in [Encryption::Tls(authority(&other)), Encryption::Strict(authority(&other))] {
        let refused = connected(&ours, "localhost", encryption).await.err().unwrap().to_string();
        assert!(refused.contains("certificate"), "{refused}");
    }
    let elsewhere = certificate("db.example.com");
    let refused = connected(&elsewhere, "localhost", Encryption::Tls(authority(&elsewhere))).await;
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("localhost"), "{refused}");
}
