//! The OpenAPI fields that an API server supports in a schema, and where defaults may be set.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};

use super::super::common::{list, text};
use super::structural::{self, additional, is_true, items};
use super::{costs, defaults, expressions, lists};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The context of a subschema.
#[derive(Clone, Copy)]
struct Context {
    /// Why `default` may not be set, if so.
    no_default: Option<&'static str>,
    is_in_metadata: bool,
    /// Whether a value and its old value can be correlated.
    is_correlated: bool,
    /// Whether CEL rules are compiled.
    has_rules: bool,
    is_root: bool,
}

/// Validates a whole schema.
pub(super) fn schema(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, has_status: bool) {
    let before = report.len();
    root_schema(report, at, schema, has_status);
    let start = report.len();
    structural::schema(report, at, schema);
    if report.len() == start {
        defaults::defaults(report, at, schema);
    }
    let context = Context {
        no_default: None,
        is_in_metadata: false,
        is_correlated: true,
        has_rules: report.len() == before || report.len() == start,
        is_root: true,
    };
    part(report, at, schema, context);
    if report.len() == before {
        costs::costs(report, at, schema);
    }
}

fn part(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, context: Context) {
    let before = report.len();
    supported_schema_fields(report, at, schema);
    default_placement(report, at, schema, context.no_default);
    no_embedded_resource_in_metadata(report, at, schema, context.is_in_metadata);
    lists::lists(report, at, schema);
    expressions::texts(report, at, schema);
    below(report, at, schema, context);
    alternatives(report, at, schema, Context { has_rules: false, is_root: false, ..context });
    if context.has_rules && report.len() == before {
        expressions::compile(report, at, schema, context.is_root, context.is_correlated);
    }
}

fn below(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, context: Context) {
    let inner = Context { is_root: false, ..context };
    if let Some(other) = additional(schema) {
        let no_default = context.no_default.or(context.is_in_metadata.then_some("not allowed within `metadata`"));
        part(report, &at.field("additionalProperties"), other, Context { no_default, ..inner });
    }
    let at_properties = at.field("properties");
    let is_object = context.is_root || is_true(schema.x_kubernetes_embedded_resource);
    let is_correlated = context.is_correlated && schema.x_kubernetes_map_type.as_deref() != Some("atomic");
    for (name, property) in schema.properties.iter().flatten() {
        let is_meta = is_object && ["metadata", "kind", "apiVersion"].contains(&name.as_str());
        let no_default = context
            .no_default
            .or((is_meta && context.is_root).then_some("not allowed on `apiVersion`, `kind` and `metadata`"));
        let inner = Context { no_default, is_in_metadata: context.is_in_metadata || is_meta, is_correlated, ..inner };
        part(report, &at_properties.key(name), property, inner);
    }
    let is_correlated = context.is_correlated && schema.x_kubernetes_list_type.as_deref() == Some("map");
    let inner = Context { is_correlated, ..inner };
    if let Some(items) = items(schema) {
        part(report, &at.field("items"), items, inner);
    }
    if let Some(JSONSchemaPropsOrArray::Schemas(schemas)) = &schema.items {
        let at = at.field("items");
        for (index, schema) in schemas.iter().enumerate() {
            part(report, &at.index(index), schema, inner);
        }
    }
}

