//! Compiles a schema and all that it refers to.

use std::collections::HashMap;

use super::compile_error::CompileError;
use super::documents::SchemaFiles;
use super::draft::{Dialect, Draft};
use super::format;
use super::json::Json;
use super::location::{Fragment, Location, append, join, split_fragment};
use super::number::Number;
use super::roots::{Root, Roots};
use super::schema::{Additional, Arena, Dependency, Schema, SchemaId, Types};
use mkmanifests_go::regexp::Pattern;

/// How many schemas there may be.
const MAX_SCHEMAS: usize = 1_000_000;

/// Compiles what is at a URL into the first schema of an arena. `document` is the main document; `assert_formats` makes
/// `format` count in drafts where it is only a note.
pub(super) fn compile(
    url: &str,
    document: Option<Json>,
    files: &SchemaFiles,
    assert_formats: bool,
) -> Result<Arena, CompileError> {
    let mut roots = Roots::new(files);
    if let Some(document) = document {
        roots.add(document);
    }
    let (url, fragment) = split_fragment(url)?;
    let first = roots.resolve(url, &fragment)?;
    let mut queue = Queue::default();
    queue.enqueue(first);
    let mut schemas = Vec::new();
    while let Some(location) = queue.locations.get(schemas.len()).cloned() {
        if schemas.len() > MAX_SCHEMAS {
            return Err(CompileError::Syntax("the schema has too many parts".to_owned()));
        }
        roots.ensure(&location)?;
        schemas.push(compile_one(&mut roots, &mut queue, location, assert_formats)?);
    }
    Ok(Arena { schemas })
}

/// The schemas to compile, each once.
#[derive(Default)]
struct Queue {
    locations: Vec<Location>,
    known: HashMap<Location, SchemaId>,
}

impl Queue {
    fn enqueue(&mut self, location: Location) -> SchemaId {
        let next = self.locations.len();
        *self.known.entry(location).or_insert_with_key(|location| {
            self.locations.push(location.clone());
            next
        })
    }
}

fn compile_one(
    roots: &mut Roots<'_>,
    queue: &mut Queue,
    location: Location,
    assert_formats: bool,
) -> Result<Schema, CompileError> {
    let unknown = || CompileError::PointerNotFound { at: location.to_string() };
    let root = roots.get(&location.url).ok_or_else(unknown)?;
    let (document, resource) = (root.document.clone(), root.resource(&location.pointer).clone());
    let value = location.lookup(&document)?;
    let mut schema = Schema { draft: resource.dialect.draft, location: location.to_string(), ..Schema::default() };
    schema.resource = queue.enqueue(Location::new(&*location.url, &*resource.pointer));
    if schema.draft >= Draft::V2020 && resource.pointer == location.pointer {
        for (anchor, pointer) in resource.anchors.iter().filter(|(anchor, _)| resource.dynamic_anchors.contains(anchor))
        {
            let target = queue.enqueue(Location::new(&*location.url, &**pointer));
            schema.dynamic_anchors.insert(anchor.clone(), target);
        }
    }
    match value {
        Json::Bool(bool) => schema.boolean = Some(*bool),
        Json::Map(map) if map.is_empty() => schema.boolean = Some(true),
        Json::Map(_) => {
            let dialect = resource.dialect;
            let base = resource.url;
            let mut compiler = Compiler { value, location, base, dialect, assert_formats, roots, queue };
            compiler.compile(&mut schema)?;
        }
        _ => {}
    }
    schema.all_properties_evaluated = schema.additional_properties.is_some();
    schema.all_items_evaluated = schema.rest_items.is_some();
    schema.items_evaluated = schema.prefix_items.len();
    Ok(schema)
}

/// Compiles one schema that is a map.
struct Compiler<'a, 'f> {
    value: &'a Json,
    location: Location,
    /// The URL that references are relative to.
    base: String,
    dialect: Dialect,
    assert_formats: bool,
    roots: &'a mut Roots<'f>,
    queue: &'a mut Queue,
}

impl Compiler<'_, '_> {
    fn compile(&mut self, schema: &mut Schema) -> Result<(), CompileError> {
        let draft = schema.draft;
        schema.reference = self.reference("$ref")?;
        // Before 2019-09, what is beside `$ref` does not count; but for keywords of later drafts, as in the library.
        let is_alone = draft < Draft::V2019 && schema.reference.is_some();
        if !is_alone {
            if self.dialect.has("applicator") {
                self.applicator(schema)?;
            }
            if self.dialect.has("validation") {
                self.validation(schema)?;
            }
            self.format(schema);
        }
        if draft >= Draft::V6 {
            self.later(schema);
        }
        if draft >= Draft::V2019 {
            self.references(schema)?;
        }
        Ok(())
    }

