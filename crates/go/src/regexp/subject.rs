//! The text that a pattern is searched in.

use std::borrow::Cow;

use crate::runes;

/// A text, which may hold bytes that are not UTF-8. Go takes each of them for one U+FFFD, which `.` and `[^a]` match;
/// the `regex` crate matches such bytes with neither. So a copy is searched that has U+FFFD in their place.
pub struct Subject<'t> {
    /// The text as it is.
    pub bytes: &'t [u8],
    searched: Cow<'t, [u8]>,
    /// For each byte of the copy, and its end, the position in `bytes`; empty if there is no copy.
    origins: Vec<usize>,
}

impl<'t> Subject<'t> {
    /// A text to search, of any bytes.
    pub fn new(bytes: &'t [u8]) -> Subject<'t> {
        if std::str::from_utf8(bytes).is_ok() {
            return Subject { bytes, searched: Cow::Borrowed(bytes), origins: Vec::new() };
        }
        let (mut text, mut origins, mut at) = (String::new(), Vec::new(), 0);
        for (rune, width) in runes(bytes) {
            text.push(rune);
            origins.resize(text.len(), at);
            at += width;
        }
        origins.push(at);
        Subject { bytes, searched: Cow::Owned(text.into_bytes()), origins }
    }

    /// What the pattern is searched in.
    pub(super) fn searched(&self) -> &[u8] {
        &self.searched
    }

    /// The position there of a position in the bytes.
    pub(super) fn to_searched(&self, at: usize) -> usize {
        if self.origins.is_empty() { at } else { self.origins.partition_point(|origin| *origin < at) }
    }

    /// The position in the bytes of a position there.
    pub(super) fn to_own(&self, at: usize) -> usize {
        self.origins.get(at).copied().unwrap_or(at)
    }
}
