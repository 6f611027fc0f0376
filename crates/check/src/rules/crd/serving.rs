//! Subresources and printer columns.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceColumnDefinition, CustomResourceSubresourceScale, CustomResourceSubresources,
};

use super::super::common::{required_text, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const FORMATS: [&str; 8] = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

pub(super) fn subresources(
    report: &mut Report<'_>,
    at: &Path<'_>,
    written: &Path<'_>,
    subresources: &CustomResourceSubresources,
) {
    if let Some(status) = subresources.status.as_ref().filter(|status| !status.0.is_object()) {
        // An API server decodes it before it moves fields to the top.
        status_subresource(report, &written.field("status"), &status.0.to_string());
    }
    if let Some(scale) = &subresources.scale {
        scale_subresource(report, &at.field("scale"), scale);
    }
}

pub(super) fn columns(report: &mut Report<'_>, at: &Path<'_>, columns: &[CustomResourceColumnDefinition]) {
    for (index, column) in columns.iter().enumerate() {
        printer_column(report, &at.index(index), column);
    }
}

fn path_below(path: &str, parents: &[&str]) -> Result<(), String> {
    let listed = parents.iter().map(|parent| format!("`{parent}`")).collect::<Vec<_>>().join(" or ");
    if parents.iter().any(|parent| path.starts_with(parent)) {
        return Ok(());
    }
    Err(format!("{path:?} must start with {listed}"))
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// `specReplicasPath` must be a path below `.spec`, `statusReplicasPath` below `.status`, and `labelSelectorPath`
    /// below either.
    ///
    /// Source: `ValidateCustomResourceDefinitionSubresources`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn scale_subresource(report: &mut Report<'_>, at: &Path<'_>, scale: &CustomResourceSubresourceScale) {
        for (field, path, parent) in [
            ("specReplicasPath", &scale.spec_replicas_path, ".spec."),
            ("statusReplicasPath", &scale.status_replicas_path, ".status."),
        ] {
            if path.is_empty() {
                report.required(&at.field(field), "the path of the replica count, such as `.spec.replicas`");
            } else {
                report.require(&at.field(field), path_below(path, &[parent]));
            }
        }
        let selector = text(&scale.label_selector_path);
        if !selector.is_empty() {
            report.require(&at.field("labelSelectorPath"), path_below(selector, &[".spec.", ".status."]));
        }
    },

    /// `subresources.status` must be an empty object, `{}`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object}}, subresources: {status: 1}}]}`
    ///
    /// Source: `CustomResourceSubresourceStatus`, apiextensions-apiserver pkg/apis/apiextensions/v1/types.go
    fn status_subresource(report: &mut Report<'_>, at: &Path<'_>, found: &str) {
        report.error(at, format_args!("must be an object: write `status: {{}}`, found `{found}`"));
    },

    /// A printer column must have a `name`, a `type` of `boolean`, `date`, `integer`, `number` or `string`, and a
    /// `jsonPath` that starts with `.`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object}}, additionalPrinterColumns: [{name: A, type: text, jsonPath: .a}]}]}`
    ///
    /// Source: `ValidateCustomResourceColumnDefinition`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn printer_column(report: &mut Report<'_>, at: &Path<'_>, column: &CustomResourceColumnDefinition) {
        required_text(report, &at.field("name"), &column.name, "the heading of the column");
        if column.type_.is_empty() {
            report.required(&at.field("type"), "must be `boolean`, `date`, `integer`, `number` or `string`");
        } else {
            report.one_of(&at.field("type"), &column.type_, &TYPES);
        }
        if !text(&column.format).is_empty() {
            report.one_of(&at.field("format"), text(&column.format), &FORMATS);
        }
        // An API server writes the field in capitals here.
        let (at, location) = (at.field("JSONPath"), at.field("jsonPath"));
        if column.json_path.is_empty() {
            report.required(&at, "the path of the value, such as `.spec.replicas`");
        } else if !column.json_path.starts_with('.') {
            report.error_in(&at, &location, format_args!("{:?} must start with `.`", column.json_path));
        }
    }
);
