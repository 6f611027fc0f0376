//! Prints diagnostics as one JSON object.

use serde_json::{Map, Value, json};

use super::{Checked, Counts, level};
use crate::object_diagnostic::ObjectDiagnostic;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, Sources};
use mkmanifests_yaml::tree::{Kind, Node};

/// Returns the indented JSON object `{objects, errors, warnings, skipped, diagnostics, failures}`; the first four are numbers.
///
/// A diagnostic has `severity`, `rule`, `message`, and where known `object` (`apiVersion`, `kind`, `namespace`, `name`),
/// `field`, `value`, `help`, `location` (`file`, `line`, `column`), `related` and `skipped` (the reason). A failure has `code`
/// instead of `rule`.
pub fn json(checked: Checked<'_>) -> String {
    let Counts { errors, warnings, skipped } = checked.counts();
    let diagnostics: Vec<Value> = checked.diagnostics.iter().map(|found| one(found, checked)).collect();
    let failures: Vec<Value> = checked.failures.iter().map(|it| diagnostic(it, checked.sources).into()).collect();
    let value = json!({
        "objects": checked.objects.len(),
        "errors": errors,
        "warnings": warnings,
        "skipped": skipped,
        "diagnostics": diagnostics,
        "failures": failures,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn one(found: &ObjectDiagnostic, checked: Checked<'_>) -> Value {
    let mut value = diagnostic(&found.diagnostic, checked.sources);
    if let Some(object) = checked.object(found) {
        value.insert("object".to_owned(), identity(object));
        if let Some(found) = object.field(found.diagnostic.field()).and_then(scalar) {
            value.insert("value".to_owned(), found);
        }
    }
    if let Some(skipped) = &found.skipped {
        value.insert("skipped".to_owned(), skipped.reason.as_str().into());
    }
    value.into()
}

fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> Map<String, Value> {
    let mut value = Map::new();
    let mut set = |key: &str, what: Value| drop(value.insert(key.to_owned(), what));
    set("severity", level(diagnostic).into());
    let code = diagnostic.code();
    set(if code.rule().is_some() { "rule" } else { "code" }, code.id().into());
    if !diagnostic.field().is_empty() {
        set("field", diagnostic.field().to_string().into());
    }
    set("message", diagnostic.message().into());
    if !diagnostic.help.is_empty() {
        set("help", diagnostic.help.iter().map(String::as_str).collect());
    }
    if let Some(location) = location(diagnostic.location, sources) {
        set("location", location);
    }
    let related = diagnostic.related.iter().filter_map(|(at, what)| {
        let mut location = location(*at, sources)?;
        location["message"] = what.as_str().into();
        Some(location)
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        set("related", related.into());
    }
    value
}

fn location(location: Location, sources: &Sources) -> Option<Value> {
    let source = sources.get(location.source)?;
    Some(json!({"file": source.name, "line": location.line, "column": location.column}))
}

fn identity(object: &Node) -> Value {
    let mut value = Map::new();
    for (key, path) in [
        ("apiVersion", &["apiVersion"][..]),
        ("kind", &["kind"]),
        ("namespace", &["metadata", "namespace"]),
        ("name", &["metadata", "name"]),
    ] {
        if let Some(text) = object.find(path.iter().copied()).and_then(Node::as_str) {
            value.insert(key.to_owned(), text.into());
        }
    }
    value.into()
}

/// Returns the value of a field, unless it is a list or mapping.
fn scalar(node: &Node) -> Option<Value> {
    match node.kind {
        Kind::Map(_) | Kind::Seq(_) => None,
        _ => serde_json::to_value(node).ok(),
    }
}