    fn applicator(&mut self, schema: &mut Schema) -> Result<(), CompileError> {
        schema.all_of = self.list("allOf");
        schema.any_of = self.list("anyOf");
        schema.one_of = self.list("oneOf");
        schema.not = self.one("not");
        self.items(schema);
        schema.properties = self.map("properties").into_iter().collect();
        for (pattern, id) in self.map("patternProperties") {
            let compiled = self.pattern("patternProperties", &pattern)?;
            schema.pattern_properties.push((compiled, id));
        }
        schema.additional_properties = self.additional("additionalProperties");
        for (name, value) in self.get("dependencies").and_then(Json::as_map).into_iter().flatten() {
            let dependency = match value {
                Json::List(names) => Dependency::Properties(texts(names)),
                _ => Dependency::Schema(self.at(&["dependencies", name])),
            };
            schema.dependencies.push((name.clone(), dependency));
        }
        Ok(())
    }

    fn items(&mut self, schema: &mut Schema) {
        if schema.draft >= Draft::V2020 {
            schema.prefix_items = self.list("prefixItems");
            schema.rest_items = self.one("items").map(Additional::Schema);
        } else if matches!(self.get("items"), Some(Json::List(_))) {
            schema.prefix_items = self.list("items");
            schema.rest_items = self.additional("additionalItems");
        } else {
            schema.rest_items = self.one("items").map(Additional::Schema);
        }
    }

    fn validation(&mut self, schema: &mut Schema) -> Result<(), CompileError> {
        schema.types = self.get("type").map(Types::of).unwrap_or_default();
        schema.options = self.get("enum").and_then(Json::as_list).map(<[Json]>::to_vec);
        schema.multiple_of = self.number("multipleOf");
        (schema.maximum, schema.exclusive_maximum) = self.limit("maximum", "exclusiveMaximum");
        (schema.minimum, schema.exclusive_minimum) = self.limit("minimum", "exclusiveMinimum");
        schema.min_length = self.int("minLength");
        schema.max_length = self.int("maxLength");
        if let Some(pattern) = self.get("pattern").and_then(Json::as_text) {
            schema.pattern = Some((self.pattern("pattern", pattern)?, pattern.to_owned()));
        }
        schema.min_items = self.int("minItems");
        schema.max_items = self.int("maxItems");
        schema.unique_items = self.is_true("uniqueItems");
        schema.min_properties = self.int("minProperties");
        schema.max_properties = self.int("maxProperties");
        schema.required = self.get("required").and_then(Json::as_list).map(texts).unwrap_or_default();
        Ok(())
    }

    /// A limit and its exclusive twin, which in draft 4 is a flag.
    fn limit(&self, keyword: &str, exclusive: &str) -> (Option<Number>, Option<Number>) {
        let limit = self.number(keyword);
        if self.is_true(exclusive) { (None, limit) } else { (limit, self.number(exclusive)) }
    }

    fn format(&self, schema: &mut Schema) {
        let is_asserted = self.assert_formats
            || match schema.draft {
                Draft::V2020 => self.dialect.has("format-assertion"),
                Draft::V2019 => self.dialect.has("format"),
                _ => true,
            };
        if is_asserted {
            schema.format = self.get("format").and_then(Json::as_text).and_then(format::find);
        }
    }

    /// What came with drafts 6, 7 and 2019-09.
    fn later(&mut self, schema: &mut Schema) {
        let draft = schema.draft;
        let (applicator, validation) = (self.dialect.has("applicator"), self.dialect.has("validation"));
        if applicator {
            schema.contains = self.one("contains");
            schema.property_names = self.one("propertyNames");
        }
        if validation {
            schema.constant = self.get("const").cloned();
        }
        if applicator && draft >= Draft::V7 {
            self.conditions(schema);
        }
        if draft < Draft::V2019 {
            return;
        }
        if validation {
            schema.min_contains = schema.contains.and_then(|_| self.int("minContains"));
            schema.max_contains = schema.contains.and_then(|_| self.int("maxContains"));
            for (name, names) in self.get("dependentRequired").and_then(Json::as_map).into_iter().flatten() {
                if let Json::List(names) = names {
                    schema.dependent_required.push((name.clone(), texts(names)));
                }
            }
        }
        if applicator {
            schema.dependent_schemas = self.map("dependentSchemas").into_iter().collect();
        }
        if self.dialect.has(if draft == Draft::V2019 { "applicator" } else { "unevaluated" }) {
            schema.unevaluated_items = self.one("unevaluatedItems");
            schema.unevaluated_properties = self.one("unevaluatedProperties");
        }
    }

