//! What is served beside the objects themselves: subresources, and the columns of a table.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceColumnDefinition, CustomResourceSubresourceScale, CustomResourceSubresources,
};

use super::super::common::{filled, text};
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
        // It is read before anything is moved.
        status_is_an_object(report, &written.field("status"), &status.0.to_string());
    }
    if let Some(scale) = &subresources.scale {
        scale_paths(report, &at.field("scale"), scale);
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
    Err(format!("{path:?} is not a path that begins with {listed}"))
}

rules!(
    /// What is scaled is counted below `.spec` and `.status`, and selected below one of them.
    ///
    /// Source: `ValidateCustomResourceDefinitionSubresources`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn scale_paths(report: &mut Report<'_>, at: &Path<'_>, scale: &CustomResourceSubresourceScale) {
        for (field, path, parent) in [
            ("specReplicasPath", &scale.spec_replicas_path, ".spec."),
            ("statusReplicasPath", &scale.status_replicas_path, ".status."),
        ] {
            if path.is_empty() {
                report.required(&at.field(field), "where the replicas are counted");
            } else {
                report.require(&at.field(field), path_below(path, &[parent]));
            }
        }
        let selector = text(&scale.label_selector_path);
        if !selector.is_empty() {
            report.require(&at.field("labelSelectorPath"), path_below(selector, &[".spec.", ".status."]));
        }
    },

    /// The status of subresources is an object, in which nothing is said.
    ///
    /// Source: `CustomResourceSubresourceStatus`, apiextensions-apiserver pkg/apis/apiextensions/v1/types.go
    fn status_is_an_object(report: &mut Report<'_>, at: &Path<'_>, found: &str) {
        report.error(at, format_args!("expected an object, found `{found}`: `status: {{}}`"));
    },

    /// A column has a name, a type that there is, and a path that begins with a dot.
    ///
    /// Source: `ValidateCustomResourceColumnDefinition`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn printer_column(report: &mut Report<'_>, at: &Path<'_>, column: &CustomResourceColumnDefinition) {
        filled(report, &at.field("name"), &column.name, "the head of the column");
        if column.type_.is_empty() {
            report.required(&at.field("type"), "`string` or such");
        } else {
            report.one_of(&at.field("type"), &column.type_, &TYPES);
        }
        if !text(&column.format).is_empty() {
            report.one_of(&at.field("format"), text(&column.format), &FORMATS);
        }
        // An API server writes the field in capitals here.
        let (at, location) = (at.field("JSONPath"), at.field("jsonPath"));
        if column.json_path.is_empty() {
            report.required(&at, "where the value is");
        } else if !column.json_path.starts_with('.') {
            report.error_in(&at, &location, format_args!("{:?} does not begin with `.`", column.json_path));
        }
    }
);
