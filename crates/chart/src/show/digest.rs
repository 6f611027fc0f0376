//! Computes the digest in `Chart.lock`.

use sha2::{Digest, Sha256};

use super::super::metadata::{Dependency, ImportValue};
use super::super::model::Chart;
use mkmanifests_yaml::tree::{Kind, Node};

/// Returns the digest that Helm writes into `Chart.lock`: `sha256:` and the hex SHA-256 of the dependencies in
/// `Chart.yaml` and the locked ones, as Go writes them in JSON.
pub fn digest(required: &[Dependency], locked: &[Dependency]) -> String {
    let mut json = "[".to_owned();
    list(&mut json, required);
    json.push(',');
    list(&mut json, locked);
    json.push(']');
    sha256(&json)
}

/// Returns whether the dependencies in `Chart.yaml` have changed since `Chart.lock` was written. A chart without a lock
/// is not stale.
///
/// A chart of API version v1 may have a lock by Helm 2, which computes the digest in another way.
pub fn is_stale(chart: &Chart) -> bool {
    let Some(lock) = &chart.lock else { return false };
    let required = &chart.metadata.dependencies;
    if digest(&with_locked_urls(required, &lock.dependencies), &lock.dependencies) == lock.digest {
        return false;
    }
    chart.metadata.api_version != "v1" || digest_of_helm_2(required) != lock.digest
}

/// Replaces the names of repositories (`@name`, `alias:name`) by the URLs in the lock, as Helm does before it computes
/// the digest.
fn with_locked_urls(required: &[Dependency], locked: &[Dependency]) -> Vec<Dependency> {
    let mut required = required.to_vec();
    for (one, locked) in required.iter_mut().zip(locked) {
        if one.repository.starts_with('@') || one.repository.starts_with("alias:") {
            one.repository.clone_from(&locked.repository);
        }
    }
    required
}

/// Returns the digest of Helm 2: that of the dependencies in `requirements.yaml` alone.
pub fn digest_of_helm_2(required: &[Dependency]) -> String {
    let mut json = "{\"dependencies\":".to_owned();
    list(&mut json, required);
    json.push('}');
    sha256(&json)
}

fn sha256(json: &str) -> String {
    let hex: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// Writes a list of dependencies as Go does; an empty list is `null`, as Go's nil slice.
fn list(json: &mut String, dependencies: &[Dependency]) {
    if dependencies.is_empty() {
        json.push_str("null");
        return;
    }
    array(json, dependencies, object);
}

fn array<T>(json: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    json.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        write(json, item);
    }
    json.push(']');
}

/// Writes the fields in Go's order. Empty fields are omitted, except name and repository.
fn object(json: &mut String, dependency: &Dependency) {
    let texts = |json: &mut String, texts: &Vec<String>| array(json, texts, |json, text| string(json, text));
    json.push_str("{\"name\":");
    string(json, &dependency.name);
    field(json, "version", &dependency.version);
    json.push_str(",\"repository\":");
    string(json, &dependency.repository);
    field(json, "condition", &dependency.condition);
    if !dependency.tags.is_empty() {
        json.push_str(",\"tags\":");
        texts(json, &dependency.tags);
    }
    if dependency.enabled {
        json.push_str(",\"enabled\":true");
    }
    if !dependency.import_values.is_empty() {
        json.push_str(",\"import-values\":");
        array(json, &dependency.import_values, |json, import| match import {
            ImportValue::Written(value) => node(json, value),
            ImportValue::Resolved { child, parent } => {
                json.push_str("{\"child\":");
                string(json, child);
                field(json, "parent", parent);
                json.push('}');
            }
        });
    }
    field(json, "alias", &dependency.alias);
    json.push('}');
}

fn field(json: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        json.push_str(&format!(",\"{name}\":"));
        string(json, text);
    }
}

fn node(json: &mut String, value: &Node) {
    match &value.kind {
        Kind::Str(text) => string(json, text),
        Kind::Seq(items) => array(json, items, node),
        Kind::Map(map) => {
            json.push('{');
            for (at, entry) in map.entries().iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                string(json, &entry.key);
                json.push(':');
                node(json, &entry.value);
            }
            json.push('}');
        }
        _ => json.push_str(&serde_json::to_string(value).unwrap_or_default()),
    }
}

/// Writes a JSON string as Go does: with the HTML characters and two line separators escaped.
fn string(json: &mut String, text: &str) {
    json.push('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                json.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            char => json.push(char),
        }
    }
    json.push('"');
}
