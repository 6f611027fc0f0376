//! ConfigMaps.

use k8s_openapi::api::core::v1::ConfigMap;

use super::super::meta;
use super::super::names::Name;
use super::MOST_BYTES;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::config_key;

pub(crate) fn validate(object: &ConfigMap, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    valid_keys(report, object);
    max_size(report, &Path::ROOT, object);
}

/// The area of the rules below.
const AREA: &str = "configmap";

rules!(
    /// Keys of `data` and `binaryData` must consist of letters, digits, `-`, `_` and `.`, with at most 253 characters;
    /// a key may not be in both.
    ///
    /// Example: `data: {my key: a}`
    ///
    /// Source: `ValidateConfigMap`, pkg/apis/core/validation/validation.go
    fn valid_keys(report: &mut Report<'_>, object: &ConfigMap) {
        let at = Path::ROOT.field("data");
        for key in object.data.iter().flatten().map(|(key, _)| key) {
            report.require(&at.key(key), config_key(key));
            if object.binary_data.as_ref().is_some_and(|binary| binary.contains_key(key)) {
                report.error(
                    &at.key(key),
                    format_args!("`{key}` is also a key of `binaryData`: keys must be unique over both"),
                );
            }
        }
        let at = Path::ROOT.field("binaryData");
        for key in object.binary_data.iter().flatten().map(|(key, _)| key) {
            report.require(&at.key(key), config_key(key));
        }
    },

    /// The values of `data` and `binaryData` may have at most 1 MiB in total.
    ///
    /// Source: `ValidateConfigMap`, pkg/apis/core/validation/validation.go
    fn max_size(report: &mut Report<'_>, at: &Path<'_>, object: &ConfigMap) {
        let text: usize = object.data.iter().flatten().map(|(_, value)| value.len()).sum();
        let binary: usize = object.binary_data.iter().flatten().map(|(_, value)| value.0.len()).sum();
        let size = text + binary;
        if size > MOST_BYTES {
            report.error(at, format_args!("the values have {size} bytes in total: at most {MOST_BYTES} are allowed"));
        }
    }
);
