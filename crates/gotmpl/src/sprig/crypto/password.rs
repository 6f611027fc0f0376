//! Hashes and derives passwords.

use bcrypt::Version;
use hmac::{Hmac, KeyInit, Mac};
use scrypt::{Params, scrypt};
use sha2::Sha256;

use crate::environment::Stream;
use crate::{Args, Value};

/// Go's default cost.
const COST: u32 = 10;

/// Returns a bcrypt hash. On an error, returns its text.
pub(super) fn bcrypt(stream: &mut Stream, password: &[u8]) -> String {
    if password.len() > 72 {
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".into();
    }
    match bcrypt::hash_with_salt(password, COST, stream.bytes()) {
        Ok(hash) => hash.format_for_version(Version::TwoA),
        Err(error) => format!("failed to encrypt string with bcrypt: {error}"),
    }
}

/// Returns a line of a password file.
pub(super) fn htpasswd(stream: &mut Stream, args: Args<'_>) -> String {
    let name = args.text(0);
    if name.contains(':') {
        return format!("invalid username: {name}");
    }
    format!("{name}:{}", bcrypt(stream, args.bytes(1)))
}

/// Returns the templates of the "Master Password" algorithm, in which each letter represents a set of characters.
fn templates(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        "long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        "medium" => &["CvcnoCvc", "CvcCvcno"],
        "short" => &["Cvcn"],
        "basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        "pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters(letter: char) -> &'static [u8] {
    match letter {
        'V' => b"AEIOU",
        'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        'v' => b"aeiou",
        'c' => b"bcdfghjklmnpqrstvwxyz",
        'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        'n' => b"0123456789",
        'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

fn with_length(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    [b"com.lyndir.masterpassword", length.to_be_bytes().as_slice(), text].concat()
}

/// Returns the password of a site by the "Master Password" algorithm. On an error, returns its text.
pub(super) fn derive(args: Args<'_>) -> String {
    let counter = if let Value::Uint(number, _) = args.get(0) { *number } else { 0 };
    let counter = u32::try_from(counter).unwrap_or_default();
    let (kind, password, user, site) = (args.text(1), args.bytes(2), args.bytes(3), args.bytes(4));
    let Some(templates) = templates(&kind) else { return format!("cannot find password template {kind}") };
    let mut key = [0; 64];
    let derived = Params::new(15, 8, 2).map(|params| scrypt(password, &with_length(user), &params, &mut key));
    let mac = Hmac::<Sha256>::new_from_slice(&key);
    let (Ok(Ok(())), Ok(mac)) = (derived, mac) else { return "failed to derive password".into() };
    let seed = mac.chain_update(with_length(site)).chain_update(counter.to_be_bytes()).finalize().into_bytes();
    let pick = |from: usize, byte: u8| usize::from(byte) % from.max(1);
    let mut seed = seed.iter().copied();
    let template = templates.get(pick(templates.len(), seed.next().unwrap_or_default())).copied().unwrap_or_default();
    let choose = |(letter, byte): (char, u8)| characters(letter).get(pick(characters(letter).len(), byte)).copied();
    template.chars().zip(seed).filter_map(choose).map(char::from).collect()
}
