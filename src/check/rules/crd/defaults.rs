//! Whether defaults are what their schema asks for.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;

use super::structural::items;
use super::value;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::rules;

pub(super) fn defaults(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    if let Some(default) = &schema.default {
        default_fits(report, &at.field("default"), schema, &default.0);
    }
    if let Some(items) = items(schema) {
        defaults(report, &at.field("items"), items);
    }
    let at = at.field("properties");
    for (name, property) in schema.properties.iter().flatten() {
        defaults(report, &at.key(name), property);
    }
}

rules! {
    /// A default is a value that its schema takes, with no field that the schema does not know.
    ///
    /// Source: `ValidateDefaults`, apiextensions-apiserver pkg/apiserver/schema/defaulting/validation.go
    fn default_fits(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, default: &serde_json::Value) {
        if value::has_unknown_fields(default, schema) {
            report.error(at, "it has a field that the schema does not know");
        }
        value::check(report, at, &value::with_defaults(default.clone(), schema), schema);
    }
}
