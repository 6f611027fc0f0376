//! Prints diagnostics as SARIF (Static Analysis Results Interchange Format), which code scanning services read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};

use super::{Checked, level, whole};
use crate::catalog;
use crate::object_diagnostic::ObjectDiagnostic;
use crate::rule::Rule;
use crate::types::object_name;
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, ObjectName, Severity, Sources};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Returns a SARIF 2.1.0 log with one run: all rules, the diagnostics as results (skipped ones with a suppression and its
/// reason), and errors of reading as notifications.
pub fn sarif(checked: Checked<'_>) -> String {
    let rules = catalog::all();
    let results: Vec<Value> = checked.diagnostics.iter().map(|found| result(found, checked, &rules)).collect();
    let failures = checked.failures.iter().map(|failure| notification(failure, checked.sources));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "mkmanifests",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": checked.failures.is_empty(),
                "toolExecutionNotifications": failures.collect::<Vec<_>>(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// Describes a rule of the tool.
fn described(rule: &Rule) -> Value {
    let level = if catalog::severity(rule) == Severity::Warning { "warning" } else { "error" };
    let source = rule.source();
    let mut described = json!({
        "id": rule.id,
        "shortDescription": {"text": rule.description()},
        "help": {"text": format!("Source: {source}")},
        "defaultConfiguration": {"level": level},
    });
    if source.starts_with("https://") && !source.contains(' ') {
        described["helpUri"] = source.into();
    }
    described
}

fn result(found: &ObjectDiagnostic, checked: Checked<'_>, rules: &[&'static Rule]) -> Value {
    let diagnostic = &found.diagnostic;
    let mut location = json!({});
    if let Some(physical) = physical(diagnostic.location, checked.sources) {
        location["physicalLocation"] = physical;
    }
    if let Some(object) = checked.object(found) {
        let name = qualified_name(&object_name(object), diagnostic.field());
        location["logicalLocations"] = json!([{"fullyQualifiedName": name, "kind": "resource"}]);
    }
    let mut result = json!({
        "ruleId": diagnostic.rule(),
        "level": level(diagnostic),
        "message": {"text": whole(diagnostic)},
        "locations": [location],
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == diagnostic.rule()) {
        result["ruleIndex"] = index.into();
    }
    let related = diagnostic.related.iter().enumerate().filter_map(|(id, (location, what))| {
        let physical = physical(*location, checked.sources)?;
        Some(json!({"id": id, "physicalLocation": physical, "message": {"text": what}}))
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(skipped) = &found.skipped {
        let kind = if skipped.by_object { "inSource" } else { "external" };
        result["suppressions"] = json!([{"kind": kind, "justification": skipped.reason}]);
    }
    result
}

/// Returns a name such as `Deployment shop/web: spec.replicas`.
fn qualified_name(object: &ObjectName, field: &FieldPath) -> String {
    let name = object.path().unwrap_or_else(|| "without a name".to_owned());
    let colon = if field.is_empty() { "" } else { ": " };
    format!("{} {name}{colon}{field}", object.kind)
}

fn notification(failure: &Diagnostic, sources: &Sources) -> Value {
    let descriptor = json!({"id": failure.code().id()});
    let mut notification = json!({"descriptor": descriptor, "level": "error", "message": {"text": whole(failure)}});
    if let Some(physical) = physical(failure.location, sources) {
        notification["locations"] = json!([{"physicalLocation": physical}]);
    }
    notification
}

fn physical(location: Location, sources: &Sources) -> Option<Value> {
    let source = sources.get(location.source)?;
    Some(json!({
        "artifactLocation": {"uri": uri(&source.name)},
        "region": {"startLine": location.line, "startColumn": location.column},
    }))
}

/// Returns the URI of a path: relative, or `file://` for an absolute path.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut out = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
