//! Functions for checksums, passwords, encryption, keys and certificates.

mod aes;
mod certificate;
mod generate;
mod key;
mod parse;
mod password;
mod pem;
mod request;
mod x509;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

pub use self::certificate::Certificate;

use super::random::function;
use crate::{Function, Type};

/// The steps of hashing a password. It takes about 50 ms, the time of a million other calls, but counts for less, since
/// charts have dozens of passwords.
const PASSWORD: u64 = 100_000;
/// The steps of generating a key of 4096 bits, which takes a third of a second.
const PRIVATE_KEY: u64 = 200_000;

/// Returns `sha256sum` and the other checksums, `bcrypt`, `htpasswd`, `derivePassword`, `encryptAES`, `decryptAES`,
/// `genPrivateKey`, `genCA` and the other functions that generate certificates.
pub fn functions() -> Vec<Function> {
    let text: &[Type] = &[Type::Str];
    let two: &[Type] = &[Type::Str, Type::Str];
    let mut functions = vec![
        Function::new("sha1sum", text, |_, args| Ok(hex(&Sha1::digest(args.bytes(0))).into())),
        Function::new("sha256sum", text, |_, args| Ok(hex(&Sha256::digest(args.bytes(0))).into())),
        Function::new("sha512sum", text, |_, args| Ok(hex(&Sha512::digest(args.bytes(0))).into())),
        Function::new("adler32sum", text, |_, args| Ok(adler32(args.bytes(0)).to_string().into())),
        function("bcrypt", text, |stream, args| Ok(password::bcrypt(stream, args.bytes(0)).into())).costing(PASSWORD),
        function("htpasswd", two, |stream, args| Ok(password::htpasswd(stream, args).into())).costing(PASSWORD),
        Function::new(
            "derivePassword",
            &[Type::Uint(crate::UintKind::Uint32), Type::Str, Type::Str, Type::Str, Type::Str],
            |_, args| Ok(password::derive(args).into()),
        )
        .costing(PASSWORD),
        function("encryptAES", two, |stream, args| Ok(aes::encrypt(stream, args).into())),
        Function::new("decryptAES", two, |_, args| Ok(crate::Value::raw(aes::decrypt(args)?))),
        function("genPrivateKey", text, |stream, args| Ok(generate::private_key(stream, &args.text(0)).into()))
            .costing(PRIVATE_KEY),
    ];
    functions.extend(certificate::functions());
    functions
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Computes the Adler-32 checksum (RFC 1950).
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (a + b) % MODULUS)
    });
    b << 16 | a
}
