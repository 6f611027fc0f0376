//! Versions of Ray, as the operator reads `rayVersion`.

use std::cmp::Ordering;

/// A version of at least two numbers; what follows them is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version(Vec<u64>);

impl Version {
    /// Parses a version such as `2.55.0`, `v2.55` or `2.55.0.dev0`. `None` for `2`, `latest` and `02.1`.
    ///
    /// Source: `ParseGeneric`, apimachinery pkg/util/version/version.go
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
        let text = text.strip_prefix('v').unwrap_or(text);
        let parts = leading_numbers(text);
        let is_padded = parts.first().is_some_and(|first| first.len() > 1 && first.starts_with('0'));
        if parts.len() < 2 || is_padded || text.contains('\n') {
            return None;
        }
        parts.into_iter().map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>().map(Version)
    }

    /// Returns whether this version comes before `other`. Missing numbers are 0.
    pub(crate) fn is_before(&self, other: [u64; 3]) -> bool {
        let length = self.0.len().max(other.len());
        let numbers = |numbers: &[u64]| -> Vec<u64> {
            numbers.iter().copied().chain(std::iter::repeat(0)).take(length).collect()
        };
        numbers(&self.0).cmp(&numbers(&other)) == Ordering::Less
    }

    /// Returns whether the numbers that both versions have are equal.
    pub(crate) fn agrees_with(&self, other: &Version) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own == other)
    }
}

/// Returns the longest start of numbers that are separated by dots.
fn leading_numbers(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            return parts;
        }
        parts.push(&rest[..end]);
        match rest[end..].strip_prefix('.') {
            Some(next) => rest = next,
            None => return parts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_read_as_by_the_operator() {
        for (text, numbers) in [
            ("2.55.0", Some(vec![2, 55, 0])),
            ("2.55", Some(vec![2, 55])),
            (" v2.55.1-py310", Some(vec![2, 55, 1])),
            ("2.55.", Some(vec![2, 55])),
            ("3.0.0.dev0", Some(vec![3, 0, 0])),
            ("2.055", Some(vec![2, 55])),
            ("2", None),
            ("", None),
            ("latest", None),
            ("02.55", None),
            ("2.55\n", None),
            ("2.99999999999999999999", None),
        ] {
            assert_eq!(Version::parse(text), numbers.map(Version), "{text:?}");
        }
    }

    #[test]
    fn missing_numbers_are_zero() {
        let before = |text: &str| Version::parse(text).map(|version| version.is_before([2, 52, 0]));
        assert_eq!(before("2.52"), Some(false));
        assert_eq!(before("2.51.9"), Some(true));
        assert_eq!(before("2.52.0.1"), Some(false));
        assert_eq!(before("2.9.0"), Some(true));
    }
}
