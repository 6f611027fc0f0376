//! The text that a pattern is searched in.

use std::borrow::Cow;

use crate::runes;

/// A text to search, which need not be UTF-8. Go reads each invalid byte as one U+FFFD, which `.` and `[^a]` match, but
/// the `regex` crate does not match such bytes. The search therefore uses a copy with U+FFFD in their place.
pub struct Subject<'t> {
    /// The original text.
    pub bytes: &'t [u8],
    pub(super) is_ascii: bool,
    searched: Cow<'t, [u8]>,
    /// For each byte of the copy, and for its end, the position in `bytes`; empty without a copy.
    origins: Vec<usize>,
}

impl<'t> Subject<'t> {
    /// Creates a subject from any bytes.
    pub fn new(bytes: &'t [u8]) -> Subject<'t> {
        let is_ascii = bytes.is_ascii();
        if is_ascii || std::str::from_utf8(bytes).is_ok() {
            return Subject { bytes, is_ascii, searched: Cow::Borrowed(bytes), origins: Vec::new() };
        }
        let (mut text, mut origins, mut at) = (String::new(), Vec::new(), 0);
        for (rune, width) in runes(bytes) {
            text.push(rune);
            origins.resize(text.len(), at);
            at += width;
        }
        origins.push(at);
        Subject { bytes, is_ascii, searched: Cow::Owned(text.into_bytes()), origins }
    }

    /// Returns the text that is searched.
    pub(super) fn searched(&self) -> &[u8] {
        &self.searched
    }

    /// Converts a position in the original to one in the searched text.
    pub(super) fn to_searched(&self, at: usize) -> usize {
        if self.origins.is_empty() { at } else { self.origins.partition_point(|origin| *origin < at) }
    }

    /// Converts a position in the searched text to one in the original.
    pub(super) fn to_own(&self, at: usize) -> usize {
        self.origins.get(at).copied().unwrap_or(at)
    }
}
