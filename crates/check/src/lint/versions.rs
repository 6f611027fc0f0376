//! Lint rule of API versions of operators.

use mkmanifests_kuberay as kuberay;

use super::index::Object;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// An API version that an operator still serves.
struct Deprecated {
    api_version: &'static str,
    kinds: &'static [&'static str],
    instead: &'static str,
    /// The release of the operator that removes it.
    removal: &'static str,
}

/// The warnings in the CustomResourceDefinitions of operators.
const DEPRECATED: &[Deprecated] = &[Deprecated {
    api_version: "ray.io/v1alpha1",
    kinds: &["RayCluster", "RayJob", "RayService"],
    instead: kuberay::API_VERSION,
    removal: "KubeRay 1.9",
}];

pub(super) fn check(report: &mut Report<'_>, object: &Object<'_>) {
    deprecated_version(report, object);
}

/// The area of the rules below.
const AREA: &str = "object";

rules!(
    /// An API version of an operator should not be deprecated: `ray.io/v1alpha1` has no new fields, and KubeRay 1.9 will not
    /// serve it. Of its objects, only the metadata is checked.
    ///
    /// Source: `deprecationWarning`, ray-operator/config/crd/bases/ray.io_rayclusters.yaml
    fn deprecated_version(report: &mut Report<'_>, object: &Object<'_>) {
        let api_version = object.node.get("apiVersion").and_then(|value| value.as_str()).unwrap_or_default();
        let is_this = |known: &&Deprecated| known.api_version == api_version && known.kinds.contains(&object.kind);
        if let Some(known) = DEPRECATED.iter().find(is_this) {
            let message = format!("deprecated: {} will no longer serve `{api_version}`", known.removal);
            let help = format!("use `apiVersion: {}`", known.instead);
            report.error_with_help(&Path::ROOT.field("apiVersion"), message, help);
        }
    }
);
