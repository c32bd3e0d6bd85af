//! AES-256 in CBC mode from a vector of zeros, as the logon has it.

use aes::{
    Aes256,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding, block_padding::Pkcs7},
};

pub(super) type Key = [u8; 32];

const START: [u8; 16] = [0; 16];

/// Bytes that are whole blocks already stay as they are.
pub(super) fn encrypt(key: &Key, bytes: &[u8]) -> Vec<u8> {
    let cipher = cbc::Encryptor::<Aes256>::new(key.into(), &START.into());
    if bytes.len().is_multiple_of(START.len()) {
        cipher.encrypt_padded_vec::<NoPadding>(bytes)
    } else {
        cipher.encrypt_padded_vec::<Pkcs7>(bytes)
    }
}

/// `None` unless these are whole blocks.
pub(super) fn decrypt(key: &Key, bytes: &[u8]) -> Option<Vec<u8>> {
    let cipher = cbc::Decryptor::<Aes256>::new(key.into(), &START.into());
    cipher.decrypt_padded_vec::<NoPadding>(bytes).ok()
}

/// The same for what was filled up to whole blocks.
pub(super) fn decrypt_filled(key: &Key, bytes: &[u8]) -> Option<Vec<u8>> {
    let cipher = cbc::Decryptor::<Aes256>::new(key.into(), &START.into());
    cipher.decrypt_padded_vec::<Pkcs7>(bytes).ok()
}
