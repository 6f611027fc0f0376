//! Texts with a signature below them.
//!
//! Source: RFC 4880, section 7.

use super::armor;

const START: &str = "-----BEGIN PGP SIGNED MESSAGE-----";

/// The hash functions that a header may name.
const HASHES: [&str; 9] = ["MD5", "SHA1", "RIPEMD160", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"];

/// A signed text.
pub(super) struct Message {
    /// The text without escapes.
    pub text: String,
    /// The bytes that are signed: the same with the line ends of networks.
    pub signed: Vec<u8>,
    /// The packets of the signature.
    pub signature: Vec<u8>,
}

/// Reads a signed text; `None` if it is not complete.
pub(super) fn read(data: &[u8]) -> Option<Message> {
    let data = std::str::from_utf8(data).ok()?;
    let mut rest = match data.strip_prefix(START) {
        Some(rest) => rest,
        None => data.split_once(&format!("\n{START}"))?.1,
    };
    if !line(&mut rest).is_empty() {
        return None;
    }
    loop {
        if rest.is_empty() {
            return None;
        }
        let header = line(&mut rest);
        if header.trim().is_empty() {
            break;
        }
        let names = header.strip_prefix("Hash")?.trim_start().strip_prefix(':')?;
        if !names.split(',').all(|name| HASHES.contains(&&*name.trim().to_uppercase())) {
            return None;
        }
    }
    let mut lines = Vec::new();
    while !rest.starts_with(armor::SIGNATURE_START) {
        if rest.is_empty() {
            return None;
        }
        let line = line(&mut rest);
        lines.push(line.strip_prefix("- ").unwrap_or(line).trim_end_matches([' ', '\t']));
    }
    Some(Message { text: lines.join("\n"), signed: lines.join("\r\n").into_bytes(), signature: armor::decode(rest)? })
}

/// Takes the first line, without its end.
fn line<'t>(rest: &mut &'t str) -> &'t str {
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    *rest = after;
    line.strip_suffix('\r').unwrap_or(line)
}

/// Returns the bytes of a text that are signed.
pub(super) fn canonical(text: &str) -> Vec<u8> {
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches([' ', '\t', '\r'])).collect();
    lines.join("\r\n").into_bytes()
}

/// Writes a text with its signature, which used SHA-512.
pub(super) fn write(text: &str, signature: &[u8]) -> String {
    let mut out = format!("{START}\nHash: SHA512\n\n");
    for line in text.split('\n') {
        out.push_str(if line.starts_with('-') { "- " } else { "" });
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(&armor::encode_signature(signature));
    out
}
