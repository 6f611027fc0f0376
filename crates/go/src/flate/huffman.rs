//! Huffman codes with a longest length.

/// One more than the longest code of any kind.
const LEVELS: usize = 16;

/// A code for each symbol; a symbol that does not occur has the length 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Code {
    /// The bits of each symbol in the order in which they are written, and how many there are.
    pub symbols: Vec<(u16, u8)>,
}

/// A symbol that occurs.
#[derive(Debug, Clone, Copy)]
struct Leaf {
    symbol: usize,
    count: u16,
}

impl Code {
    /// Returns the code that makes a text with these frequencies shortest. No symbol has more than `longest` bits.
    pub(super) fn of(frequencies: &[u16], longest: usize) -> Code {
        let mut code = Code { symbols: vec![(0, 0); frequencies.len()] };
        let leaves = frequencies.iter().enumerate().filter(|(_, count)| **count > 0);
        let mut leaves: Vec<Leaf> = leaves.map(|(symbol, count)| Leaf { symbol, count: *count }).collect();
        if leaves.len() <= 2 {
            for (bits, leaf) in (0..).zip(&leaves) {
                code.symbols[leaf.symbol] = (bits, 1);
            }
            return code;
        }
        leaves.sort_by_key(|leaf| (leaf.count, leaf.symbol));
        code.assign(&leaf_counts(&leaves, longest.min(leaves.len() - 1)), leaves);
        code
    }

    /// Returns the codes that RFC 1951 gives: for literals and lengths, and for distances.
    pub(super) fn fixed() -> [Code; 2] {
        let literal = |symbol: u16| match symbol {
            0..144 => (symbol + 48, 8),
            144..256 => (symbol + 256, 9),
            256..280 => (symbol - 256, 7),
            _ => (symbol - 88, 8),
        };
        let reversed = |(bits, length)| (reversed(bits, length), length);
        let literals = (0..286).map(|symbol| reversed(literal(symbol))).collect();
        let distances = (0..30).map(|symbol| reversed((symbol, 5))).collect();
        [Code { symbols: literals }, Code { symbols: distances }]
    }

    /// Gives the rarest symbols the longest codes. `counts` has the number of codes of each length.
    fn assign(&mut self, counts: &[usize], mut leaves: Vec<Leaf>) {
        let mut bits = 0;
        for (length, count) in (1..).zip(counts) {
            bits <<= 1;
            let mut same = leaves.split_off(leaves.len() - count);
            same.sort_by_key(|leaf| leaf.symbol);
            for leaf in same {
                self.symbols[leaf.symbol] = (reversed(bits, length), length);
                bits += 1;
            }
        }
    }

    pub(super) fn length(&self, symbol: usize) -> u8 {
        self.symbols.get(symbol).map_or(0, |(_, length)| *length)
    }

    /// Returns the number of bits of a text with these frequencies.
    pub(super) fn bits(&self, frequencies: &[u16]) -> usize {
        let lengths = self.symbols.iter().map(|(_, length)| usize::from(*length));
        frequencies.iter().zip(lengths).map(|(count, length)| usize::from(*count) * length).sum()
    }

    /// Returns whether every symbol that occurs has a code.
    pub(super) fn covers(&self, frequencies: &[u16]) -> bool {
        frequencies.iter().enumerate().all(|(symbol, count)| *count == 0 || self.length(symbol) > 0)
    }
}

fn reversed(bits: u16, length: u8) -> u16 {
    (bits << (16 - length)).reverse_bits()
}

/// What is known of one level of the tree while it is built: of the codes that have at most so many bits.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// The weight of the last node.
    last: u32,
    /// The weight of the next leaf, and of the next pair of nodes of the level below; `NONE` if there are no more.
    next_leaf: u32,
    next_pair: u32,
    /// How many nodes are missing before the level above can go on.
    needed: usize,
    /// How many leaves are left of the last node, on this level and on each one below.
    leaves: [usize; LEVELS],
}

const NONE: u32 = u32::MAX;

/// Returns how many leaves have codes of 1 bit, 2 bits and so on. The leaves are sorted by their weight.
///
/// This is the boundary package-merge algorithm (Katajainen, Moffat and Turpin, 1995). If several trees are equally
/// good, the one that prefers pairs to leaves of the same weight wins, as in Go.
fn leaf_counts(leaves: &[Leaf], longest: usize) -> Vec<usize> {
    let weight = |at: usize| leaves.get(at).map_or(NONE, |leaf| u32::from(leaf.count));
    let mut levels = [Level::default(); LEVELS];
    for (at, level) in levels.iter_mut().enumerate().take(longest + 1).skip(1) {
        // The first two nodes of each level are the first two leaves.
        let pair = if at == 1 { NONE } else { weight(0) + weight(1) };
        *level = Level { last: weight(1), next_leaf: weight(2), next_pair: pair, ..Level::default() };
        level.leaves[at] = 2;
    }
    levels[longest].needed = 2 * leaves.len() - 4;
    let mut at = longest;
    loop {
        let below = levels[at - 1];
        let level = &mut levels[at];
        if level.next_pair == NONE && level.next_leaf == NONE {
            level.needed = 0;
            levels[at + 1].next_pair = NONE;
            at += 1;
            continue;
        }
        let previous = level.last;
        let takes_pair = level.next_leaf >= level.next_pair;
        if takes_pair {
            level.last = level.next_pair;
            let own = level.leaves[at];
            level.leaves = below.leaves;
            level.leaves[at] = own;
        } else {
            level.last = level.next_leaf;
            level.leaves[at] += 1;
            level.next_leaf = weight(level.leaves[at]);
        }
        level.needed -= 1;
        let (is_done, sum) = (level.needed == 0, previous.saturating_add(level.last));
        if takes_pair {
            levels[at - 1].needed = 2;
        }
        if !is_done {
            while levels[at - 1].needed > 0 {
                at -= 1;
            }
        } else if at == longest {
            break;
        } else {
            levels[at + 1].next_pair = sum;
            at += 1;
        }
    }
    let counts = levels[longest].leaves;
    (1..=longest).rev().map(|level| counts[level] - counts[level - 1]).collect()
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn lengths_are_limited() {
        let frequencies: Vec<u16> = (0..12).map(|at| 1 << at).collect();
        let longest = |limit| Code::of(&frequencies, limit).symbols.iter().map(|(_, length)| *length).max();
        assert_eq!((longest(15), longest(7), longest(4)), (Some(11), Some(7), Some(4)));
        // Kraft's sum of a complete code is 1.
        let sum: u32 = Code::of(&frequencies, 7).symbols.iter().map(|(_, length)| 1 << (7 - length)).sum();
        assert_eq!(sum, 1 << 7);
    }
}
