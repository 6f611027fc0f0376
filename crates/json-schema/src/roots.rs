//! Documents of schemas, and their parts with their own URL, anchor or dialect.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::compile_error::CompileError;
use super::documents::SchemaFiles;
use super::draft::{Dialect, Draft};
use super::json::Json;
use super::location::{Fragment, Location, join, split, split_fragment};
use super::shelf::Shelf;
use super::validate::Metaschema;
use super::{metaschemas, read};
use mkmanifests_go::url;

/// Helm's URL of every `values.schema.json`.
pub(super) const MAIN: &str = "file:///values.schema.json";

/// Keywords whose text gives a schema a name or a dialect.
const NAMING: [&str; 5] = ["$schema", "$id", "id", "$anchor", "$dynamicAnchor"];

/// The documents that were read so far, and what is known of them.
pub(super) struct Roots<'d> {
    files: &'d SchemaFiles,
    /// The place for the next document.
    shelf: &'d Shelf,
    documents: HashMap<String, &'d Json>,
    roots: HashMap<Arc<str>, Root<'d>>,
}

/// A document.
pub(super) struct Root<'d> {
    pub(super) url: Arc<str>,
    pub(super) document: &'d Json,
    /// By their pointer; that of the document itself is empty.
    pub(super) resources: BTreeMap<Arc<str>, Rc<Resource>>,
    /// The pointers of resources by their URL.
    by_url: HashMap<String, Arc<str>>,
    /// The visited schemas, without those below them if nothing below the document is named.
    seen: HashSet<String>,
    /// Whether only the document itself may have a URL, an anchor or a dialect.
    is_plain: bool,
}

/// A schema with its own URL.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) pointer: Arc<str>,
    pub(super) url: String,
    pub(super) dialect: Dialect,
    pub(super) anchors: BTreeMap<String, Arc<str>>,
    pub(super) dynamic_anchors: Vec<String>,
}

