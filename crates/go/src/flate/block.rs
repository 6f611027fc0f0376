//! Writes blocks: stored, with the fixed codes, with codes of their own, or with the codes of the block before.

use super::BLOCK;
use super::huffman::Code;
use super::tokens::{self, DISTANCES, END, Frequencies, LITERALS, Token, Tokens};

/// The longest code of a literal, length or distance; and that of the lengths of codes.
const LONGEST: usize = 15;
const LONGEST_OF_LENGTHS: usize = 7;

/// The order in which the lengths of the codes for lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The number of tokens from which on the fixed codes are not tried.
const MANY: usize = 250;

/// New codes have to save more than this part of the bits, as a power of two.
const PENALTY: usize = 7;

/// The size of a header of codes for literals, if none is known.
const GUESSED_HEADER: usize = 560;

/// Writes blocks.
///
/// A block whose codes may be used again stays open: its end is written when the next block needs other codes.
#[derive(Debug, Default)]
pub(super) struct BlockWriter {
    out: Vec<u8>,
    bits: u64,
    bit_count: u32,
    literals: Code,
    distances: Code,
    /// The bits of the header of the open block; 0 if none is open.
    header: usize,
    /// Whether the codes are for literals only.
    is_literals: bool,
}

/// The lengths of the codes of a block, as its header has them.
struct Header {
    code: Code,
    /// Symbols, each with bits that follow it.
    symbols: Vec<(usize, u64, u32)>,
    literals: usize,
    distances: usize,
    /// How many lengths of codes for lengths are written.
    count: usize,
    /// The size in bits.
    size: usize,
}

