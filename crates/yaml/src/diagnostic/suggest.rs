//! Suggestions for help lines: the most similar name, lists of names, a missing space.

use std::cell::Cell;

/// Returns the candidate that is most similar to `wrong`, or `None` if none is similar enough.
///
/// Ignores case. Finds typos, two swapped letters also in a short name, and names that are cut short or extended.
/// Compares with every candidate: use [`Suggestions`] if both sides can be large.
///
/// ```
/// use mkmanifests_yaml::diagnostic::nearest;
/// assert_eq!(nearest("rya", ["irsa", "ray"]), Some("ray"));
/// assert_eq!(nearest("workerReplicas", ["rayImage", "workerReplicaCount"]), Some("workerReplicaCount"));
/// assert_eq!(nearest("foo", ["rayImage", "workerReplicaCount"]), None);
/// ```
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (similarity(&wrong, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// Finds the most similar names, up to a number of comparisons. Without the limit, thousands of wrong names times
/// thousands of right names would take minutes.
#[derive(Debug)]
pub struct Suggestions {
    comparisons: Cell<usize>,
}

impl Suggestions {
    /// Sets the maximum number of comparisons.
    pub fn up_to(comparisons: usize) -> Self {
        Suggestions { comparisons: Cell::new(comparisons) }
    }

    /// Returns whether no comparisons are left.
    pub fn are_spent(&self) -> bool {
        self.comparisons.get() == 0
    }

    /// Subtracts comparisons that the caller did without this type.
    pub fn spend(&self, comparisons: usize) {
        self.comparisons.set(self.comparisons.get().saturating_sub(comparisons));
    }

    /// Returns the same as [`nearest`], or `None` if fewer comparisons are left than there are candidates.
    ///
    /// ```
    /// use mkmanifests_yaml::diagnostic::Suggestions;
    /// let suggestions = Suggestions::up_to(3);
    /// assert_eq!(suggestions.nearest("webb", ["web", "db"]), Some("web"));
    /// assert_eq!(suggestions.nearest("webb", ["web", "db"]), None);
    /// ```
    pub fn nearest<'a>(&self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.are_spent() {
            return None;
        }
        let left = self.comparisons.get();
        let candidates: Vec<&str> = candidates.into_iter().take(left.saturating_add(1)).collect();
        self.spend(candidates.len());
        if candidates.len() > left { None } else { nearest(wrong, candidates) }
    }
}

/// Returns the help line ``did you mean `near`?``.
pub fn did_you_mean(near: impl std::fmt::Display) -> String {
    format!("did you mean `{near}`?")
}

/// Splits text such as `memory:4Gi` into key and value, if a space after `:` is most likely missing. YAML reads such
/// text as one string.
///
/// ```
/// use mkmanifests_yaml::diagnostic::missing_space;
/// assert_eq!(missing_space("memory:4Gi"), Some(("memory", "4Gi")));
/// assert_eq!(missing_space("memory: 4Gi"), None);
/// assert_eq!(missing_space("https://example.com"), None);
/// ```
pub fn missing_space(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    let is_missing = !key.is_empty()
        && key.bytes().all(is_key)
        && !value.is_empty()
        && !value.starts_with([' ', '\t', '/'])
        && !text.contains(": ");
    is_missing.then(|| (key, value.trim_end()))
}

/// Returns the help line for a string where a mapping was expected, if a space after `:` is most likely missing in it.
pub fn missing_space_help(text: &str) -> Option<String> {
    let first = text.split_whitespace().next()?;
    let (key, value) = missing_space(first)?;
    Some(format!("missing a space after `:`: write `{key}: {value}`"))
}

/// At most this many names are listed in a message.
const MOST_LISTED: usize = 100;

/// Lists names for a message: `` `a`, `b` ``. Of more than 100 names, the first 100 and "and more".
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    let more = if names.next().is_some() { " and more" } else { "" };
    shown.join(", ") + more
}

/// Returns the similarity, from 0 (nothing in common) to 1 (equal).
fn similarity(wrong: &str, candidate: &str) -> f64 {
    let contained =
        wrong.len() >= 4 && candidate.len() >= 4 && (candidate.contains(wrong) || wrong.contains(candidate));
    let typo = strsim::normalized_damerau_levenshtein(wrong, candidate);
    let shared_start = strsim::jaro_winkler(wrong, candidate);
    let score = if shared_start >= 0.88 { shared_start } else { typo };
    let score = if contained { score.max(0.8) } else { score };
    // The distance of a short name counts each letter so much that `rya` would be too far from `ray`.
    if is_swapped(wrong, candidate) { score.max(0.95) } else { score }
}

/// Returns whether the texts differ only in two neighbouring letters that are swapped.
fn is_swapped(wrong: &str, candidate: &str) -> bool {
    if wrong.len() != candidate.len() {
        return false;
    }
    let mut pairs = wrong.chars().zip(candidate.chars()).skip_while(|(a, b)| a == b);
    matches!((pairs.next(), pairs.next()), (Some((a, b)), Some((c, d))) if a == d && b == c)
        && pairs.all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_are_one_typo_in_names_of_any_length() {
        let names = ["ray", "list", "to", "irsa", "workerReplicaCount"];
        assert_eq!(nearest("rya", names), Some("ray"));
        assert_eq!(nearest("lsit", names), Some("list"));
        assert_eq!(nearest("ot", names), Some("to"));
        assert_eq!(nearest("Isra", names), Some("irsa"));
        assert_eq!(nearest("yra", names), None);
    }
}
