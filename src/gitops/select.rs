//! Selects the clusters of a fleet to render.

use std::collections::BTreeSet;

use super::FleetCode;
use crate::diagnostic::{Diagnostic, did_you_mean, nearest};

/// Selects the clusters of a fleet to render; by default all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Select only the clusters at or below these paths of the fleet; empty for all.
    pub only: Vec<String>,
    /// Select only every N-th cluster.
    pub shard: Option<Shard>,
    /// Select only the clusters that are affected by changes since this Git revision.
    pub changed_since: Option<String>,
}

impl Selection {
    /// Returns whether it may omit clusters.
    pub fn is_partial(&self) -> bool {
        !self.only.is_empty() || self.shard.is_some() || self.changed_since.is_some()
    }

    /// Returns whether `only` and `shard` select the cluster at `path`; `position` is its index in the fleet.
    pub(super) fn selects(&self, path: &str, position: usize) -> bool {
        self.covers(path) && self.shard.is_none_or(|shard| shard.contains(position))
    }

    /// Returns whether this run removes the files of a cluster that is no longer in the fleet.
    pub(super) fn selects_stale(&self, path: &str) -> bool {
        // FNV-1a: the same on every machine and in every version.
        let hash = path
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let hash = usize::try_from(hash >> 33).unwrap_or(0);
        self.covers(path) && self.shard.is_none_or(|shard| shard.contains(hash))
    }

    fn covers(&self, path: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|folder| is_below(path, normalized(folder)))
    }

    /// Reports paths of `only` without a cluster.
    pub(super) fn unknown(&self, clusters: &[&str]) -> Vec<Diagnostic> {
        let unknown = self.only.iter().filter(|only| !clusters.iter().any(|path| is_below(path, normalized(only))));
        let diagnostics = unknown.map(|only| {
            let diagnostic = Diagnostic::error(FleetCode::NoSuchCluster, format!("no cluster at or below `{only}`"))
                .in_field("--only");
            let folders: BTreeSet<&str> = clusters.iter().flat_map(|path| with_parents(path)).collect();
            match nearest(normalized(only), folders) {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic,
            }
        });
        diagnostics.collect()
    }
}

/// Returns the path and the folders above it.
fn with_parents(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above))
}

/// Normalizes a path that a user typed.
fn normalized(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    if path == "." { "" } else { path }
}

/// Returns whether `path` is `folder` or below it.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// One part of a fleet, for machines that share the work: every N-th cluster in the order of the paths.
///
/// I counts from 1, as in a matrix of CI jobs, or from 0, as in `JOB_COMPLETION_INDEX` of a Kubernetes Job: `0/N` and `N/N`
/// are the same shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// Parses `I/N`.
    ///
    /// # Errors
    ///
    /// What is expected, as text, if `I/N` is malformed or I is greater than N.
    ///
    /// ```
    /// use mkmanifests::gitops::Shard;
    /// assert_eq!(Shard::parse("4/4"), Shard::parse("0/4"));
    /// assert!(Shard::parse("5/4").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Shard, String> {
        let invalid = || format!("must be `I/N` with I from 1 to N, or from 0 to N-1, found {text:?}");
        let (index, count) = text.split_once('/').ok_or_else(invalid)?;
        let (index, count): (u32, u32) = match (index.trim().parse(), count.trim().parse()) {
            (Ok(index), Ok(count)) => (index, count),
            _ => return Err(invalid()),
        };
        if count == 0 || index > count { Err(invalid()) } else { Ok(Shard { index: index % count, count }) }
    }

    /// Returns the number of the part from 0, and the number of parts.
    pub fn parts(self) -> (u32, u32) {
        // `1/N` is the first part in the order of a matrix, and has the remainder 1 here.
        (self.index.checked_sub(1).unwrap_or(self.count - 1), self.count)
    }

    fn contains(self, position: usize) -> bool {
        position as u64 % u64::from(self.count) == u64::from(self.index)
    }

    /// Returns whether it is the shard that writes the files of the whole tree.
    pub fn is_first(self) -> bool {
        self.index == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cluster_is_in_one_shard() {
        let selections =
            (1..=7).map(|index| Selection { shard: Shard::parse(&format!("{index}/7")).ok(), ..Selection::default() });
        let selections: Vec<Selection> = selections.collect();
        for position in 0..1_000 {
            let path = format!("eu/cluster-{position}");
            assert_eq!(selections.iter().filter(|it| it.selects(&path, position)).count(), 1, "{path}");
            assert_eq!(selections.iter().filter(|it| it.selects_stale(&path)).count(), 1, "{path}");
        }
    }

    #[test]
    fn only_whole_path_segments_match() {
        let selection = Selection { only: vec!["./us/".to_owned()], ..Selection::default() };
        assert!(selection.selects("us/foo", 0) && selection.selects("us", 0));
        assert!(!selection.selects("us-east/foo", 0));
        assert_eq!(selection.unknown(&["us-east/foo"]).len(), 1);
    }
}
