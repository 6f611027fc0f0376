//! Compiles a schema and all schemas that it refers to.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::compile_error::CompileError;
use super::documents::SchemaFiles;
use super::draft::Draft;
use super::format;
use super::json::Json;
use super::location::{Fragment, Location, below, join, split_fragment};
use super::number::Number;
use super::roots::{MAIN, Resource, Roots};
use super::schema::{Additional, Arena, Dependency, Schema, SchemaId, Types};
use super::shelf::Shelf;
use mkmanifests_go::regexp::Pattern;

/// The maximum number of schemas.
const MAX_SCHEMAS: usize = 1_000_000;

/// Compiles what is at a URL into the first schema of an arena. `document` is the main document; `assert_formats` makes
/// `format` count in drafts where it is only a note.
pub(super) fn compile(
    url: &str,
    document: Option<Json>,
    files: &SchemaFiles,
    assert_formats: bool,
) -> Result<Arena, CompileError> {
    let shelf = Shelf::default();
    let mut roots = Roots::new(files, &shelf);
    if let Some(document) = document {
        roots.add(MAIN, document);
    }
    let (url, fragment) = split_fragment(url)?;
    let first = roots.resolve(url, &fragment)?;
    let mut queue = Queue::default();
    queue.enqueue(first, None);
    let mut schemas = Vec::new();
    while let Some(entry) = queue.entries.get(schemas.len()).cloned() {
        if schemas.len() > MAX_SCHEMAS {
            return Err(CompileError::Syntax("the schema has too many parts".to_owned()));
        }
        schemas.push(compile_one(&mut roots, &mut queue, entry, assert_formats)?);
    }
    Ok(Arena { schemas })
}

/// The schemas to compile, each once.
#[derive(Default)]
struct Queue<'d> {
    entries: Vec<Entry<'d>>,
    known: HashMap<Location, SchemaId, foldhash::fast::RandomState>,
    /// Patterns are often the same, and take long to compile.
    patterns: HashMap<&'d str, Arc<Pattern>>,
    /// What references resolve to that are a fragment alone, by the URL that they are relative to.
    bases: HashMap<String, String>,
}

#[derive(Clone)]
struct Entry<'d> {
    location: Location,
    /// The schema, if a keyword of another one has it.
    schema: Option<&'d Json>,
}

impl<'d> Queue<'d> {
    fn enqueue(&mut self, location: Location, schema: Option<&'d Json>) -> SchemaId {
        let next = self.entries.len();
        *self.known.entry(location).or_insert_with_key(|location| {
            self.entries.push(Entry { location: location.clone(), schema });
            next
        })
    }
}