impl BlockWriter {
    /// Ends the data.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.end_open();
        // An empty block with the fixed codes, which is the last.
        self.push(0b011, 3);
        self.push(0, 7);
        self.align();
        self.out
    }

    /// Writes bytes as they are.
    pub(super) fn stored(&mut self, bytes: &[u8]) {
        self.end_open();
        self.push(0, 3);
        self.align();
        let length = u16::try_from(bytes.len()).unwrap_or_default();
        self.out.extend(length.to_le_bytes());
        self.out.extend((!length).to_le_bytes());
        self.out.extend(bytes);
    }

    /// Writes bytes without matches. `ends` closes the block.
    pub(super) fn literals(&mut self, bytes: &[u8], ends: bool) {
        let mut frequencies = [0; END + 1];
        bytes.iter().for_each(|byte| frequencies[usize::from(*byte)] += 1);
        if bytes.len() > 1024 && is_noise(&frequencies, bytes.len()) {
            return self.stored(bytes);
        }
        frequencies[END] = 1;
        let code = Code::of(&frequencies, LONGEST);
        let mut estimated = code.bits(&frequencies);
        estimated += if self.header > 0 { self.header } else { GUESSED_HEADER };
        estimated += estimated >> PENALTY;
        if stored_size(bytes) <= estimated {
            return self.stored(bytes);
        }
        let bytes_only = &frequencies[..END];
        if self.header > 0 && !(self.literals.covers(bytes_only) && self.literals.bits(bytes_only) <= estimated) {
            self.end_open();
        }
        if self.header == 0 {
            self.literals = code;
            let mut one = [0; DISTANCES];
            one[0] = 1;
            let header = Header::of(&self.literals, END + 1, &Code::of(&one, LONGEST), 1);
            self.write_header(&header);
            self.header = header.size;
            self.is_literals = true;
        }
        for byte in bytes {
            self.literal(usize::from(*byte));
        }
        if ends {
            self.end_open();
            self.is_literals = false;
        }
    }

    /// Writes tokens, which stand for `bytes`. `ends` closes the block.
    pub(super) fn tokens(&mut self, tokens: &mut Tokens, bytes: &[u8], ends: bool) {
        if ends {
            tokens.end();
        } else {
            // The end needs a code all the same.
            tokens.frequencies.literals[END] = 1;
        }
        if self.header > 0 && (self.is_literals || !self.can_reuse(&tokens.frequencies)) {
            self.end_open();
            self.is_literals = false;
        }
        let mut frequencies = tokens.frequencies.clone();
        let literal_count = used(&frequencies.literals);
        let distance_count = used(&frequencies.distances).max(1);
        if frequencies.distances.iter().all(|count| *count == 0) {
            frequencies.distances[0] = 1;
        }
        let extra_bits = frequencies.extra_bits();
        let stored = stored_size(bytes);
        let fixed = Code::fixed();
        let fixed_size = 3 + fixed[0].bits(&frequencies.literals) + fixed[1].bits(&frequencies.distances) + extra_bits;
        let is_small = tokens.count() < MANY;
        if self.header > 0 {
            let mut new_size = self.header + tokens.estimated_bits();
            new_size += usize::from(self.literals.length(END)) + (new_size >> PENALTY);
            let reused = self.literals.bits(&frequencies.literals) + self.distances.bits(&frequencies.distances);
            let size = new_size.min(reused + extra_bits);
            if new_size < reused + extra_bits {
                self.end_open();
            }
            if is_small && fixed_size + 7 < size {
                return if stored <= size { self.stored(bytes) } else { self.fixed(tokens, &fixed, ends) };
            }
            if stored <= size {
                return self.stored(bytes);
            }
        }
        if self.header == 0 {
            frequencies.literals[END] = 1;
            self.literals = Code::of(&frequencies.literals, LONGEST);
            self.distances = Code::of(&frequencies.distances, LONGEST);
            let header = Header::of(&self.literals, literal_count, &self.distances, distance_count);
            let body = self.literals.bits(&frequencies.literals) + self.distances.bits(&frequencies.distances);
            let size = header.size + body + extra_bits;
            if is_small && fixed_size <= size {
                return if stored <= fixed_size { self.stored(bytes) } else { self.fixed(tokens, &fixed, ends) };
            }
            if stored <= size {
                return self.stored(bytes);
            }
            self.write_header(&header);
            self.header = header.size;
            self.is_literals = false;
        }
        if ends {
            self.header = 0;
        }
        let codes = [std::mem::take(&mut self.literals), std::mem::take(&mut self.distances)];
        self.write_tokens(&tokens.list, &codes);
        [self.literals, self.distances] = codes;
    }

    fn can_reuse(&self, frequencies: &Frequencies) -> bool {
        self.distances.covers(&frequencies.distances) && self.literals.covers(&frequencies.literals)
    }

    /// Writes tokens with the fixed codes.
    fn fixed(&mut self, tokens: &mut Tokens, codes: &[Code; 2], has_end: bool) {
        self.end_open();
        self.push(0b010, 3);
        if !has_end {
            tokens.end();
        }
        self.write_tokens(&tokens.list, codes);
    }

    fn write_tokens(&mut self, tokens: &[Token], [literals, distances]: &[Code; 2]) {
        for token in tokens {
            match *token {
                Token::Literal(byte) => self.code(literals, usize::from(byte)),
                Token::Match(length, distance) => {
                    let (length, distance) = (tokens::length(length), tokens::distance(distance));
                    self.code(literals, END + 1 + length.symbol);
                    self.push(length.extra, length.extra_bits);
                    self.code(distances, distance.symbol);
                    self.push(distance.extra, distance.extra_bits);
                }
                Token::End => self.code(literals, END),
            }
        }
    }

    fn write_header(&mut self, header: &Header) {
        self.push(0b100, 3);
        self.push(header.literals as u64 - 257, 5);
        self.push(header.distances as u64 - 1, 5);
        self.push(header.count as u64 - 4, 4);
        for symbol in &ORDER[..header.count] {
            self.push(u64::from(header.code.length(*symbol)), 3);
        }
        for (symbol, extra, extra_bits) in &header.symbols {
            self.code(&header.code, *symbol);
            self.push(*extra, *extra_bits);
        }
    }

    /// Writes the end of the open block, if one is open.
    fn end_open(&mut self) {
        if self.header > 0 {
            self.literal(END);
            self.header = 0;
        }
    }

    fn literal(&mut self, symbol: usize) {
        let (bits, length) = self.literals.symbols.get(symbol).copied().unwrap_or_default();
        self.push(u64::from(bits), u32::from(length));
    }

    fn code(&mut self, code: &Code, symbol: usize) {
        let (bits, length) = code.symbols.get(symbol).copied().unwrap_or_default();
        self.push(u64::from(bits), u32::from(length));
    }

    /// Writes bits, the lowest first.
    fn push(&mut self, bits: u64, count: u32) {
        self.bits |= bits << self.bit_count;
        self.bit_count += count;
        while self.bit_count >= 8 {
            self.out.push((self.bits & 0xFF) as u8);
            self.bits >>= 8;
            self.bit_count -= 8;
        }
    }

    /// Fills the last byte.
    fn align(&mut self) {
        if self.bit_count > 0 {
            self.push(0, 8 - self.bit_count);
        }
    }
}

