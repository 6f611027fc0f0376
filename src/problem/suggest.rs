//! The nearest right name for a wrong one.

/// The candidate that `wrong` was most likely meant to be, if any is near enough.
///
/// Case is ignored and half of the letters may differ at the most; `workerReplicas` finds
/// `workerReplicaCount`, `foo` finds nothing.
///
/// ```
/// use mkmanifests::problem::nearest;
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

/// From 0 (nothing in common) to 1 (equal). A typo and a name cut short or extended both count as near.
fn likeness(wrong: &str, candidate: &str) -> f64 {
    let contained =
        wrong.len() >= 4 && candidate.len() >= 4 && (candidate.contains(wrong) || wrong.contains(candidate));
    let typo = strsim::normalized_damerau_levenshtein(wrong, candidate);
    let shared_start = strsim::jaro_winkler(wrong, candidate);
    let score = if shared_start >= 0.88 { shared_start } else { typo };
    if contained { score.max(0.8) } else { score }
}
