//! VolumeAttachments and CSIStorageCapacities.

use k8s_openapi::api::storage::v1::{CSIStorageCapacity, VolumeAttachment, VolumeAttachmentSource};

use super::super::amount::Amount;
use super::super::names::Name;
use super::super::{meta, selector};
use super::sources::driver_of_csi;
use super::volume;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

pub(crate) fn attachment(object: &VolumeAttachment, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    driver_of_csi(report, &at.field("attacher"), &at.field("attacher"), &object.spec.attacher);
    attached_to(report, &at.field("nodeName"), &object.spec.node_name);
    one_attached(report, &at.field("source"), &object.spec.source);
}

pub(crate) fn capacity(object: &CSIStorageCapacity, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    if let Some(wanted) = &object.node_topology {
        selector::label_selector(report, &Path::ROOT.field("nodeTopology"), wanted);
    }
    storage_capacity(report, object);
}

rules!(
    /// A volume is attached to a node, by its name.
    ///
    /// Source: `validateVolumeAttachmentSpec`, pkg/apis/storage/validation/validation.go
    fn attached_to(report: &mut Report<'_>, at: &Path<'_>, node: &str) {
        report.require(at, dns_subdomain(node));
    },

    /// What is attached is a volume, by its name or as it is.
    ///
    /// Source: `validateVolumeAttachmentSource`, pkg/apis/storage/validation/validation.go
    fn one_attached(report: &mut Report<'_>, at: &Path<'_>, source: &VolumeAttachmentSource) {
        match (&source.persistent_volume_name, &source.inline_volume_spec) {
            (None, None) => report.required(at, "`persistentVolumeName` or `inlineVolumeSpec`"),
            (Some(_), Some(_)) => {
                report.forbidden(at, "`persistentVolumeName` and `inlineVolumeSpec` exclude one another")
            }
            (Some(name), None) if name.is_empty() => report.required(&at.field("persistentVolumeName"), "the volume"),
            (Some(name), None) => report.require(&at.field("persistentVolumeName"), dns_subdomain(name)),
            (None, Some(spec)) => volume::inline(report, &at.field("inlineVolumeSpec"), spec),
        }
    },

    /// A capacity is of a class, and no amount of it is negative.
    ///
    /// Source: `ValidateCSIStorageCapacity`, pkg/apis/storage/validation/validation.go
    fn storage_capacity(report: &mut Report<'_>, object: &CSIStorageCapacity) {
        report.require(&Path::ROOT.field("storageClassName"), dns_subdomain(&object.storage_class_name));
        for (field, quantity) in [("capacity", &object.capacity), ("maximumVolumeSize", &object.maximum_volume_size)] {
            if let Some(quantity) = quantity.as_ref().filter(|quantity| Amount::of(quantity).milli < 0) {
                report.error(&Path::ROOT.field(field), format_args!("{:?} is negative", quantity.0));
            }
        }
    }
);
