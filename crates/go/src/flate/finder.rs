//! Finds text that occurred before.
//!
//! Two tables remember positions: one by the next four bytes, the other by the next seven, with the position before.

use super::BLOCK;
use super::tokens::{LONGEST, Tokens};

/// How far back a match may be.
const WINDOW: usize = 1 << 15;

/// How much of the history is kept before it is cut to the window.
const HISTORY: usize = 5 * BLOCK;

/// The bits of a hash.
const HASH_BITS: u32 = 15;

/// The bytes at the end of a block that are not searched.
const MARGIN: usize = 11;

/// After 128 bytes without a match, every second position is searched, and so on.
const SKIP_LOG: usize = 7;

/// How many bytes all candidates have in common.
const COMMON: usize = 4;

/// How many bytes at the start of a match need not be the same if it is found by its end.
const SKIPPED: usize = 2;

/// The last two positions with the same hash.
#[derive(Debug, Clone, Copy, Default)]
struct Last {
    newest: usize,
    older: usize,
}

/// A match: where it is, where the same text is, and how long it is.
#[derive(Debug, Clone, Copy)]
struct Match {
    at: usize,
    from: usize,
    /// `None` if only the first bytes have been compared.
    length: Option<usize>,
}

pub(super) struct Finder {
    history: Vec<u8>,
    /// What is added to an index in the history to get a position in the tables. Position 0 is always too far away.
    base: usize,
    short: Vec<usize>,
    long: Vec<Last>,
}

impl Default for Finder {
    fn default() -> Self {
        let size = 1 << HASH_BITS;
        Finder { history: Vec::new(), base: BLOCK, short: vec![0; size], long: vec![Last::default(); size] }
    }
}

impl Finder {
    /// Splits a block into literals and matches. No tokens at all mean that nothing matches.
    pub(super) fn find(&mut self, block: &[u8], tokens: &mut Tokens) {
        let mut at = self.append(block);
        let limit = self.history.len() - MARGIN;
        let mut written = at;
        let mut repeat = 1;
        while let Some((found, next)) = self.search(at, written, limit, repeat) {
            let (start, from, length) = self.extended(found, limit, written);
            tokens.literals(self.history.get(written..start).unwrap_or_default());
            repeat = start - from;
            tokens.repeat(length, repeat);
            written = start + length;
            at = written.max(next + 1);
            if at >= limit {
                for index in (next + 1..self.history.len() - 8).step_by(2) {
                    self.remember(self.word(index), index);
                }
                break;
            }
            for index in (next + 1..at - 1).step_by(2) {
                let word = self.word(index);
                self.remember(word, index);
                self.remember_long(word >> 8, index + 1);
            }
        }
        if !tokens.is_empty() {
            tokens.literals(self.history.get(written..).unwrap_or_default());
        }
    }

    /// Adds a block to the history, and returns its index.
    fn append(&mut self, block: &[u8]) -> usize {
        if self.history.len() + block.len() > HISTORY {
            let cut = self.history.len() - WINDOW;
            self.history.drain(..cut);
            self.base += cut;
        }
        let at = self.history.len();
        self.history.extend_from_slice(block);
        at
    }

    /// Returns the next match from `start` on, and the position after the one where it was found.
    fn search(&mut self, start: usize, written: usize, limit: usize, repeat: usize) -> Option<(Match, usize)> {
        let mut next = start;
        let mut word = self.word(start);
        loop {
            let at = next;
            next = at + 1 + ((at - written) >> SKIP_LOG);
            if next > limit {
                return None;
            }
            let (short, long) = (self.short[short_hash(word)], self.long[long_hash(word)]);
            let following = self.word(next);
            self.remember(word, at);
            if let Some(found) = self.by_long(at, word, long) {
                self.remember(following, next);
                return Some((found, next));
            }
            if let Some(from) = self.candidate(at, word, short) {
                let long = self.long[long_hash(following)];
                self.remember(following, next);
                return Some((self.by_short(at, from, word, repeat, next, long), next));
            }
            word = following;
        }
    }

    /// Returns the better of the two candidates with the same seven bytes.
    fn by_long(&self, at: usize, word: u64, long: Last) -> Option<Match> {
        let newest = self.index(at, long.newest)?;
        let older = self.candidate(at, word, long.older);
        if !self.starts(newest, word) {
            return older.map(|from| Match { at, from, length: None });
        }
        let Some(older) = older else { return Some(Match { at, from: newest, length: None }) };
        let (length, older_length) = (self.limited(at, newest), self.limited(at, older));
        let (from, length) = if older_length > length { (older, older_length) } else { (newest, length) };
        Some(Match { at, from, length: Some(length) })
    }

