//! The methods, and how each is written into the table.

use std::ops::RangeInclusive;

use base64::{
    Engine as _, alphabet,
    engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD, STANDARD_NO_PAD},
};
use pbkdf2::pbkdf2_hmac;
use portcullis_sdk::{Refusal, SALT};
use serde::Deserialize;
use sha2::Sha256;

/// The settings, read.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Method {
    /// PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2).
    #[serde(rename = "pbkdf2-sha256")]
    Pbkdf2 { iterations: u32, form: Form },
    /// bcrypt, version 2b.
    Bcrypt { cost: u32 },
}

/// How a PBKDF2 hash is written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `$pbkdf2-sha256$i=600000,l=32$salt$hash`, the PHC string format: Base64 without padding.
    Phc,
    /// `pbkdf2_sha256$600000$salt$hash`, as Django writes it: the salt is letters and digits, and the hash Base64.
    Django,
}

/// Bytes of the result: as many as SHA-256 gives.
const LENGTH: usize = 32;

/// Fewer are guessed in no time; RFC 8018 §4.2 calls 1,000 the least.
const FEWEST: u32 = 1_000;

/// What bcrypt looks at, its closing zero not counted.
const LONGEST: usize = 72;

/// What bcrypt can cost: so many doublings.
const COSTS: RangeInclusive<u32> = 4..=31;

/// bcrypt's own letters for six bits.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, NO_PAD);

impl Method {
    /// # Errors
    /// A figure is out of its range.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Method::Pbkdf2 { iterations, .. } if *iterations < FEWEST => Err(format!(
                "{iterations} iterations are guessed in no time: {FEWEST} are the least"
            )),
            Method::Bcrypt { cost } if !COSTS.contains(cost) => Err(format!("a cost of {cost} does not exist: it is 4 to 31")),
            _ => Ok(()),
        }
    }

    /// # Errors
    /// bcrypt: the password has more than 72 bytes, or a zero among them.
    pub fn hash(&self, password: &str, salt: &[u8; SALT]) -> Result<String, Refusal> {
        match *self {
            Method::Pbkdf2 { iterations, form } => Ok(form.write(password, salt, iterations)),
            Method::Bcrypt { cost } => bcrypt(password, salt, cost),
        }
    }
}

impl Form {
    fn write(self, password: &str, salt: &[u8; SALT], iterations: u32) -> String {
        match self {
            Form::Phc => {
                let [salt, hash] = [
                    STANDARD_NO_PAD.encode(salt),
                    STANDARD_NO_PAD.encode(derived(password, salt, iterations)),
                ];
                format!("$pbkdf2-sha256$i={iterations},l={LENGTH}${salt}${hash}")
            }
            Form::Django => {
                let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
                let hash = STANDARD.encode(derived(password, salt.as_bytes(), iterations));
                format!("pbkdf2_sha256${iterations}${salt}${hash}")
            }
        }
    }
}

fn derived(password: &str, salt: &[u8], iterations: u32) -> [u8; LENGTH] {
    let mut derived = [0; LENGTH];
    pbkdf2_hmac::<Sha256>(password.as_bytes(), salt, iterations, &mut derived);
    derived
}

/// bcrypt has a salt of 16 bytes, and a zero behind the password where there is room for one.
fn bcrypt(password: &str, salt: &[u8; SALT], cost: u32) -> Result<String, Refusal> {
    if password.len() > LONGEST {
        return Err(Refusal::TooLong);
    }
    if password.contains('\0') {
        return Err(Refusal::UnfitCharacters);
    }
    let Some(salt) = salt.first_chunk::<16>().filter(|_| COSTS.contains(&cost)) else {
        return Err(Refusal::UnfitSettings);
    };
    let mut key = password.as_bytes().to_vec();
    key.push(0);
    key.truncate(LONGEST);
    let hash = bcrypt::bcrypt(cost, *salt, &key);
    // The last of its 24 bytes is left out by everybody.
    let [hash @ .., _] = hash;
    let [salt, hash] = [BCRYPT.encode(salt), BCRYPT.encode(hash)];
    Ok(format!("$2b${cost:02}${salt}{hash}"))
}
