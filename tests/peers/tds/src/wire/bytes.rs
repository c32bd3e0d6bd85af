//! Reading and writing what TDS is made of: little-endian numbers, UTF-16, lengths of one or two bytes.

use crate::error::ServerError;

pub type Result<T> = std::result::Result<T, ServerError>;

/// Reads from the start of a message to its end.
pub struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        if count > self.rest.len() {
            let missing = count - self.rest.len();
            return Err(ServerError::stream(format!("it ends {missing} bytes too early")));
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn u8(&mut self) -> Result<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub fn u16_be(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub fn i16(&mut self) -> Result<i16> {
        Ok(i16::from_le_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub fn f32(&mut self) -> Result<f32> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    pub fn f64(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// So many UTF-16 units.
    pub fn utf16(&mut self, units: usize) -> Result<String> {
        utf16(self.take(units * 2)?)
    }

    /// A number of UTF-16 units in one byte, and these.
    pub fn short_text(&mut self) -> Result<String> {
        let units = self.u8()?;
        self.utf16(units.into())
    }

    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }
}

/// # Errors
/// Half a surrogate pair: SQL Server takes such text, and the peer does not.
pub fn utf16(bytes: &[u8]) -> Result<String> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    if !bytes.len().is_multiple_of(2) {
        return Err(ServerError::stream("an odd number of bytes can't be UTF-16"));
    }
    String::from_utf16(&units).map_err(|_| ServerError::cannot("text with half a surrogate pair"))
}

/// Writes at the end of a message.
pub trait Put {
    fn put(&mut self, bytes: &[u8]);

    fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    fn u16(&mut self, value: u16) {
        self.put(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.put(&value.to_le_bytes());
    }

    fn i32(&mut self, value: i32) {
        self.put(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.put(&value.to_le_bytes());
    }

    /// At most 255 UTF-16 units, their number first.
    fn short_text(&mut self, text: &str) {
        let units: Vec<u16> = text.encode_utf16().take(255).collect();
        self.u8(units.len() as u8);
        for unit in units {
            self.u16(unit);
        }
    }

    /// At most 65,535 UTF-16 units, their number first.
    fn text(&mut self, text: &str) {
        let units: Vec<u16> = text.encode_utf16().take(65_535).collect();
        self.u16(units.len() as u16);
        for unit in units {
            self.u16(unit);
        }
    }
}

impl Put for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
