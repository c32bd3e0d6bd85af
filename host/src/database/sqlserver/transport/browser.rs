//! The port of a named instance, which the SQL Server Browser on the same host tells (MC-SQLR).

use std::{io, time::Duration};

use tokio::{net::UdpSocket, time::timeout};

const PORT: u16 = 1434;
/// A browser answers at once or not at all, and a packet can be lost.
const PATIENCE: Duration = Duration::from_millis(500);
const ATTEMPTS: usize = 3;

/// Asks for one instance.
const REQUEST: u8 = 0x04;
const RESPONSE: u8 = 0x05;

pub(super) async fn port(host: &str, instance: &str) -> io::Result<u16> {
    let address = tokio::net::lookup_host((host, PORT))
        .await?
        .next()
        .ok_or_else(|| io::Error::other("the host has no address"))?;
    let socket = UdpSocket::bind(if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }).await?;
    socket.connect(address).await?;
    let mut request = vec![REQUEST];
    request.extend(instance.as_bytes());
    request.push(0);
    let mut answer = [0; 1024];
    for _ in 0..ATTEMPTS {
        socket.send(&request).await?;
        let Ok(length) = timeout(PATIENCE, socket.recv(&mut answer)).await else {
            continue;
        };
        let answer = answer.get(..length?).unwrap_or_default();
        return told(answer).ok_or_else(|| io::Error::other(format!("the instance {instance} does not listen on TCP")));
    }
    Err(io::Error::other(format!(
        "the SQL Server Browser at UDP port {PORT} does not tell the port of the instance {instance}; write `port` instead"
    )))
}

/// `ServerName;DB;InstanceName;PAYROLL;IsClustered;No;Version;16.0.1000.6;tcp;49172;;`
fn told(answer: &[u8]) -> Option<u16> {
    let [RESPONSE, _, _, text @ ..] = answer else {
        return None;
    };
    let text = String::from_utf8_lossy(text);
    let mut words = text.split(';');
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        if key == "tcp" {
            return value.parse().ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_stands_behind_tcp() {
        let answer = |text: &str| [&[RESPONSE, 0, 0], text.as_bytes()].concat();
        assert_eq!(
            told(&answer("ServerName;DB;InstanceName;tcp;IsClustered;No;tcp;49172;;")),
            Some(49172)
        );
        assert_eq!(told(&answer("ServerName;DB;InstanceName;X;np;\\\\DB\\pipe;;")), None);
        assert_eq!(told(b"\x04\0\0tcp;1;;"), None);
        assert_eq!(told(b""), None);
    }
}
