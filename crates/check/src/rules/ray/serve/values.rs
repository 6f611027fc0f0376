//! Validates a configuration against the schema of Serve: fields, types and ranges.

use mkmanifests_yaml::diagnostic::{did_you_mean, listed};
use mkmanifests_yaml::tree::{Kind, Map, Node};

use super::schema::{Range, Schema, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates an object and all that it contains.
pub(super) fn object(report: &mut Report<'_>, at: &Path<'_>, object: &Map, schema: &Schema) {
    for entry in object.entries() {
        if schema.fields.iter().all(|field| field.name != entry.key.as_ref()) {
            known_field(report, &at.field(&entry.key), &entry.key, schema);
        }
    }
    for field in schema.fields {
        let at = at.field(field.name);
        match object.get(field.name) {
            Some(value) if field.nullable && value.is_null() => {}
            Some(found) => value(report, &at, found, field.kind),
            None if field.required => required_field(report, &at),
            None => {}
        }
    }
}

fn value(report: &mut Report<'_>, at: &Path<'_>, found: &Node, kind: Type) {
    match (kind, &found.kind) {
        (Type::Anything, _) | (Type::Text, Kind::Str(_)) | (Type::Mapping, Kind::Map(_)) => {}
        (Type::Boolean, _) if is_boolean(found) => {}
        (Type::Integer(range) | Type::Number(range), _) => match number(found) {
            Some(number) if !matches!(kind, Type::Integer(_)) || number.fract() == 0.0 => {
                number_range(report, at, number, range);
            }
            _ => field_type(report, at, found, kind),
        },
        (Type::OneOf(allowed), Kind::Str(text)) => allowed_value(report, at, text, allowed),
        (Type::Texts, Kind::Map(map)) => each(report, at, map, Type::Text),
        (Type::Numbers, Kind::Map(map)) => each(report, at, map, Type::Number(Range::Any)),
        (Type::List(kind), Kind::Seq(items)) => {
            for (index, item) in items.iter().enumerate() {
                value(report, &at.index(index), item, *kind);
            }
        }
        (Type::Object(schema), Kind::Map(map)) => object(report, at, map, schema),
        _ => field_type(report, at, found, kind),
    }
}

fn each(report: &mut Report<'_>, at: &Path<'_>, map: &Map, kind: Type) {
    map.entries().iter().for_each(|entry| value(report, &at.key(&entry.key), &entry.value, kind));
}

/// Reads a number as pydantic does: also from a boolean, and from a string with a number.
pub(super) fn number(value: &Node) -> Option<f64> {
    match &value.kind {
        Kind::Int(number) => Some(*number as f64),
        Kind::UInt(number) => Some(*number as f64),
        Kind::Float(number) => Some(*number),
        Kind::Bool(is_true) => Some(f64::from(u8::from(*is_true))),
        Kind::Str(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Returns whether pydantic reads a boolean from a value.
fn is_boolean(value: &Node) -> bool {
    match &value.kind {
        Kind::Bool(_) | Kind::Int(0 | 1) => true,
        Kind::Str(text) => {
            let known = ["0", "1", "off", "on", "f", "t", "false", "true", "n", "y", "no", "yes"];
            known.iter().any(|known| known.eq_ignore_ascii_case(text))
        }
        _ => false,
    }
}

fn describe(kind: Type) -> &'static str {
    match kind {
        Type::Anything => "a value",
        Type::Text | Type::OneOf(_) => "a string",
        Type::Boolean => "`true` or `false`",
        Type::Number(_) => "a number",
        Type::Integer(_) => "an integer",
        Type::Mapping | Type::Object(_) => "a mapping",
        Type::Texts => "a mapping of strings",
        Type::Numbers => "a mapping of numbers",
        Type::List(_) => "a list",
    }
}

/// The area of the rules below.
const AREA: &str = "serveconfig";

rules!(
    /// A Serve configuration may have only fields that Ray Serve knows. It ignores most unknown fields, which is a
    /// warning, and refuses those of `logging_config`, `tracing_config`, `backpressure_config` and `controller_options`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{name: a, import_pathh: x.y, import_path: app.main}]"}`
    ///
    /// Source: `ServeDeploySchema`, Ray serve/schema.py
    fn known_field(report: &mut Report<'_>, at: &Path<'_>, name: &str, schema: &Schema) {
        let known = schema.fields.iter().map(|field| field.name);
        let help = match report.nearest(name, known.clone()) {
            Some(near) => did_you_mean(near),
            None => format!("known fields: {}", listed(known)),
        };
        if schema.closed {
            report.error_with_help(at, "unknown field", help);
        } else {
            report.warning_with_help(at, "unknown field: Ray Serve ignores it", help);
        }
    },

    /// `applications`, `import_path`, and the `name` of a deployment are required in a Serve configuration.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{name: app}]"}`
    ///
    /// Source: `ServeDeploySchema`, Ray serve/schema.py
    fn required_field(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "required: Ray Serve has no default for it");
    },

    /// A field of a Serve configuration must have its type.
    ///
    /// Example: `spec: {serveConfigV2: "applications: {import_path: app.main}"}`
    ///
    /// Source: `ServeDeploySchema`, Ray serve/schema.py
    pub(super) fn field_type(report: &mut Report<'_>, at: &Path<'_>, found: &Node, kind: Type) {
        report.error(at, format_args!("expected {}, found {}", describe(kind), found.describe()));
    },

    /// A number of a Serve configuration must be in its range.
    ///
    /// Example: `spec: {serveConfigV2: "{applications: [], target_capacity: 120}"}`
    ///
    /// Source: `ServeDeploySchema`, Ray serve/schema.py
    fn number_range(report: &mut Report<'_>, at: &Path<'_>, number: f64, range: Range) {
        let (holds, expected) = match range {
            Range::Any => return,
            Range::NotNegative => (number >= 0.0, "0 or more".to_owned()),
            Range::Positive => (number > 0.0, "more than 0".to_owned()),
            Range::Fraction => (number > 0.0 && number <= 1.0, "more than 0 and at most 1".to_owned()),
            Range::Between(low, high) => {
                ((f64::from(low)..=f64::from(high)).contains(&number), format!("between {low} and {high}"))
            }
        };
        if !holds {
            report.error(at, format_args!("must be {expected}, found {number}"));
        }
    },

    /// A field of a Serve configuration with fixed values, such as `proxy_location`, must have one of them.
    ///
    /// Example: `spec: {serveConfigV2: "{applications: [], proxy_location: Head}"}`
    ///
    /// Source: `ServeDeploySchema`, Ray serve/schema.py
    pub(super) fn allowed_value(report: &mut Report<'_>, at: &Path<'_>, text: &str, allowed: &[&str]) {
        report.one_of(at, text, allowed);
    }
);