impl Header {
    fn of(literal_code: &Code, literals: usize, distance_code: &Code, distances: usize) -> Header {
        let lengths = |code: &Code, count: usize| (0..count).map(|symbol| code.length(symbol)).collect::<Vec<_>>();
        let lengths = [lengths(literal_code, literals), lengths(distance_code, distances)].concat();
        let symbols = runs(&lengths);
        let mut frequencies = [0_u16; ORDER.len()];
        symbols.iter().for_each(|(symbol, ..)| frequencies[*symbol] += 1);
        let code = Code::of(&frequencies, LONGEST_OF_LENGTHS);
        let count = ORDER.iter().rposition(|symbol| frequencies[*symbol] > 0).map_or(0, |last| last + 1).max(4);
        let extra: usize = symbols.iter().map(|(.., bits)| *bits as usize).sum();
        let size = 3 + 5 + 5 + 4 + 3 * count + code.bits(&frequencies) + extra;
        Header { code, symbols, literals, distances, count, size }
    }
}

/// Shortens runs of equal lengths: 16 repeats the last one 3 to 6 times, 17 and 18 are 3 to 10 and 11 to 138 zeros.
fn runs(lengths: &[u8]) -> Vec<(usize, u64, u32)> {
    let mut symbols = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let length = run.first().copied().unwrap_or_default();
        let symbol = usize::from(length);
        let mut left = run.len();
        if length != 0 {
            symbols.push((symbol, 0, 0));
            left -= 1;
            while left >= 3 {
                let count = left.min(6);
                symbols.push((16, count as u64 - 3, 2));
                left -= count;
            }
        } else {
            while left >= 11 {
                let count = left.min(138);
                symbols.push((18, count as u64 - 11, 7));
                left -= count;
            }
            if left >= 3 {
                symbols.push((17, left as u64 - 3, 3));
                left = 0;
            }
        }
        symbols.extend(std::iter::repeat_n((symbol, 0, 0), left));
    }
    symbols
}

/// Returns the number of symbols up to the last one that occurs.
fn used(frequencies: &[u16]) -> usize {
    frequencies.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1)
}

/// Returns the size of a stored block in bits.
fn stored_size(bytes: &[u8]) -> usize {
    debug_assert!(bytes.len() <= BLOCK);
    (bytes.len() + 5) * 8
}

/// Returns whether all bytes occur about equally often, as in data that is compressed already.
fn is_noise(frequencies: &[u16; END + 1], length: usize) -> bool {
    let average = length as f64 / 256.0;
    let limit = (length * 2) as f64;
    let mut sum = 0.0;
    for count in &frequencies[..END] {
        let difference = f64::from(*count) - average;
        sum += difference * difference;
        if sum >= limit {
            return false;
        }
    }
    true
}

const _: () = assert!(LITERALS == END + 1 + 29);
