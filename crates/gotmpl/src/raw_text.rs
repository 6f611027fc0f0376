//! Templates that are not UTF-8.
//!
//! Go's templates are bytes; ours are text. A byte that is not UTF-8 is a private character from parsing until it is
//! written, and only in templates that have such bytes.

use std::borrow::Cow;

use mkmanifests_go::runes;

/// The private characters of the bytes are from here on, at the end of the last plane.
const FIRST: u32 = 0x10_FE00;

/// The text of a template.
pub(super) fn encode(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut at = 0;
    let characters = runes(bytes).map(|(rune, width)| {
        let byte = bytes.get(at).copied().unwrap_or_default();
        at += width;
        let raw = width == 1 && rune == char::REPLACEMENT_CHARACTER;
        if raw { char::from_u32(FIRST + u32::from(byte)).unwrap_or(rune) } else { rune }
    });
    Cow::Owned(characters.collect())
}

/// The bytes that a piece of the text of such a template was.
pub(super) fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character).checked_sub(FIRST).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}
