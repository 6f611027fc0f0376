//! JSON Schema of a component's values, with the documented defaults in it.

use serde_json::{Value, json};

use super::Component;
use crate::values::PATCHES;

/// The schema as JSON text, for a `$schema` comment: `# yaml-language-server: $schema=ray.schema.json`.
pub fn schema_text(component: &dyn Component) -> String {
    let mut schema = component.schema().to_value();
    // What serde falls back to is not what the user gets: the defaults are those of the documented file.
    remove_defaults(&mut schema);
    accept_numeric_strings(&mut schema);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties.iter_mut() {
            if let (Some(default), Some(property)) = (component.defaults().root.get(name), property.as_object_mut())
                && !default.is_null()
            {
                property.insert("default".to_owned(), serde_json::to_value(default).unwrap_or_default());
            }
        }
        properties.insert(PATCHES.to_owned(), patches());
    }
    // With every default in place nothing is left that has to be given.
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("required");
        schema.insert("title".to_owned(), format!("Values of mkmanifests {}", component.name()).into());
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The key that every component has beside its own.
fn patches() -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let operation = json!({
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": text("JSON pointer to the field"),
            "from": text("JSON pointer to the field to move or copy"),
            "value": {"description": "What to add, to put in place or to expect"},
        },
    });
    let target = json!({
        "type": "object",
        "description": "The objects that it is for",
        "additionalProperties": false,
        "properties": {
            "group": text("API group"),
            "version": text("Version of the group"),
            "kind": text("Kind"),
            "name": text("Name, or a regular expression for all of it"),
            "namespace": text("Namespace, or a regular expression for all of it"),
            "labelSelector": text("Labels, as `kubectl get -l` takes them"),
            "annotationSelector": text("Annotations, in the same form"),
        },
    });
    let patch = json!({
        "description": "Operations of a JSON patch (RFC 6902), what to merge (RFC 7386), or either as text",
        "anyOf": [{"type": "array", "items": operation}, {"type": "object"}, {"type": "string"}],
    });
    json!({
        "description": "Patches on the objects, in the order in which they are applied",
        "default": [],
        "type": "array",
        "items": {
            "type": "object",
            "required": ["patch"],
            "additionalProperties": false,
            "properties": {"target": target, "patch": patch},
        },
    })
}

fn remove_defaults(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            // A property may be called `default`; a keyword's value is no schema.
            if map.get("default").is_none_or(|value| value.get("type").is_none()) {
                map.remove("default");
            }
            map.values_mut().for_each(remove_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_defaults),
        _ => {}
    }
}

/// An integer may be written as a string of digits, as people's values files have it; Kubernetes' own types are strict.
fn accept_numeric_strings(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let is_integer = |kind: &Value| kind == "integer";
            let integer = match map.get("type") {
                Some(Value::Array(kinds)) => kinds.iter().any(is_integer) && !kinds.iter().any(|kind| kind == "string"),
                Some(kind) => is_integer(kind),
                None => false,
            };
            if integer {
                let kinds = match map.remove("type") {
                    Some(Value::Array(kinds)) => kinds,
                    kind => kind.into_iter().collect(),
                };
                map.insert("type".to_owned(), kinds.into_iter().chain([Value::from("string")]).collect());
                map.insert("pattern".to_owned(), "^[0-9]+$".into());
            }
            let own = map.iter_mut().filter(|(name, _)| !name.starts_with("io.k8s."));
            own.for_each(|(_, value)| accept_numeric_strings(value));
        }
        Value::Array(items) => items.iter_mut().for_each(accept_numeric_strings),
        _ => {}
    }
}
