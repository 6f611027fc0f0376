//! PersistentVolumeClaims, and templates of them.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, TypedLocalObjectReference, TypedObjectReference,
};

use super::amount::Amount;
use super::common::{list, required_text, text};
use super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// Validates the claim template of an ephemeral volume.
pub(super) fn template(report: &mut Report<'_>, at: &Path<'_>, template: &PersistentVolumeClaimTemplate) {
    if let Some(metadata) = &template.metadata {
        let at = at.field("metadata");
        meta::annotations(report, &at.field("annotations"), metadata.annotations.as_ref());
        meta::labels(report, &at.field("labels"), metadata.labels.as_ref());
        meta::template_metadata(report, &at, metadata);
    }
    spec(report, &at.field("spec"), &template.spec);
}

/// Validates the spec of a claim.
pub(super) fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
    access_modes(report, &at.field("accessModes"), list(&spec.access_modes));
    if let Some(wanted) = &spec.selector {
        selector::label_selector(report, &at.field("selector"), wanted);
    }
    storage_request(report, &at.field("resources").key("storage"), spec);
    class_names(report, at, spec);
    if let Some(mode) = &spec.volume_mode {
        volume_mode(report, &at.field("volumeMode"), mode);
    }
    data_source(report, at, spec);
}

/// The area of the rules below.
const AREA: &str = "persistentvolumeclaim";

rules!(
    /// `accessModes` is required, and must be `ReadWriteOnce`, `ReadOnlyMany`, `ReadWriteMany` or `ReadWriteOncePod`.
    /// `ReadWriteOncePod` may not be combined with other modes. This applies to PersistentVolumes too.
    ///
    /// Example: `spec: {accessModes: [ReadWriteSometimes]}`
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    pub(super) fn access_modes(report: &mut Report<'_>, at: &Path<'_>, modes: &[String]) {
        if modes.is_empty() {
            report.required(at, "list at least one access mode");
        }
        modes.iter().for_each(|mode| report.one_of(at, mode, &MODES));
        let known: BTreeSet<&str> = modes.iter().map(String::as_str).filter(|mode| MODES.contains(mode)).collect();
        if known.contains("ReadWriteOncePod") && known.len() > 1 {
            report.forbidden(at, "`ReadWriteOncePod` cannot be combined with other access modes");
        }
    },

    /// `resources.requests.storage` is required and must be greater than 0.
    ///
    /// Example: `spec: {resources: {requests: {storage: 0}}}`
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    fn storage_request(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
        let requests = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
        match requests.and_then(|requests| requests.get("storage")) {
            None => report.required(at, "set `resources.requests.storage`"),
            Some(storage) if Amount::of(storage).milli <= 0 => {
                report.error(at, format_args!("must be greater than 0, found {:?}", storage.0));
            }
            Some(_) => {}
        }
    },

    /// `storageClassName` and `volumeAttributesClassName` must be DNS subdomains.
    ///
    /// Example: `spec: {storageClassName: Fast_Disks}`
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    fn class_names(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
        for (field, class) in [
            ("storageClassName", text(&spec.storage_class_name)),
            ("volumeAttributesClassName", text(&spec.volume_attributes_class_name)),
        ] {
            if !class.is_empty() {
                report.require(&at.field(field), dns_subdomain(class));
            }
        }
    },

    /// `volumeMode` must be `Filesystem` or `Block`.
    ///
    /// Example: `spec: {volumeMode: File}`
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    fn volume_mode(report: &mut Report<'_>, at: &Path<'_>, mode: &str) {
        report.one_of(at, mode, &["Block", "Filesystem"]);
    },

    /// `dataSource` and `dataSourceRef` require a `kind` and a `name`, and an `apiGroup` unless `kind` is
    /// `PersistentVolumeClaim`. If both are set, they must refer to the same object, and `dataSourceRef.namespace` may
    /// not be set.
    ///
    /// Example: `spec: {dataSourceRef: {kind: VolumeSnapshot, name: nightly}}`
    ///
    /// Source: `validateDataSource`, `validateDataSourceRef`, pkg/apis/core/validation/validation.go
    fn data_source(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
        if let Some(source) = &spec.data_source {
            source_reference(report, &at.field("dataSource"), text(&source.api_group), &source.kind, &source.name);
        }
        if let Some(source) = &spec.data_source_ref {
            let at = at.field("dataSourceRef");
            source_reference(report, &at, text(&source.api_group), &source.kind, &source.name);
            if !text(&source.namespace).is_empty() {
                report.require(&at.field("namespace"), dns_label(text(&source.namespace)));
            }
        }
        let (Some(source), Some(reference)) = (&spec.data_source, &spec.data_source_ref) else { return };
        if !text(&reference.namespace).is_empty() {
            report.error(at, "`dataSource` and `dataSourceRef.namespace` are mutually exclusive");
        } else if !is_same(source, reference) {
            report.error(at, "`dataSource` and `dataSourceRef` must refer to the same object");
        }
    }
);

fn source_reference(report: &mut Report<'_>, at: &Path<'_>, group: &str, kind: &str, name: &str) {
    required_text(report, &at.field("name"), name, "set the name of the data source");
    required_text(report, &at.field("kind"), kind, "set the kind of the data source");
    if group.is_empty() && kind != "PersistentVolumeClaim" {
        report
            .error(at, format_args!("`kind` must be `PersistentVolumeClaim` when `apiGroup` is empty, found {kind:?}"));
    }
    if !group.is_empty() {
        report.require(&at.field("apiGroup"), dns_subdomain(group));
    }
}

fn is_same(source: &TypedLocalObjectReference, reference: &TypedObjectReference) -> bool {
    source.api_group == reference.api_group && source.kind == reference.kind && source.name == reference.name
}
