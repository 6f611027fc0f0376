//! What the rules of several kinds share.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mkmanifests_kuberay::RayClusterSpec;
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, documents};

use super::super::common::text;
use super::super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::syntax::dns_1035_label;

/// Validates a name that must be a DNS label with at most `most` characters, on behalf of the rule that calls it; `at` is
/// the path of the metadata, and `why` says what the operator appends.
pub(super) fn name(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta, most: usize, why: &str) {
    let name = meta::expected_name(metadata);
    let at = at.field(if text(&metadata.name).is_empty() { "generateName" } else { "name" });
    if name.len() > most {
        report.error_with_help(&at, format_args!("must have at most {most} characters, found {}", name.len()), why);
    } else if !name.is_empty() {
        report.require(&at, dns_1035_label(&name));
    }
}

/// Validates the controller that is responsible for an object, on behalf of the rule that calls it.
pub(super) fn manager(report: &mut Report<'_>, at: &Path<'_>, manager: Option<&str>) {
    if let Some(manager) = manager {
        report.one_of(at, manager, &["kueue.x-k8s.io/multikueue", "ray.io/kuberay-operator"]);
    }
}

/// Returns whether a cluster authenticates by tokens of Kubernetes.
pub(super) fn has_kubernetes_auth(cluster: &RayClusterSpec) -> bool {
    cluster.auth_options.as_ref().is_some_and(|options| options.enable_k8s_token_auth == Some(true))
}

/// Reads YAML text inside a field, as the operator does: the first document, which must be a mapping. Returns `None` if it
/// is empty.
///
/// # Errors
///
/// Returns what is wrong, with the line in the text.
pub(super) fn embedded(text: &str) -> Result<Option<Node>, String> {
    let documents = documents(&mut Sources::default(), "", text.as_bytes(), Duplicates::LastWins);
    let documents = documents.map_err(|diagnostics| {
        let first = diagnostics.into_iter().next();
        first.map_or_else(String::new, |first| format!("line {}: {}", first.location.line.max(1), first.reason))
    })?;
    match documents.into_iter().next() {
        Some(document) if document.as_map().is_none() => {
            Err(format!("must be a mapping, found {}", document.describe()))
        }
        first => Ok(first),
    }
}