    /// Returns the best of a candidate with the same four bytes, a repetition of the last distance one byte later, and
    /// the candidates with the same seven bytes at the next position.
    fn by_short(&self, at: usize, from: usize, word: u64, repeat: usize, next: usize, long: Last) -> Match {
        let mut best = (at, from, self.limited(at, from));
        let repeated = at + 1 - repeat;
        if self.starts(repeated, word >> 8) {
            let length = self.limited(at + 1, repeated);
            if length > best.2 {
                return Match { at: at + 1, from: repeated, length: Some(length) };
            }
        }
        if self.index(next, long.newest).is_some() {
            let word = self.word(next);
            for position in [long.newest, long.older] {
                if let Some(from) = self.candidate(next, word, position) {
                    let length = self.limited(next, from);
                    if length > best.2 {
                        best = (next, from, length);
                    }
                }
            }
        }
        let (at, from, length) = best;
        Match { at, from, length: Some(length) }
    }

    /// Extends a match to both sides, and tries the candidates for what follows it. Returns where it is, where the same
    /// text is, and its length.
    fn extended(&self, found: Match, limit: usize, written: usize) -> (usize, usize, usize) {
        let Match { mut at, mut from, length } = found;
        let mut length = match length {
            None => COMMON + self.common(at + COMMON, from + COMMON),
            Some(LONGEST) => LONGEST + self.common(at + LONGEST, from + LONGEST),
            Some(length) => length,
        };
        if at + length < limit {
            let last = self.long[long_hash(self.word(at + length))];
            let later = at + SKIPPED;
            for (is_newest, position) in [(true, last.newest), (false, last.older)] {
                // Where the match would begin.
                let from_later = (position + SKIPPED).checked_sub(self.base + length);
                let is_near = position + SKIPPED + WINDOW > later + self.base + length;
                if is_newest && !is_near {
                    break;
                }
                if let Some(begin) = from_later.filter(|begin| is_near && *begin < later) {
                    let longer = self.common(later, begin);
                    if longer > length {
                        (at, from, length) = (later, begin, longer);
                    }
                }
            }
        }
        while from > 0 && at > written && self.history[from - 1] == self.history[at - 1] {
            at -= 1;
            from -= 1;
            length += 1;
        }
        (at, from, length)
    }

    /// Returns the index of a position in the tables, unless it is too far before `at`.
    fn index(&self, at: usize, position: usize) -> Option<usize> {
        if at + self.base - position >= WINDOW {
            return None;
        }
        position.checked_sub(self.base)
    }

    /// Returns the index of a position whose next four bytes are those of `word`.
    fn candidate(&self, at: usize, word: u64, position: usize) -> Option<usize> {
        self.index(at, position).filter(|index| self.starts(*index, word))
    }

    fn starts(&self, index: usize, word: u64) -> bool {
        self.history.get(index..index + COMMON) == Some(&word.to_le_bytes()[..COMMON])
    }

    /// Returns the eight bytes at an index.
    fn word(&self, index: usize) -> u64 {
        let bytes = self.history.get(index..index + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u64::from_le_bytes).unwrap_or_default()
    }

    /// Returns how long a match is whose first four bytes are equal, up to the longest.
    fn limited(&self, at: usize, from: usize) -> usize {
        COMMON + self.common(at + COMMON, from + COMMON).min(LONGEST - COMMON)
    }

    /// Returns how many bytes are equal.
    fn common(&self, at: usize, from: usize) -> usize {
        let [a, b] = [at, from].map(|index| self.history.get(index..).unwrap_or_default());
        a.iter().zip(b).take_while(|(a, b)| a == b).count()
    }

    fn remember(&mut self, word: u64, index: usize) {
        self.short[short_hash(word)] = index + self.base;
        self.remember_long(word, index);
    }

    fn remember_long(&mut self, word: u64, index: usize) {
        let last = &mut self.long[long_hash(word)];
        *last = Last { newest: index + self.base, older: last.newest };
    }
}

/// Returns a hash of the first four bytes.
fn short_hash(word: u64) -> usize {
    ((word as u32).wrapping_mul(2_654_435_761) >> (32 - HASH_BITS)) as usize
}

/// Returns a hash of the first seven bytes.
fn long_hash(word: u64) -> usize {
    ((word << 8).wrapping_mul(58_295_818_150_454_627) >> (64 - HASH_BITS)) as usize
}
