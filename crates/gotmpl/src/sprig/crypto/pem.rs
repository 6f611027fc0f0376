//! Reads and writes PEM blocks as Go does.
//!
//! `pem-rfc7468` is used only for writing: it reads only the strict form of RFC 7468, but Go also accepts text around
//! the block, headers, spaces and lines of any length.

use der::pem::{LineEnding, encode_string};

use super::super::encoding::base64_decode;

/// Writes a block with 64 characters per line.
///
/// # Errors
/// The encoder's text for an invalid label.
pub(super) fn encode(label: &str, bytes: &[u8]) -> Result<String, String> {
    encode_string(label, LineEnding::LF, bytes).map_err(|error| error.to_string())
}

/// Returns the label and bytes of the first valid block.
pub(super) fn decode(text: &str) -> Option<(String, Vec<u8>)> {
    let mut rest = text;
    while let Some((_, block)) = rest.split_once("-----BEGIN ") {
        if let Some(found) = block_of(block) {
            return Some(found);
        }
        rest = block;
    }
    None
}

fn block_of(block: &str) -> Option<(String, Vec<u8>)> {
    let (first, body) = block.split_once('\n')?;
    let label = first.trim_end().strip_suffix("-----")?;
    let (body, _) = body.split_once(&format!("-----END {label}-----"))?;
    // Headers ("Proc-Type: ...") come before an empty line.
    let body = match body.split_once("\n\n") {
        Some((headers, rest)) if headers.contains(':') => rest,
        _ => body,
    };
    let encoded: Vec<u8> = body.bytes().filter(|byte| !matches!(byte, b' ' | b'\t')).collect();
    Some((label.to_owned(), base64_decode(&encoded).ok()?))
}
