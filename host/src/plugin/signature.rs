//! Who vouches for a plugin: signatures by Ed25519 (RFC 8032), with keys that the configuration names.
//!
//! What is signed is a component together with its manifest, by the SHA-256 of each: neither can be exchanged alone. A signature stands
//! in a file of its own beside the component, `NAME.sig`. It says who made a plugin and not what it may do: that is what an
//! administrator approves.

use std::{collections::BTreeMap, fmt, str::FromStr};

use anyhow::{Context as _, anyhow};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};

use super::Digest;

/// What is signed begins with it, so that no signature of something else is one of a plugin.
const DOMAIN: &[u8] = b"portcullis:plugin signature 1\0";
/// What stands before a key where it is written as X.509 does (RFC 8410 §4).
const X509: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What stands before a private key in PKCS #8 (RFC 8410 §7), in the form without the public key: OpenSSL 3.0 reads no other one.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// `[signatures]` of `portcullis.toml`: which keys are known, and whether plugins must be signed by one of them.
#[derive(Clone, Debug, Default)]
pub struct Signatures {
    pub policy: Policy,
    /// By the names that the administrator gave them.
    pub keys: BTreeMap<String, PublicKey>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    #[default]
    Optional,
    Required,
}

/// Who signed a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    Nobody,
    /// The name of a key.
    Known(String),
    /// The signature is of another plugin, or by a key that the configuration does not name.
    Unknown,
}

impl Signatures {
    /// Who signed this component with this manifest.
    pub fn signer(&self, component: &Digest, manifest: &str, signature: Option<&Signature>) -> Signer {
        let Some(signature) = signature else {
            return Signer::Nobody;
        };
        let message = message(component, manifest);
        let known = self.keys.iter().find(|(_, key)| key.made(signature, &message));
        known.map_or(Signer::Unknown, |(name, _)| Signer::Known(name.clone()))
    }

    /// Whether a plugin by this signer may be used.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn admit(&self, signer: &Signer) -> Result<(), String> {
        match (self.policy, signer) {
            (Policy::Optional, _) | (Policy::Required, Signer::Known(_)) => Ok(()),
            (Policy::Required, Signer::Nobody | Signer::Unknown) => {
                Err(format!("it is {signer}, and [signatures] says `signed = \"required\"`"))
            }
        }
    }
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Signer::Nobody => f.write_str("not signed"),
            Signer::Known(name) => write!(f, "signed by {name}"),
            Signer::Unknown => f.write_str(
                "not signed by any key of [signatures] as it is: its signature is by another key, or of something else",
            ),
        }
    }
}

/// A key that signatures are held against. Written in Base64, as it is or as X.509 does, which `openssl pkey -pubout` prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    fn made(&self, signature: &Signature, message: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, &signature.0).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| "is not Base64")?;
        let key = bytes.strip_prefix(&X509).unwrap_or(&bytes);
        key.try_into().map(Self).map_err(|_| "is no public key of Ed25519")
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode([X509.as_slice(), &self.0].concat()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A signature. Written in Base64, on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl FromStr for Signature {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| "is not Base64")?;
        bytes.try_into().map(Self).map_err(|_| "is no signature of Ed25519")
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// A key to sign with.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// Makes one; gives it as PEM, too (PKCS #8).
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn make() -> anyhow::Result<(Self, String)> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| anyhow!("no random numbers for a key: {error}"))?;
        let key = STANDARD.encode([PKCS8.as_slice(), &seed].concat());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
        Ok((Self::read(&pem)?, pem))
    }

    /// Reads one from PEM, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// It is none, or not of Ed25519. Nothing of it is in the message.
    pub fn read(pem: &str) -> anyhow::Result<Self> {
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| anyhow!("it holds no private key in PEM"))?;
        let PrivateKeyDer::Pkcs8(key) = key else {
            return Err(anyhow!("it is no private key in PKCS #8"));
        };
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.secret_pkcs8_der()).ok();
        pair.map(Self).context("it is no private key of Ed25519")
    }

    /// What others hold its signatures against.
    ///
    /// # Errors
    /// None that can happen: such keys have 32 bytes.
    pub fn public(&self) -> anyhow::Result<PublicKey> {
        let key = self.0.public_key().as_ref().try_into();
        Ok(PublicKey(key?))
    }

    /// Vouches for a component with its manifest.
    ///
    /// # Errors
    /// None that can happen: such signatures have 64 bytes.
    pub fn sign(&self, component: &Digest, manifest: &str) -> anyhow::Result<Signature> {
        let signature = self.0.sign(&message(component, manifest));
        Ok(Signature(signature.as_ref().try_into()?))
    }
}

