//! Where the packets of what the driver sends begin, so that the first one of a request can be told apart and marked.

use super::prelogin::{HEADER, LAST};

/// The server forgets what was set on the session before it does the request.
const RESET: u8 = 0x08;
/// The messages that may ask for that: a batch, a call, a transaction's begin or end.
const REQUESTS: [u8; 3] = [0x01, 0x03, 0x0e];

/// Follows the bytes that are sent.
#[derive(Debug)]
pub(super) struct Framing {
    header: [u8; HEADER],
    headed: usize,
    /// What is left of the packet.
    left: usize,
    /// Whether the next packet begins a message.
    first: bool,
}

/// Whether the next request shall be marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Keep,
    Reset,
}

impl Framing {
    pub fn new() -> Self {
        Self {
            header: [0; HEADER],
            headed: 0,
            left: 0,
            first: true,
        }
    }

    /// Appends the bytes to what is sent. A mark that was set is used up by the first request that begins in them.
    pub fn pass(&mut self, mut bytes: &[u8], sent: &mut Vec<u8>, mark: &mut Mark) {
        while !bytes.is_empty() {
            let take = if self.left > 0 { self.left } else { HEADER - self.headed };
            let (part, rest) = bytes.split_at(take.min(bytes.len()));
            bytes = rest;
            if self.left > 0 {
                self.left -= part.len();
                sent.extend(part);
                continue;
            }
            for byte in part {
                if let Some(place) = self.header.get_mut(self.headed) {
                    *place = *byte;
                }
                self.headed += 1;
            }
            if self.headed == HEADER {
                self.begin(mark);
                sent.extend(self.header);
            }
        }
    }

    fn begin(&mut self, mark: &mut Mark) {
        let [kind, status, high, low, ..] = &mut self.header;
        self.headed = 0;
        self.left = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(HEADER);
        let last = *status & LAST != 0;
        if self.first && *mark == Mark::Reset && REQUESTS.contains(kind) {
            *status |= RESET;
            *mark = Mark::Keep;
        }
        self.first = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(kind: u8, status: u8, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![kind, status, 0, (payload.len() + HEADER) as u8, 0, 0, 1, 0];
        packet.extend(payload);
        packet
    }

    /// The status bytes of what is sent, written in pieces of a size.
    fn statuses(packets: &[Vec<u8>], piece: usize, mut mark: Mark) -> (Vec<u8>, Mark) {
        let mut framing = Framing::new();
        let mut sent = Vec::new();
        for bytes in packets.concat().chunks(piece) {
            framing.pass(bytes, &mut sent, &mut mark);
        }
        let mut statuses = Vec::new();
        let mut rest = sent.as_slice();
        while !rest.is_empty() {
            statuses.push(rest[1]);
            rest = &rest[usize::from(rest[3])..];
        }
        assert_eq!(sent.len(), packets.concat().len());
        (statuses, mark)
    }

    #[test]
    fn the_first_packet_of_the_next_request_is_marked() {
        let request = [packet(3, 0, b"half"), packet(3, LAST, b"rest"), packet(1, LAST, b"again")];
        for piece in [1, 3, 8, 9, 1000] {
            assert_eq!(statuses(&request, piece, Mark::Keep), (vec![0, LAST, LAST], Mark::Keep));
            assert_eq!(statuses(&request, piece, Mark::Reset), (vec![RESET, LAST, LAST], Mark::Keep));
        }
    }

    #[test]
    fn an_attention_is_not_marked() {
        let attention = [packet(6, LAST, b""), packet(0x0e, LAST, b"begin")];
        assert_eq!(statuses(&attention, 5, Mark::Reset), (vec![LAST, LAST | RESET], Mark::Keep));
        assert_eq!(statuses(&attention[..1], 5, Mark::Reset), (vec![LAST], Mark::Reset));
    }
}
