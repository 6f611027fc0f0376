//! PersistentVolumes, their claims, StorageClasses, CSI drivers and VolumeAttachments.

mod attachment;
mod attributes_class;
mod class;
mod csi_node;
mod driver;
mod sources;
mod storage_capacity;
mod volume;

use std::borrow::Cow;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference, TypedObjectReference,
};

use super::claim;
use super::common::text;
use super::meta;
use super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::Rule;

pub(crate) use attachment::validate as volume_attachment;
pub(crate) use attributes_class::{attributes, attributes_beta};
pub(crate) use class::validate as storage_class;
pub(crate) use csi_node::validate as csi_node;
pub(crate) use driver::validate as csi_driver;
pub(crate) use storage_capacity::validate as csi_storage_capacity;
pub(crate) use volume::validate as persistent_volume;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        attachment::RULES,
        attributes_class::RULES,
        class::RULES,
        csi_node::RULES,
        driver::RULES,
        sources::RULES,
        storage_capacity::RULES,
        volume::RULES,
    ];
    files.into_iter().flatten()
}

pub(crate) fn persistent_volume_claim(object: &PersistentVolumeClaim, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let empty = Default::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    claim::spec(report, &Path::ROOT.field("spec"), &without_dropped_sources(spec));
}

/// Returns the spec as the server validates it: before that, it drops a `dataSource` that is neither a claim nor a
/// snapshot, and a `dataSourceRef` into another namespace (the feature gate `CrossNamespaceVolumeDataSource` is off).
///
/// Source: `EnforceDataSourceBackwardsCompatibility`, `DropDisabledFields`, pkg/api/persistentvolumeclaim/util.go
fn without_dropped_sources(spec: &PersistentVolumeClaimSpec) -> Cow<'_, PersistentVolumeClaimSpec> {
    let is_kept = |source: &TypedLocalObjectReference| {
        matches!(
            (text(&source.api_group), source.kind.as_str()),
            ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
        )
    };
    let is_elsewhere = |source: &TypedObjectReference| !text(&source.namespace).is_empty();
    let drops_source = spec.data_source.as_ref().is_some_and(|source| !is_kept(source));
    let drops_reference = spec.data_source_ref.as_ref().is_some_and(is_elsewhere);
    if !drops_source && !drops_reference {
        return Cow::Borrowed(spec);
    }
    let mut spec = spec.clone();
    spec.data_source = spec.data_source.filter(|_| !drops_source);
    spec.data_source_ref = spec.data_source_ref.filter(|_| !drops_reference);
    Cow::Owned(spec)
}
