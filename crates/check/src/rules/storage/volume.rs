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
    volume_capacity(report, &at.field("capacity"), spec.capacity.as_ref());
    reclaimed(report, &at.field("persistentVolumeReclaimPolicy"), spec);
    if let Some(affinity) = &spec.node_affinity {
        volume_affinity(report, &at.field("nodeAffinity"), affinity);
    }
    sources::one_source(report, &at, spec, text(&object.metadata.name));
    volume_classes(report, &at, spec);
}

/// A volume that is written into what attaches it: of CSI, with nothing that a claim would need.
pub(super) fn inline(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
    inline_volume(report, at, spec);
    claim::access_modes(report, &at.field("accessModes"), list(&spec.access_modes));
    sources::one_source(report, at, spec, "");
}

rules!(
    /// A volume has a capacity of storage, and of nothing else.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn volume_capacity(report: &mut Report<'_>, at: &Path<'_>, capacity: Option<&BTreeMap<String, Quantity>>) {
        let Some(capacity) = capacity.filter(|capacity| !capacity.is_empty()) else {
            return report.required(at, "how much `storage` it has");
        };
        if capacity.len() > 1 || !capacity.contains_key("storage") {
            report.error(at, "it is `storage` and nothing else");
        }
        for (name, quantity) in capacity {
            if Amount::of(quantity).milli <= 0 {
                report.error(&at.key(name), format_args!("{:?} is not more than 0", quantity.0));
            }
        }
    },

    /// What becomes of a volume when its claim is gone is a choice that there is; a host is never emptied as a whole.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn reclaimed(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
        let policy = text(&spec.persistent_volume_reclaim_policy);
        if !policy.is_empty() {
            report.one_of(at, policy, &["Delete", "Recycle", "Retain"]);
        }
        if policy == "Recycle" && spec.host_path.as_ref().is_some_and(|host| is_root(&host.path)) {
            report.forbidden(at, "it would empty `/` of the host");
        }
    },

    /// A volume that is on some nodes says on which.
    ///
    /// Source: `validateVolumeNodeAffinity`, pkg/apis/core/validation/validation.go
    fn volume_affinity(report: &mut Report<'_>, at: &Path<'_>, affinity: &VolumeNodeAffinity) {
        match &affinity.required {
            None => report.required(&at.field("required"), "the nodes that reach the volume"),
            Some(wanted) => affinity::node_selector(report, &at.field("required"), wanted),
        }
    },

    /// The classes of a volume have names of the right form, and it is a file system or a block device.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn volume_classes(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
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
            report.required(&at_class, "a class has a name");
        } else {
            report.require(&at_class, dns_subdomain(class));
        }
        if spec.csi.is_none() {
            report.required(&at.field("csi"), "only volumes of CSI have `volumeAttributesClassName`");
        }
    },

    /// A volume that is written into its attachment is one of CSI, kept in the end, and bound to nothing.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn inline_volume(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec) {
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
            report.forbidden(&at.field(field), "the volume is written into what attaches it");
        }
        if spec.csi.is_none() {
            report.required(&at.field("csi"), "only a volume of CSI is written into what attaches it");
        }
    }
);

/// Whether a path is `/` once `.`, `..` and empty parts are resolved.
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
