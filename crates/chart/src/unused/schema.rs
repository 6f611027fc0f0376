//! What a JSON schema says about keys, independent of the values.

use serde_json::{Map, Value as Json};

/// How deep schemas may refer to one another.
const MAX_DEPTH: usize = 40;
/// The most schemas that apply to one mapping.
const MAX_PARTS: usize = 500;

/// The schemas that apply to one mapping in the values.
#[derive(Clone, Default)]
pub(super) struct Rules<'s> {
    root: Option<&'s Json>,
    parts: Vec<&'s Map<String, Json>>,
    /// Whether one of them allows any key.
    is_open: bool,
}

/// What the schemas say about a key.
pub(super) enum Verdict<'s> {
    /// They name it.
    Known(Rules<'s>),
    /// They forbid it.
    Forbidden,
    /// They say nothing about it.
    Silent,
}

impl<'s> Rules<'s> {
    /// Returns the rules of a whole schema.
    pub fn of(root: &'s Json) -> Rules<'s> {
        let mut rules = Rules { root: Some(root), ..Rules::default() };
        rules.add(root, 0);
        // An empty schema does not mean that the chart reads everything.
        rules.is_open = false;
        rules
    }

    fn add(&mut self, schema: &'s Json, depth: usize) {
        let Json::Object(schema) = schema else {
            self.is_open |= *schema == Json::Bool(true);
            return;
        };
        if depth > MAX_DEPTH || self.parts.len() >= MAX_PARTS {
            self.is_open = true;
            return;
        }
        self.parts.push(schema);
        if let Some(Json::String(target)) = schema.get("$ref").or_else(|| schema.get("$dynamicRef")) {
            match target.strip_prefix('#').and_then(|pointer| self.root?.pointer(pointer)) {
                Some(target) => self.add(target, depth + 1),
                None => self.is_open = true,
            }
        }
        for list in ["allOf", "anyOf", "oneOf"] {
            let some = schema.get(list).and_then(Json::as_array);
            some.into_iter().flatten().for_each(|one| self.add(one, depth + 1));
        }
        for one in ["if", "then", "else"] {
            schema.get(one).into_iter().for_each(|one| self.add(one, depth + 1));
        }
    }

    /// Returns whether any key is allowed: a schema says so, or none says anything about keys.
    pub fn is_open(&self) -> bool {
        const KEYS: [&str; 4] = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
        let says = |part: &&Map<String, Json>| KEYS.iter().any(|key| part.contains_key(*key));
        self.is_open || (self.root.is_some() && !self.parts.is_empty() && !self.parts.iter().any(says))
    }

    /// Returns whether no schema applies.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Returns what they say about a key.
    pub fn key(&self, key: &str) -> Verdict<'s> {
        let mut below = Rules { root: self.root, ..Rules::default() };
        let mut is_known = false;
        for part in &self.parts {
            for schema in named(part, key) {
                is_known = true;
                below.add(schema, 0);
            }
            if let Some(others @ (Json::Object(_) | Json::Bool(true))) = part.get("additionalProperties")
                && !is_known
            {
                is_known = true;
                below.add(others, 0);
            }
        }
        let refuses = |part: &&Map<String, Json>| part.get("additionalProperties") == Some(&Json::Bool(false));
        match is_known {
            true => Verdict::Known(below),
            // A schema that applies only in some cases may forbid what another one allows.
            false if self.parts.iter().any(refuses) && self.is_plain() => Verdict::Forbidden,
            false => Verdict::Silent,
        }
    }

    fn is_plain(&self) -> bool {
        let cases = ["anyOf", "oneOf", "if"];
        !self.parts.iter().any(|part| cases.iter().any(|case| part.contains_key(*case)))
    }

    /// Iterates over the keys that are named.
    pub fn keys(&self) -> impl Iterator<Item = &'s str> {
        let named = self.parts.iter().filter_map(|part| part.get("properties")?.as_object());
        named.flat_map(|properties| properties.keys().map(String::as_str))
    }
}

/// Returns the schemas of `properties` and `patternProperties` for a key.
fn named<'s>(part: &'s Map<String, Json>, key: &str) -> Vec<&'s Json> {
    let named = part.get("properties").and_then(|properties| properties.get(key));
    let patterns = part.get("patternProperties").and_then(Json::as_object).into_iter().flatten();
    let matches = |pattern: &str| regex::Regex::new(pattern).map_or(true, |pattern| pattern.is_match(key));
    named.into_iter().chain(patterns.filter(|(pattern, _)| matches(pattern)).map(|(_, schema)| schema)).collect()
}
