//! The metaschemas of the drafts, generated from a table of keywords.
//!
//! References between their parts are those of the published documents, since messages follow them.

mod accepts;

pub(super) use self::accepts::accepts;
use super::draft::Draft::{self, V4, V6, V7, V2019, V2020};

/// The kind of value of a keyword.
#[derive(Clone, Copy)]
enum Shape {
    Any,
    AnyList,
    Anchor,
    Bool,
    BoolOrSchema,
    Count,
    CountFromZero,
    Dependencies,
    /// A list of different values that is not empty.
    Enum,
    Factor,
    Id,
    Number,
    Patterns,
    Regex,
    Schema,
    SchemaList,
    SchemaMap,
    SchemaOrList,
    Text,
    TextList,
    TextListMap,
    Types,
    Uri,
    UriReference,
    Vocabularies,
}

use Shape as S;

/// A keyword, its vocabulary, the first and the last draft with this definition, and its kind of value.
type Row = (&'static str, &'static str, Draft, Draft, Shape);

#[rustfmt::skip]
const KEYWORDS: [Row; 78] = [
    ("id", "core", V4, V4, S::Text),
    ("$id", "core", V6, V7, S::UriReference),
    ("$id", "core", V2019, V2020, S::Id),
    ("$schema", "core", V4, V2020, S::Uri),
    ("$ref", "core", V4, V4, S::Text),
    ("$ref", "core", V6, V2020, S::UriReference),
    ("$anchor", "core", V2019, V2020, S::Anchor),
    ("$recursiveRef", "core", V2019, V2019, S::UriReference),
    ("$recursiveAnchor", "core", V2019, V2019, S::Bool),
    ("$dynamicRef", "core", V2020, V2020, S::UriReference),
    ("$dynamicAnchor", "core", V2020, V2020, S::Anchor),
    ("$vocabulary", "core", V2019, V2020, S::Vocabularies),
    ("$defs", "core", V2019, V2020, S::SchemaMap),
    ("definitions", "", V4, V2020, S::SchemaMap),
    ("dependencies", "", V4, V2020, S::Dependencies),
    ("$recursiveAnchor", "", V2020, V2020, S::Anchor),
    ("$recursiveRef", "", V2020, V2020, S::UriReference),
    ("additionalItems", "applicator", V4, V4, S::BoolOrSchema),
    ("additionalItems", "applicator", V6, V2019, S::Schema),
    ("additionalProperties", "applicator", V4, V4, S::BoolOrSchema),
    ("additionalProperties", "applicator", V6, V2020, S::Schema),
    ("items", "applicator", V4, V2019, S::SchemaOrList),
    ("items", "applicator", V2020, V2020, S::Schema),
    ("prefixItems", "applicator", V2020, V2020, S::SchemaList),
    ("contains", "applicator", V6, V2020, S::Schema),
    ("properties", "applicator", V4, V2020, S::SchemaMap),
    ("patternProperties", "applicator", V4, V6, S::SchemaMap),
    ("patternProperties", "applicator", V7, V2020, S::Patterns),
    ("dependentSchemas", "applicator", V2019, V2020, S::SchemaMap),
    ("propertyNames", "applicator", V6, V2020, S::Schema),
    ("if", "applicator", V7, V2020, S::Schema),
    ("then", "applicator", V7, V2020, S::Schema),
    ("else", "applicator", V7, V2020, S::Schema),
    ("allOf", "applicator", V4, V2020, S::SchemaList),
    ("anyOf", "applicator", V4, V2020, S::SchemaList),
    ("oneOf", "applicator", V4, V2020, S::SchemaList),
    ("not", "applicator", V4, V2020, S::Schema),
    ("unevaluatedItems", "applicator", V2019, V2019, S::Schema),
    ("unevaluatedProperties", "applicator", V2019, V2019, S::Schema),
    ("unevaluatedItems", "unevaluated", V2020, V2020, S::Schema),
    ("unevaluatedProperties", "unevaluated", V2020, V2020, S::Schema),
    ("type", "validation", V4, V2020, S::Types),
    ("const", "validation", V6, V2020, S::Any),
    ("enum", "validation", V4, V7, S::Enum),
    ("enum", "validation", V2019, V2020, S::AnyList),
    ("multipleOf", "validation", V4, V2020, S::Factor),
    ("maximum", "validation", V4, V2020, S::Number),
    ("exclusiveMaximum", "validation", V4, V4, S::Bool),
    ("exclusiveMaximum", "validation", V6, V2020, S::Number),
    ("minimum", "validation", V4, V2020, S::Number),
    ("exclusiveMinimum", "validation", V4, V4, S::Bool),
    ("exclusiveMinimum", "validation", V6, V2020, S::Number),
    ("maxLength", "validation", V4, V2020, S::Count),
    ("minLength", "validation", V4, V2020, S::CountFromZero),
    ("pattern", "validation", V4, V2020, S::Regex),
    ("maxItems", "validation", V4, V2020, S::Count),
    ("minItems", "validation", V4, V2020, S::CountFromZero),
    ("uniqueItems", "validation", V4, V2020, S::Bool),
    ("maxContains", "validation", V2019, V2020, S::Count),
    ("minContains", "validation", V2019, V2020, S::Count),
    ("maxProperties", "validation", V4, V2020, S::Count),
    ("minProperties", "validation", V4, V2020, S::CountFromZero),
    ("required", "validation", V4, V2020, S::TextList),
    ("dependentRequired", "validation", V2019, V2020, S::TextListMap),
    ("default", "meta-data", V4, V2020, S::Any),
    ("deprecated", "meta-data", V2019, V2020, S::Bool),
    ("readOnly", "meta-data", V7, V2020, S::Bool),
    ("writeOnly", "meta-data", V7, V2020, S::Bool),
    ("examples", "meta-data", V7, V2020, S::AnyList),
    ("title", "meta-data", V4, V2020, S::Text),
    ("description", "meta-data", V4, V2020, S::Text),
    ("$comment", "core", V7, V2020, S::Text),
    ("format", "format", V4, V2019, S::Text),
    ("format", "format-annotation", V2020, V2020, S::Text),
    ("format", "format-assertion", V2020, V2020, S::Text),
    ("contentMediaType", "content", V7, V2020, S::Text),
    ("contentEncoding", "content", V7, V2020, S::Text),
    ("contentSchema", "content", V2019, V2020, S::Schema),
];

