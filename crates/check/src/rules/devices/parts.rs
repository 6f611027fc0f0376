//! Selectors and configurations, which ResourceClaims and DeviceClasses have in common.

use k8s_openapi::api::resource::v1::{DeviceSelector, OpaqueDeviceConfiguration};
use serde_json::Value;

use super::MAX_ITEMS;
use crate::cel::{self, Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// The maximum size of an expression and of parameters, in bytes.
const MAX_BYTES: usize = 10 << 10;

/// Validates device selectors.
pub(super) fn selectors(report: &mut Report<'_>, at: &Path<'_>, selectors: &[DeviceSelector]) {
    max_items(report, at, selectors.len());
    for (index, selector) in selectors.iter().enumerate() {
        device_selector(report, &at.index(index).field("cel"), selector);
    }
}

/// Returns the variables of a selector: `device` with its driver, attributes and capacity.
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

/// The area of the rules below.
const AREA: &str = "resourceclaim";

rules!(
    /// `requests`, `constraints`, `config` and `selectors` may have at most 32 items each.
    ///
    /// Source: `validateSlice`, pkg/apis/resource/validation/validation.go
    pub(super) fn max_items(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MAX_ITEMS {
            report.error(at, format_args!("must have at most {MAX_ITEMS} items, found {count}"));
        }
    },

    /// A selector must have a CEL `expression` about `device` of at most 10 KiB, whose result is a boolean.
    ///
    /// Example: `spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: a, selectors: [{cel: {expression: '1'}}]}}]}}`
    ///
    /// Source: `validateSelector`, pkg/apis/resource/validation/validation.go (costs are not counted here)
    fn device_selector(report: &mut Report<'_>, at: &Path<'_>, selector: &DeviceSelector) {
        let Some(selector) = &selector.cel else {
            return report.required(at, "a selector has a CEL expression");
        };
        let at = at.field("expression");
        let text = &selector.expression;
        if text.len() > MAX_BYTES {
            report.error(&at, format_args!("must have at most {MAX_BYTES} bytes, found {}", text.len()));
        } else {
            report.require(&at, cel::check(text, &environment(), &[Type::Bool, Type::Dyn]).map(drop));
        }
    },

    /// `opaque` must have a `driver`, a DNS subdomain of at most 63 characters, and `parameters`, an object of at most
    /// 10 KiB.
    ///
    /// Example: `spec: {devices: {config: [{opaque: {driver: example.com, parameters: text}}]}}`
    ///
    /// Source: `validateOpaqueConfiguration`, pkg/apis/resource/validation/validation.go
    pub(super) fn device_config(
        report: &mut Report<'_>,
        at: &Path<'_>,
        configuration: Option<&OpaqueDeviceConfiguration>,
    ) {
        let Some(configuration) = configuration else {
            return report.required(at, "set `driver` and `parameters`");
        };
        let driver = configuration.driver.as_str();
        let at_driver = at.field("driver");
        if driver.is_empty() {
            report.required(&at_driver, "the name of the driver");
        } else if driver.len() > 63 {
            report.error(&at_driver, format_args!("must have at most 63 characters, found {}", driver.len()));
        } else {
            report.require(&at_driver, dns_subdomain(&driver.to_lowercase()));
        }
        match &configuration.parameters.0 {
            Value::Object(_) => {
                let size = configuration.parameters.0.to_string().len();
                if size > MAX_BYTES {
                    report.error(
                        &at.field("parameters"),
                        format_args!("must have at most {MAX_BYTES} bytes, found {size}"),
                    );
                }
            }
            Value::Null => report.required(&at.field("parameters"), "the parameters of the driver, an object"),
            _ => report.error(&at.field("parameters"), "must be an object"),
        }
    }
);
