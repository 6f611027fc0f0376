//! PersistentVolumes.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::common::{list, text};
use super::super::names::Name;
use super::super::pod::affinity;
use super::super::{claim, meta};
use super::sources;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

pub(crate) fn validate(object: &PersistentVolume, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let empty = PersistentVolumeSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    claim::access_modes(report, &at.field("accessModes"), list(&spec.access_modes));
    capacity(report, &at.field("capacity"), spec.capacity.as_ref());
    reclaim_policy(report, &at.field("persistentVolumeReclaimPolicy"), spec);
    if let Some(affinity) = &spec.node_affinity {
        node_affinity(report, &at.field("nodeAffinity"), affinity);
    }
    sources::one_source(report, &at, spec, text(&object.metadata.name));
    classes_and_mode(report, &at, spec);
}

/// Validates the `inlineVolumeSpec` of a VolumeAttachment.
pub(super) fn inline(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
    inline_volume_spec(report, at, spec);
    claim::access_modes(report, &at.field("accessModes"), list(&spec.access_modes));
    sources::one_source(report, at, spec, "");
}

/// The area of the rules below.
const AREA: &str = "persistentvolume";

rules!(
    /// `capacity` must have only `storage`, which must be greater than 0.
    ///
    /// Example: `spec: {capacity: {storage: 0}}`
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn capacity(report: &mut Report<'_>, at: &Path<'_>, capacity: Option<&BTreeMap<String, Quantity>>) {
        let Some(capacity) = capacity.filter(|capacity| !capacity.is_empty()) else {
            return report.required(at, "set `storage`");
        };
        if capacity.len() > 1 || !capacity.contains_key("storage") {
            report.error(at, "must have `storage` and no other resource");
        }
        for (name, quantity) in capacity {
            if Amount::of(quantity).milli <= 0 {
                report.error(&at.key(name), format_args!("must be greater than 0, found {:?}", quantity.0));
            }
        }
    },

    /// `persistentVolumeReclaimPolicy` must be `Retain`, `Recycle` or `Delete`; a `hostPath` of `/` may not be
    /// recycled.
    ///
    /// Example: `spec: {persistentVolumeReclaimPolicy: Keep}`
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn reclaim_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
        let policy = text(&spec.persistent_volume_reclaim_policy);
        if !policy.is_empty() {
            report.one_of(at, policy, &["Delete", "Recycle", "Retain"]);
        }
        if policy == "Recycle" && spec.host_path.as_ref().is_some_and(|host| is_root(&host.path)) {
            report.forbidden(at, "`Recycle` would delete everything in `/` of the node");
        }
    },

    /// `nodeAffinity.required` must be set and be a valid node selector.
    ///
    /// Example: `spec: {nodeAffinity: {}}`
    ///
    /// Source: `validateVolumeNodeAffinity`, pkg/apis/core/validation/validation.go
    fn node_affinity(report: &mut Report<'_>, at: &Path<'_>, affinity: &VolumeNodeAffinity) {
        match &affinity.required {
            None => report.required(&at.field("required"), "select the nodes that can access the volume"),
            Some(nodes) => affinity::node_selector(report, &at.field("required"), nodes),
        }
    },

    /// `storageClassName` and `volumeAttributesClassName` must be DNS subdomains, the latter only with `csi`;
    /// `volumeMode` must be `Filesystem` or `Block`.
    ///
    /// Example: `spec: {volumeMode: Raw}`
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn classes_and_mode(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
        let class = text(&spec.storage_class_name);
        if !class.is_empty() {
            report.require(&at.field("storageClassName"), dns_subdomain(class));
        }
        if let Some(mode) = &spec.volume_mode {
            report.one_of(&at.field("volumeMode"), mode, &["Block", "Filesystem"]);
        }
        let Some(class) = &spec.volume_attributes_class_name else { return };
        let at_class = at.field("volumeAttributesClassName");
        if class.is_empty() {
            report.required(&at_class, "may not be empty");
        } else {
            report.require(&at_class, dns_subdomain(class));
        }
        if spec.csi.is_none() {
            report.required(&at.field("csi"), "`volumeAttributesClassName` is set");
        }
    },

    /// `inlineVolumeSpec` of a VolumeAttachment must be a `csi` volume without `claimRef`, `capacity`, `nodeAffinity`
    /// and `storageClassName`, with `volumeMode` `Filesystem` and reclaim policy `Retain`.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn inline_volume_spec(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
        let policy = text(&spec.persistent_volume_reclaim_policy);
        let fields = [
            ("claimRef", spec.claim_ref.is_some()),
            ("capacity", spec.capacity.as_ref().is_some_and(|capacity| !capacity.is_empty())),
            ("persistentVolumeReclaimPolicy", !policy.is_empty() && policy != "Retain"),
            ("nodeAffinity", spec.node_affinity.is_some()),
            ("storageClassName", !text(&spec.storage_class_name).is_empty()),
            ("volumeMode", spec.volume_mode.as_ref().is_some_and(|mode| mode != "Filesystem")),
        ];
        for (field, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
            report.forbidden(&at.field(field), "the volume is an `inlineVolumeSpec` of a VolumeAttachment");
        }
        if spec.csi.is_none() {
            report.required(&at.field("csi"), "an `inlineVolumeSpec` must be a CSI volume");
        }
    }
);

/// Returns whether a path is `/` once `.`, `..` and empty segments are resolved.
fn is_root(path: &str) -> bool {
    let mut depth = 0usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}
