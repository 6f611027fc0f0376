//! Finds characters that YAML does not allow and bytes that are not UTF-8, with the messages of Go's YAML reader.

use crate::bytes::find;

/// How many bytes Go's reader takes from the text at a time.
pub(super) const PIECE: usize = 512;

/// The first character that is not allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct BadCharacter {
    /// Where it begins.
    pub at: usize,
    /// Where the piece begins in which Go's reader finds it. The reader gets the characters before the piece only.
    pub piece: usize,
    /// The character; `None` if the bytes are not UTF-8.
    pub character: Option<char>,
    /// Go's message.
    pub words: &'static str,
}

impl BadCharacter {
    /// Finds the first one in the bytes of a text, which may begin with a byte order mark.
    pub fn find(bytes: &[u8]) -> Option<BadCharacter> {
        let valid = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
        };
        let at = control(valid).or((valid.len() < bytes.len()).then_some(valid.len()))?;
        let bad = bytes.get(at..)?;
        let width = bad.first().map_or(1, |first| width(*first).unwrap_or(1));
        let character = valid.get(at..).and_then(|rest| rest.chars().next());
        Some(BadCharacter { at, piece: piece(bytes, at, at + width), character, words: go_message(bad) })
    }
}

/// Returns the text without its byte order mark, up to the first character that is not allowed, and that character.
pub(super) fn readable(bytes: &[u8]) -> (&str, Option<BadCharacter>) {
    let bad = BadCharacter::find(bytes);
    let valid = bytes.get(..bad.map_or(bytes.len(), |bad| bad.at)).unwrap_or_default();
    let text = std::str::from_utf8(valid).unwrap_or_default();
    match text.strip_prefix('\u{feff}') {
        None => (text, bad),
        Some(rest) => {
            let mark = text.len() - rest.len();
            let behind = |at: usize| at.saturating_sub(mark);
            (rest, bad.map(|bad| BadCharacter { at: behind(bad.at), piece: behind(bad.piece), ..bad }))
        }
    }
}

/// Returns where the piece begins that has the whole character from `at` to `end`. A character across the end of a
/// piece belongs to the next one.
fn piece(bytes: &[u8], at: usize, end: usize) -> usize {
    let mut start = 0;
    while start + PIECE < end {
        let mut next = start + PIECE;
        while bytes.get(next).is_some_and(|byte| byte & 0xC0 == 0x80) && next > start {
            next -= 1;
        }
        start = next.min(at);
        if start == at {
            break;
        }
    }
    // The end of the text shows only when there is nothing more.
    if end > bytes.len() { at } else { start }
}

/// Returns the first control character, or other one that YAML does not allow.
pub(super) fn control(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let suspicious = |byte: u8| {
        let control = (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
        control | (byte == 0x7F) | (byte == 0xC2) | (byte == 0xEF)
    };
    let mut from = 0;
    while let Some(found) = find(bytes.get(from..).unwrap_or_default(), suspicious) {
        let at = from + found;
        let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or(0);
        let allowed = match next(0) {
            0xC2 => next(1) == 0x85 || next(1) >= 0xA0,
            0xEF => next(1) != 0xBF || !matches!(next(2), 0xBE | 0xBF),
            _ => false,
        };
        if !allowed {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// How many octets a character has that begins with this one.
pub(super) fn width(first: u8) -> Option<usize> {
    match first {
        0..0x80 => Some(1),
        0xC0..0xE0 => Some(2),
        0xE0..0xF0 => Some(3),
        0xF0..0xF8 => Some(4),
        _ => None,
    }
}

/// What is wrong with the first character that the reader refuses.
pub fn go_message(bytes: &[u8]) -> &'static str {
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let Some(width) = width(*first) else { return "invalid leading UTF-8 octet" };
        let Some((character, after)) = rest.split_at_checked(width) else { return "incomplete UTF-8 octet sequence" };
        if !character.iter().skip(1).all(|octet| octet & 0xC0 == 0x80) {
            return "invalid trailing UTF-8 octet";
        }
        if let Some(wrong) = refused(code(character), width) {
            return wrong;
        }
        rest = after;
    }
    "control characters are not allowed"
}

/// Returns the number that the octets stand for.
fn code(character: &[u8]) -> u32 {
    let lead = match character {
        [first] => u32::from(*first),
        [first, ..] => u32::from(*first) & (0x7F >> character.len()),
        [] => 0,
    };
    character.iter().skip(1).fold(lead, |code, octet| code << 6 | u32::from(octet & 0x3F))
}

pub(super) fn refused(code: u32, width: usize) -> Option<&'static str> {
    let least = [0, 0, 0x80, 0x800, 0x1_0000];
    match code {
        _ if least.get(width).is_some_and(|least| code < *least) => Some("invalid length of a UTF-8 sequence"),
        0xD800..0xE000 | 0x11_0000.. => Some("invalid Unicode character"),
        9 | 10 | 13 | 0x20..=0x7E | 0x85 | 0xA0..=0xFFFD | 0x1_0000.. => None,
        _ => Some("control characters are not allowed"),
    }
}

#[cfg(test)]
mod tests {
    use super::{BadCharacter, go_message};

    #[test]
    fn messages_are_those_of_go() {
        assert_eq!(go_message(b"a\xff"), "invalid leading UTF-8 octet");
        assert_eq!(go_message(b"caf\xe9\n"), "incomplete UTF-8 octet sequence");
        assert_eq!(go_message(b"caf\xe9\n  "), "invalid trailing UTF-8 octet");
        assert_eq!(go_message(b"\xc0\x80"), "invalid length of a UTF-8 sequence");
        assert_eq!(go_message(b"\xed\xa0\x80"), "invalid Unicode character");
        assert_eq!(go_message(b"\x07\xff"), "control characters are not allowed");
    }

    #[test]
    fn characters_are_refused_by_the_piece() {
        let piece = |before: usize, bad: &str| BadCharacter::find(format!("{}{bad}", "a".repeat(before)).as_bytes());
        let found = |before, bad| piece(before, bad).map(|bad| (bad.at, bad.piece));
        assert_eq!(found(511, "\0 "), Some((511, 0)));
        assert_eq!(found(512, "\0 "), Some((512, 512)));
        assert_eq!(found(1100, "\0 "), Some((1100, 1024)));
        assert_eq!(found(511, "\u{80} "), Some((511, 511)));
        assert_eq!(found(510, "\u{e9}\u{e9}\0"), Some((514, 512)));
        assert_eq!(found(509, "\u{2014}\u{e9}\0"), Some((514, 512)));
        assert_eq!(found(511, "\u{2014}\0"), Some((514, 511)));
        assert_eq!(BadCharacter::find(b"ab\xe2").map(|bad| (bad.at, bad.piece)), Some((2, 2)));
        assert_eq!(found(600, "\u{85}\u{a0}\t"), None);
    }
}
