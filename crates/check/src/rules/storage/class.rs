//! StorageClasses and VolumeAttributesClasses.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{TopologySelectorLabelRequirement, TopologySelectorTerm};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};
use k8s_openapi::api::storage::v1beta1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

type Parameters = BTreeMap<String, String>;

const MOST_PARAMETERS: usize = 512;
const MOST_BYTES: usize = 256 << 10;

pub(crate) fn validate(object: &StorageClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    provisioner(report, &Path::ROOT.field("provisioner"), &object.provisioner);
    class_parameter_size(report, &Path::ROOT.field("parameters"), object.parameters.as_ref());
    class_modes(report, object);
    let at = Path::ROOT.field("allowedTopologies");
    allowed_topologies(report, &at, list(&object.allowed_topologies));
}

pub(crate) fn attributes(object: &VolumeAttributesClass, report: &mut Report<'_>) {
    attributes_class(report, &object.metadata, &object.driver_name, object.parameters.as_ref());
}

pub(crate) fn attributes_beta(object: &v1beta1::VolumeAttributesClass, report: &mut Report<'_>) {
    attributes_class(report, &object.metadata, &object.driver_name, object.parameters.as_ref());
}

fn attributes_class(report: &mut Report<'_>, metadata: &ObjectMeta, driver: &str, parameters: Option<&Parameters>) {
    meta::cluster(report, metadata, Name::Subdomain);
    meta::ungenerated(report, metadata);
    provisioner(report, &Path::ROOT.field("driverName"), driver);
    let at = Path::ROOT.field("parameters");
    attributes_are_there(report, &at, parameters);
    class_parameter_size(report, &at, parameters);
}

rules!(
    /// Who makes volumes is named as labels are, upper case allowed.
    ///
    /// Source: `validateProvisioner`, pkg/apis/storage/validation/validation.go
    fn provisioner(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            return report.required(at, "who makes the volumes, such as `ebs.csi.aws.com`");
        }
        let result = if name.bytes().any(|b| b.is_ascii_uppercase()) {
            label_key(&name.to_lowercase())
        } else {
            label_key(name)
        };
        report.require(at, result);
    },

    /// A class has at most 512 parameters of 256 KiB together, none of them without a name.
    ///
    /// Source: `validateParameters`, pkg/apis/storage/validation/validation.go
    fn class_parameter_size(report: &mut Report<'_>, at: &Path<'_>, parameters: Option<&Parameters>) {
        let Some(parameters) = parameters else { return };
        if parameters.len() > MOST_PARAMETERS {
            return report.error(at, format_args!("{} are too many: at most {MOST_PARAMETERS}", parameters.len()));
        }
        if parameters.contains_key("") {
            report.error(at, "one has no name");
        }
        let size: usize = parameters.iter().map(|(key, value)| key.len() + value.len()).sum();
        if size > MOST_BYTES {
            report.error(at, format_args!("names and values have {size} bytes together: at most {MOST_BYTES}"));
        }
    },

    /// A class of attributes has some.
    ///
    /// Source: `ValidateVolumeAttributesClass`, pkg/apis/storage/validation/validation.go
    fn attributes_are_there(report: &mut Report<'_>, at: &Path<'_>, parameters: Option<&Parameters>) {
        if parameters.is_none_or(BTreeMap::is_empty) {
            report.required(at, "at least one attribute");
        }
    },

    /// What becomes of a volume in the end, and when it is bound, are choices that there are.
    ///
    /// Source: `validateReclaimPolicy`, `validateVolumeBindingMode`, pkg/apis/storage/validation/validation.go
    fn class_modes(report: &mut Report<'_>, object: &StorageClass) {
        if !text(&object.reclaim_policy).is_empty() {
            report.one_of(&Path::ROOT.field("reclaimPolicy"), text(&object.reclaim_policy), &["Delete", "Retain"]);
        }
        if let Some(mode) = &object.volume_binding_mode {
            report.one_of(&Path::ROOT.field("volumeBindingMode"), mode, &["Immediate", "WaitForFirstConsumer"]);
        }
    },

    /// Where volumes are made is said in terms that differ, each with keys that differ and values.
    ///
    /// Source: `validateAllowedTopologies`, pkg/apis/storage/validation/validation.go;
    /// `ValidateTopologySelectorTerm`, pkg/apis/core/validation/validation.go
    fn allowed_topologies(report: &mut Report<'_>, at: &Path<'_>, terms: &[TopologySelectorTerm]) {
        let mut before: BTreeSet<BTreeMap<&str, BTreeSet<&str>>> = BTreeSet::new();
        for (index, term) in terms.iter().enumerate() {
            let at = at.index(index);
            let at = at.field("matchLabelExpressions");
            let mut keys = BTreeMap::new();
            for (index, wanted) in list(&term.match_label_expressions).iter().enumerate() {
                let at = at.index(index);
                topology(report, &at, wanted);
                if keys.insert(wanted.key.as_str(), wanted.values.iter().map(String::as_str).collect()).is_some() {
                    report.duplicate(&at.field("key"), format_args!("{:?}", wanted.key));
                }
            }
            if keys.is_empty() || before.contains(&keys) {
                report.duplicate(&at, "a term");
            }
            before.insert(keys);
        }
    }
);

fn topology(report: &mut Report<'_>, at: &Path<'_>, wanted: &TopologySelectorLabelRequirement) {
    report.require(&at.field("key"), label_key(&wanted.key));
    let at = at.field("values");
    if wanted.values.is_empty() {
        report.required(&at, "at least one");
    }
    for (index, value) in wanted.values.iter().enumerate() {
        if wanted.values[..index].contains(value) {
            report.duplicate(&at.index(index), format_args!("{value:?}"));
        }
    }
}
