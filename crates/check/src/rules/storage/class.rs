//! StorageClasses.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{TopologySelectorLabelRequirement, TopologySelectorTerm};
use k8s_openapi::api::storage::v1::StorageClass;

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

pub(super) type Parameters = BTreeMap<String, String>;

const MAX_PARAMETERS: usize = 512;
const MAX_BYTES: usize = 256 << 10;

pub(crate) fn validate(object: &StorageClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    provisioner(report, &Path::ROOT.field("provisioner"), &object.provisioner);
    parameters(report, &Path::ROOT.field("parameters"), object.parameters.as_ref());
    reclaim_policy_and_binding_mode(report, object);
    let at = Path::ROOT.field("allowedTopologies");
    allowed_topologies(report, &at, list(&object.allowed_topologies));
}

/// The area of the rules below.
const AREA: &str = "storageclass";

rules!(
    /// `provisioner` is required and must be a qualified name such as `ebs.csi.aws.com`; upper case is allowed. The
    /// same applies to `driverName` of a VolumeAttributesClass.
    ///
    /// Example: `provisioner: my provisioner`
    ///
    /// Source: `validateProvisioner`, pkg/apis/storage/validation/validation.go
    pub(super) fn provisioner(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            return report.required(at, "the driver that provisions volumes, such as `ebs.csi.aws.com`");
        }
        let result = if name.bytes().any(|b| b.is_ascii_uppercase()) {
            label_key(&name.to_lowercase())
        } else {
            label_key(name)
        };
        report.require(at, result);
    },

    /// A class may have at most 512 `parameters`, with 256 KiB of names and values in total; a name may not be empty.
    ///
    /// Example: `parameters: {'': a}`
    ///
    /// Source: `validateParameters`, pkg/apis/storage/validation/validation.go
    pub(super) fn parameters(report: &mut Report<'_>, at: &Path<'_>, parameters: Option<&Parameters>) {
        let Some(parameters) = parameters else { return };
        if parameters.len() > MAX_PARAMETERS {
            return report
                .error(at, format_args!("must have at most {MAX_PARAMETERS} parameters, found {}", parameters.len()));
        }
        if parameters.contains_key("") {
            report.error(at, "a parameter may not have an empty name");
        }
        let size: usize = parameters.iter().map(|(key, value)| key.len() + value.len()).sum();
        if size > MAX_BYTES {
            report.error(
                at,
                format_args!("names and values have {size} bytes in total: at most {MAX_BYTES} are allowed"),
            );
        }
    },

    /// `reclaimPolicy` must be `Delete` or `Retain`, and `volumeBindingMode` `Immediate` or `WaitForFirstConsumer`.
    ///
    /// Example: `reclaimPolicy: Recycle`
    ///
    /// Source: `validateReclaimPolicy`, `validateVolumeBindingMode`, pkg/apis/storage/validation/validation.go
    fn reclaim_policy_and_binding_mode(report: &mut Report<'_>, object: &StorageClass) {
        if !text(&object.reclaim_policy).is_empty() {
            report.one_of(&Path::ROOT.field("reclaimPolicy"), text(&object.reclaim_policy), &["Delete", "Retain"]);
        }
        if let Some(mode) = &object.volume_binding_mode {
            report.one_of(&Path::ROOT.field("volumeBindingMode"), mode, &["Immediate", "WaitForFirstConsumer"]);
        }
    },

    /// `allowedTopologies` must be unique terms of `matchLabelExpressions`; keys must be unique label keys, and each
    /// must have at least one value, all unique.
    ///
    /// Example: `allowedTopologies: [{matchLabelExpressions: [{key: zone, values: []}]}]`
    ///
    /// Source: `validateAllowedTopologies`, pkg/apis/storage/validation/validation.go;
    /// `ValidateTopologySelectorTerm`, pkg/apis/core/validation/validation.go
    fn allowed_topologies(report: &mut Report<'_>, at: &Path<'_>, terms: &[TopologySelectorTerm]) {
        let mut before: BTreeSet<BTreeMap<&str, BTreeSet<&str>>> = BTreeSet::new();
        for (index, term) in terms.iter().enumerate() {
            let at = at.index(index);
            let at = at.field("matchLabelExpressions");
            let mut keys = BTreeMap::new();
            for (index, requirement) in list(&term.match_label_expressions).iter().enumerate() {
                let at = at.index(index);
                topology(report, &at, requirement);
                if keys
                    .insert(requirement.key.as_str(), requirement.values.iter().map(String::as_str).collect())
                    .is_some()
                {
                    report.duplicate(&at.field("key"), format_args!("{:?}", requirement.key));
                }
            }
            if keys.is_empty() || before.contains(&keys) {
                report.duplicate(&at, "the term");
            }
            before.insert(keys);
        }
    }
);

fn topology(report: &mut Report<'_>, at: &Path<'_>, requirement: &TopologySelectorLabelRequirement) {
    report.require(&at.field("key"), label_key(&requirement.key));
    let at = at.field("values");
    if requirement.values.is_empty() {
        report.required(&at, "at least one value");
    }
    for (index, value) in requirement.values.iter().enumerate() {
        if requirement.values[..index].contains(value) {
            report.duplicate(&at.index(index), format_args!("{value:?}"));
        }
    }
}