impl<'d> Roots<'d> {
    pub(super) fn new(files: &'d SchemaFiles, shelf: &'d Shelf) -> Roots<'d> {
        Roots { files, shelf, documents: HashMap::new(), roots: HashMap::new() }
    }

    /// Adds the document of a URL.
    pub(super) fn add(&mut self, url: &str, document: Json) -> &'d Json {
        let (document, shelf) = self.shelf.add(document);
        self.shelf = shelf;
        self.documents.insert(url.to_owned(), document);
        document
    }

    pub(super) fn get(&self, url: &str) -> Option<&Root<'d>> {
        self.roots.get(url)
    }

    fn document(&mut self, url: &str) -> Result<&'d Json, CompileError> {
        if let Some(document) = self.documents.get(url) {
            return Ok(document);
        }
        let document = match metaschemas::find(url) {
            Some(text) => read::read(text.as_bytes()).map_err(CompileError::Syntax)?,
            None => self.files.load(url)?,
        };
        Ok(self.add(url, document))
    }

    /// Reads a document, if it was not read before.
    pub(super) fn load(&mut self, url: &str) -> Result<(), CompileError> {
        if self.roots.contains_key(url) {
            return Ok(());
        }
        let document = self.document(url)?;
        let mut root = Root {
            url: url.into(),
            document,
            resources: BTreeMap::new(),
            by_url: HashMap::new(),
            seen: HashSet::new(),
            is_plain: !document.as_map().is_some_and(|map| map.values().any(is_named)),
        };
        self.collect(&mut root, document, url, "", &Dialect::of(Draft::default()))?;
        let (host, path) = url.split_once("://").unwrap_or_default();
        if !(matches!(host, "http" | "https") && path.starts_with("json-schema.org/")) {
            check(&root, document, "")?;
        }
        self.roots.insert(root.url.clone(), root);
        Ok(())
    }

    /// Returns the schema that a reference leads to.
    pub(super) fn resolve(&mut self, url: &str, fragment: &Fragment) -> Result<Location, CompileError> {
        self.load(url)?;
        match self.roots.get(url) {
            Some(root) => root.resolve_in(fragment, root.resource("")),
            None => Ok(Location::new(url, "")),
        }
    }

    /// Looks at a schema that a reference found where no keyword has schemas.
    pub(super) fn ensure(&mut self, at: &Location) -> Result<(), CompileError> {
        self.load(&at.url)?;
        let Some(mut root) = self.roots.remove(&at.url) else { return Ok(()) };
        let ensured = if root.has_seen(&at.pointer) { Ok(()) } else { self.add_schema(&mut root, at) };
        self.roots.insert(at.url.clone(), root);
        ensured
    }

    fn add_schema(&mut self, root: &mut Root<'d>, at: &Location) -> Result<(), CompileError> {
        let schema = at.lookup(root.document)?;
        let base = root.resource(&at.pointer).clone();
        self.collect(root, schema, &base.url, &at.pointer, &base.dialect)?;
        if !root.resources.contains_key(&at.pointer) {
            let base = root.resource(&at.pointer).pointer.clone();
            root.collect_anchors(schema, &at.pointer, &base)?;
        }
        check(root, schema, &at.pointer)
    }

    /// Collects the resources and anchors of a schema and of those below it.
    fn collect(
        &mut self,
        root: &mut Root<'d>,
        schema: &Json,
        base: &str,
        pointer: &str,
        fallback: &Dialect,
    ) -> Result<(), CompileError> {
        if !root.seen.insert(pointer.to_owned()) {
            return Ok(());
        }
        if !matches!(schema, Json::Map(_)) {
            if pointer.is_empty() {
                root.add_resource(pointer, base, fallback.clone());
            }
            return Ok(());
        }
        let declared =
            self.draft(&Location::new(root.url.clone(), pointer), schema, fallback.draft, &mut Vec::new())?;
        // `$schema` counts only where a schema has a URL.
        let is_resource = pointer.is_empty() || declared.id(schema).is_some();
        let draft = if is_resource { declared } else { fallback.draft };
        let mut base = base.to_owned();
        let id = draft.id(schema);
        if let Some(id) = id {
            let at = || CompileError::ParseId { at: Location::new(root.url.clone(), pointer).to_string() };
            base = join(&base, id).map_err(|_| at())?.0;
        }
        if id.is_some() || pointer.is_empty() {
            match root.by_url.get(&base) {
                Some(other) if **other != *pointer => {
                    let mut pointers = [other.to_string(), pointer.to_owned()];
                    pointers.sort();
                    return Err(CompileError::DuplicateId { id: base, url: root.url.to_string(), pointers });
                }
                Some(_) => {}
                None => {
                    let names_dialect = is_resource && schema.get("$schema").and_then(Json::as_text).is_some();
                    let dialect = if names_dialect { self.dialect(schema, draft)? } else { fallback.clone() };
                    root.add_resource(pointer, &base, dialect);
                }
            }
        }
        let Some(resource) = root.by_url.get(&base).cloned() else { return Ok(()) };
        root.collect_anchors(schema, pointer, &resource)?;
        if root.is_plain {
            return Ok(());
        }
        let dialect = root.resource(&resource).dialect.clone();
        for (pointer, schema) in draft.subschemas(schema, pointer) {
            self.collect(root, schema, &base, &pointer, &dialect)?;
        }
        Ok(())
    }

    /// Returns the draft that a schema's `$schema` leads to, perhaps by way of metaschemas of one's own.
    fn draft(
        &mut self,
        at: &Location,
        schema: &Json,
        default: Draft,
        passed: &mut Vec<String>,
    ) -> Result<Draft, CompileError> {
        let Some(named) = schema.get("$schema").and_then(Json::as_text) else { return Ok(default) };
        if let Some(draft) = Draft::of_url(named) {
            return Ok(draft);
        }
        let (named, _) = split(named);
        url::parse(named.as_bytes()).map_err(|why| CompileError::InvalidMetaschemaUrl { at: at.to_string(), why })?;
        if at.pointer.is_empty() && *named == *at.url {
            return Err(CompileError::UnsupportedDraft { url: named.to_owned() });
        }
        if passed.iter().any(|passed| passed == named) {
            return Err(CompileError::MetaschemaCycle { url: named.to_owned() });
        }
        passed.push(named.to_owned());
        let document = self.document(named)?;
        self.draft(&Location::new(named, ""), document, default, passed)
    }

    fn dialect(&mut self, schema: &Json, draft: Draft) -> Result<Dialect, CompileError> {
        let named = schema.get("$schema").and_then(Json::as_text).unwrap_or_default();
        if Draft::of_url(named).is_some() {
            return Ok(Dialect::of(draft));
        }
        let (named, _) = split(named);
        let document = self.document(named)?;
        Ok(Dialect { draft, vocabularies: draft.required_vocabularies(named, document)? })
    }
}

