//! DeviceClasses, and the selectors and configurations that claims have too.

use k8s_openapi::api::resource::v1::{DeviceClass, DeviceSelector, OpaqueDeviceConfiguration};
use serde_json::Value;

use super::super::common::list;
use super::super::names::Name;
use super::super::{meta, resource};
use super::MOST;
use crate::cel::{self, Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// What an expression and parameters have at most, in bytes.
const LONGEST: usize = 10 << 10;

pub(crate) fn validate(object: &DeviceClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    selectors(report, &at.field("selectors"), list(&object.spec.selectors));
    let configurations = list(&object.spec.config);
    let at_config = at.field("config");
    few_devices(report, &at_config, configurations.len());
    for (index, configuration) in configurations.iter().enumerate() {
        device_configuration(report, &at_config.index(index).field("opaque"), configuration.opaque.as_ref());
    }
    if let Some(name) = &object.spec.extended_resource_name {
        extended_name(report, &at.field("extendedResourceName"), name);
    }
}

/// Everything about selectors.
pub(super) fn selectors(report: &mut Report<'_>, at: &Path<'_>, selectors: &[DeviceSelector]) {
    few_devices(report, at, selectors.len());
    for (index, selector) in selectors.iter().enumerate() {
        device_selector(report, &at.index(index).field("cel"), selector);
    }
}

/// Of a device an expression knows its driver, its attributes and its capacity.
///
/// Source: `newCompiler`, dynamic-resource-allocation cel/compile.go
fn environment() -> Environment {
    let mut environment = Environment::default();
    let fields = [
        ("driver", Type::String),
        ("attributes", Type::map(Type::map(Type::Dyn))),
        ("capacity", Type::map(Type::map(Type::Named("quantity")))),
        ("allowMultipleAllocations", Type::Bool),
    ];
    environment.set("device", Type::object(fields));
    environment.binds();
    environment
}

rules!(
    /// Requests, constraints, configurations and selectors are 32 at most.
    ///
    /// Source: `validateSlice`, pkg/apis/resource/validation/validation.go
    pub(super) fn few_devices(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MOST {
            report.error(at, format_args!("{count} are too many: at most {MOST}"));
        }
    },

    /// A selector is an expression about a device.
    ///
    /// Source: `validateSelector`, pkg/apis/resource/validation/validation.go (costs are not counted here)
    fn device_selector(report: &mut Report<'_>, at: &Path<'_>, selector: &DeviceSelector) {
        let Some(selector) = &selector.cel else { return report.required(at, "an expression of CEL") };
        let at = at.field("expression");
        let text = &selector.expression;
        if text.len() > LONGEST {
            report.error(&at, format_args!("{} bytes are too long: at most {LONGEST}", text.len()));
        } else {
            report.require(&at, cel::check(text, &environment(), &[Type::Bool, Type::Dyn]).map(drop));
        }
    },

    /// A configuration is for a driver, and an object of it.
    ///
    /// Source: `validateOpaqueConfiguration`, pkg/apis/resource/validation/validation.go
    pub(super) fn device_configuration(
        report: &mut Report<'_>,
        at: &Path<'_>,
        configuration: Option<&OpaqueDeviceConfiguration>,
    ) {
        let Some(configuration) = configuration else { return report.required(at, "the driver and its parameters") };
        let driver = configuration.driver.as_str();
        let at_driver = at.field("driver");
        if driver.is_empty() {
            report.required(&at_driver, "the driver");
        } else if driver.len() > 63 {
            report.error(&at_driver, format_args!("{} characters are too long: at most 63", driver.len()));
        } else {
            report.require(&at_driver, dns_subdomain(&driver.to_lowercase()));
        }
        match &configuration.parameters.0 {
            Value::Object(_) => {
                let size = configuration.parameters.0.to_string().len();
                if size > LONGEST {
                    report.error(&at.field("parameters"), format_args!("{size} bytes are too long: at most {LONGEST}"));
                }
            }
            Value::Null => report.required(&at.field("parameters"), "an object that the driver reads"),
            _ => report.error(&at.field("parameters"), "it is no object"),
        }
    },

    /// What pods ask for instead of a claim is named as resources of plugins are.
    ///
    /// Source: `validateDeviceClassSpec`, pkg/apis/resource/validation/validation.go
    fn extended_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !resource::is_extended(name) {
            report
                .error(at, format_args!("{name:?} is not the name of a resource of a plugin, as in `example.com/gpu`"));
        }
    }
);
