//! The JSON Schema of a component's values, with the documented defaults.

mod merge;

use serde_json::{Value, json};

pub(in crate::components) use self::merge::merged;

use super::Component;
use crate::values::PATCHES;

/// Returns the schema as JSON text, for a comment such as `# yaml-language-server: $schema=ray.schema.json`.
pub fn schema_text(component: &dyn Component) -> String {
    let mut schema = component.schema().to_value();
    // The defaults of serde are not those of the user, which are in the documented file.
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
    // Every required value has a default.
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("required");
        schema.insert("title".to_owned(), format!("Values of mkmanifests {}", component.name()).into());
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns the schema of `patches`, which every component has.
fn patches() -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let operation = json!({
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": text("JSON pointer to the field"),
            "from": text("JSON pointer to the field to move or copy"),
            "value": {"description": "Value to add, to replace or to test"},
        },
    });
    let target = json!({
        "type": "object",
        "description": "Objects that the patch applies to",
        "additionalProperties": false,
        "properties": {
            "group": text("API group"),
            "version": text("Version of the group"),
            "kind": text("Kind"),
            "name": text("Name, or a regular expression for the whole name"),
            "namespace": text("Namespace, or a regular expression for the whole namespace"),
            "labelSelector": text("Label selector, as for `kubectl get -l`"),
            "annotationSelector": text("Annotation selector, in the same form"),
        },
    });
    let patch = json!({
        "description": "JSON patch (RFC 6902), merge patch (RFC 7386), or either of them as text",
        "anyOf": [{"type": "array", "items": operation}, {"type": "object"}, {"type": "string"}],
    });
    json!({
        "description": "Patches of the objects, in the order in which they are applied",
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
            // A property may be named `default`; the value of the keyword is not a schema.
            if map.get("default").is_none_or(|value| value.get("type").is_none()) {
                map.remove("default");
            }
            map.values_mut().for_each(remove_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_defaults),
        _ => {}
    }
}

/// Accepts strings of digits for integers, as people write them in values files. Kubernetes' own types are strict.
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
            let ours = map.iter_mut().filter(|(name, _)| !name.starts_with("io.k8s."));
            ours.for_each(|(_, value)| accept_numeric_strings(value));
        }
        Value::Array(items) => items.iter_mut().for_each(accept_numeric_strings),
        _ => {}
    }
}
