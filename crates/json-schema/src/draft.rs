//! The drafts of JSON Schema: their keywords for identifiers and schemas, and their vocabularies.

use std::rc::Rc;

use super::compile_error::CompileError;
use super::json::Json;
use super::location::{below, split, unescape};

/// A draft of JSON Schema, from the oldest to the newest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    V4,
    V6,
    V7,
    V2019,
    #[default]
    V2020,
}

/// The kind of value of a keyword.
#[derive(Clone, Copy)]
enum ValueKind {
    One,
    List,
    OneOrList,
    Map,
}

/// The keywords with schemas, and the draft that introduced them.
const SUBSCHEMAS: [(&str, ValueKind, Draft); 22] = [
    ("definitions", ValueKind::Map, Draft::V4),
    ("not", ValueKind::One, Draft::V4),
    ("allOf", ValueKind::List, Draft::V4),
    ("anyOf", ValueKind::List, Draft::V4),
    ("oneOf", ValueKind::List, Draft::V4),
    ("properties", ValueKind::Map, Draft::V4),
    ("additionalProperties", ValueKind::One, Draft::V4),
    ("patternProperties", ValueKind::Map, Draft::V4),
    ("items", ValueKind::OneOrList, Draft::V4),
    ("additionalItems", ValueKind::One, Draft::V4),
    ("dependencies", ValueKind::Map, Draft::V4),
    ("propertyNames", ValueKind::One, Draft::V6),
    ("contains", ValueKind::One, Draft::V6),
    ("if", ValueKind::One, Draft::V7),
    ("then", ValueKind::One, Draft::V7),
    ("else", ValueKind::One, Draft::V7),
    ("$defs", ValueKind::Map, Draft::V2019),
    ("dependentSchemas", ValueKind::Map, Draft::V2019),
    ("unevaluatedProperties", ValueKind::One, Draft::V2019),
    ("unevaluatedItems", ValueKind::One, Draft::V2019),
    ("contentSchema", ValueKind::One, Draft::V2019),
    ("prefixItems", ValueKind::List, Draft::V2020),
];

impl Draft {
    /// Returns the draft that `$schema` names.
    pub(super) fn of_url(url: &str) -> Option<Draft> {
        let (url, fragment) = split(url);
        if !fragment.is_empty() {
            return None;
        }
        match url.strip_prefix("http://").or(url.strip_prefix("https://")).unwrap_or(url) {
            "json-schema.org/schema" | "json-schema.org/draft/2020-12/schema" => Some(Draft::V2020),
            "json-schema.org/draft/2019-09/schema" => Some(Draft::V2019),
            "json-schema.org/draft-07/schema" => Some(Draft::V7),
            "json-schema.org/draft-06/schema" => Some(Draft::V6),
            "json-schema.org/draft-04/schema" => Some(Draft::V4),
            _ => None,
        }
    }

    /// Where its metaschema is.
    pub(super) fn url(self) -> &'static str {
        match self {
            Draft::V4 => "http://json-schema.org/draft-04/schema",
            Draft::V6 => "http://json-schema.org/draft-06/schema",
            Draft::V7 => "http://json-schema.org/draft-07/schema",
            Draft::V2019 => "https://json-schema.org/draft/2019-09/schema",
            Draft::V2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// Returns the keyword that gives a schema its URL.
    pub(super) fn id_keyword(self) -> &'static str {
        if self == Draft::V4 { "id" } else { "$id" }
    }

    /// Returns the URL that a schema gives itself, without its fragment.
    pub(super) fn id(self, schema: &Json) -> Option<&str> {
        if self.ignores_siblings_of_ref(schema) {
            return None;
        }
        let (id, _) = split(schema.get(self.id_keyword())?.as_text()?);
        Some(id).filter(|id| !id.is_empty())
    }

    /// Returns whether all that is beside `$ref` does not count.
    pub(super) fn ignores_siblings_of_ref(self, schema: &Json) -> bool {
        self < Draft::V2019 && schema.get("$ref").is_some()
    }

