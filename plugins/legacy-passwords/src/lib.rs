//! A component of an administrator's own: hashes new passwords for tables whose application knows PBKDF2 or bcrypt.
//!
//! It has no import: what it is given can go nowhere but into its result, which the host binds as `:password`.

mod method;

use portcullis_sdk::{
    Document, PasswordHash, Refusal, SALT,
    serde_json::{self, Value},
};

use crate::method::Method;

struct LegacyPasswords;

impl PasswordHash for LegacyPasswords {
    fn check(settings: &Document) -> Result<(), String> {
        method(settings)?.check()
    }

    fn hash(password: &str, salt: &[u8; SALT], settings: &Document) -> Result<String, Refusal> {
        method(settings).map_err(|_| Refusal::UnfitSettings)?.hash(password, salt)
    }
}

fn method(settings: &Document) -> Result<Method, String> {
    serde_json::from_value(Value::Object(settings.clone())).map_err(|error| {
        format!("{error}; write method = \"pbkdf2-sha256\" with iterations and form, or method = \"bcrypt\" with cost")
    })
}

portcullis_sdk::export_password_hash!(LegacyPasswords);

#[cfg(test)]
mod tests;
