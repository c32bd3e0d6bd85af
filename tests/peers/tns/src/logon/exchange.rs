//! Both sides' keys, and what comes of them.

use pbkdf2::pbkdf2_hmac;
use sha2::{Digest, Sha512};

use super::{
    Pairs,
    cipher::{Key, decrypt, decrypt_filled, encrypt},
};
use crate::{Account, Failure, hexadecimal};

/// The kind of verifier: 12c.
const VERIFIER: u32 = 0x4815;
/// How often the password is hashed, and the keys of both sides. A real one says 4096; a client takes what it is told, and tests
/// make many connections.
const PASSWORD_ROUNDS: u32 = 64;
const KEY_ROUNDS: u32 = 3;
const PROOF: &[u8] = b"SERVER_TO_CLIENT";

/// An account, and what the server keeps of its password.
#[derive(Clone)]
pub(crate) struct Verifier {
    account: Account,
    salt: [u8; 16],
    /// The password, hashed slowly.
    hashed: [u8; 64],
}

impl Verifier {
    /// # Errors
    /// The machine gives no random bytes.
    pub(crate) fn new(account: Account) -> Result<Self, Failure> {
        let salt = random()?;
        let mut hashed = [0; 64];
        let salted = [salt.as_slice(), b"AUTH_PBKDF2_SPEEDY_KEY"].concat();
        pbkdf2_hmac::<Sha512>(account.password().as_bytes(), &salted, PASSWORD_ROUNDS, &mut hashed);
        Ok(Self { account, salt, hashed })
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    /// The key that only somebody has who knows the password.
    fn key(&self) -> Key {
        first(
            Sha512::new()
                .chain_update(self.hashed)
                .chain_update(self.salt)
                .finalize()
                .as_slice(),
        )
    }
}

/// A logon that began: what the client was shown.
pub(crate) struct Challenge {
    verifier: Verifier,
    /// A name that nobody has is told apart only at the end, as a wrong password is.
    known: bool,
    ours: Key,
    salt: [u8; 16],
}

impl Challenge {
    /// # Errors
    /// The machine gives no random bytes.
    pub(crate) fn new(user: &str, known: &[Verifier]) -> Result<Self, Failure> {
        let wanted = user.trim_matches('"').to_uppercase();
        let verifier = known.iter().find(|known| known.account.name() == wanted);
        Ok(Self {
            known: verifier.is_some(),
            verifier: match verifier {
                Some(verifier) => verifier.clone(),
                None => Verifier::new(Account::new(&wanted, &hexadecimal::encode(&random::<16>()?)))?,
            },
            ours: random()?,
            salt: random()?,
        })
    }

    /// What the client is shown.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String, u32)> {
        let shown = encrypt(&self.verifier.key(), &self.ours);
        vec![
            ("AUTH_SESSKEY", hexadecimal::encode(&shown), 0),
            ("AUTH_VFR_DATA", hexadecimal::encode(&self.verifier.salt), VERIFIER),
            ("AUTH_PBKDF2_CSK_SALT", hexadecimal::encode(&self.salt), 0),
            ("AUTH_PBKDF2_VGEN_COUNT", PASSWORD_ROUNDS.to_string(), 0),
            ("AUTH_PBKDF2_SDER_COUNT", KEY_ROUNDS.to_string(), 0),
        ]
    }

    /// The account, and the proof for the client that this server knows the password.
    ///
    /// # Errors
    /// ORA-01017: the client doesn't know it.
    pub(crate) fn answered(&self, pairs: &Pairs) -> Result<(Account, String), Failure> {
        let denied = || Failure::new(1017, "invalid username/password; logon denied");
        let value = |name: &str| pairs.get(name).and_then(hexadecimal::decode);
        let theirs = value("AUTH_SESSKEY")
            .and_then(|shown| decrypt(&self.verifier.key(), &shown))
            .filter(|theirs| theirs.len() == 32)
            .ok_or_else(denied)?;
        let both = hexadecimal::encode(&[theirs.as_slice(), &self.ours].concat());
        let mut key = [0; 32];
        pbkdf2_hmac::<Sha512>(both.as_bytes(), &self.salt, KEY_ROUNDS, &mut key);
        // Sixteen random bytes are in front.
        let behind_salt = |bytes: Vec<u8>| bytes.get(16..).map(<[u8]>::to_vec);
        let password = value("AUTH_PASSWORD")
            .and_then(|shown| decrypt_filled(&key, &shown))
            .and_then(behind_salt);
        let speedy = value("AUTH_PBKDF2_SPEEDY_KEY")
            .and_then(|shown| decrypt(&key, &shown))
            .and_then(behind_salt);
        let right = password.as_deref() == Some(self.verifier.account.password().as_bytes())
            && speedy.is_none_or(|speedy| speedy == self.verifier.hashed);
        if !self.known || !right {
            return Err(denied());
        }
        let proof = encrypt(&key, &[random::<16>()?.as_slice(), PROOF].concat());
        Ok((self.verifier.account.clone(), hexadecimal::encode(&proof)))
    }
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Failure::new(600, format_args!("internal error code: {error}")))?;
    Ok(bytes)
}

fn first(bytes: &[u8]) -> Key {
    let mut key = [0; 32];
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    key
}
