//! A host that plugins send requests to, on a free port of this machine.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::authority::Identity;

/// Answers by the path: `/hello`, `/redirect`, `/large/BYTES`, `/endless`, `/drip/PARTS` (15 ms from one to the next), `/stalls` (after
/// a part of the body), `/silent`, `/cut`; anything else is not found.
pub struct Vendor {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    over: Arc<AtomicBool>,
}

impl Vendor {
    /// Without TLS.
    pub fn start() -> Self {
        Self::with(None)
    }

    /// With a certificate.
    pub fn secured(identity: &Identity) -> Self {
        Self::with(Some(identity.server_config()))
    }

    fn with(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (heard, over) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicBool>::default());
        let (ears, end) = (heard.clone(), over.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (tls, ears, end) = (tls.clone(), ears.clone(), end.clone());
                // Whoever goes away in the middle is the component's or the program's business.
                thread::spawn(move || match tls {
                    None => drop(serve(stream, &ears, &end)),
                    Some(tls) => {
                        if let Ok(connection) = ServerConnection::new(tls) {
                            drop(serve(StreamOwned::new(connection, stream), &ears, &end));
                        }
                    }
                });
            }
        });
        Self { port, heard, over }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The heads of the requests so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("a lock").clone()
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn serve(mut stream: impl Read + Write, heard: &Mutex<Vec<String>>, over: &AtomicBool) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    heard.lock().expect("a lock").push(head);
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    answer(&mut stream, &path, over)?;
    stream.flush()
}

fn answer(stream: &mut impl Write, path: &str, over: &AtomicBool) -> std::io::Result<()> {
    let (what, number) = path
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or((path.trim_start_matches('/'), ""));
    let number: usize = number.parse().unwrap_or(0);
    match what.split('?').next().unwrap_or_default() {
        "hello" => write!(
            stream,
            "HTTP/1.1 200 OK\r\nx-from: vendor\r\nkeep-alive: timeout=9\r\ncontent-length: 5\r\n\r\nhello"
        ),
        "redirect" => write!(
            stream,
            "HTTP/1.1 307 Go\r\nlocation: http://localhost:1/\r\ncontent-length: 0\r\n\r\n"
        ),
        "large" => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {number}\r\n\r\n")?;
            stream.write_all(&vec![b'x'; number])
        }
        "endless" => {
            write!(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            while !over.load(Ordering::SeqCst) {
                write!(stream, "1000\r\n{}\r\n", "x".repeat(0x1000))?;
            }
            Ok(())
        }
        "drip" => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {number}\r\n\r\n")?;
            for _ in 0..number {
                thread::sleep(Duration::from_millis(15));
                stream.write_all(b"x")?;
                stream.flush()?;
            }
            Ok(())
        }
        "stalls" => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")?;
            stream.flush()?;
            wait(over);
            Ok(())
        }
        "silent" => {
            wait(over);
            Ok(())
        }
        "cut" => write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
        _ => write!(stream, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"),
    }
}

/// Until nobody needs the host any more.
fn wait(over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(20));
    }
}
