//! The ends of answers: how a call went.

use crate::{Failure, wire::Writer};

const ERROR: u8 = 4;
const STATUS: u8 = 9;
/// A transaction is going on.
const IN_TRANSACTION: u32 = 2;

/// What is known at the end of a call.
#[derive(Clone, Copy, Default)]
pub(super) struct End {
    pub(super) in_transaction: bool,
    pub(super) cursor: u32,
    pub(super) rows: u64,
}

impl End {
    fn status(self) -> u32 {
        if self.in_transaction { IN_TRANSACTION } else { 0 }
    }

    /// A call without a statement went well.
    pub(super) fn plainly(self, answer: &mut Writer) {
        answer.byte(STATUS).integer(self.status()).integer(0_u8);
    }

    /// A statement went well.
    pub(super) fn well(self, answer: &mut Writer) {
        self.end(answer, 0);
    }

    /// A call failed.
    pub(super) fn badly(self, answer: &mut Writer, failure: &Failure) {
        self.end(answer, failure.code);
        answer.string(format!("{}\n", failure.message).as_bytes());
    }

    /// There are no more rows.
    pub(super) fn exhausted(self, answer: &mut Writer) {
        self.badly(answer, &Failure::new(1403, "no data found"));
    }

    fn end(self, answer: &mut Writer, code: u32) {
        answer.byte(ERROR).integer(self.status());
        // The call's number, the row, the code in short, an element of an array.
        answer
            .integer(0_u8)
            .integer(0_u8)
            .integer(u16::try_from(code).unwrap_or(u16::MAX))
            .zeros(2);
        // The place of the error, then kinds and flags, then a row's address.
        answer.integer(self.cursor).zeros(1).zeros(6).zeros(5);
        // The system's error, the statement's and call's numbers, iterations, logical address, errors of a batch.
        answer.zeros(4).zeros(1).zeros(1).zeros(3);
        answer.integer(code).integer(self.rows);
    }
}
