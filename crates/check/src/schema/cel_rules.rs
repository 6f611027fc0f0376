//! Evaluates the validation rules (`x-kubernetes-validations`, in CEL) of a schema.
//!
//! Source: `Validator.Validate`, apiextensions-apiserver pkg/apiserver/schema/cel/validation.go

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::walk::flag;
use crate::cel::{self, Stop, Value, field_name};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::go_duration;
use mkmanifests_yaml::tree::{Kind, Node};

/// Runs all validation rules of a schema on an object with defaults, which is valid otherwise.
pub(super) fn root(report: &mut Report<'_>, object: &Node, schema: &Node) {
    run(report, &Path::ROOT, object, schema, true, false);
}

/// Runs all validation rules of a schema on a value; `is_resource` if it has `metadata` like an object. With `is_old` the
/// value existed before, unchanged: transition rules run, too.
pub(crate) fn run(
    report: &mut Report<'_>,
    at: &Path<'_>,
    value: &Node,
    schema: &Node,
    is_resource: bool,
    is_old: bool,
) {
    if has_rules(schema) {
        run_inside(report, at, value, schema, is_resource, is_old);
    }
}

fn has_rules(schema: &Node) -> bool {
    match &schema.kind {
        Kind::Map(map) => {
            map.get("x-kubernetes-validations").is_some() || map.entries().iter().any(|entry| has_rules(&entry.value))
        }
        _ => false,
    }
}

fn run_inside(report: &mut Report<'_>, at: &Path<'_>, node: &Node, schema: &Node, is_root: bool, is_old: bool) {
    let rules = schema.get("x-kubernetes-validations").and_then(Node::as_seq).unwrap_or_default();
    if !rules.is_empty() {
        let value = value_of(node, schema, is_root);
        for rule in rules {
            run_rule(report, at, rule, &value, is_old);
        }
    }
    match &node.kind {
        Kind::Map(map) => {
            let is_old = is_old && kind_of(schema, "x-kubernetes-map-type") != "atomic";
            for entry in map.entries() {
                let key = entry.key.as_ref();
                let property = schema.get("properties").and_then(|properties| properties.get(key));
                let others = schema.get("additionalProperties").filter(|schema| schema.as_map().is_some());
                match (property, others) {
                    (Some(schema), _) => run_inside(report, &at.field(key), &entry.value, schema, false, is_old),
                    (None, Some(schema)) => run_inside(report, &at.key(key), &entry.value, schema, false, is_old),
                    _ => {}
                }
            }
        }
        Kind::Seq(items) => {
            // Only items of a list with keys correlate with old items.
            let is_old = is_old && kind_of(schema, "x-kubernetes-list-type") == "map";
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                run_inside(report, &at.index(index), item, schema, false, is_old);
            }
        }
        _ => {}
    }
}

fn kind_of<'n>(schema: &'n Node, key: &str) -> &'n str {
    schema.get(key).and_then(Node::as_str).unwrap_or_default()
}

fn run_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &Node, value: &Value, is_old: bool) {
    let text = |key: &str| rule.get(key).and_then(Node::as_str).unwrap_or_default();
    let mut variables = vec![("self".to_owned(), value.clone())];
    if flag(rule, "optionalOldSelf") {
        variables.push(("oldSelf".to_owned(), Value::Optional(is_old.then(|| Box::new(value.clone())))));
    } else if is_old {
        variables.push(("oldSelf".to_owned(), value.clone()));
    } else if cel::mentions(text("rule"), "oldSelf") {
        // A transition rule: there is no old value when an object is created.
        return;
    }
    let broken = match cel::evaluate(text("rule"), variables.clone()) {
        Ok(Value::Bool(false)) => message(rule, variables),
        Err(Stop::Error(why)) => format!("cannot evaluate the validation rule `{}`: {why}", text("rule").trim()),
        _ => return,
    };
    // `fieldPath` is relative to the value: `.a.b` or `['a']`.
    let path = text("fieldPath").replace("['", ".").replace("']", "");
    match path.trim_start_matches('.') {
        "" => validation_rule(report, at, &broken),
        path => validation_rule(report, &at.field(path), &broken),
    }
}

