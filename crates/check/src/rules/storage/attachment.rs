//! VolumeAttachments.

use k8s_openapi::api::storage::v1::{VolumeAttachment, VolumeAttachmentSource};

use super::super::meta;
use super::super::names::Name;
use super::sources::csi_driver_name_length;
use super::volume;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

pub(crate) fn validate(object: &VolumeAttachment, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    csi_driver_name_length(report, &at.field("attacher"), &at.field("attacher"), &object.spec.attacher);
    node_name(report, &at.field("nodeName"), &object.spec.node_name);
    single_source(report, &at.field("source"), &object.spec.source);
}

/// The area of the rules below.
const AREA: &str = "volumeattachment";

rules!(
    /// `nodeName` is required and must be a DNS subdomain.
    ///
    /// Example: `spec: {nodeName: My Node}`
    ///
    /// Source: `validateVolumeAttachmentSpec`, pkg/apis/storage/validation/validation.go
    fn node_name(report: &mut Report<'_>, at: &Path<'_>, node: &str) {
        report.require(at, dns_subdomain(node));
    },

    /// `source` must set exactly one of `persistentVolumeName` and `inlineVolumeSpec`.
    ///
    /// Example: `spec: {source: {persistentVolumeName: null}}`
    ///
    /// Source: `validateVolumeAttachmentSource`, pkg/apis/storage/validation/validation.go
    fn single_source(report: &mut Report<'_>, at: &Path<'_>, source: &VolumeAttachmentSource) {
        match (&source.persistent_volume_name, &source.inline_volume_spec) {
            (None, None) => report.required(at, "set `persistentVolumeName` or `inlineVolumeSpec`"),
            (Some(_), Some(_)) => {
                report.error(at, "`persistentVolumeName` and `inlineVolumeSpec` are mutually exclusive")
            }
            (Some(name), None) if name.is_empty() => {
                report.required(&at.field("persistentVolumeName"), "the name of the PersistentVolume")
            }
            (Some(name), None) => report.require(&at.field("persistentVolumeName"), dns_subdomain(name)),
            (None, Some(spec)) => volume::inline(report, &at.field("inlineVolumeSpec"), spec),
        }
    }
);
