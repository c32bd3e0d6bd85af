//! Reads what TTC writes: integers that say how many bytes they have, strings that say how long they are.
//!
//! A message does not say where it ends, and may come in several packets. Whoever runs out of bytes reads again from the
//! start when there are more.

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There must be more to come.
    Short,
    Malformed(&'static str),
}

type Read<T> = Result<T, Trouble>;

/// What a length stands for that is none.
const NULL: u8 = 255;
const CHUNKS: u8 = 254;
const ESCAPE: u8 = 253;

pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next byte, which stays.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    pub(crate) fn take(&mut self, count: usize) -> Read<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(Trouble::Short)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>().ok_or(Trouble::Short)?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub(crate) fn byte(&mut self) -> Read<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Two bytes, the greater first.
    pub(crate) fn two(&mut self) -> Read<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes, the greatest first.
    pub(crate) fn four(&mut self) -> Read<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// An integer of up to eight bytes.
    pub(crate) fn integer(&mut self) -> Read<u64> {
        let length = self.byte()?;
        if length > 8 {
            return Err(Trouble::Malformed("an integer of more than eight bytes, or below zero"));
        }
        let bytes = self.take(length.into())?;
        Ok(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// An integer that the rest of the program counts with.
    pub(crate) fn size(&mut self) -> Read<usize> {
        let integer = self.integer()?;
        usize::try_from(integer).map_err(|_| Trouble::Malformed("a size beyond what there is memory for"))
    }

    /// Bytes behind their length; nothing is `None`.
    pub(crate) fn string(&mut self) -> Read<Option<Vec<u8>>> {
        match self.byte()? {
            0 | NULL => Ok(None),
            ESCAPE => self.byte().map(|_| None),
            CHUNKS => {
                let mut whole = Vec::new();
                loop {
                    let length = self.size()?;
                    if length == 0 {
                        return Ok(Some(whole));
                    }
                    whole.extend_from_slice(self.take(length)?);
                }
            }
            length => Ok(Some(self.take(length.into())?.to_vec())),
        }
    }

    /// Bytes behind their length, behind their length as an integer.
    pub(crate) fn counted(&mut self) -> Read<Vec<u8>> {
        match self.integer()? {
            0 => Ok(Vec::new()),
            _ => Ok(self.string()?.unwrap_or_default()),
        }
    }

    pub(crate) fn text(&mut self) -> Read<String> {
        let bytes = self.counted()?;
        String::from_utf8(bytes).map_err(|_| Trouble::Malformed("a text that is not UTF-8"))
    }

    /// Goes over bytes that mean nothing here.
    pub(crate) fn skip(&mut self, count: usize) -> Read<()> {
        self.take(count).map(drop)
    }

    /// Goes over integers that mean nothing here.
    pub(crate) fn skip_integers(&mut self, count: usize) -> Read<()> {
        (0..count).try_for_each(|_| self.integer().map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_say_how_long_they_are() {
        let mut reader = Reader::new(&[0, 1, 7, 2, 1, 0, 3, 1, 0, 0, 9]);
        assert_eq!(reader.integer(), Ok(0));
        assert_eq!(reader.integer(), Ok(7));
        assert_eq!(reader.integer(), Ok(256));
        assert_eq!(reader.integer(), Ok(65536));
        assert!(matches!(reader.integer(), Err(Trouble::Malformed(_))));
        assert_eq!(reader.integer(), Err(Trouble::Short));
    }

    #[test]
    fn long_strings_come_in_chunks() {
        let mut reader = Reader::new(&[CHUNKS, 1, 2, b'a', b'b', 1, 1, b'c', 0, NULL, 0, 2, b'd']);
        assert_eq!(reader.string(), Ok(Some(b"abc".to_vec())));
        assert_eq!(reader.string(), Ok(None));
        assert_eq!(reader.string(), Ok(None));
        assert_eq!(reader.string(), Err(Trouble::Short));
    }
}
