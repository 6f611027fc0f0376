//! `encryptAES` and `decryptAES`: AES-256 in CBC mode with PKCS #7 padding; the result is the initialization vector and
//! the data in base64.

use aes::Aes256;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::encoding::base64_decode;
use crate::Args;
use crate::environment::Stream;

const BLOCK: usize = 16;

/// Creates the cipher; the key is the password, truncated or padded with zeros.
fn cipher(password: &[u8]) -> Aes256 {
    let mut key = [0; 32];
    key.iter_mut().zip(password).for_each(|(to, from)| *to = *from);
    Aes256::new(&Array::from(key))
}

fn xor(block: &[u8], with: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut out = with;
    out.iter_mut().zip(block).for_each(|(to, from)| *to ^= from);
    out
}

/// Encrypts a text. An empty text stays empty.
pub(super) fn encrypt(stream: &mut Stream, args: Args<'_>) -> String {
    let (cipher, text) = (cipher(args.bytes(0)), args.bytes(1));
    if text.is_empty() {
        return String::new();
    }
    let padding = BLOCK - text.len() % BLOCK;
    let mut padded = text.to_vec();
    padded.resize(text.len() + padding, u8::try_from(padding).unwrap_or_default());
    let mut last: [u8; BLOCK] = stream.bytes();
    let mut out = last.to_vec();
    for block in padded.chunks(BLOCK) {
        let mut block = Array::from(xor(block, last));
        cipher.encrypt_block(&mut block);
        last = block.into();
        out.extend(last);
    }
    STANDARD.encode(out)
}

/// Decrypts a text. The errors are Go's, since Sprig checks nothing.
pub(super) fn decrypt(args: Args<'_>) -> Result<Vec<u8>, String> {
    let (cipher, text) = (cipher(args.bytes(0)), args.bytes(1));
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let bytes = base64_decode(text)?;
    let capacity = text.len() / 4 * 3;
    if capacity < BLOCK {
        return Err(format!("runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}"));
    }
    let Some((vector, blocks)) = bytes.split_first_chunk::<BLOCK>() else {
        return Err(format!("runtime error: slice bounds out of range [{BLOCK}:{}]", bytes.len()));
    };
    if blocks.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let mut last = *vector;
    let mut out = Vec::with_capacity(blocks.len());
    for block in blocks.chunks(BLOCK) {
        let encrypted = xor(block, [0; BLOCK]);
        let mut block = Array::from(encrypted);
        cipher.decrypt_block(&mut block);
        out.extend(xor(&block, last));
        last = encrypted;
    }
    let padding = usize::from(*out.last().ok_or("runtime error: index out of range [-1]")?);
    match out.len().checked_sub(padding) {
        Some(length) => out.truncate(length),
        None => return Err(format!("runtime error: slice bounds out of range [:-{}]", padding - out.len())),
    }
    Ok(out)
}
