//! Which schemas can be told to be right, and to mean what [`fits`](super::fits) takes them for, at a look.

use std::borrow::Cow;

use super::json::Json;

/// Keywords that say something of values, or of the schema, which [`fits`](super::fits) does not know.
const OTHERS: [&str; 32] = [
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$ref",
    "$schema",
    "$vocabulary",
    "additionalItems",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "disallow",
    "divisibleBy",
    "extends",
    "format",
    "id",
    "maxContains",
    "minContains",
    "multipleOf",
    "nullable",
    "pattern",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// The drafts in which the keywords below mean the same, without `http:` or `https:` and without `#`.
const DRAFTS: [&str; 4] = [
    "//json-schema.org/draft-07/schema",
    "//json-schema.org/draft/2019-09/schema",
    "//json-schema.org/draft/2020-12/schema",
    "//json-schema.org/schema",
];

/// The pattern that every text matches.
pub(super) const ANY: &str = ".*";

/// Whether a document is a right schema of nothing but what `fits` knows.
pub(super) fn document(schema: &Json<'_>) -> bool {
    match schema.get("$schema") {
        None => self::schema(schema, true),
        Some(uri) => uri.text().is_some_and(is_draft) && self::schema(schema, true),
    }
}

fn is_draft(uri: &str) -> bool {
    let uri = uri.strip_suffix('#').unwrap_or(uri);
    uri.strip_prefix("http:").or(uri.strip_prefix("https:")).is_some_and(|rest| DRAFTS.contains(&rest))
}

fn schema(schema: &Json<'_>, is_root: bool) -> bool {
    let keyword = |(name, value): &(Cow<'_, str>, Json<'_>)| (is_root && name == "$schema") || keyword(name, value);
    match schema {
        Json::Bool(_) => true,
        Json::Map(entries) => entries.iter().all(keyword),
        _ => false,
    }
}

fn keyword(name: &str, value: &Json<'_>) -> bool {
    let inner = |value: &Json<'_>| schema(value, false);
    match name {
        "type" => match value.items() {
            Some(names) => !names.is_empty() && are_texts(names) && names.iter().all(is_type),
            None => is_type(value),
        },
        "properties" | "definitions" | "$defs" => {
            value.entries().is_some_and(|entries| entries.iter().all(|(_, value)| inner(value)))
        }
        "patternProperties" => {
            value.entries().is_some_and(|entries| entries.iter().all(|(name, value)| name == ANY && inner(value)))
        }
        "additionalProperties" | "items" | "if" | "then" | "else" | "not" => inner(value),
        "allOf" | "anyOf" | "oneOf" => value.items().is_some_and(|items| !items.is_empty() && items.iter().all(inner)),
        "required" => value.items().is_some_and(are_texts),
        "enum" => value.items().is_some_and(|items| !items.is_empty()) && is_plain(value),
        "examples" => value.items().is_some() && is_plain(value),
        "const" | "default" => is_plain(value),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => matches!(value, Json::Number(..)),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            matches!(value, Json::Number(number, true) if *number >= 0.0)
        }
        "$comment" | "description" | "title" => value.text().is_some(),
        "deprecated" | "readOnly" | "writeOnly" => matches!(value, Json::Bool(_)),
        // What is no keyword at all means nothing.
        _ => !OTHERS.contains(&name) && is_plain(value),
    }
}

fn is_type(name: &Json<'_>) -> bool {
    const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
    name.text().is_some_and(|name| TYPES.contains(&name))
}

/// Whether all are texts, and all of them different.
fn are_texts(items: &[Json<'_>]) -> bool {
    let is_new = |(at, item): (usize, &Json<'_>)| {
        item.text().is_some_and(|text| items[..at].iter().all(|other| other.text() != Some(text)))
    };
    items.len() < 1000 && items.iter().enumerate().all(is_new)
}

/// Whether there is nothing in it that may be taken for a reference, or for what is referred to.
fn is_plain(value: &Json<'_>) -> bool {
    match value {
        Json::List(items) => items.iter().all(is_plain),
        Json::Map(entries) => entries.iter().all(|(key, value)| !OTHERS.contains(&&**key) && is_plain(value)),
        _ => true,
    }
}
