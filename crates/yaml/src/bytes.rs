//! Searches for bytes in text.

/// Finds the first byte that is `wanted`. Searches in blocks without branches, which the compiler vectorizes.
pub fn find(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let block = blocks.iter().position(|block| block.iter().fold(false, |found, byte| found | wanted(*byte)));
    let from = block.unwrap_or(blocks.len()) * 32;
    let rest = if block.is_some() { bytes.get(from..)? } else { rest };
    rest.iter().position(|byte| wanted(*byte)).map(|at| from + at)
}

/// Returns the number of spaces with which `bytes` begin. Compares eight at a time: most of a manifest is indentation.
pub fn spaces(bytes: &[u8]) -> usize {
    const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let others = u64::from_le_bytes(*word) ^ SPACES;
        if others != 0 {
            return number * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    words.len() * 8 + rest.iter().take_while(|byte| **byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use super::spaces;

    #[test]
    fn spaces_are_counted_up_to_the_first_other_byte() {
        for count in 0..40 {
            let text = format!("{}a   ", " ".repeat(count));
            assert_eq!(spaces(text.as_bytes()), count);
            assert_eq!(spaces(&text.as_bytes()[..count]), count);
        }
    }
}