    /// Returns the schemas right below a schema, with their pointers.
    pub(super) fn subschemas<'a>(self, schema: &'a Json, pointer: &str) -> Vec<(String, &'a Json)> {
        let mut found = Vec::new();
        let known = SUBSCHEMAS.iter().filter(|(_, _, since)| *since <= self);
        for (keyword, holds, _) in known {
            let Some(value) = schema.get(keyword) else { continue };
            let at = below(pointer, keyword);
            match (holds, value) {
                (ValueKind::Map, Json::Map(map)) => {
                    found.extend(map.iter().map(|(name, schema)| (below(&at, name), schema)));
                }
                (ValueKind::List | ValueKind::OneOrList, Json::List(items)) => {
                    found.extend(items.iter().enumerate().map(|(index, schema)| (format!("{at}/{index}"), schema)));
                }
                _ => {}
            }
            if matches!(holds, ValueKind::One | ValueKind::OneOrList) {
                found.push((at, value));
            }
        }
        found
    }

    /// Returns whether a pointer leads from a schema to a schema, by way of keywords that hold schemas.
    pub(super) fn leads(self, schema: &Json, pointer: &str) -> bool {
        let mut schema = schema;
        let mut tokens = pointer.split('/').skip(1);
        while let Some(keyword) = tokens.next() {
            let known = SUBSCHEMAS.iter().find(|(name, _, since)| *name == keyword && *since <= self);
            let (Some((_, holds, _)), Some(value)) = (known, schema.get(keyword)) else { return false };
            let next = match (holds, value) {
                (ValueKind::Map, Json::Map(map)) => tokens.next().and_then(|token| map.get(&*unescape(token)?)),
                (ValueKind::List | ValueKind::OneOrList, Json::List(items)) => match tokens.next() {
                    Some(token) => item(items, token),
                    None => return matches!(holds, ValueKind::OneOrList),
                },
                (ValueKind::One | ValueKind::OneOrList, value) => Some(value),
                _ => None,
            };
            let Some(next) = next else { return false };
            schema = next;
        }
        true
    }

    pub(super) fn vocabularies(self) -> &'static [&'static str] {
        match self {
            Draft::V2019 => &["core", "applicator", "validation", "meta-data", "format", "content"],
            Draft::V2020 => &[
                "core",
                "applicator",
                "unevaluated",
                "validation",
                "meta-data",
                "format-annotation",
                "format-assertion",
                "content",
            ],
            _ => &[],
        }
    }

    /// Returns the vocabularies that a metaschema of one's own requires; nothing if it names none.
    pub(super) fn required_vocabularies(
        self,
        url: &str,
        metaschema: &Json,
    ) -> Result<Option<Rc<[&'static str]>>, CompileError> {
        let prefix = self.url().trim_end_matches("schema");
        let Some(named) = metaschema.get("$vocabulary").and_then(Json::as_map).filter(|_| self >= Draft::V2019) else {
            return Ok(None);
        };
        let mut required = Vec::new();
        for (vocabulary, _) in named.iter().filter(|(_, is_required)| **is_required == Json::Bool(true)) {
            let name = vocabulary.strip_prefix(prefix).and_then(|name| name.strip_prefix("vocab/"));
            let known = self.vocabularies().iter().find(|known| Some(**known) == name);
            required.push(*known.ok_or_else(|| CompileError::UnsupportedVocabulary {
                url: url.to_owned(),
                vocabulary: vocabulary.clone(),
            })?);
        }
        if !required.contains(&"core") {
            required.push("core");
        }
        Ok(Some(required.into()))
    }
}

/// Returns the item of an index that is written as pointers have it: `1`, not `01`.
fn item<'a>(items: &'a [Json], token: &str) -> Option<&'a Json> {
    let index: usize = token.parse().ok()?;
    items.get(index).filter(|_| index.to_string() == token)
}

/// A draft, and which of its vocabularies count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) draft: Draft,
    /// Nothing for the draft's own choice.
    pub(super) vocabularies: Option<Rc<[&'static str]>>,
}

impl Dialect {
    pub(super) fn of(draft: Draft) -> Dialect {
        Dialect { draft, vocabularies: None }
    }

    pub(super) fn has(&self, vocabulary: &str) -> bool {
        if vocabulary == "core" || self.draft < Draft::V2019 {
            return true;
        }
        match &self.vocabularies {
            Some(vocabularies) => vocabularies.contains(&vocabulary),
            None => match vocabulary {
                "applicator" | "validation" => true,
                "unevaluated" => self.draft == Draft::V2020,
                _ => false,
            },
        }
    }

    /// Returns the metaschema of this dialect, if it is not a separate document.
    pub(super) fn metaschema(&self) -> Option<String> {
        let vocabularies = self.vocabularies.as_ref()?;
        let base = self.draft.url().trim_end_matches("schema");
        let parts: Vec<String> =
            vocabularies.iter().map(|name| format!("{{\"$ref\":\"{base}meta/{name}\"}}")).collect();
        let anchor = if self.draft == Draft::V2020 { "\"$dynamicAnchor\":\"meta\"," } else { "" };
        Some(format!("{{\"$schema\":\"{}\",{anchor}\"allOf\":[{}]}}", self.draft.url(), parts.join(",")))
    }
}
