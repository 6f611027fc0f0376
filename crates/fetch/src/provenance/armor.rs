//! Binary data as text.
//!
//! Source: RFC 4880, section 6.2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) const SIGNATURE_START: &str = "-----BEGIN PGP SIGNATURE-----";
const SIGNATURE_END: &str = "-----END PGP SIGNATURE-----";

/// The characters of a line.
const WIDTH: usize = 64;

/// Decodes a text that begins with `-----BEGIN`; `None` if it is not complete. The checksum, which protects nothing, is
/// ignored.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut lines = text.lines();
    lines.next().filter(|line| line.starts_with("-----BEGIN PGP "))?;
    // Headers end with an empty line.
    let body: Vec<&str> = lines.skip_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let end = body.iter().position(|line| line.starts_with("-----END PGP "))?;
    let data: String = body.get(..end)?.iter().filter(|line| !line.starts_with('=')).copied().collect();
    STANDARD.decode(data).ok()
}

/// Writes a signature.
pub(super) fn encode_signature(data: &[u8]) -> String {
    let encoded = STANDARD.encode(data);
    let lines = encoded.as_bytes().chunks(WIDTH).map(|line| String::from_utf8_lossy(line).into_owned() + "\n");
    format!("{SIGNATURE_START}\n\n{}{SIGNATURE_END}", lines.collect::<String>())
}