    fn conditions(&mut self, schema: &mut Schema) {
        schema.condition = self.one("if");
        let (always, never) = (self.get("if") == Some(&Json::Bool(true)), self.get("if") == Some(&Json::Bool(false)));
        if schema.condition.is_some() && !never {
            schema.then = self.one("then");
        }
        if schema.condition.is_some() && !always {
            schema.otherwise = self.one("else");
        }
    }

    fn references(&mut self, schema: &mut Schema) -> Result<(), CompileError> {
        schema.recursive_ref = self.reference("$recursiveRef")?;
        schema.recursive_anchor = self.is_true("$recursiveAnchor");
        if schema.draft < Draft::V2020 {
            return Ok(());
        }
        if let Some(target) = self.reference("$dynamicRef")? {
            let named = self.get("$dynamicRef").and_then(Json::as_text).unwrap_or_default();
            let anchor = match split_fragment(named)?.1 {
                Fragment::Anchor(anchor) => Some(anchor),
                Fragment::Pointer(_) => None,
            };
            schema.dynamic_ref = Some((target, anchor));
        }
        schema.dynamic_anchor = self.get("$dynamicAnchor").and_then(Json::as_text).map(str::to_owned);
        Ok(())
    }
}

// Schemas below and elsewhere.
impl<'a> Compiler<'a, '_> {
    fn get(&self, keyword: &str) -> Option<&'a Json> {
        self.value.get(keyword)
    }

    fn at(&mut self, tokens: &[&str]) -> SchemaId {
        let pointer = tokens.iter().fold(self.location.pointer.clone(), |pointer, token| append(&pointer, token));
        self.queue.enqueue(Location::new(&*self.location.url, pointer))
    }

    fn one(&mut self, keyword: &str) -> Option<SchemaId> {
        self.get(keyword).map(|_| self.at(&[keyword]))
    }

    fn list(&mut self, keyword: &str) -> Vec<SchemaId> {
        let count = self.get(keyword).and_then(Json::as_list).map_or(0, <[Json]>::len);
        (0..count).map(|index| self.at(&[keyword, &index.to_string()])).collect()
    }

    fn map(&mut self, keyword: &str) -> Vec<(String, SchemaId)> {
        let names = self.get(keyword).and_then(Json::as_map).into_iter().flat_map(|map| map.keys());
        names.map(|name| (name.clone(), self.at(&[keyword, name]))).collect()
    }

    fn additional(&mut self, keyword: &str) -> Option<Additional> {
        match self.get(keyword)? {
            Json::Bool(bool) => Some(Additional::Allowed(*bool)),
            _ => self.one(keyword).map(Additional::Schema),
        }
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<SchemaId>, CompileError> {
        let Some(reference) = self.get(keyword).and_then(Json::as_text) else { return Ok(None) };
        let (url, fragment) = join(&self.base, reference)?;
        let local = self.roots.get(&self.location.url).and_then(|root: &Root| root.resolve(&url, &fragment));
        let target = match local {
            Some(target) => target?,
            None => self.roots.resolve(&url, &fragment)?,
        };
        Ok(Some(self.queue.enqueue(target)))
    }
}

// Values of keywords.
impl Compiler<'_, '_> {
    fn pattern(&self, keyword: &str, pattern: &str) -> Result<Pattern, CompileError> {
        Pattern::compile(pattern.as_bytes()).map_err(|why| {
            let at = Location::new(&*self.location.url, append(&self.location.pointer, keyword)).to_string();
            CompileError::InvalidRegex { at, pattern: pattern.to_owned(), why }
        })
    }

    fn is_true(&self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Json::Bool(true))
    }

    fn number(&self, keyword: &str) -> Option<Number> {
        match self.get(keyword)? {
            Json::Number(number) => Some(number.clone()),
            _ => None,
        }
    }

    fn int(&self, keyword: &str) -> Option<i64> {
        self.number(keyword)?.to_int()
    }
}

fn texts(items: impl AsRef<[Json]>) -> Vec<String> {
    items.as_ref().iter().filter_map(Json::as_text).map(str::to_owned).collect()
}
