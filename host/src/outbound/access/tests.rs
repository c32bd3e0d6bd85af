//! Against servers of the tests' own on this machine, with names that stand for whatever a test says.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Empty, Full};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

use super::*;

/// A server that gives every connection this answer, and remembers what it was asked.
struct Server {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    async fn answering(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answer, ears) = (answer.to_owned(), heard.clone());
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { break };
                    head.push(byte);
                }
                ears.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
                let _ = stream.write_all(answer.as_bytes()).await;
                match answer.is_empty() {
                    // It never answers.
                    true => std::mem::forget(stream),
                    false => drop(stream.shutdown().await),
                }
            }
        });
        Self { address, heard, task }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Gives one answer after the other, and the last one for ever; counts how often it was asked.
#[derive(Default)]
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Names {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self {
            answers: answers.iter().map(addresses).collect(),
            asked: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl Resolver for Names {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let last = self.answers.len().saturating_sub(1);
        let answer = self.answers.get(asked.min(last)).cloned();
        answer.ok_or_else(|| io::Error::other("there is no such name"))
    }
}

const NAME: &str = "lookup.acme.example";
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

fn access(port: u16, private: &[&str], names: Arc<Names>) -> Access {
    let origins = [format!("http://{NAME}:{port}").parse().unwrap()].into();
    let networks = Networks(private.iter().map(|network| network.parse().unwrap()).collect());
    let mut access = Access::new("acme", origins, networks, None).unwrap();
    access.resolver = names;
    access
}

fn allowance() -> Arc<Allowance> {
    Arc::new(Allowance::new(100, 1 << 20, Duration::from_secs(20)))
}

fn get(uri: &str) -> Request<Empty<Bytes>> {
    Request::get(uri).body(Empty::new()).unwrap()
}

async fn ask(access: &Access, uri: &str) -> Result<String, Failure> {
    let (answer, _driver) = access.send(get(uri), Timeouts::default(), allowance()).await?;
    let body = answer.into_body().collect().await?;
    Ok(String::from_utf8(body.to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn a_host_that_is_named_is_asked_by_its_own_name_and_path() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
    assert_eq!(
        ask(&access, &format!("http://{NAME}:{port}/roles?x=1")).await,
        Ok("hi".to_owned())
    );
    assert_eq!(
        ask(&access, &format!("http://LOOKUP.acme.example:{port}")).await,
        Ok("hi".to_owned())
    );
    let heard = server.heard();
    assert!(heard[0].starts_with("GET /roles?x=1 HTTP/1.1\r\n"), "{heard:?}");
    assert!(
        heard[0].contains(&format!("host: {NAME}:{port}\r\n")) && heard[0].contains("connection: close\r\n"),
        "{heard:?}"
    );
    assert!(heard[1].starts_with("GET / HTTP/1.1\r\n"), "{heard:?}");
    assert!(heard[1].contains(&format!("host: {NAME}:{port}\r\n")), "{heard:?}");
}

#[tokio::test]
async fn for_a_host_that_is_not_named_not_even_the_name_is_looked_up() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let names = Names::of(&[&["127.0.0.1"]]);
    let access = access(port, &["127.0.0.0/8"], names.clone());
    for uri in [
        format!("http://other.acme.example:{port}/"),
        format!("https://{NAME}:{port}/"),
        format!("http://{NAME}/"),
        format!("http://127.0.0.1:{port}/"),
    ] {
        assert_eq!(ask(&access, &uri).await, Err(Failure::NotApproved), "{uri}");
    }
    for uri in [
        format!("http://{NAME}.:{port}/"),
        format!("http://x@{NAME}:{port}/"),
        "/x".to_owned(),
    ] {
        assert!(matches!(ask(&access, &uri).await, Err(Failure::Malformed(_))), "{uri}");
    }
    assert_eq!(names.asked.load(Ordering::SeqCst), 0);
    assert_eq!(server.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn addresses_that_are_not_public_need_to_be_named() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let uri = format!("http://{NAME}:{port}/");
    for addresses in [&["127.0.0.1"][..], &["::ffff:127.0.0.1"], &["::1", "127.0.0.1", "0.0.0.0"]] {
        let refused = ask(&access(port, &["10.0.0.0/8"], Names::of(&[addresses])), &uri).await;
        let expected = addresses.iter().map(|address| address.parse().unwrap()).collect();
        assert_eq!(refused, Err(Failure::Address(expected)));
    }
    assert_eq!(server.heard(), Vec::<String>::new());
    // Of several, those that may be are taken.
    let mixed = access(
        port,
        &["127.0.0.1/32"],
        Names::of(&[&["127.0.0.2", "169.254.169.254", "127.0.0.1"]]),
    );
    assert_eq!(ask(&mixed, &uri).await, Ok("hi".to_owned()));
}

/// A name that stands for something else a moment later does not change where the connection goes.
#[tokio::test]
async fn a_name_is_looked_up_once_for_each_request() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let names = Names::of(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let access = access(port, &["127.0.0.1/32"], names.clone());
    let uri = format!("http://{NAME}:{port}/");
    assert_eq!(ask(&access, &uri).await, Ok("hi".to_owned()));
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    assert!(matches!(ask(&access, &uri).await, Err(Failure::Address(_))));
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let server = Server::answering("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    let port = server.address.port();
    let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
    let sent = access
        .send(get(&format!("http://{NAME}:{port}/")), Timeouts::default(), allowance())
        .await;
    let (answer, _driver) = sent.map_err(|failure| failure.to_string()).unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn headers_that_are_not_the_components_are_not_sent() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
    let request = Request::get(format!("http://{NAME}:{port}/"))
        .header("host", "evil.example")
        .header("connection", "keep-alive")
        .header("te", "trailers")
        .header("x-own", "yes")
        .body(Empty::new())
        .unwrap();
    assert!(access.send(request, Timeouts::default(), allowance()).await.is_ok());
    let heard = server.heard().remove(0);
    assert!(
        heard.contains("x-own: yes\r\n") && heard.contains("connection: close\r\n"),
        "{heard}"
    );
    for absent in ["evil.example", "keep-alive", "trailers"] {
        assert!(!heard.contains(absent), "{heard}");
    }
}

#[tokio::test]
async fn bodies_end_where_the_allowance_does() {
    let large = format!("HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n{}", "x".repeat(4000));
    let server = Server::answering(&large).await;
    let port = server.address.port();
    let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
    let uri = format!("http://{NAME}:{port}/");

    let little = Arc::new(Allowance::new(100, 3999, Duration::from_secs(20)));
    let (answer, _driver) = access
        .send(get(&uri), Timeouts::default(), little.clone())
        .await
        .ok()
        .unwrap();
    assert_eq!(little.ended(), None);
    let failure = answer.into_body().collect().await.err();
    assert_eq!(failure, Some(Failure::AnswerTooLarge));
    assert_eq!(little.ended(), Some("http-bytes"));

    let little = Arc::new(Allowance::new(100, 99, Duration::from_secs(20)));
    let request = Request::post(&uri).body(Full::new(Bytes::from(vec![b'x'; 100]))).unwrap();
    let failure = access.send(request, Timeouts::default(), little.clone()).await.err();
    assert_eq!(failure, Some(Failure::RequestTooLarge));
    assert_eq!(little.ended(), Some("http-bytes"));
}

#[tokio::test]
async fn what_is_no_answer_is_none() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(4 * HEAD));
    for (answer, expected) in [
        (
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
            Failure::Upgrade,
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi", Failure::Incomplete),
        ("HTTP/1.1 200 OK\r\nx: y\r\n", Failure::Incomplete),
        (&long, Failure::HeadersTooLarge),
    ] {
        let server = Server::answering(answer).await;
        let port = server.address.port();
        let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
        let told = ask(&access, &format!("http://{NAME}:{port}/")).await;
        assert_eq!(told, Err(expected), "{answer:.40}");
    }
    for answer in [
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nhi",
    ] {
        let server = Server::answering(answer).await;
        let port = server.address.port();
        let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
        let told = ask(&access, &format!("http://{NAME}:{port}/")).await;
        assert!(matches!(told, Err(Failure::Protocol(_))), "{told:?}");
    }
}

#[tokio::test]
async fn who_does_not_answer_is_waited_for_as_long_as_is_said_and_no_longer() {
    let silent = Server::answering("").await;
    let port = silent.address.port();
    let access = access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]]));
    let uri = format!("http://{NAME}:{port}/");
    let hasty = Timeouts {
        first_byte: Some(Duration::from_millis(50)),
        ..Timeouts::default()
    };
    let failure = access.send(get(&uri), hasty, allowance()).await.err();
    assert_eq!(failure, Some(Failure::AnswerTimeout));
    // A component can't wait longer than it may.
    let patient = Timeouts {
        first_byte: Some(Duration::from_secs(3600)),
        ..Timeouts::default()
    };
    let hasty = Arc::new(Allowance::new(100, 100, Duration::from_millis(50)));
    let failure = access.send(get(&uri), patient, hasty).await.err();
    assert_eq!(failure, Some(Failure::AnswerTimeout));
}

