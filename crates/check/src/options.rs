//! Options of a check.

use super::external::External;
use super::skip::Skips;
use crate::kube_version::KubeVersion;
use mkmanifests_kuberay::FeatureGates;

/// Options of [`all`](crate::all()).
#[derive(Debug, Clone)]
pub struct Options {
    /// The Kubernetes version of the cluster; `None` for the newest known version.
    pub kube_version: Option<KubeVersion>,
    /// The namespace of objects without `metadata.namespace`.
    pub namespace: String,
    /// Whether to lint the objects together.
    pub lint: bool,
    /// Whether to treat warnings as errors.
    pub strict: bool,
    /// The rules to skip, for all objects.
    pub skips: Skips,
    /// Objects that are created elsewhere, so that references to them are valid.
    pub external: External,
    /// The feature gates of the KubeRay operator; `None` for those of an operator among the objects, or the defaults.
    pub ray_feature_gates: Option<FeatureGates>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            kube_version: None,
            namespace: "default".to_owned(),
            lint: true,
            strict: false,
            skips: Skips::default(),
            external: External::default(),
            ray_feature_gates: None,
        }
    }
}
