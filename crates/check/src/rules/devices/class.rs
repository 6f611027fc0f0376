//! DeviceClasses.

use k8s_openapi::api::resource::v1::DeviceClass;

use super::super::common::list;
use super::super::names::Name;
use super::super::{meta, resource};
use super::parts::{device_config, max_items, selectors};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &DeviceClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    selectors(report, &at.field("selectors"), list(&object.spec.selectors));
    let configurations = list(&object.spec.config);
    let at_config = at.field("config");
    max_items(report, &at_config, configurations.len());
    for (index, configuration) in configurations.iter().enumerate() {
        device_config(report, &at_config.index(index).field("opaque"), configuration.opaque.as_ref());
    }
    if let Some(name) = &object.spec.extended_resource_name {
        extended_resource_name(report, &at.field("extendedResourceName"), name);
    }
}

/// The area of the rules below.
const AREA: &str = "deviceclass";

rules!(
    /// `extendedResourceName` must be the name of an extended resource, such as `example.com/gpu`.
    ///
    /// Example: `spec: {extendedResourceName: gpu}`
    ///
    /// Source: `validateDeviceClassSpec`, pkg/apis/resource/validation/validation.go
    fn extended_resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !resource::is_extended(name) {
            report.error(at, format_args!("{name:?} must be an extended resource such as `example.com/gpu`"));
        }
    }
);