fn compile_one<'d>(
    roots: &mut Roots<'d>,
    queue: &mut Queue<'d>,
    Entry { location, schema: value }: Entry<'d>,
    assert_formats: bool,
) -> Result<Schema, CompileError> {
    if value.is_none() {
        roots.ensure(&location)?;
    }
    let unknown = || CompileError::PointerNotFound { at: location.to_string() };
    let root = roots.get(&location.url).ok_or_else(unknown)?;
    let resource = root.resource(&location.pointer).clone();
    let value = value.map_or_else(|| location.lookup(root.document), Ok)?;
    let own = |pointer: &Arc<str>| Location { url: location.url.clone(), pointer: pointer.clone() };
    let mut schema = Schema { draft: resource.dialect.draft, location: location.clone(), ..Schema::default() };
    schema.resource = queue.enqueue(own(&resource.pointer), None);
    if schema.draft >= Draft::V2020 && resource.pointer == location.pointer {
        for (anchor, pointer) in resource.anchors.iter().filter(|(anchor, _)| resource.dynamic_anchors.contains(anchor))
        {
            let target = queue.enqueue(own(pointer), None);
            schema.dynamic_anchors.insert(anchor.clone(), target);
        }
    }
    match value {
        Json::Bool(bool) => schema.boolean = Some(*bool),
        Json::Map(map) if map.is_empty() => schema.boolean = Some(true),
        Json::Map(map) => {
            let keywords = map.iter().map(|(keyword, value)| (keyword.as_str(), value)).collect();
            let mut compiler = Compiler { keywords, location, resource, assert_formats, roots, queue };
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
struct Compiler<'a, 'd> {
    /// They are few: looking through all of them is quick.
    keywords: Vec<(&'d str, &'d Json)>,
    location: Location,
    /// Its URL is what references are relative to.
    resource: Rc<Resource>,
    assert_formats: bool,
    roots: &'a mut Roots<'d>,
    queue: &'a mut Queue<'d>,
}

impl Compiler<'_, '_> {
    fn compile(&mut self, schema: &mut Schema) -> Result<(), CompileError> {
        let draft = schema.draft;
        schema.reference = self.reference("$ref")?;
        // Before 2019-09, keywords beside `$ref` are ignored, except those of later drafts, as in the library.
        let is_alone = draft < Draft::V2019 && schema.reference.is_some();
        if !is_alone {
            if self.resource.dialect.has("applicator") {
                self.applicator(schema)?;
            }
            if self.resource.dialect.has("validation") {
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
        schema.properties = owned(self.map("properties"));
        for (pattern, id) in self.map("patternProperties") {
            let compiled = self.pattern("patternProperties", pattern)?;
            schema.pattern_properties.push((compiled, id));
        }
        schema.additional_properties = self.additional("additionalProperties");
        for (name, value) in self.get("dependencies").and_then(Json::as_map).into_iter().flatten() {
            let dependency = match value {
                Json::List(names) => Dependency::Properties(texts(names)),
                _ => {
                    let pointer = below(&below(&self.location.pointer, "dependencies"), name);
                    Dependency::Schema(self.at(pointer, value))
                }
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
                Draft::V2020 => self.resource.dialect.has("format-assertion"),
                Draft::V2019 => self.resource.dialect.has("format"),
                _ => true,
            };
        if is_asserted {
            schema.format = self.get("format").and_then(Json::as_text).and_then(format::find);
        }
    }

    /// What came with drafts 6, 7 and 2019-09.
    fn later(&mut self, schema: &mut Schema) {
        let draft = schema.draft;
        let (applicator, validation) =
            (self.resource.dialect.has("applicator"), self.resource.dialect.has("validation"));
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
            schema.dependent_schemas = owned(self.map("dependentSchemas"));
        }
        if self.resource.dialect.has(if draft == Draft::V2019 { "applicator" } else { "unevaluated" }) {
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
impl<'d> Compiler<'_, 'd> {
    fn get(&self, keyword: &str) -> Option<&'d Json> {
        self.keywords.iter().find(|(known, _)| *known == keyword).map(|(_, value)| *value)
    }

    fn at(&mut self, pointer: String, schema: &'d Json) -> SchemaId {
        self.queue.enqueue(Location { url: self.location.url.clone(), pointer: pointer.into() }, Some(schema))
    }

    fn one(&mut self, keyword: &str) -> Option<SchemaId> {
        let schema = self.get(keyword)?;
        Some(self.at(below(&self.location.pointer, keyword), schema))
    }

    fn list(&mut self, keyword: &str) -> Vec<SchemaId> {
        let Some(items) = self.get(keyword).and_then(Json::as_list) else { return Vec::new() };
        let list = below(&self.location.pointer, keyword);
        items.iter().enumerate().map(|(index, schema)| self.at(format!("{list}/{index}"), schema)).collect()
    }

    fn map(&mut self, keyword: &str) -> Vec<(&'d String, SchemaId)> {
        let Some(schemas) = self.get(keyword).and_then(Json::as_map) else { return Vec::new() };
        let map = below(&self.location.pointer, keyword);
        schemas.iter().map(|(name, schema)| (name, self.at(below(&map, name), schema))).collect()
    }

    fn additional(&mut self, keyword: &str) -> Option<Additional> {
        match self.get(keyword)? {
            Json::Bool(bool) => Some(Additional::Allowed(*bool)),
            _ => self.one(keyword).map(Additional::Schema),
        }
    }

    fn join(&mut self, reference: &str) -> Result<(String, Fragment), CompileError> {
        let base = &self.resource.url;
        if !reference.starts_with('#') {
            return join(base, reference);
        }
        if let Some(url) = self.queue.bases.get(base) {
            return Ok((url.clone(), split_fragment(reference)?.1));
        }
        let (url, fragment) = join(base, reference)?;
        self.queue.bases.insert(base.clone(), url.clone());
        Ok((url, fragment))
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<SchemaId>, CompileError> {
        let Some(reference) = self.get(keyword).and_then(Json::as_text) else { return Ok(None) };
        let (url, fragment) = self.join(reference)?;
        let local = self.roots.get(&self.location.url).and_then(|root| root.resolve(&url, &fragment));
        let target = match local {
            Some(target) => target?,
            None => self.roots.resolve(&url, &fragment)?,
        };
        Ok(Some(self.queue.enqueue(target, None)))
    }
}

// Values of keywords.
impl<'d> Compiler<'_, 'd> {
    fn pattern(&mut self, keyword: &str, pattern: &'d str) -> Result<Arc<Pattern>, CompileError> {
        if let Some(known) = self.queue.patterns.get(pattern) {
            return Ok(known.clone());
        }
        let compiled = Pattern::compile(pattern.as_bytes()).map_err(|why| {
            let pointer = below(&self.location.pointer, keyword);
            let at = Location::new(self.location.url.clone(), pointer).to_string();
            CompileError::InvalidRegex { at, pattern: pattern.to_owned(), why }
        })?;
        Ok(self.queue.patterns.entry(pattern).or_insert(Arc::new(compiled)).clone())
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

fn owned(schemas: Vec<(&String, SchemaId)>) -> BTreeMap<String, SchemaId> {
    schemas.into_iter().map(|(name, id)| (name.clone(), id)).collect()
}

fn texts(items: impl AsRef<[Json]>) -> Vec<String> {
    items.as_ref().iter().filter_map(Json::as_text).map(str::to_owned).collect()
}