impl Root<'_> {
    fn add_resource(&mut self, pointer: &str, url: &str, dialect: Dialect) {
        let (pointer, url): (Arc<str>, _) = (pointer.into(), url.to_owned());
        self.by_url.insert(url.clone(), pointer.clone());
        let resource =
            Resource { pointer: pointer.clone(), url, dialect, anchors: BTreeMap::new(), dynamic_anchors: Vec::new() };
        self.resources.insert(pointer, Rc::new(resource));
    }

    /// Returns whether a schema was visited, by itself or as part of a parent.
    fn has_seen(&self, pointer: &str) -> bool {
        if self.seen.contains(pointer) {
            return true;
        }
        let draft = self.resource("").dialect.draft;
        let leads = |(end, _): (usize, &str)| {
            let (start, rest) = pointer.split_at_checked(end)?;
            self.seen.get(start)?;
            let schema = Location::new(self.url.clone(), start).lookup(self.document).ok()?;
            Some(draft.leads(schema, rest))
        };
        self.is_plain && pointer.match_indices('/').any(|above| leads(above) == Some(true))
    }

    /// Returns the resource that a schema belongs to.
    pub(super) fn resource(&self, pointer: &str) -> &Rc<Resource> {
        let mut pointer = if self.is_plain { "" } else { pointer };
        loop {
            match (self.resources.get(pointer), pointer.rfind('/')) {
                (Some(resource), _) => return resource,
                (None, Some(slash)) => pointer = pointer.get(..slash).unwrap_or_default(),
                // The document itself is added first.
                (None, None) => unreachable!("a document is a resource"),
            }
        }
    }

    fn resolve_in(&self, fragment: &Fragment, resource: &Resource) -> Result<Location, CompileError> {
        let pointer = match fragment {
            Fragment::Pointer(pointer) if resource.pointer.is_empty() => pointer.as_str().into(),
            Fragment::Pointer(pointer) => format!("{}{pointer}", resource.pointer).into(),
            Fragment::Anchor(anchor) => match resource.anchors.get(anchor) {
                Some(pointer) => pointer.clone(),
                None => {
                    let reference = Location::new(&*resource.url, &**anchor).to_string();
                    return Err(CompileError::AnchorNotFound { url: self.url.to_string(), reference });
                }
            },
        };
        Ok(Location { url: self.url.clone(), pointer })
    }

    /// Returns the schema in this document that a reference leads to; nothing if it leads out of it.
    pub(super) fn resolve(&self, url: &str, fragment: &Fragment) -> Option<Result<Location, CompileError>> {
        let pointer = if *url == *self.url { "" } else { self.by_url.get(url)? };
        Some(self.resolve_in(fragment, self.resource(pointer)))
    }

    fn collect_anchors(&mut self, schema: &Json, pointer: &str, resource: &str) -> Result<(), CompileError> {
        let Some(resource) = self.resources.get_mut(resource).map(Rc::make_mut) else { return Ok(()) };
        let draft = resource.dialect.draft;
        let text = |keyword: &str| schema.get(keyword).and_then(Json::as_text);
        if draft < Draft::V2019 {
            if draft.ignores_siblings_of_ref(schema) {
                return Ok(());
            }
            let Some(id) = text(draft.id_keyword()) else { return Ok(()) };
            let at = || CompileError::ParseAnchor { at: Location::new(self.url.clone(), pointer).to_string() };
            return match split_fragment(id).map_err(|_| at())?.1 {
                Fragment::Anchor(anchor) => resource.add_anchor(&anchor, pointer, &self.url),
                Fragment::Pointer(_) => Ok(()),
            };
        }
        if let Some(anchor) = text("$anchor") {
            resource.add_anchor(anchor, pointer, &self.url)?;
        }
        if let Some(anchor) = text("$dynamicAnchor").filter(|_| draft >= Draft::V2020) {
            resource.add_anchor(anchor, pointer, &self.url)?;
            resource.dynamic_anchors.push(anchor.to_owned());
        }
        Ok(())
    }
}

impl Resource {
    fn add_anchor(&mut self, anchor: &str, pointer: &str, url: &str) -> Result<(), CompileError> {
        match self.anchors.get(anchor) {
            Some(other) if **other != *pointer => {
                let mut pointers = [other.to_string(), pointer.to_owned()];
                pointers.sort();
                Err(CompileError::DuplicateAnchor { anchor: anchor.to_owned(), url: url.to_owned(), pointers })
            }
            Some(_) => Ok(()),
            None => {
                self.anchors.insert(anchor.to_owned(), pointer.into());
                Ok(())
            }
        }
    }
}

/// Returns whether a schema may be named: this one, or one below it.
fn is_named(value: &Json) -> bool {
    match value {
        Json::Map(map) => map.iter().any(|(key, value)| match value {
            Json::Text(_) => NAMING.contains(&key.as_str()),
            value => is_named(value),
        }),
        Json::List(items) => items.iter().any(is_named),
        _ => false,
    }
}

/// Validates a schema against the schema of its dialect.
fn check(root: &Root<'_>, schema: &Json, pointer: &str) -> Result<(), CompileError> {
    let dialect = &root.resource(pointer).dialect;
    let is_standard = *dialect == Dialect::of(dialect.draft);
    let is_alone = root.resources.values().all(|resource| resource.dialect == *dialect);
    if is_standard && is_alone && metaschemas::accepts(dialect.draft, schema) {
        return Ok(());
    }
    let metaschema = Metaschema::of(dialect, &root.resources);
    metaschema.validate(schema).map_err(|(report, reasons)| {
        let at = Location::new(root.url.clone(), pointer).to_string();
        CompileError::Metaschema { at, report, reasons }
    })
}
