//! The literals and matches of a block, how often each occurs, and the symbols of RFC 1951 for them.

/// The shortest and the longest match.
pub(super) const SHORTEST: usize = 3;
pub(super) const LONGEST: usize = 258;

/// The number of symbols for literals, the end of a block and lengths; and for distances.
pub(super) const LITERALS: usize = 286;
pub(super) const DISTANCES: usize = 30;

/// The symbol that ends a block. Those of lengths follow it.
pub(super) const END: usize = 256;

/// The first length of each symbol, above the shortest.
const LENGTH_BASES: [u8; 29] =
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 255];

/// One literal or match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Literal(u8),
    /// The length above [`SHORTEST`], and the distance above 1.
    Match(u8, u16),
    End,
}

/// A symbol with bits that follow it.
pub(super) struct Symbol {
    pub symbol: usize,
    pub extra: u64,
    pub extra_bits: u32,
}

/// Returns the symbol of a length, from 0 for the shortest.
pub(super) fn length(length: u8) -> Symbol {
    let symbol = LENGTH_BASES.partition_point(|base| *base <= length).saturating_sub(1);
    let base = LENGTH_BASES.get(symbol).copied().unwrap_or_default();
    Symbol { symbol, extra: u64::from(length - base), extra_bits: length_bits(symbol) }
}

/// Returns how many bits follow the symbol of a length.
fn length_bits(symbol: usize) -> u32 {
    match symbol {
        0..8 | 28 => 0,
        symbol => u32::try_from(symbol / 4).unwrap_or_default() - 1,
    }
}

/// Returns the symbol of a distance.
pub(super) fn distance(distance: u16) -> Symbol {
    if distance < 4 {
        return Symbol { symbol: usize::from(distance), extra: 0, extra_bits: 0 };
    }
    // Two symbols for each power of two: the bit below the highest one tells them apart.
    let highest = 15 - distance.leading_zeros();
    let second = (distance >> (highest - 1)) & 1;
    let symbol = usize::try_from(highest).unwrap_or_default() * 2 + usize::from(second);
    let extra_bits = distance_bits(symbol);
    Symbol { symbol, extra: u64::from(distance) & ((1 << extra_bits) - 1), extra_bits }
}

/// Returns how many bits follow the symbol of a distance.
fn distance_bits(symbol: usize) -> u32 {
    u32::try_from(symbol / 2).unwrap_or_default().saturating_sub(1)
}

/// How often each symbol occurs.
#[derive(Debug, Clone)]
pub(super) struct Frequencies {
    pub literals: [u16; LITERALS],
    pub distances: [u16; DISTANCES],
}

impl Default for Frequencies {
    fn default() -> Self {
        Frequencies { literals: [0; LITERALS], distances: [0; DISTANCES] }
    }
}

impl Frequencies {
    /// Returns how many bits follow all symbols.
    pub(super) fn extra_bits(&self) -> usize {
        let bits = |(count, bits): (&u16, u32)| usize::from(*count) * bits as usize;
        let lengths = self.literals.iter().skip(END + 1).zip((0..).map(length_bits)).map(bits);
        let distances = self.distances.iter().zip((0..).map(distance_bits)).map(bits);
        lengths.chain(distances).sum()
    }
}

/// The tokens of a block.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub list: Vec<Token>,
    pub frequencies: Frequencies,
}

impl Tokens {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    pub(super) fn literals(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.list.push(Token::Literal(*byte));
            self.frequencies.literals[usize::from(*byte)] += 1;
        }
    }

    /// Adds a match of any length, which may take several tokens.
    pub(super) fn repeat(&mut self, mut length: usize, distance: usize) {
        let distance = u16::try_from(distance - 1).unwrap_or_default();
        while length > 0 {
            let part = match length {
                ..=LONGEST => length,
                // The rest has to be long enough for a match.
                length if length > LONGEST + SHORTEST => LONGEST,
                _ => LONGEST - SHORTEST,
            };
            length -= part;
            let part = u8::try_from(part - SHORTEST).unwrap_or_default();
            self.list.push(Token::Match(part, distance));
            self.frequencies.literals[END + 1 + self::length(part).symbol] += 1;
            self.frequencies.distances[self::distance(distance).symbol] += 1;
        }
    }

    pub(super) fn end(&mut self) {
        self.list.push(Token::End);
        self.frequencies.literals[END] += 1;
    }

    /// Estimates how many bits the tokens take with the best codes: each symbol takes from 1 to 15 bits.
    pub(super) fn estimated_bits(&self) -> usize {
        let Frequencies { literals, distances } = &self.frequencies;
        let mut entropy = Entropy::of(self.count());
        literals.iter().take(END).for_each(|count| entropy.add(*count));
        // The end of the block.
        entropy.bits += 15.0;
        let lengths = literals.iter().skip(END + 1);
        lengths.clone().for_each(|count| entropy.add(*count));
        let matches: usize = lengths.map(|count| usize::from(*count)).sum();
        if matches > 0 {
            entropy.share = 1.0 / matches as f32;
            distances.iter().for_each(|count| entropy.add(*count));
        }
        entropy.bits as usize + self.frequencies.extra_bits()
    }
}

/// Sums up the bits that symbols take. Go computes with `float32`, in this order.
struct Entropy {
    bits: f32,
    /// The share of one symbol.
    share: f32,
}

impl Entropy {
    fn of(total: usize) -> Entropy {
        Entropy { bits: 0.0, share: 1.0 / total as f32 }
    }

    fn add(&mut self, count: u16) {
        if count > 0 {
            let count = f32::from(count);
            self.bits += (-log2(count * self.share)).clamp(1.0, 15.0) * count;
        }
    }
}

/// Approximates a binary logarithm: the exponent, and a parabola through the mantissa.
fn log2(number: f32) -> f32 {
    const MANTISSA: u32 = 0x007F_FFFF;
    let bits = number.to_bits();
    let exponent = ((bits >> 23) & 0xFF) as f32 - 128.0;
    let mantissa = f32::from_bits((bits & MANTISSA) | (127 << 23));
    let parabola = (-0.344_848_43 * mantissa + 2.024_665_8) * mantissa - 0.674_877_6;
    exponent + parabola
}

#[cfg(test)]
mod tests {
    use super::{distance, length};

    #[test]
    fn symbols_are_those_of_the_rfc() {
        // Length or distance, symbol, extra bits and their value.
        for (at, symbol, bits, extra) in [(0, 0, 0, 0), (8, 8, 1, 0), (9, 8, 1, 1), (254, 27, 5, 30), (255, 28, 0, 0)] {
            let found = length(at);
            assert_eq!((found.symbol, found.extra_bits, found.extra), (symbol, bits, extra), "{at}");
        }
        for (at, symbol, bits, extra) in [
            (0, 0, 0, 0),
            (3, 3, 0, 0),
            (4, 4, 1, 0),
            (7, 5, 1, 1),
            (8, 6, 2, 0),
            (12, 7, 2, 0),
            (32_767, 29, 13, 8191),
        ] {
            let found = distance(at);
            assert_eq!((found.symbol, found.extra_bits, found.extra), (symbol, bits, extra), "{at}");
        }
    }
}
