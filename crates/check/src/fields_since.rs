//! Fields that an older Kubernetes version does not have yet: its strict field validation rejects them.

use std::sync::LazyLock;

use super::path::Path;
use super::reading::SERVED_FIELD;
use super::report::Report;
use crate::kube_version::KubeVersion;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic};
use mkmanifests_yaml::tree::{Kind, Node};

const FACTS: &str = include_str!("fields_since.txt");

/// A line of the facts.
struct Line<'f> {
    api_version: &'f str,
    kind: &'f str,
    path: &'f str,
    since: &'f str,
    /// The minor version of the first Kubernetes 1 with the field.
    minor: Option<u64>,
}

/// The facts, which are read once.
static LINES: LazyLock<Vec<Line<'_>>> = LazyLock::new(|| {
    let lines = FACTS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split(' ');
        let mut next = || words.next();
        let (api_version, kind, path, since) = (next()?, next()?, next()?, next()?);
        let minor = since.strip_prefix("1.").and_then(|minor| minor.parse().ok());
        Some(Line { api_version, kind, path, since, minor })
    });
    lines.collect()
});

/// Reports the fields of an object that `version` does not have.
pub(super) fn check(node: &Node, api_version: &str, kind: &str, version: &KubeVersion, found: &mut Vec<Diagnostic>) {
    let mut report = Report::about(node, false);
    for line in LINES.iter().filter(|line| line.kind == kind && line.api_version == api_version) {
        if line.since != "PodSpec" {
            newer(&mut report, node, || line.path.to_owned(), line, version);
            continue;
        }
        for field in LINES.iter().filter(|field| field.kind == "PodSpec" && field.api_version == "-") {
            newer(&mut report, node, || format!("{}.{}", line.path, field.path), field, version);
        }
    }
    let diagnostics = report.into_diagnostics().into_iter();
    found.extend(diagnostics.map(|diagnostic| diagnostic.coded(Code::Rule(SERVED_FIELD))));
}

fn newer(report: &mut Report<'_>, node: &Node, path: impl Fn() -> String, line: &Line<'_>, version: &KubeVersion) {
    if line.minor.is_some_and(|minor| version.is_before(minor)) {
        let message = format!("unknown field in Kubernetes {version}: added in {}", line.since);
        each(&Path::ROOT, node, &path(), &mut |at| report.error(at, &message));
    }
}

/// Calls `visit` for every value at a path of the facts.
fn each(at: &Path<'_>, node: &Node, path: &str, visit: &mut dyn FnMut(&Path<'_>)) {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let name = step.trim_end_matches(['[', ']', '{', '}']);
    let Some(value) = node.get(name).filter(|value| !value.is_null()) else { return };
    let at = at.field(name);
    let Some(rest) = rest else { return visit(&at) };
    match &value.kind {
        Kind::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                each(&at.index(index), item, rest, visit);
            }
        }
        Kind::Map(map) if step.ends_with('}') => {
            for entry in map.entries() {
                each(&at.key(entry.key.as_ref()), &entry.value, rest, visit);
            }
        }
        _ => each(&at, value, rest, visit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::check_on;
    use mkmanifests_yaml::tree::to_node;

    #[test]
    fn every_line_is_read_and_names_a_known_kind() {
        let written = FACTS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(LINES.len(), written);
        for line in LINES.iter().filter(|line| line.api_version != "-") {
            assert!(crate::kinds::find(line.api_version, line.kind).is_some(), "{} {}", line.api_version, line.kind);
            assert!(line.since == "PodSpec" || line.minor.is_some(), "{}", line.since);
        }
    }

    #[test]
    fn a_newer_field_is_reported_for_an_older_version_only() {
        let container = serde_json::json!({"name": "web", "image": "web:1", "lifecycle": {"stopSignal": "SIGUSR1"}});
        let pod = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
            "spec": {"os": {"name": "linux"}, "containers": [container]}});
        let node = to_node(&pod).unwrap();
        let fields = |version: &str| {
            let mut diagnostics = Vec::new();
            check_on(&node, KubeVersion::parse_known(version).ok().as_ref(), &mut diagnostics);
            diagnostics.iter().map(|diagnostic| diagnostic.field().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(fields("1.32"), ["spec.containers[0].lifecycle.stopSignal"]);
        assert!(fields("1.33").is_empty());
    }
}
