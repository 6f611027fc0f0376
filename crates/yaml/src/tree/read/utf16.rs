//! UTF-16, which Go's YAML reader knows by its byte order mark.

use super::octets::{BadCharacter, PIECE, refused};

/// Returns the text up to the first character that is refused, and that; `None` without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Option<(String, Option<BadCharacter>)> {
    let unit = |at: usize| -> Option<u16> {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if bytes.first() == Some(&0xFF) { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    if unit(0)? != 0xFEFF {
        return None;
    }
    let mut text = String::with_capacity(bytes.len() / 2);
    // Where the piece begins in the text, and ends in the bytes.
    let (mut piece, mut end) = (0, PIECE);
    let mut at = 2;
    while at < bytes.len() {
        let first = unit(at);
        let width = if first.is_some_and(is_high) { 4 } else { 2 };
        // The end of the text shows only when there is nothing more.
        if at + width > end.min(bytes.len()) {
            piece = text.len();
            end = at + PIECE;
        }
        match character(first, unit(at + 2)) {
            Ok(character) => text.push(character),
            Err((character, words)) => {
                let bad = BadCharacter { at: text.len(), piece, character, words };
                return Some((text, Some(bad)));
            }
        }
        at += width;
    }
    Some((text, None))
}

fn is_high(unit: u16) -> bool {
    unit & 0xFC00 == 0xD800
}

fn is_low(unit: u16) -> bool {
    unit & 0xFC00 == 0xDC00
}

type Refusal = (Option<char>, &'static str);

fn character(first: Option<u16>, second: Option<u16>) -> Result<char, Refusal> {
    let first = first.ok_or((None, "incomplete UTF-16 character"))?;
    if is_low(first) {
        return Err((None, "unexpected low surrogate area"));
    }
    let mut code = u32::from(first);
    if is_high(first) {
        let second = second.ok_or((None, "incomplete UTF-16 surrogate pair"))?;
        if !is_low(second) {
            return Err((None, "expected low surrogate area"));
        }
        code = 0x1_0000 + ((code & 0x3FF) << 10) + u32::from(second & 0x3FF);
    }
    let character = char::from_u32(code).unwrap_or_default();
    match refused(u32::from(character), 0) {
        Some(words) => Err((Some(character), words)),
        None => Ok(character),
    }
}
