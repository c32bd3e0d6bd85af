//! Writes what TTC reads.

/// How long a string may be that is written in one piece.
const LONGEST: usize = 252;
const CHUNK: usize = 32_767;
const CHUNKS: u8 = 254;

#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(crate) fn byte(&mut self, byte: u8) -> &mut Self {
        self.bytes.push(byte);
        self
    }

    /// Two bytes, the greater first.
    pub(crate) fn two(&mut self, number: u16) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    /// Four bytes, the greatest first.
    pub(crate) fn four(&mut self, number: u32) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    /// An integer in as few bytes as clients write it in: none, one, two, four or eight.
    pub(crate) fn integer(&mut self, number: impl TryInto<u64>) -> &mut Self {
        let number = number.try_into().unwrap_or(u64::MAX);
        if number == 0 {
            self.byte(0)
        } else if let Ok(small) = u8::try_from(number) {
            self.byte(1).byte(small)
        } else if let Ok(short) = u16::try_from(number) {
            self.byte(2).two(short)
        } else if let Ok(long) = u32::try_from(number) {
            self.byte(4).four(long)
        } else {
            self.byte(8).raw(&number.to_be_bytes())
        }
    }

    /// As many zeros, as integers or bytes.
    pub(crate) fn zeros(&mut self, count: usize) -> &mut Self {
        self.bytes.resize(self.bytes.len() + count, 0);
        self
    }

    /// Bytes behind their length. None at all are NULL.
    pub(crate) fn string(&mut self, bytes: &[u8]) -> &mut Self {
        match u8::try_from(bytes.len()) {
            Ok(length) if bytes.len() <= LONGEST => self.byte(length).raw(bytes),
            _ => {
                self.byte(CHUNKS);
                for chunk in bytes.chunks(CHUNK) {
                    self.integer(chunk.len()).raw(chunk);
                }
                self.byte(0)
            }
        }
    }

    /// Bytes behind their length, behind their length as an integer.
    pub(crate) fn counted(&mut self, bytes: &[u8]) -> &mut Self {
        self.integer(bytes.len());
        if bytes.is_empty() { self } else { self.string(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Reader;

    #[test]
    fn what_is_written_can_be_read() {
        for length in [0, 1, 252, 253, 254, 255, 40_000] {
            let bytes = vec![7; length];
            let mut writer = Writer::default();
            writer.counted(&bytes).integer(length);
            let written = writer.into_bytes();
            let mut reader = Reader::new(&written);
            assert_eq!(reader.counted(), Ok(bytes));
            assert_eq!(reader.size(), Ok(length));
            assert!(reader.is_empty());
        }
    }
}
