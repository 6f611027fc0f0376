//! Schemas as the library `xeipuuv/gojsonschema` reads them, which Helm used before 3.18.5.

use super::draft::Draft;
use super::json::Json;

/// Returns the document as a schema of draft 4, 6 or 7.
pub(super) fn document(mut schema: Json) -> Json {
    let named = schema.get("$schema").and_then(Json::as_text).map(|url| url.trim_end_matches('#'));
    let is_known = named.and_then(Draft::of_url).is_some_and(|draft| draft <= Draft::V7);
    if !is_known {
        boolean_limits(&mut schema);
        if let Json::Map(map) = &mut schema {
            map.insert("$schema".to_owned(), Json::Text(Draft::V7.url().to_owned()));
        }
    }
    schema
}

/// Rewrites `exclusiveMinimum: true` of draft 4, which the library also takes in schemas that name no draft.
fn boolean_limits(schema: &mut Json) {
    match schema {
        Json::List(items) => items.iter_mut().for_each(boolean_limits),
        Json::Map(map) => {
            for (limit, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
                match map.get(exclusive) {
                    Some(Json::Bool(true)) => {
                        map.remove(exclusive);
                        if let Some(value) = map.remove(limit) {
                            map.insert(exclusive.to_owned(), value);
                        }
                    }
                    Some(Json::Bool(false)) => {
                        map.remove(exclusive);
                    }
                    _ => {}
                }
            }
            map.values_mut().for_each(boolean_limits);
        }
        _ => {}
    }
}
