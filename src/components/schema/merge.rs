//! Merges the JSON Schemas of types that are read from the same values.

use schemars::Schema;
use serde_json::{Map, Value};

const DEFINITIONS: &str = "$defs";

/// Merges schemas of mappings: the result allows the keys of all of them, at every depth. Where several describe the same key, the
/// first one documents it.
pub(in crate::components) fn merged(schemas: impl IntoIterator<Item = Schema>) -> Schema {
    let mut definitions = Map::new();
    let mut all: Option<Value> = None;
    for schema in schemas {
        let mut schema = schema.to_value();
        if let Some(Value::Object(own)) = schema.as_object_mut().and_then(|schema| schema.remove(DEFINITIONS)) {
            definitions.extend(own);
        }
        all = Some(match all {
            Some(all) => merge(&all, &schema, &definitions),
            None => schema,
        });
    }
    let Some(Value::Object(mut root)) = all else { return Schema::default() };
    root.insert(DEFINITIONS.to_owned(), Value::Object(definitions));
    Schema::from(root)
}

/// Merges two schemas of one value.
fn merge(one: &Value, other: &Value, definitions: &Map<String, Value>) -> Value {
    if one == other {
        return one.clone();
    }
    let (Some(mut one), Some(other)) = (resolved(one, definitions), resolved(other, definitions)) else {
        return one.clone();
    };
    for (keyword, theirs) in other {
        let Some(ours) = one.get(&keyword) else {
            one.insert(keyword, theirs);
            continue;
        };
        let both = match keyword.as_str() {
            "properties" => merge_properties(ours, &theirs, definitions),
            "additionalProperties" | "items" => merge(ours, &theirs, definitions),
            "required" => union(ours, &theirs),
            _ => continue,
        };
        one.insert(keyword, both);
    }
    Value::Object(one)
}

fn merge_properties(one: &Value, other: &Value, definitions: &Map<String, Value>) -> Value {
    let (Value::Object(one), Value::Object(other)) = (one, other) else { return one.clone() };
    let mut all = one.clone();
    for (name, theirs) in other {
        let both = one.get(name).map_or_else(|| theirs.clone(), |ours| merge(ours, theirs, definitions));
        all.insert(name.clone(), both);
    }
    Value::Object(all)
}

fn union(one: &Value, other: &Value) -> Value {
    let mut all: Vec<Value> = one.as_array().cloned().unwrap_or_default();
    let more = other.as_array().into_iter().flatten();
    let new: Vec<Value> = more.filter(|name| !all.contains(name)).cloned().collect();
    all.extend(new);
    Value::Array(all)
}

/// Returns a schema with its reference replaced by the definition; keywords beside the reference win. `None` for `true` and `false`.
fn resolved(schema: &Value, definitions: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut own = schema.as_object()?.clone();
    let Some(Value::String(reference)) = own.get("$ref").cloned() else { return Some(own) };
    let name = reference.strip_prefix("#/$defs/")?;
    let target = definitions.get(&name.replace("~1", "/").replace("~0", "~"))?;
    own.remove("$ref");
    let mut all = resolved(target, definitions)?;
    all.extend(own);
    Some(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::{JsonSchema, schema_for};
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    /// Pods.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the schema matters")]
    struct Pods {
        /// The image.
        image: String,
        /// The head.
        head: Group,
        /// Groups by name.
        groups: BTreeMap<String, Group>,
    }

    /// A group.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the schema matters")]
    struct Group {
        /// How many.
        replicas: u32,
    }

    /// Scaling.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the schema matters")]
    struct Scaling {
        /// The scaled head.
        head: Limits,
        groups: BTreeMap<String, Limits>,
        /// Whether to scale.
        enabled: bool,
    }

    /// Limits.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the schema matters")]
    struct Limits {
        /// The most.
        maximum: u32,
    }

    #[test]
    fn keys_of_both_are_merged_at_every_depth() {
        let mut schema = merged([schema_for!(Pods), schema_for!(Scaling)]).to_value();
        let definitions = schema["$defs"].as_object().expect("definitions").keys().cloned().collect::<Vec<_>>();
        assert_eq!(definitions, ["Group", "Limits"]);
        schema.as_object_mut().expect("a mapping").remove("$defs");
        let number = |about: &str| json!({"type": "integer", "format": "uint32", "minimum": 0, "description": about});
        let group = |about: &str| {
            json!({
                "type": "object", "description": about, "additionalProperties": false,
                "properties": {"replicas": number("How many."), "maximum": number("The most.")},
                "required": ["replicas", "maximum"],
            })
        };
        assert_eq!(
            schema,
            json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Pods", "description": "Pods.",
                "type": "object", "additionalProperties": false,
                "properties": {
                    "image": {"type": "string", "description": "The image."},
                    "head": group("The head."),
                    "groups": {
                        "type": "object", "description": "Groups by name.", "additionalProperties": group("A group."),
                    },
                    "enabled": {"type": "boolean", "description": "Whether to scale."},
                },
                "required": ["image", "head", "groups", "enabled"],
            })
        );
    }

    #[test]
    fn a_mapping_of_any_keys_stays_one() {
        let any =
            Schema::try_from(json!({"type": "object", "properties": {"a": {"type": "object"}}})).expect("a schema");
        let text = json!({"type": "object", "properties": {"a": {"additionalProperties": {"type": "string"}}}});
        let schema = merged([any, Schema::try_from(text).expect("a schema")]).to_value();
        assert_eq!(schema["properties"]["a"], json!({"type": "object", "additionalProperties": {"type": "string"}}));
    }
}