#[tokio::test]
async fn only_so_many_are_under_way_at_once() {
    let silent = Server::answering("").await;
    let port = silent.address.port();
    let access = Arc::new(access(port, &["127.0.0.1/32"], Names::of(&[&["127.0.0.1"]])));
    let allowance = allowance();
    let begun = (0..4).map(|_| {
        let (access, allowance) = (access.clone(), allowance.clone());
        let request = get(&format!("http://{NAME}:{port}/"));
        tokio::spawn(async move { access.send(request, Timeouts::default(), allowance).await.err() })
    });
    let begun: Vec<_> = begun.collect();
    while silent.heard().len() < 4 {
        tokio::task::yield_now().await;
    }
    let uri = format!("http://{NAME}:{port}/");
    let fifth = access.send(get(&uri), Timeouts::default(), allowance.clone()).await.err();
    assert_eq!(fifth, Some(Failure::TooManyAtOnce));
    for one in begun {
        one.abort();
        let _ = one.await;
    }
    assert!(allowance.place().is_some());
}

#[tokio::test]
async fn methods_that_are_no_questions_are_not_sent() {
    let access = access(1, &[], Names::of(&[]));
    for method in ["CONNECT", "TRACE"] {
        let request = Request::builder().method(method).uri(format!("http://{NAME}:1/"));
        let failure = access
            .send(request.body(Empty::new()).unwrap(), Timeouts::default(), allowance())
            .await;
        assert_eq!(failure.err(), Some(Failure::Method));
    }
    let long = get(&format!("http://{NAME}:1/{}", "x".repeat(PATH)));
    assert_eq!(
        access.send(long, Timeouts::default(), allowance()).await.err(),
        Some(Failure::PathTooLong)
    );
    let unknown = ask(&access, &format!("http://{NAME}:1/")).await;
    assert_eq!(unknown, Err(Failure::Unknown("there is no such name".to_owned())));
}
