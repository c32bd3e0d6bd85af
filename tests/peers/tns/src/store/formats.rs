//! How a session has dates written: what `ALTER SESSION` can say of it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDateTime;

use super::format;
use crate::{Failure, Type, sql::Token};

/// Empty where the session said nothing; what Oracle has by itself (`DD-MON-RR`) isn't understood.
#[derive(Clone, Default)]
struct Named {
    date: String,
    timestamp: String,
    zoned: String,
}

#[derive(Clone, Default)]
pub(crate) struct Formats(Arc<Mutex<Named>>);

impl Formats {
    /// `ALTER SESSION SET` what follows.
    ///
    /// # Errors
    /// ORA-02248: there is no such setting in this version.
    pub(super) fn set(&self, tokens: &[Token]) -> Result<(), Failure> {
        let mut formats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for setting in tokens.windows(3) {
            let [Token::Word(name), equals, value] = setting else {
                continue;
            };
            if !equals.is("=") {
                continue;
            }
            match (name.as_str(), value) {
                ("NLS_DATE_FORMAT", Token::Text(format)) => formats.date.clone_from(format),
                ("NLS_TIMESTAMP_FORMAT", Token::Text(format)) => formats.timestamp.clone_from(format),
                ("NLS_TIMESTAMP_TZ_FORMAT", Token::Text(format)) => formats.zoned.clone_from(format),
                ("READ_ONLY", _) => return Err(Failure::new(2248, "invalid option for ALTER SESSION")),
                _ => {}
            }
        }
        Ok(())
    }

    /// As ISO 8601 has it.
    pub(crate) fn set_iso(&self) {
        let mut formats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let format = "YYYY-MM-DD HH24:MI:SS.FF".to_owned();
        formats.date.clone_from(&format);
        formats.timestamp.clone_from(&format);
        formats.zoned = format;
    }

    /// The format for values of a type; `None` where there is none.
    pub(super) fn of(&self, kind: Type) -> Option<String> {
        let formats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let format = match kind {
            Type::Date => &formats.date,
            Type::Timestamp => &formats.timestamp,
            Type::TimestampTz | Type::TimestampLtz => &formats.zoned,
            _ => return None,
        };
        (!format.is_empty()).then(|| format.clone())
    }

    /// # Errors
    /// The text isn't written in the session's format.
    pub(super) fn read(&self, text: &str, kind: Type) -> Result<NaiveDateTime, Failure> {
        match self.of(kind) {
            Some(format) => format::read(text, &format),
            None => Err(Failure::new(1861, "literal does not match format string")),
        }
    }
}
