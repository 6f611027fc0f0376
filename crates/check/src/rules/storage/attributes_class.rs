//! VolumeAttributesClasses.

use std::collections::BTreeMap;

use k8s_openapi::api::storage::v1::VolumeAttributesClass;
use k8s_openapi::api::storage::v1beta1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::meta;
use super::super::names::Name;
use super::class::{Parameters, parameters as valid_parameters, provisioner};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

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
    required_parameters(report, &at, parameters);
    valid_parameters(report, &at, parameters);
}

/// The area of the rules below.
const AREA: &str = "volumeattributesclass";

rules!(
    /// A VolumeAttributesClass must have at least one of `parameters`.
    ///
    /// Example: `parameters: null`
    ///
    /// Source: `ValidateVolumeAttributesClass`, pkg/apis/storage/validation/validation.go
    fn required_parameters(report: &mut Report<'_>, at: &Path<'_>, parameters: Option<&Parameters>) {
        if parameters.is_none_or(BTreeMap::is_empty) {
            report.required(at, "at least one parameter");
        }
    }
);