/// Returns the message of a rule that a value breaks.
fn message(rule: &Node, variables: Vec<(String, Value)>) -> String {
    let text = |key: &str| rule.get(key).and_then(Node::as_str).unwrap_or_default();
    let computed = (!text("messageExpression").is_empty()).then(|| cel::evaluate(text("messageExpression"), variables));
    match computed {
        Some(Ok(Value::String(message))) if !message.trim().is_empty() => message.trim().to_owned(),
        _ if !text("message").trim().is_empty() => text("message").trim().to_owned(),
        _ => format!("does not satisfy the validation rule `{}`", text("rule").trim()),
    }
}

/// Converts a value to CEL by its schema.
///
/// Source: `UnstructuredToVal`, apiserver pkg/cel/common/values.go
fn value_of(node: &Node, schema: &Node, is_root: bool) -> Value {
    let text = |key: &str| schema.get(key).and_then(Node::as_str).unwrap_or_default();
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Int(number) if text("type") == "number" => Value::Double(*number as f64),
        Kind::Int(number) => Value::Int(*number),
        Kind::UInt(number) => Value::Double(*number as f64),
        Kind::Float(number) if text("type") == "integer" => Value::Int(*number as i64),
        Kind::Float(number) => Value::Double(*number),
        Kind::Str(value) => of_text(value, text("type"), text("format")),
        // Only `--set-file` produces such text, never a document.
        Kind::Raw(_) => Value::Null,
        Kind::Seq(items) => {
            let empty = Node::default();
            let schema = schema.get("items").unwrap_or(&empty);
            Value::List(items.iter().map(|item| value_of(item, schema, false)).collect())
        }
        Kind::Map(_) => Value::Map(of_map(node, schema, is_root)),
    }
}

fn of_text(value: &str, kind: &str, format: &str) -> Value {
    let converted = match format {
        _ if kind != "string" => None,
        "byte" => STANDARD.decode(value).ok().map(Value::Bytes),
        "duration" => go_duration(value).map(Value::Duration),
        "date-time" => value.parse().ok().map(Value::Timestamp),
        "date" => format!("{value}T00:00:00Z").parse().ok().map(Value::Timestamp),
        _ => None,
    };
    converted.unwrap_or_else(|| Value::String(value.to_owned()))
}

fn of_map(node: &Node, schema: &Node, is_root: bool) -> BTreeMap<String, Value> {
    let others = schema.get("additionalProperties").filter(|schema| schema.as_map().is_some());
    let is_resource = is_root || flag(schema, "x-kubernetes-embedded-resource");
    let empty = Node::default();
    let entries = node.as_map().into_iter().flat_map(|map| map.entries());
    let converted = entries.filter_map(|entry| {
        let key = entry.key.as_ref();
        let property = schema.get("properties").and_then(|properties| properties.get(key));
        match (property, others) {
            (Some(schema), _) => Some((field_name(key)?, value_of(&entry.value, schema, false))),
            (None, Some(schema)) => Some((key.to_owned(), value_of(&entry.value, schema, false))),
            (None, None) if is_resource && ["apiVersion", "kind", "metadata"].contains(&key) => {
                Some((key.to_owned(), value_of(&entry.value, &empty, false)))
            }
            _ => None,
        }
    });
    converted.collect()
}

/// The area of the rules below.
const AREA: &str = "customresource";

rules!(
    /// A custom resource must satisfy the validation rules (`x-kubernetes-validations`) of its schema.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
    fn validation_rule(report: &mut Report<'_>, at: &Path<'_>, message: &str) {
        report.error(at, message);
    }
);
