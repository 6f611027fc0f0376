//! Iterates over the characters of a text that need not be UTF-8, as Go's `for range` does.

/// Returns the characters of a text with their lengths in bytes. Each invalid byte is U+FFFD with length 1.
pub fn runes(bytes: &[u8]) -> impl Iterator<Item = (char, usize)> + '_ {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (rune, size) = first_rune(rest)?;
        rest = rest.get(size..).unwrap_or_default();
        Some((rune, size))
    })
}

fn first_rune(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let head = bytes.get(..bytes.len().min(4)).unwrap_or_default();
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default(),
    };
    Some(valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |rune| (rune, rune.len_utf8())))
}
