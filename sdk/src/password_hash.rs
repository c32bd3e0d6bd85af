//! What a table keeps of a password.

use crate::Document;

/// Bytes of the salt that the host gives.
pub const SALT: usize = 32;

/// A way to hash passwords. Such a component sees passwords, and so has no import at all: it can't log either, and a panic has no message.
pub trait PasswordHash {
    /// Says whether `settings`, the plugin's `settings` table, can be used. Called when the configuration is loaded.
    ///
    /// # Errors
    /// What is wrong with them, and what to write instead.
    fn check(settings: &Document) -> Result<(), String>;

    /// What the table will hold. The same password, salt and settings give the same.
    ///
    /// # Errors
    /// Why there is no hash of it.
    fn hash(password: &str, salt: &[u8; SALT], settings: &Document) -> Result<String, Refusal>;
}

/// Why there is no hash of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has more bytes than the method looks at.
    TooLong,
    /// It has characters that the method takes none of.
    UnfitCharacters,
    /// The settings are not what was checked.
    UnfitSettings,
}
