//! Help for errors of values: suggestions that the reports of Helm's library do not have.

use std::collections::BTreeSet;

use super::error::{Error, Kind};
use super::json::Json;
use super::schema::{Schema, SchemaId, SchemaRef};
use mkmanifests_yaml::diagnostic::{did_you_mean, missing_space_help, nearest};
use mkmanifests_yaml::tree::{Kind as ValueKind, Node};

/// At most this many names are listed if none is similar.
const MAX_NAMES: usize = 20;

/// At most this many lines of help are returned.
const MAX_LINES: usize = 50;

/// How many schemas deep the properties of a schema are collected.
const MAX_DEPTH: usize = 20;

/// What is known about the validated values.
#[derive(Clone, Copy)]
pub struct Context<'a, 'n> {
    /// Returns the value at a path of keys and indices, as the user wrote it; `None` if it is not known.
    pub value: &'a dyn Fn(&[String]) -> Option<&'n Node>,
    /// Whether these are the values of a subchart.
    pub is_subchart: bool,
}

impl Error<'_> {
    /// Returns lines of help for this error and its causes: similar names, values to quote, keys that Helm adds.
    pub fn help(&self, context: Context<'_, '_>) -> Vec<String> {
        let mut lines = Vec::new();
        self.add_help(context, &mut lines);
        lines
    }

    fn add_help(&self, context: Context<'_, '_>, lines: &mut Vec<String>) {
        let mut add = |line: Option<String>| {
            if let Some(line) = line.filter(|line| !lines.contains(line) && lines.len() < MAX_LINES) {
                lines.push(line);
            }
        };
        let value = (context.value)(&self.path);
        match &self.kind {
            Kind::AdditionalProperties { names } => {
                for name in names {
                    add(unknown_name(name, self.schema, self.path.is_empty() && context.is_subchart));
                }
            }
            // `unevaluatedProperties: false`, or a property that is `false`.
            Kind::False => {
                if let Some((name, path)) = self.path.split_last() {
                    let parents = self.schema.parents();
                    let is_root = path.is_empty() && context.is_subchart;
                    parents.into_iter().take(1).for_each(|parent| add(unknown_name(name, parent, is_root)));
                }
            }
            Kind::Enum { want } => add(value.and_then(|value| wrong_option(value, want))),
            Kind::Const { want } => add(value.and_then(|value| wrong_option(value, std::slice::from_ref(*want)))),
            Kind::Type { want, .. } => {
                add(value.and_then(|value| wrong_type(value, &want.names().collect::<Vec<_>>())));
            }
            Kind::Required { missing } => {
                missing.iter().for_each(|name| add(value.and_then(|value| misspelt(value, name, self.schema))));
            }
            Kind::PropertyName { name } => {
                for cause in &self.causes {
                    if let Kind::Enum { want } = &cause.kind {
                        add(nearest(name, want.iter().filter_map(Json::as_text)).map(did_you_mean));
                    }
                }
                return;
            }
            // That another schema does match says nothing about the value.
            Kind::Not | Kind::OneOf(Some(_)) => return,
            _ => {}
        }
        self.causes.iter().for_each(|cause| cause.add_help(context, lines));
    }
}

/// Returns the help for a key that the schema does not allow.
fn unknown_name(name: &str, schema: SchemaRef<'_>, is_subchart_root: bool) -> Option<String> {
    let known = schema.known_names();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return Some(did_you_mean(near));
    }
    let allow = format!("allow it in `properties` of its schema: `\"{name}\": {{}}`");
    match name {
        "global" if is_subchart_root => Some(format!("Helm adds `global` to the values of every subchart: {allow}")),
        "enabled" if is_subchart_root => {
            Some(format!("Helm passes `enabled`, the condition of the dependency, on to the subchart: {allow}"))
        }
        _ if known.is_empty() || known.len() > MAX_NAMES => None,
        _ => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            Some(format!("allowed keys: {}", names.join(", ")))
        }
    }
}

/// Returns the help for a value that is not one of the allowed ones.
fn wrong_option(value: &Node, options: &[Json]) -> Option<String> {
    let mut texts = options.iter().filter_map(Json::as_text);
    match &value.kind {
        ValueKind::Str(text) => nearest(text, texts).map(did_you_mean),
        ValueKind::Bool(is_true) => {
            let spellings = if *is_true { ["true", "yes", "on", "y"] } else { ["false", "no", "off", "n"] };
            texts.any(|text| spellings.contains(&text.to_lowercase().as_str())).then(|| QUOTE.to_owned())
        }
        ValueKind::Int(number) => texts.any(|text| text == number.to_string()).then(|| QUOTE.to_owned()),
        _ => None,
    }
}

const QUOTE: &str = "quote the value to make it a string; with `--set`, use `--set-string`";

/// Returns the help for a value of the wrong type.
fn wrong_type(value: &Node, wanted: &[&str]) -> Option<String> {
    let wants = |name: &str| wanted.contains(&name);
    match &value.kind {
        ValueKind::Null => Some("the value is `null`: set a value, or remove the key to use the default".to_owned()),
        ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::UInt(_) | ValueKind::Float(_) if wants("string") => {
            Some(QUOTE.to_owned())
        }
        ValueKind::Str(text) if wants("object") => missing_space_help(text),
        ValueKind::Str(text) => {
            let is_number = (wants("integer") && text.parse::<i64>().is_ok())
                || (wants("number") && text.parse::<f64>().is_ok_and(f64::is_finite));
            let is_boolean = wants("boolean") && matches!(text.as_str(), "true" | "false");
            (is_number || is_boolean).then(|| format!("remove the quotes: `{text}`"))
        }
        _ => None,
    }
}

