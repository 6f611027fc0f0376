//! Looks for two bytes side by side.

/// Where two bytes first stand together. A search for both takes longer to begin, and there are few alone.
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
