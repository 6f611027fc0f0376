//! Paths to fields of a schema.

use std::collections::BTreeSet;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrBool, SelectableField,
};

use super::super::common::{duplicates, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const MAX_SELECTABLE: usize = 8;

pub(super) fn selectable(
    report: &mut Report<'_>,
    at: &Path<'_>,
    fields: &[SelectableField],
    schema: Option<&JSONSchemaProps>,
) {
    if fields.is_empty() {
        return;
    }
    let Some(schema) = schema else { return selectable_fields_need_schema(report, at) };
    let followed = fields.iter().map(|field| &field.json_path).filter(|path| follow(path, schema, false).is_ok());
    max_selectable_fields(report, at, followed.collect::<BTreeSet<_>>().len());
    let duplicates = duplicates(fields.iter().map(|field| &field.json_path));
    for (index, field) in fields.iter().enumerate() {
        let at = at.index(index);
        selectable_field(report, &at.field("jsonPath"), &field.json_path, schema, duplicates[index]);
    }
}

/// Returns the schema of the field at a path: `.a.b`, and `['a']` where an index is allowed.
///
/// Source: `ValidFieldPath`, apiextensions-apiserver pkg/apiserver/schema/cel/validation.go
pub(super) fn follow<'s>(
    path: &str,
    schema: &'s JSONSchemaProps,
    has_index: bool,
) -> Result<Option<&'s JSONSchemaProps>, String> {
    let refuse = |why: &str| Err(format!("{path:?} is not the path of a field: {why}"));
    let (mut rest, mut here) = (path, Some(schema));
    while !rest.is_empty() {
        let name;
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[', ']']).unwrap_or(after.len());
            (name, rest) = after.split_at(end);
        } else if let Some(after) = rest.strip_prefix("['").filter(|_| has_index) {
            let Some(end) = after.find("']") else { return refuse("`['` has no closing `']`") };
            (name, rest) = (&after[..end], &after[end + 2..]);
        } else {
            return refuse("each segment must start with `.`");
        }
        if name.is_empty() {
            return refuse("a segment is empty");
        }
        let Some(schema) = here else { return refuse("the schema does not specify this field") };
        here = match (&schema.properties, &schema.additional_properties) {
            (Some(properties), _) if !properties.is_empty() => match properties.get(name) {
                Some(found) => Some(found),
                None => return refuse(&format!("the schema has no field `{name}` here")),
            },
            (_, Some(JSONSchemaPropsOrBool::Schema(found))) => Some(found),
            (_, Some(JSONSchemaPropsOrBool::Bool(_))) => None,
            _ => return refuse(&format!("the schema has no field `{name}` here")),
        };
    }
    Ok(here)
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// A version with `selectableFields` must have a schema.
    ///
    /// Source: `validateCustomResourceDefinitionVersion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn selectable_fields_need_schema(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "the version must have a schema");
    },

    /// A version may have at most 8 `selectableFields`.
    ///
    /// Source: `ValidateCustomResourceSelectableFields`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn max_selectable_fields(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MAX_SELECTABLE {
            report.error(at, format_args!("must have at most {MAX_SELECTABLE} items, found {count}"));
        }
    },

    /// `jsonPath` of a selectable field must be unique and lead to a field of type `string`, `boolean` or `integer`
    /// outside `metadata`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object}}, selectableFields: [{jsonPath: .spec}]}]}`
    ///
    /// Source: `ValidateCustomResourceSelectableFields`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn selectable_field(
        report: &mut Report<'_>,
        at: &Path<'_>,
        path: &str,
        schema: &JSONSchemaProps,
        is_repeated: bool,
    ) {
        if path.is_empty() {
            return report.required(at, "the path of the field, such as `.spec.color`");
        }
        match follow(path, schema, false) {
            Err(why) => return report.error(at, why),
            Ok(found) => {
                let kind = found.map_or("", |found| text(&found.type_));
                if !["string", "boolean", "integer"].contains(&kind) {
                    report.error(
                        at,
                        format_args!("{path:?} has type `{kind}`: must be `string`, `boolean` or `integer`"),
                    );
                }
            }
        }
        if path.starts_with(".metadata.") || path == ".metadata" {
            report.error(at, "may not be a field of `metadata`");
        }
        if is_repeated {
            report.duplicate(at, format_args!("{path:?}"));
        }
    }
);
