//! The APIs that Kubernetes has deprecated, as Helm 4.3 knows them (Kubernetes 1.37).

use std::sync::LazyLock;

use mkmanifests_check::kube_version::KubeVersion;

/// One API per line: version and kind, the Kubernetes version that deprecates it, the one that removes it, and the
/// version and kind that replace it. What real Helm said about every type of `k8s.io/api`.
const TABLE: &str = include_str!("deprecations.tsv");

static ROWS: LazyLock<Vec<[&str; 6]>> = LazyLock::new(|| {
    let row = |line: &'static str| <[&str; 6]>::try_from(line.split('\t').collect::<Vec<_>>()).ok();
    TABLE.lines().filter_map(row).collect()
});

/// Returns the warning about an object whose API is deprecated in a version of Kubernetes.
pub(super) fn warning(api_version: &str, kind: &str, cluster: &KubeVersion) -> Option<String> {
    let [_, _, deprecated, removed, version, replacement] =
        ROWS.iter().find(|[row_version, row_kind, ..]| *row_version == api_version && *row_kind == kind)?;
    let (major, minor) = deprecated.split_once('.')?;
    if (major.parse().ok()?, minor.parse().ok()?) > (cluster.major(), cluster.minor()) {
        return None;
    }
    let mut text = format!("{api_version} {kind} is deprecated in v{deprecated}+");
    if !removed.is_empty() {
        text.push_str(&format!(", unavailable in v{removed}+"));
    }
    if !replacement.is_empty() {
        text.push_str(&format!("; use {version} {replacement}"));
    }
    Some(text)
}
