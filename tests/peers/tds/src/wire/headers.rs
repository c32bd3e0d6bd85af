//! What stands in front of a request ([MS-TDS] 2.2.5.3, ALL_HEADERS).

use super::bytes::{Bytes, Result};
use crate::error::ServerError;

const TRANSACTION: u16 = 2;

/// The transaction that a request says it belongs to; 0 for none.
///
/// # Errors
/// What can't be read, or no header of a transaction, which every request must have.
pub fn read(from: &mut Bytes<'_>) -> Result<u64> {
    let total = (from.u32()? as usize).checked_sub(4);
    let mut headers = Bytes::new(from.take(total.ok_or_else(|| ServerError::stream("headers without a length"))?)?);
    let mut transaction = None;
    while !headers.is_empty() {
        let length = (headers.u32()? as usize).checked_sub(4);
        let mut header = Bytes::new(headers.take(length.ok_or_else(|| ServerError::stream("a header without a length"))?)?);
        if header.u16()? == TRANSACTION {
            transaction = Some(header.u64()?);
        }
    }
    transaction.ok_or_else(|| ServerError::stream("a request without the header of its transaction"))
}