fn message(component: &Digest, manifest: &str) -> Vec<u8> {
    let manifest = Digest::of(manifest.as_bytes());
    [DOMAIN, component.as_bytes(), manifest.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "name = \"acme\"";

    fn known(key: &SigningKey) -> Signatures {
        Signatures {
            policy: Policy::Required,
            keys: BTreeMap::from([("acme".to_owned(), key.public().unwrap())]),
        }
    }

    #[test]
    fn vouches_for_exactly_what_was_signed() {
        let (key, pem) = SigningKey::make().unwrap();
        let (other, _) = SigningKey::make().unwrap();
        let component = Digest::of(b"component");
        let signature = SigningKey::read(&pem).unwrap().sign(&component, MANIFEST).unwrap();
        let signatures = known(&key);
        let signer = |component: &Digest, manifest, signature| signatures.signer(component, manifest, signature);
        assert_eq!(signer(&component, MANIFEST, Some(&signature)), Signer::Known("acme".into()));
        assert_eq!(signer(&component, "name = \"acne\"", Some(&signature)), Signer::Unknown);
        assert_eq!(signer(&Digest::of(b"other"), MANIFEST, Some(&signature)), Signer::Unknown);
        assert_eq!(
            signer(&Digest::of(MANIFEST.as_bytes()), "component", Some(&signature)),
            Signer::Unknown
        );
        assert_eq!(known(&other).signer(&component, MANIFEST, Some(&signature)), Signer::Unknown);
        assert_eq!(signer(&component, MANIFEST, None), Signer::Nobody);
        for at in 0..64 {
            let mut changed = signature.clone();
            changed.0[at] ^= 1;
            assert_eq!(
                signatures.signer(&component, MANIFEST, Some(&changed)),
                Signer::Unknown,
                "byte {at}"
            );
        }
        // Neither a signature of the bytes alone is one.
        let plain = Signature(key.0.sign(component.as_bytes()).as_ref().try_into().unwrap());
        assert_eq!(signer(&component, MANIFEST, Some(&plain)), Signer::Unknown);
    }

    #[test]
    fn only_what_is_required_is() {
        let (key, _) = SigningKey::make().unwrap();
        let required = known(&key);
        assert_eq!(required.admit(&Signer::Known("acme".into())), Ok(()));
        for signer in [Signer::Nobody, Signer::Unknown] {
            assert!(required.admit(&signer).unwrap_err().contains("required"));
            assert_eq!(Signatures::default().admit(&signer), Ok(()));
        }
    }

    /// The key and the signature of the empty message of RFC 8032 §7.1, test 1, in the forms that OpenSSL writes.
    #[test]
    fn keys_are_read_as_others_write_them() {
        let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
        let key = SigningKey::read(pem).unwrap();
        let public: PublicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".parse().unwrap();
        assert_eq!(key.public().unwrap(), public);
        assert_eq!(
            public.to_string(),
            "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
        );
        assert_eq!(public.to_string().parse(), Ok(public));
        let signature = key.0.sign(b"");
        assert_eq!(
            STANDARD.encode(signature.as_ref()),
            "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw=="
        );
        for wrong in ["", "AAAA", "not base64"] {
            assert!(
                wrong.parse::<PublicKey>().is_err() && wrong.parse::<Signature>().is_err(),
                "{wrong}"
            );
        }
        assert!(SigningKey::read("AAAA").is_err());
        // Made in the form in which this one is.
        let (_, made) = SigningKey::make().unwrap();
        assert_eq!(
            (made.len(), made.lines().nth(1).unwrap().get(..21)),
            (pem.len(), Some("MC4CAQAwBQYDK2VwBCIEI"))
        );
    }
}
