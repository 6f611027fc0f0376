//! Searches for bytes in text.

/// Finds the first byte that is `wanted`. Searches in blocks without branches, which the compiler vectorizes.
pub fn find(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let block = blocks.iter().position(|block| block.iter().fold(false, |found, byte| found | wanted(*byte)));
    let from = block.unwrap_or(blocks.len()) * 32;
    let rest = if block.is_some() { bytes.get(from..)? } else { rest };
    rest.iter().position(|byte| wanted(*byte)).map(|at| from + at)
}
