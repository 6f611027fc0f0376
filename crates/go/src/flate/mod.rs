//! Compresses data as Go's `compress/flate` does at its default level, bit for bit.
//!
//! The format is that of RFC 1951. Which matches are taken, where blocks end and which codes they use is up to the
//! compressor: this one makes the choices of Go 1.27, so that archives are equal to those that Go programs write.

mod block;
mod finder;
mod huffman;
mod tokens;

use self::block::BlockWriter;
use self::finder::Finder;
use self::tokens::Tokens;

/// How many bytes are compressed at once: the most that a stored block can hold.
const BLOCK: usize = 65_535;

/// The most bytes that are worth no search for matches, and those that are worth no code.
const TINY: usize = 127;
const STORED: usize = 32;

/// Compresses data.
///
/// ```
/// assert_eq!(mkmanifests_go::flate::compress(b""), [3, 0]);
/// assert_eq!(mkmanifests_go::flate::compress(b"a"), [0, 1, 0, 0xFE, 0xFF, b'a', 3, 0]);
/// ```
pub fn compress(data: &[u8]) -> Vec<u8> {
    let mut writer = BlockWriter::default();
    let mut finder = Finder::default();
    let mut blocks = data.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let is_last = blocks.peek().is_none();
        match block.len() {
            length if length <= STORED => writer.stored(block),
            length if length <= TINY => writer.literals(block, true),
            length => {
                let mut tokens = Tokens::default();
                finder.find(block, &mut tokens);
                if tokens.is_empty() {
                    writer.stored(block);
                } else if tokens.count() > length - (length >> 4) {
                    // The matches save less than a sixteenth.
                    writer.literals(block, is_last);
                } else {
                    writer.tokens(&mut tokens, block, is_last);
                }
            }
        }
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::compress;

    /// Returns bytes with few or many repetitions, the same for each seed.
    fn noise(length: usize, letters: u32, seed: u32) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        (0..length).map(|_| u8::try_from(next() % letters).unwrap_or_default()).collect()
    }

    #[test]
    fn small_data_is_stored_or_coded() {
        assert_eq!(compress(b"hello").len(), 5 + 5 + 2);
        assert!(compress(&[b'a'; 100]).len() < 40);
        assert!(compress(&noise(40_000, 256, 1)).len() <= 40_000 + 7);
        assert!(compress(&noise(70_000, 2, 2)).len() < 20_000);
    }
}
