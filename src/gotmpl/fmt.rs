//! Go's package `fmt`: how values are printed.

/// Go's `strconv.Quote`.
pub(super) fn quote(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}
