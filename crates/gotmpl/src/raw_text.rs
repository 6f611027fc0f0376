//! Encodes templates that are not UTF-8 as text.
//!
//! Go's templates are bytes, but the parser here needs text. In a template with invalid UTF-8, each invalid byte is
//! represented by a private-use character from parsing until it is written.

use std::borrow::Cow;

use mkmanifests_go::runes;

/// The first private-use character for bytes, at the end of the last plane.
const FIRST: u32 = 0x10_FE00;

/// Encodes the bytes of a template as text.
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

/// Decodes a piece of such a text to bytes.
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
