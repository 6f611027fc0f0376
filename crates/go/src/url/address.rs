//! Parses IP addresses, with the errors of Go's `netip.ParseAddr`.

use crate::quote::quote;

/// The version of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

/// An error, and the text at which it begins if Go prints that.
type AddressError<'a> = (&'static str, Option<&'a [u8]>);

/// Checks an IPv6 address as Go's `netip.ParseAddr`, and returns whether it has a zone (`%eth0`).
///
/// # Errors
/// Go's error text.
pub fn check(text: &[u8]) -> Result<bool, String> {
    parse(text).map(|_| text.contains(&b'%'))
}

/// Checks an address; one of version 6 may have a zone.
pub(super) fn parse(text: &[u8]) -> Result<Family, String> {
    let checked = match text.iter().find(|byte| b".:%".contains(byte)) {
        Some(b'.') => check_v4(text).map(|()| Family::V4),
        Some(b':') => check_v6(text).map(|()| Family::V6),
        Some(_) => Err(("missing IPv6 address", None)),
        None => Err(("unable to parse IP", None)),
    };
    checked.map_err(|(message, at)| {
        let at = at.map(|at| format!(" (at {})", quote(at))).unwrap_or_default();
        format!("ParseAddr({}): {message}{at}", quote(text))
    })
}

fn check_v4(text: &[u8]) -> Result<(), AddressError<'_>> {
    let (mut value, mut digits, mut fields) = (0_u32, 0, 0);
    for (index, byte) in text.iter().enumerate() {
        let here = text.get(index..);
        match byte {
            b'0'..=b'9' if digits == 1 && value == 0 => return Err(("IPv4 field has octet with leading zero", None)),
            b'0'..=b'9' => {
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", None));
                }
            }
            b'.' if digits == 0 || index + 1 == text.len() => {
                return Err(("IPv4 field must have at least one digit", here));
            }
            b'.' if fields == 3 => return Err(("IPv4 address too long", None)),
            b'.' => (value, digits, fields) = (0, 0, fields + 1),
            _ => return Err(("unexpected character", here)),
        }
    }
    if fields < 3 { Err(("IPv4 address too short", None)) } else { Ok(()) }
}

fn check_v6(text: &[u8]) -> Result<(), AddressError<'_>> {
    let zone = text.iter().position(|byte| *byte == b'%');
    if zone.is_some_and(|zone| zone + 1 == text.len()) {
        return Err(("zone must be a non-empty string", None));
    }
    let mut rest = zone.and_then(|zone| text.get(..zone)).unwrap_or(text);
    let mut gap = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        if after.is_empty() {
            return Ok(());
        }
        (rest, gap) = (after, true);
    }
    // In bytes, as the places of an embedded version 4 address count.
    let mut length = 0;
    while length < 16 {
        let digits = group(rest)?;
        if rest.get(digits) == Some(&b'.') {
            if !gap && length != 12 {
                let message = "embedded IPv4 address must replace the final 2 fields of the address";
                return Err((message, Some(rest)));
            }
            if length > 12 {
                let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err((message, Some(rest)));
            }
            check_v4(rest)?;
            (rest, length) = (b"", length + 4);
            break;
        }
        length += 2;
        rest = rest.get(digits..).unwrap_or_default();
        match rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", Some(rest))),
            [b':', b':', ..] if gap => return Err(("multiple :: in address", rest.get(1..))),
            [b':', b':', after @ ..] => (rest, gap) = (after, true),
            [b':', after @ ..] => rest = after,
            _ => return Err(("unexpected character, want colon", Some(rest))),
        }
        if rest.is_empty() {
            break;
        }
    }
    match () {
        () if !rest.is_empty() => Err(("trailing garbage after address", Some(rest))),
        () if length < 16 && !gap => Err(("address string too short", None)),
        () if length >= 16 && gap => Err(("the :: must expand to at least one field of zeros", None)),
        () => Ok(()),
    }
}

/// How many hexadecimal digits come first.
fn group(text: &[u8]) -> Result<usize, AddressError<'_>> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    match digits {
        0 => Err(("each colon-separated field must have at least one digit", Some(text))),
        1..=4 => Ok(digits),
        _ => Err(("each group must have 4 or less digits", Some(text))),
    }
}
