//! Percent-encoding, whose rules depend on the part of a URL.

use crate::quote::quote;

/// The part of a URL that a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

/// Returns whether Go writes the byte as `%XX` there.
pub(super) fn must_escape(byte: u8, part: Part) -> bool {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
        return false;
    }
    match part {
        // All of RFC 3986's sub-delims; `[ ] :` for IPv6 and ports; `< > "` since hosts cannot encode ASCII.
        Part::Host | Part::Zone => !b"!$&'()*+,;=:[]<>\"".contains(&byte),
        Part::Path => !b"$&+,/:;=@".contains(&byte),
        Part::User => !b"$&+,;=".contains(&byte),
        Part::Fragment => !b"$&+,/:;=?@!()*".contains(&byte),
    }
}

/// Writes the bytes that the part does not allow as `%XX`.
pub(super) fn escape(bytes: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        if must_escape(byte, part) {
            out.extend(format!("%{byte:02X}").into_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

/// Reads `%XX`.
///
/// # Errors
/// Go's `EscapeError` and `InvalidHostError`.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            if matches!(part, Part::Host | Part::Zone) && byte.is_ascii() && must_escape(byte, part) {
                return Err(format!("invalid character {} in host name", quote(&[byte])));
            }
            out.push(byte);
            rest = after;
            continue;
        }
        let sequence = rest.get(..3).unwrap_or(rest);
        let invalid = || format!("invalid URL escape {}", quote(sequence));
        let byte = hex_byte(after).ok_or_else(invalid)?;
        let refused = match part {
            // RFC 3986: hosts encode only what is not ASCII; RFC 6874: `%25` begins a zone.
            Part::Host => byte < 0x80 && sequence != b"%25",
            Part::Zone => sequence != b"%25" && byte != b' ' && must_escape(byte, Part::Host),
            _ => false,
        };
        if refused {
            return Err(invalid());
        }
        out.push(byte);
        rest = rest.get(3..).unwrap_or_default();
    }
    Ok(out)
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |index: usize| digits.get(index).and_then(|digit| char::from(*digit).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}
