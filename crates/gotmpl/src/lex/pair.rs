//! Searches for two adjacent bytes.

/// Returns the first position of two adjacent bytes. Searching for the first byte alone starts faster, and it is rarely
/// there alone.
pub(super) fn find_pair(text: &[u8], [first, second]: [u8; 2]) -> Option<usize> {
    let mut from = 0;
    loop {
        from += memchr::memchr(first, text.get(from..)?)?;
        if text.get(from + 1) == Some(&second) {
            return Some(from);
        }
        from += 1;
    }
}
