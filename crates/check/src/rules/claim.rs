//! Claims of storage, as volumes make them.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, TypedLocalObjectReference, TypedObjectReference,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::amount::Amount;
use super::common::{filled, list, text};
use super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// Everything about a claim that is made for a pod.
pub(super) fn template(report: &mut Report<'_>, at: &Path<'_>, template: &PersistentVolumeClaimTemplate) {
    if let Some(metadata) = &template.metadata {
        let at = at.field("metadata");
        meta::annotations(report, &at.field("annotations"), metadata.annotations.as_ref());
        meta::labels(report, &at.field("labels"), metadata.labels.as_ref());
        only_labels(report, &at, metadata);
    }
    spec(report, &at.field("spec"), &template.spec);
}

/// Everything about the spec of a claim.
pub(super) fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
    access_modes(report, &at.field("accessModes"), list(&spec.access_modes));
    if let Some(wanted) = &spec.selector {
        selector::label_selector(report, &at.field("selector"), wanted);
    }
    storage_request(report, &at.field("resources").key("storage"), spec);
    storage_classes(report, at, spec);
    data_sources(report, at, spec);
}

rules!(
    /// Of the metadata of a claim that is made for a pod only labels and annotations can be said.
    ///
    /// Source: `ValidateTemplateObjectMeta`, pkg/apis/core/validation/validation.go
    pub(super) fn only_labels(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        for (field, is_there) in [
            ("name", !text(&metadata.name).is_empty()),
            ("generateName", !text(&metadata.generate_name).is_empty()),
            ("namespace", !text(&metadata.namespace).is_empty()),
            ("selfLink", !text(&metadata.self_link).is_empty()),
            ("uID", !text(&metadata.uid).is_empty()),
            ("resourceVersion", !text(&metadata.resource_version).is_empty()),
            ("generation", metadata.generation.is_some_and(|generation| generation != 0)),
            ("creationTimestamp", metadata.creation_timestamp.is_some()),
            ("deletionTimestamp", metadata.deletion_timestamp.is_some()),
            ("deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_some()),
            ("ownerReferences", metadata.owner_references.is_some()),
            ("finalizers", metadata.finalizers.is_some()),
            ("managedFields", metadata.managed_fields.is_some()),
        ] {
            if is_there {
                report.forbidden(
                    &at.field(field),
                    "the claim is named after the pod; only labels and annotations are free",
                );
            }
        }
    },

    /// A claim says how it is used, in modes that there are; `ReadWriteOncePod` stands alone.
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    pub(super) fn access_modes(report: &mut Report<'_>, at: &Path<'_>, modes: &[String]) {
        if modes.is_empty() {
            report.required(at, "at least one way of access");
        }
        modes.iter().for_each(|mode| report.one_of(at, mode, &MODES));
        let known: BTreeSet<&str> = modes.iter().map(String::as_str).filter(|mode| MODES.contains(mode)).collect();
        if known.contains("ReadWriteOncePod") && known.len() > 1 {
            report.forbidden(at, "`ReadWriteOncePod` excludes other modes");
        }
    },

    /// A claim asks for some storage.
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    fn storage_request(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
        let requests = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
        match requests.and_then(|requests| requests.get("storage")) {
            None => report.required(at, "`resources.requests.storage` says how much"),
            Some(storage) if Amount::of(storage).milli <= 0 => {
                report.error(at, format_args!("{:?} is no storage: more than 0", storage.0));
            }
            Some(_) => {}
        }
    },

    /// The classes of a claim have names of the right form, and its volume is a file system or a block device.
    ///
    /// Source: `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    fn storage_classes(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
        for (field, class) in [
            ("storageClassName", text(&spec.storage_class_name)),
            ("volumeAttributesClassName", text(&spec.volume_attributes_class_name)),
        ] {
            if !class.is_empty() {
                report.require(&at.field(field), dns_subdomain(class));
            }
        }
        if let Some(mode) = &spec.volume_mode {
            report.one_of(&at.field("volumeMode"), mode, &["Block", "Filesystem"]);
        }
    },

    /// What a claim is filled from has a name and a kind, in an API group unless it is a claim, and is said once.
    ///
    /// Source: `validateDataSource`, `validateDataSourceRef`, pkg/apis/core/validation/validation.go
    fn data_sources(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeClaimSpec) {
        if let Some(source) = &spec.data_source {
            data_source(report, &at.field("dataSource"), text(&source.api_group), &source.kind, &source.name);
        }
        if let Some(source) = &spec.data_source_ref {
            let at = at.field("dataSourceRef");
            data_source(report, &at, text(&source.api_group), &source.kind, &source.name);
            if !text(&source.namespace).is_empty() {
                report.require(&at.field("namespace"), dns_label(text(&source.namespace)));
            }
        }
        let (Some(source), Some(reference)) = (&spec.data_source, &spec.data_source_ref) else { return };
        if !text(&reference.namespace).is_empty() {
            report.error(at, "`dataSource` and `dataSourceRef.namespace` exclude one another");
        } else if !is_same(source, reference) {
            report.error(at, "`dataSource` and `dataSourceRef` name different objects");
        }
    }
);

fn data_source(report: &mut Report<'_>, at: &Path<'_>, group: &str, kind: &str, name: &str) {
    filled(report, &at.field("name"), name, "the object that fills it");
    filled(report, &at.field("kind"), kind, "the kind of the object that fills it");
    if group.is_empty() && kind != "PersistentVolumeClaim" {
        report.error(at, format_args!("{kind:?} needs its `apiGroup`; without one it is a PersistentVolumeClaim"));
    }
    if !group.is_empty() {
        report.require(&at.field("apiGroup"), dns_subdomain(group));
    }
}

fn is_same(source: &TypedLocalObjectReference, reference: &TypedObjectReference) -> bool {
    source.api_group == reference.api_group && source.kind == reference.kind && source.name == reference.name
}
