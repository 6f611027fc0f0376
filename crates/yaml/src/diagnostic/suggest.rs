//! The nearest right name for a wrong one, and lists of right names.

use std::cell::Cell;

/// The candidate that `wrong` was most likely meant to be, if any is near enough.
///
/// Case is ignored and half of the letters may differ at the most; `workerReplicas` finds
/// `workerReplicaCount`, `foo` finds nothing.
///
/// ```
/// use mkmanifests_yaml::diagnostic::nearest;
/// assert_eq!(nearest("workerReplicas", ["rayImage", "workerReplicaCount"]), Some("workerReplicaCount"));
/// assert_eq!(nearest("foo", ["rayImage", "workerReplicaCount"]), None);
/// ```
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (likeness(&wrong, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// Looks for nearest names until it has compared so many: a report with thousands of wrong names beside thousands of right
/// ones would otherwise take as long as both multiplied.
#[derive(Debug)]
pub struct Suggestions {
    comparisons: Cell<usize>,
}

impl Suggestions {
    /// Compares at most so many names.
    pub fn up_to(comparisons: usize) -> Self {
        Suggestions { comparisons: Cell::new(comparisons) }
    }

    /// Whether nothing can be compared any more.
    pub fn are_spent(&self) -> bool {
        self.comparisons.get() == 0
    }

    /// Counts comparisons that were made elsewhere.
    pub fn spend(&self, comparisons: usize) {
        self.comparisons.set(self.comparisons.get().saturating_sub(comparisons));
    }

    /// As [`nearest`]; `None` as soon as not all candidates can be compared any more.
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

/// The line of help that asks whether a name was meant.
pub fn did_you_mean(near: impl std::fmt::Display) -> String {
    format!("did you mean `{near}`?")
}

/// The most names that a message lists.
const MOST_LISTED: usize = 100;

/// Names for a message, in backticks; of very many the first ones.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    let more = if names.next().is_some() { " and more" } else { "" };
    shown.join(", ") + more
}

/// From 0 (nothing in common) to 1 (equal). A typo and a name cut short or extended both count as near.
fn likeness(wrong: &str, candidate: &str) -> f64 {
    let contained =
        wrong.len() >= 4 && candidate.len() >= 4 && (candidate.contains(wrong) || wrong.contains(candidate));
    let typo = strsim::normalized_damerau_levenshtein(wrong, candidate);
    let shared_start = strsim::jaro_winkler(wrong, candidate);
    let score = if shared_start >= 0.88 { shared_start } else { typo };
    if contained { score.max(0.8) } else { score }
}
