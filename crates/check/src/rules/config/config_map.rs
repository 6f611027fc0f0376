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
    config_map_keys(report, object);
    config_map_size(report, &Path::ROOT, object);
}

rules!(
    /// Keys of a ConfigMap can be names of files, and no key is both text and binary.
    ///
    /// Source: `ValidateConfigMap`, pkg/apis/core/validation/validation.go
    fn config_map_keys(report: &mut Report<'_>, object: &ConfigMap) {
        let at = Path::ROOT.field("data");
        for key in object.data.iter().flatten().map(|(key, _)| key) {
            report.require(&at.key(key), config_key(key));
            if object.binary_data.as_ref().is_some_and(|binary| binary.contains_key(key)) {
                report.error(&at.key(key), format_args!("`{key}` is in `binaryData` too"));
            }
        }
        let at = Path::ROOT.field("binaryData");
        for key in object.binary_data.iter().flatten().map(|(key, _)| key) {
            report.require(&at.key(key), config_key(key));
        }
    },

    /// The values of a ConfigMap have at most 1 MiB together.
    ///
    /// Source: `ValidateConfigMap`, pkg/apis/core/validation/validation.go
    fn config_map_size(report: &mut Report<'_>, at: &Path<'_>, object: &ConfigMap) {
        let text: usize = object.data.iter().flatten().map(|(_, value)| value.len()).sum();
        let binary: usize = object.binary_data.iter().flatten().map(|(_, value)| value.0.len()).sum();
        let size = text + binary;
        if size > MOST_BYTES {
            report.error(at, format_args!("the values have {size} bytes together: at most {MOST_BYTES}"));
        }
    }
);
