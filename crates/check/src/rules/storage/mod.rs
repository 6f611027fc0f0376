//! Volumes, claims to them, and what makes and attaches them.

mod class;
mod driver;
mod others;
mod sources;
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

pub(crate) use class::{attributes, attributes_beta, validate as storage_class};
pub(crate) use driver::{node as csi_node, validate as csi_driver};
pub(crate) use others::{attachment as volume_attachment, capacity as csi_storage_capacity};
pub(crate) use volume::validate as persistent_volume;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [class::RULES, driver::RULES, others::RULES, sources::RULES, volume::RULES].into_iter().flatten()
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
