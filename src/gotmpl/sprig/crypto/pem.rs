//! PEM blocks as Go reads and writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::encoding::base64_decode;

/// Writes a block, 64 characters a line.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let mut out = format!("-----BEGIN {label}-----\n");
    let encoded = STANDARD.encode(bytes);
    for (index, char) in encoded.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            out.push('\n');
        }
        out.push(char);
    }
    if !encoded.is_empty() {
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Finds the first good block: its label and bytes.
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