/// Finds the text of a published document by its URL.
pub(super) fn find(url: &str) -> Option<String> {
    let path = url.strip_prefix("http://json-schema.org/").or(url.strip_prefix("https://json-schema.org/"))?;
    let (draft, part) = match path {
        "draft-04/schema" => (V4, None),
        "draft-06/schema" => (V6, None),
        "draft-07/schema" => (V7, None),
        "draft/2019-09/schema" => (V2019, None),
        "draft/2020-12/schema" | "schema" => (V2020, None),
        _ => match path.strip_prefix("draft/2019-09/meta/") {
            Some(part) => (V2019, Some(part)),
            None => (V2020, Some(path.strip_prefix("draft/2020-12/meta/")?)),
        },
    };
    match part {
        None if draft < V2019 => Some(one_document(draft)),
        None => Some(whole(draft)),
        Some(part) => draft.vocabularies().contains(&part).then(|| vocabulary(draft, part)),
    }
}

/// Returns the metaschema of a draft without vocabularies.
fn one_document(draft: Draft) -> String {
    let url = draft.url();
    let id = if draft == V4 { String::new() } else { format!(r##""$id":"{url}#","##) };
    let types = if draft == V4 { r#""object""# } else { r#"["object","boolean"]"# };
    let dependencies = match draft {
        V4 => r#","dependencies":{"exclusiveMaximum":["maximum"],"exclusiveMinimum":["minimum"]}"#,
        _ => "",
    };
    let definitions = definitions(draft, &["schemaArray", COUNT, COUNT_FROM_ZERO, "simpleTypes", "stringArray"]);
    let properties = properties(draft, |_| true);
    format!(
        r##"{{"$schema":"{url}#",{id}"definitions":{{{definitions}}},"type":{types},"properties":{{{properties}}}{dependencies}}}"##
    )
}

/// Returns the metaschema of a draft that consists of vocabularies.
fn whole(draft: Draft) -> String {
    let parts = draft.vocabularies().iter().filter(|name| **name != "format-assertion");
    let parts: Vec<String> = parts.map(|name| format!(r#"{{"$ref":"meta/{name}"}}"#)).collect();
    let rest = format!(r#""allOf":[{}],"properties":{{{}}}"#, parts.join(","), properties(draft, str::is_empty));
    vocabulary_document(draft, "schema", &rest)
}

/// Returns the metaschema of one vocabulary.
fn vocabulary(draft: Draft, name: &str) -> String {
    let definitions = definitions(
        draft,
        match name {
            "applicator" => &["schemaArray"],
            "validation" => &[COUNT, COUNT_FROM_ZERO, "simpleTypes", "stringArray"],
            "core" if draft == V2020 => &["anchorString", "uriString", "uriReferenceString"],
            _ => &[],
        },
    );
    let properties = properties(draft, |vocabulary| vocabulary == name);
    let rest = format!(r#""$defs":{{{definitions}}},"properties":{{{properties}}}"#);
    vocabulary_document(draft, &format!("meta/{name}"), &rest)
}

fn vocabulary_document(draft: Draft, name: &str, rest: &str) -> String {
    let url = draft.url();
    let base = url.trim_end_matches("schema");
    let anchor = if draft == V2020 { r#""$dynamicAnchor":"meta""# } else { r#""$recursiveAnchor":true"# };
    format!(r#"{{"$schema":"{url}","$id":"{base}{name}",{anchor},"type":["object","boolean"],{rest}}}"#)
}

/// Returns the keywords of some vocabularies.
fn properties(draft: Draft, is_wanted: impl Fn(&str) -> bool) -> String {
    let rows = KEYWORDS
        .iter()
        .filter(|(_, vocabulary, first, last, _)| (*first..=*last).contains(&draft) && is_wanted(vocabulary));
    let properties: Vec<String> =
        rows.map(|(name, .., shape)| format!(r#""{name}":{}"#, schema(draft, *shape))).collect();
    properties.join(",")
}

/// The published names of two definitions; draft 4 has others.
const COUNT: &str = "nonNegativeInteger";
const COUNT_FROM_ZERO: &str = "nonNegativeIntegerDefault0";

fn name(draft: Draft, definition: &str) -> String {
    if draft == V4 { definition.replace("nonNegative", "positive") } else { definition.to_owned() }
}

fn definitions(draft: Draft, names: &[&str]) -> String {
    let definitions = names
        .iter()
        .map(|definition| format!(r#""{}":{}"#, name(draft, definition), self::definition(draft, definition)));
    definitions.collect::<Vec<_>>().join(",")
}

fn definition(draft: Draft, name: &str) -> String {
    let own = itself(draft);
    match name {
        "schemaArray" => format!(r#"{{"type":"array","minItems":1,"items":{own}}}"#),
        COUNT => r#"{"type":"integer","minimum":0}"#.to_owned(),
        COUNT_FROM_ZERO if draft >= V2019 => reference(draft, COUNT),
        COUNT_FROM_ZERO => format!(r#"{{"allOf":[{},{{"default":0}}]}}"#, reference(draft, COUNT)),
        "simpleTypes" => r#"{"enum":["array","boolean","integer","null","number","object","string"]}"#.to_owned(),
        "stringArray" if draft == V4 => {
            r#"{"type":"array","items":{"type":"string"},"minItems":1,"uniqueItems":true}"#.to_owned()
        }
        "stringArray" => r#"{"type":"array","items":{"type":"string"},"uniqueItems":true}"#.to_owned(),
        "anchorString" => r#"{"type":"string","pattern":"^[A-Za-z_][-A-Za-z0-9._]*$"}"#.to_owned(),
        "uriString" => r#"{"type":"string","format":"uri"}"#.to_owned(),
        _ => r#"{"type":"string","format":"uri-reference"}"#.to_owned(),
    }
}

/// A reference to the metaschema.
fn itself(draft: Draft) -> &'static str {
    match draft {
        V4 | V6 | V7 => r##"{"$ref":"#"}"##,
        V2019 => r##"{"$recursiveRef":"#"}"##,
        V2020 => r##"{"$dynamicRef":"#meta"}"##,
    }
}

/// A reference to a definition of the same document.
fn reference(draft: Draft, definition: &str) -> String {
    let keyword = if draft < V2019 { "definitions" } else { "$defs" };
    format!(r##"{{"$ref":"#/{keyword}/{}"}}"##, name(draft, definition))
}

fn schema(draft: Draft, shape: Shape) -> String {
    let own = itself(draft);
    let reference = |definition| reference(draft, definition);
    let map_of = |schema: &str| format!(r#"{{"type":"object","additionalProperties":{schema}}}"#);
    let any_of = |schemas: [&str; 2]| format!(r#"{{"anyOf":[{}]}}"#, schemas.join(","));
    match shape {
        S::Any if draft < V7 => "{}".to_owned(),
        S::Any => "true".to_owned(),
        S::AnyList => r#"{"type":"array","items":true}"#.to_owned(),
        S::Anchor if draft == V2019 => r#"{"type":"string","pattern":"^[A-Za-z][-A-Za-z0-9.:_]*$"}"#.to_owned(),
        // From the root, since two keywords of 2019-09 are described in another document than the rest.
        S::Anchor => r##"{"$ref":"/draft/2020-12/meta/core#/$defs/anchorString"}"##.to_owned(),
        S::Bool => r#"{"type":"boolean"}"#.to_owned(),
        S::BoolOrSchema => any_of([r#"{"type":"boolean"}"#, own]),
        S::Count => reference(COUNT),
        S::CountFromZero => reference(COUNT_FROM_ZERO),
        S::Dependencies if draft < V2019 => map_of(&any_of([own, &reference("stringArray")])),
        S::Dependencies => map_of(&any_of([own, r##"{"$ref":"meta/validation#/$defs/stringArray"}"##])),
        S::Enum => r#"{"type":"array","minItems":1,"uniqueItems":true}"#.to_owned(),
        S::Factor if draft == V4 => r#"{"type":"number","minimum":0,"exclusiveMinimum":true}"#.to_owned(),
        S::Factor => r#"{"type":"number","exclusiveMinimum":0}"#.to_owned(),
        S::Id if draft == V2019 => r##"{"type":"string","format":"uri-reference","pattern":"^[^#]*#?$"}"##.to_owned(),
        S::Id => r##"{"$ref":"#/$defs/uriReferenceString","pattern":"^[^#]*#?$"}"##.to_owned(),
        S::Number => r#"{"type":"number"}"#.to_owned(),
        S::Patterns => {
            format!(r#"{{"type":"object","additionalProperties":{own},"propertyNames":{{"format":"regex"}}}}"#)
        }
        S::Regex => r#"{"type":"string","format":"regex"}"#.to_owned(),
        S::Schema => own.to_owned(),
        S::SchemaList => reference("schemaArray"),
        S::SchemaMap => map_of(own),
        S::SchemaOrList => any_of([own, &reference("schemaArray")]),
        S::Text => r#"{"type":"string"}"#.to_owned(),
        S::TextList => reference("stringArray"),
        S::TextListMap => map_of(&reference("stringArray")),
        S::Types => {
            let one = reference("simpleTypes");
            let several = format!(r#"{{"type":"array","items":{one},"minItems":1,"uniqueItems":true}}"#);
            any_of([&one, &several])
        }
        S::Uri if draft == V2020 => reference("uriString"),
        S::Uri => r#"{"type":"string","format":"uri"}"#.to_owned(),
        S::UriReference if draft == V2020 => {
            r##"{"$ref":"/draft/2020-12/meta/core#/$defs/uriReferenceString"}"##.to_owned()
        }
        S::UriReference => r#"{"type":"string","format":"uri-reference"}"#.to_owned(),
        S::Vocabularies => {
            let name = schema(draft, S::Uri);
            format!(r#"{{"type":"object","propertyNames":{name},"additionalProperties":{{"type":"boolean"}}}}"#)
        }
    }
}
