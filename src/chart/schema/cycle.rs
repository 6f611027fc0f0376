//! Schemas that lead in a circle without looking at a smaller value: checking one would never end.

use serde_json::Value as Json;

/// Keywords whose schemas hold for the same value.
const IN_PLACE: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/// How many steps the search may take.
const MAX_STEPS: usize = 200_000;

/// Says which `$ref` closes a circle; only references inside the document (`#/...`) are followed.
pub(super) fn check(schema: &Json) -> Result<(), String> {
    let mut search = Search { root: schema, steps: MAX_STEPS, cleared: Vec::new() };
    let mut targets = vec!["#"];
    collect(schema, &mut targets);
    targets.sort_unstable();
    targets.dedup();
    for target in targets {
        search.reference(target, &mut Vec::new())?;
    }
    Ok(())
}

/// The references of a document.
fn collect<'s>(schema: &'s Json, references: &mut Vec<&'s str>) {
    match schema {
        Json::Object(map) => {
            references.extend(map.get("$ref").and_then(Json::as_str));
            map.values().for_each(|value| collect(value, references));
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

struct Search<'s> {
    root: &'s Json,
    steps: usize,
    /// References that lead into no circle.
    cleared: Vec<&'s str>,
}

impl<'s> Search<'s> {
    fn reference(&mut self, reference: &'s str, path: &mut Vec<&'s str>) -> Result<(), String> {
        if path.contains(&reference) || path.len() > 64 {
            return Err(format!("values.schema.json: `$ref` {reference:?} leads back to itself"));
        }
        if self.cleared.contains(&reference) {
            return Ok(());
        }
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        if let Some(target) = target {
            path.push(reference);
            self.schema(target, path)?;
            path.pop();
        }
        self.cleared.push(reference);
        Ok(())
    }

    fn schema(&mut self, schema: &'s Json, path: &mut Vec<&'s str>) -> Result<(), String> {
        self.steps = self.steps.checked_sub(1).ok_or("values.schema.json: too many references")?;
        let Json::Object(map) = schema else { return Ok(()) };
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            if let Some(Json::String(reference)) = map.get(keyword) {
                self.reference(reference, path)?;
            }
        }
        for keyword in IN_PLACE {
            match map.get(keyword) {
                Some(Json::Array(items)) => items.iter().try_for_each(|item| self.schema(item, path))?,
                Some(item) => self.schema(item, path)?,
                None => {}
            }
        }
        let dependent = map.get("dependentSchemas").or(map.get("dependencies")).and_then(Json::as_object);
        dependent.into_iter().flat_map(|map| map.values()).try_for_each(|item| self.schema(item, path))
    }
}