/// Returns the help for a required key that is missing, if an unknown key is similar.
fn misspelt(value: &Node, missing: &str, schema: SchemaRef<'_>) -> Option<String> {
    let known = schema.known_names();
    let keys = value.as_map()?.entries().iter().map(|entry| entry.key.as_ref());
    let near = nearest(missing, keys.filter(|key| !known.contains(key)))?;
    Some(format!("did you mean `{missing}` instead of `{near}`?"))
}

impl<'s> SchemaRef<'s> {
    /// Returns the names of all properties that the schema, and the schemas that it refers to for the same value,
    /// define.
    fn known_names(self) -> BTreeSet<&'s str> {
        let mut names = BTreeSet::new();
        self.collect_names(MAX_DEPTH, &mut names);
        names
    }

    fn collect_names(self, depth: usize, names: &mut BTreeSet<&'s str>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        names.extend(
            self.schema.properties.iter().filter(|(_, id)| !self.is_false(**id)).map(|(name, _)| name.as_str()),
        );
        // `additionalProperties` knows only the properties beside it.
        if self.schema.additional_properties.is_none() {
            self.schema.in_place().for_each(|id| self.other(id).collect_names(depth, names));
        }
    }

    fn is_false(self, id: SchemaId) -> bool {
        self.other(id).schema.boolean == Some(false)
    }

    /// Returns the schemas that refer to this one for their properties.
    fn parents(self) -> Vec<SchemaRef<'s>> {
        let is_this = |id: &SchemaId| self.is(self.other(*id));
        let is_parent =
            |schema: &&'s Schema| schema.unevaluated_properties.iter().chain(schema.properties.values()).any(&is_this);
        self.arena.schemas.iter().filter(is_parent).map(|schema| SchemaRef { schema, ..self }).collect()
    }
}

impl Schema {
    /// Returns the schemas that apply to the same value.
    fn in_place(&self) -> impl Iterator<Item = SchemaId> {
        let conditions = [self.reference, self.then, self.otherwise];
        let lists = self.all_of.iter().chain(&self.any_of).chain(&self.one_of).copied();
        conditions.into_iter().flatten().chain(lists)
    }
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::{Json, SchemaFiles, Validator};
    use mkmanifests_yaml::tree::{Node, to_node};
    use serde_json::{Value, json};

    fn help(schema: &Value, values: &Value, is_subchart: bool) -> Vec<String> {
        let validator = Validator::compile(schema.to_string().as_bytes(), &SchemaFiles::default()).expect("a schema");
        let values: Node = to_node(values).expect("values");
        let json = Json::from(&values);
        let error = validator.validate(&json).expect_err("invalid values");
        let value = |path: &[String]| values.find(path.iter().map(String::as_str));
        error.help(Context { value: &value, is_subchart })
    }

    #[test]
    fn unknown_keys_have_a_similar_name_or_the_allowed_ones() {
        let closed = json!({"properties": {"replicas": {}, "image": {}}, "additionalProperties": false});
        assert_eq!(help(&closed, &json!({"replica": 1}), false), ["did you mean `replicas`?"]);
        assert_eq!(help(&closed, &json!({"x": 1}), false), ["allowed keys: `image`, `replicas`"]);
        let referred = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/base",
            "$defs": {"base": {"properties": {"replicas": {}}}}, "unevaluatedProperties": false});
        assert_eq!(help(&referred, &json!({"replica": 1}), false), ["did you mean `replicas`?"]);
        let nested = json!({"properties": {"a": {"oneOf": [closed, {"type": "string"}]}}});
        assert_eq!(help(&nested, &json!({"a": {"replica": 1}}), false), ["did you mean `replicas`?"]);
        let names = json!({"propertyNames": {"enum": ["replicas"]}});
        assert_eq!(help(&names, &json!({"replica": 1}), false), ["did you mean `replicas`?"]);
    }

    #[test]
    fn keys_that_helm_adds_to_subcharts_are_explained() {
        let closed = json!({"properties": {"replicas": {}}, "additionalProperties": false});
        for (key, start) in [("global", "Helm adds `global`"), ("enabled", "Helm passes `enabled`")] {
            let line = help(&closed, &json!({key: true}), true).remove(0);
            assert!(line.starts_with(start) && line.contains("allow it in `properties`"), "{line}");
            assert_eq!(help(&closed, &json!({key: true}), false), ["allowed keys: `replicas`"]);
        }
    }

    #[test]
    fn wrong_values_are_explained() {
        let with = |schema: Value| json!({"properties": {"x": schema}});
        for (schema, value, line) in [
            (json!({"enum": ["active", "passive"]}), json!("activ"), "did you mean `active`?"),
            (json!({"const": "active"}), json!("activ"), "did you mean `active`?"),
            (json!({"enum": ["on", "off"]}), json!(true), super::QUOTE),
            (json!({"type": "string"}), json!(1), super::QUOTE),
            (json!({"type": "integer"}), json!("1"), "remove the quotes: `1`"),
            (json!({"type": "boolean"}), json!("true"), "remove the quotes: `true`"),
            (json!({"type": "object"}), json!("memory:4Gi"), "missing a space after `:`: write `memory: 4Gi`"),
            (
                json!({"type": "object"}),
                json!(null),
                "the value is `null`: set a value, or remove the key to use the default",
            ),
        ] {
            assert_eq!(help(&with(schema), &json!({"x": value}), false), [line]);
        }
        let required = json!({"properties": {"replicas": {}}, "required": ["replicas"]});
        assert_eq!(help(&required, &json!({"replica": 1}), false), ["did you mean `replicas` instead of `replica`?"]);
    }
}