fn alternatives(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, context: Context) {
    if let Some(not) = &schema.not {
        part(report, &at.field("not"), not, context);
    }
    for (field, schemas) in [("allOf", &schema.all_of), ("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
        let at = at.field(field);
        for (index, schema) in list(schemas).iter().enumerate() {
            part(report, &at.index(index), schema, context);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// The root of a schema may not be `nullable`; with the `status` subresource it must have type `object` and only
    /// `properties`, `required`, `description` and similar fields.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, nullable: true}}}]}`
    ///
    /// Source: `validateCustomResourceDefinitionValidation`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn root_schema(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, has_status: bool) {
        if is_true(schema.nullable) {
            report.forbidden(&at.field("nullable"), "the root of a schema may not be null");
        }
        let kind = text(&schema.type_);
        if has_status && !kind.is_empty() && kind != "object" {
            report.error(&at.field("type"), "must be `object` when the `status` subresource is set");
        }
        let has = |schemas: &Option<Vec<JSONSchemaProps>>| !list(schemas).is_empty();
        let others = [
            ("allOf", has(&schema.all_of)),
            ("anyOf", has(&schema.any_of)),
            ("oneOf", has(&schema.one_of)),
            ("not", schema.not.is_some()),
            ("additionalProperties", schema.additional_properties.is_some()),
            ("$schema", !text(&schema.schema).is_empty()),
            ("default", schema.default.is_some()),
            ("enum", schema.enum_.as_ref().is_some_and(|values| !values.is_empty())),
            ("maxProperties", schema.max_properties.is_some()),
            ("minProperties", schema.min_properties.is_some()),
            ("nullable", is_true(schema.nullable)),
            ("x-kubernetes-embedded-resource", is_true(schema.x_kubernetes_embedded_resource)),
            ("x-kubernetes-int-or-string", is_true(schema.x_kubernetes_int_or_string)),
            ("x-kubernetes-list-map-keys", !list(&schema.x_kubernetes_list_map_keys).is_empty()),
            ("x-kubernetes-list-type", schema.x_kubernetes_list_type.is_some()),
            ("x-kubernetes-map-type", schema.x_kubernetes_map_type.is_some()),
        ];
        if let Some((field, _)) = others.into_iter().find(|(_, is_set)| has_status && *is_set) {
            let message =
                format_args!("`{field}` may not be set at the root of the schema when the `status` subresource is set");
            report.error_in(at, &at.field(field), message);
        }
    },

    /// A schema must have a known `type`, and may not use `id`, `$ref`, `additionalItems`, `patternProperties`,
    /// `definitions`, `dependencies`, `uniqueItems` or a list of `items`; `properties` and `additionalProperties` are
    /// mutually exclusive.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, definitions: {a: {type: string}}}}}]}`
    ///
    /// Source: `specStandardValidatorV3`, `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn supported_schema_fields(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
        let kind = text(&schema.type_);
        if !kind.is_empty() {
            report.one_of(&at.field("type"), kind, &TYPES);
        }
        let fields = [
            ("id", !text(&schema.id).is_empty()),
            ("additionalItems", schema.additional_items.is_some()),
            ("patternProperties", schema.pattern_properties.as_ref().is_some_and(|it| !it.is_empty())),
            ("definitions", schema.definitions.as_ref().is_some_and(|it| !it.is_empty())),
            ("dependencies", schema.dependencies.is_some()),
            ("$ref", schema.ref_path.is_some()),
            ("items", matches!(&schema.items, Some(JSONSchemaPropsOrArray::Schemas(schemas)) if !schemas.is_empty())),
            ("uniqueItems", is_true(schema.unique_items)),
        ];
        for (field, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
            report.forbidden(&at.field(field), "not supported in CustomResourceDefinitions");
        }
        let has_properties = schema.properties.as_ref().is_some_and(|properties| !properties.is_empty());
        let is_open = !matches!(schema.additional_properties, None | Some(JSONSchemaPropsOrBool::Bool(true)));
        if has_properties && is_open {
            report.forbidden(
                &at.field("additionalProperties"),
                "`properties` is set, and the two are mutually exclusive",
            );
        }
        if schema.x_kubernetes_preserve_unknown_fields == Some(false) {
            report.error(&at.field("x-kubernetes-preserve-unknown-fields"), "must be `true` or omitted");
        }
    },

    /// `default` may not be set in `metadata`, or on `apiVersion`, `kind` and `metadata` of the object.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, properties: {kind: {type: string, default: a}}}}}]}`
    ///
    /// Source: `specStandardValidatorV3`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn default_placement(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, why: Option<&'static str>) {
        if let (Some(why), Some(_)) = (why, &schema.default) {
            report.forbidden(&at.field("default"), why);
        }
    },

    /// `x-kubernetes-embedded-resource` may not be set within `metadata`.
    ///
    /// Source: `specStandardValidatorV3`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn no_embedded_resource_in_metadata(
        report: &mut Report<'_>,
        at: &Path<'_>,
        schema: &JSONSchemaProps,
        is_in_metadata: bool,
    ) {
        if is_in_metadata && is_true(schema.x_kubernetes_embedded_resource) {
            report.forbidden(&at.field("x-kubernetes-embedded-resource"), "not allowed within `metadata`");
        }
    }
);
