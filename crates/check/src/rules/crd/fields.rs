//! Paths to fields of a schema.

use std::collections::BTreeSet;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrBool, SelectableField,
};

use super::super::common::{repeated, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const MOST_SELECTABLE: usize = 8;

pub(super) fn selectable(
    report: &mut Report<'_>,
    at: &Path<'_>,
    fields: &[SelectableField],
    schema: Option<&JSONSchemaProps>,
) {
    if fields.is_empty() {
        return;
    }
    let Some(schema) = schema else { return selectable_needs_schema(report, at) };
    let followed = fields.iter().map(|field| &field.json_path).filter(|path| follow(path, schema, false).is_ok());
    few_selectable(report, at, followed.collect::<BTreeSet<_>>().len());
    let repeated = repeated(fields.iter().map(|field| &field.json_path));
    for (index, field) in fields.iter().enumerate() {
        let at = at.index(index);
        selectable_field(report, &at.field("jsonPath"), &field.json_path, schema, repeated[index]);
    }
}

/// The schema of the field that a path leads to: `.a.b`, and `['a']` where an index is allowed.
///
/// Source: `ValidFieldPath`, apiextensions-apiserver pkg/apiserver/schema/cel/validation.go
pub(super) fn follow<'s>(
    path: &str,
    schema: &'s JSONSchemaProps,
    has_index: bool,
) -> Result<Option<&'s JSONSchemaProps>, String> {
    let refuse = |why: &str| Err(format!("{path:?} is no path to a field: {why}"));
    let (mut rest, mut here) = (path, Some(schema));
    while !rest.is_empty() {
        let name;
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[', ']']).unwrap_or(after.len());
            (name, rest) = after.split_at(end);
        } else if let Some(after) = rest.strip_prefix("['").filter(|_| has_index) {
            let Some(end) = after.find("']") else { return refuse("an index does not end") };
            (name, rest) = (&after[..end], &after[end + 2..]);
        } else {
            return refuse("each step begins with `.`");
        }
        if name.is_empty() {
            return refuse("a step has no name");
        }
        let Some(schema) = here else { return refuse("it leads beyond what the schema describes") };
        here = match (&schema.properties, &schema.additional_properties) {
            (Some(properties), _) if !properties.is_empty() => match properties.get(name) {
                Some(found) => Some(found),
                None => return refuse(&format!("the schema has no `{name}` there")),
            },
            (_, Some(JSONSchemaPropsOrBool::Schema(found))) => Some(found),
            (_, Some(JSONSchemaPropsOrBool::Bool(_))) => None,
            _ => return refuse(&format!("the schema has no `{name}` there")),
        };
    }
    Ok(here)
}

rules!(
    /// Fields that are selected by are ones of a schema.
    ///
    /// Source: `validateCustomResourceDefinitionVersion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn selectable_needs_schema(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "there is no schema that has the fields");
    },

    /// At most 8 fields are selected by.
    ///
    /// Source: `ValidateCustomResourceSelectableFields`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn few_selectable(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MOST_SELECTABLE {
            report.error(at, format_args!("{count} are too many: at most {MOST_SELECTABLE}"));
        }
    },

    /// A field that is selected by is a text, a number without fractions or true and false, outside of the metadata.
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
            return report.required(at, "the field");
        }
        match follow(path, schema, false) {
            Err(why) => return report.error(at, why),
            Ok(found) => {
                let kind = found.map_or("", |found| text(&found.type_));
                if !["string", "boolean", "integer"].contains(&kind) {
                    report
                        .error(at, format_args!("{path:?} is a `{kind}`: `string`, `boolean` or `integer` is needed"));
                }
            }
        }
        if path.starts_with(".metadata.") || path == ".metadata" {
            report.error(at, "the metadata is selected by anyway");
        }
        if is_repeated {
            report.duplicate(at, format_args!("{path:?}"));
        }
    }
);
