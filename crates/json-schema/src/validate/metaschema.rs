//! Validates schemas against their metaschemas, each part against the one of its dialect.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::super::compile::compile;
use super::super::documents::SchemaFiles;
use super::super::draft::{Dialect, Draft};
use super::super::json::Json;
use super::super::location::append;
use super::super::read::read;
use super::super::roots::Resource;
use super::super::schema::{Arena, SchemaRef};
use super::{Frame, MAX_STEPS, Validator};

/// The metaschemas that a document needs.
pub(in super::super) struct Metaschema<'r> {
    /// Of dialects with vocabularies of their own.
    own: Vec<(Dialect, Arena)>,
    main: Dialect,
    /// Parts of the document that may have another dialect.
    resources: Option<&'r BTreeMap<Arc<str>, Rc<Resource>>>,
}

impl<'r> Metaschema<'r> {
    pub(in super::super) fn of(main: &Dialect, resources: &'r BTreeMap<Arc<str>, Rc<Resource>>) -> Metaschema<'r> {
        let mut own: Vec<(Dialect, Arena)> = Vec::new();
        for dialect in resources.values().map(|resource| &resource.dialect) {
            if let Some(text) = dialect.metaschema()
                && !own.iter().any(|(known, _)| known == dialect)
            {
                own.push((dialect.clone(), compile_standard("urn:mem:metaschema", Some(&text))));
            }
        }
        let differ = resources.values().any(|resource| resource.dialect != *main);
        Metaschema { own, main: main.clone(), resources: Some(resources).filter(|_| differ) }
    }

    /// That of a dialect alone.
    #[cfg(test)]
    pub(in super::super) fn standard(main: &Dialect) -> Metaschema<'r> {
        Metaschema { own: Vec::new(), main: main.clone(), resources: None }
    }

    /// Validates a schema; the error is a report and its reasons.
    pub(in super::super) fn validate(&self, schema: &Json) -> Result<(), (String, Vec<String>)> {
        let Some(first) = self.schema(&self.main) else { return Ok(()) };
        let mut validator = Validator { path: Vec::new(), steps: MAX_STEPS, depth: 0, dialects: Some(self) };
        validator.whole(first, Some(first), schema).map_err(|error| (error.to_string(), error.reasons()))
    }

    fn schema(&self, dialect: &Dialect) -> Option<SchemaRef<'_>> {
        let own = self.own.iter().find(|(known, _)| known == dialect);
        let arena = own.map_or_else(|| standard(dialect.draft), |(_, arena)| arena);
        Some(SchemaRef { arena, schema: arena.schemas.first()? })
    }
}

impl<'s> Validator<'s> {
    /// Returns the schema that counts where a keyword names `named`, and the metaschema from there on.
    pub(super) fn dialect(
        &self,
        frame: &Frame<'_, 's>,
        named: SchemaRef<'s>,
    ) -> (SchemaRef<'s>, Option<SchemaRef<'s>>) {
        let other = || {
            let dialects = self.dialects?;
            let resources = dialects.resources?;
            frame.metaschema.filter(|metaschema| metaschema.is(named))?;
            let mut pointer = String::new();
            self.path.iter().for_each(|step| append(&mut pointer, &step.text()));
            dialects.schema(&resources.get(&*pointer)?.dialect)
        };
        match other() {
            Some(schema) => (schema, Some(schema)),
            None => (named, frame.metaschema),
        }
    }
}

/// Returns the metaschema of a draft.
fn standard(draft: Draft) -> &'static Arena {
    static V4: LazyLock<Arena> = LazyLock::new(|| compile_standard(Draft::V4.url(), None));
    static V6: LazyLock<Arena> = LazyLock::new(|| compile_standard(Draft::V6.url(), None));
    static V7: LazyLock<Arena> = LazyLock::new(|| compile_standard(Draft::V7.url(), None));
    static V2019: LazyLock<Arena> = LazyLock::new(|| compile_standard(Draft::V2019.url(), None));
    static V2020: LazyLock<Arena> = LazyLock::new(|| compile_standard(Draft::V2020.url(), None));
    match draft {
        Draft::V4 => &V4,
        Draft::V6 => &V6,
        Draft::V7 => &V7,
        Draft::V2019 => &V2019,
        Draft::V2020 => &V2020,
    }
}

/// Compiles a schema of this crate's own; a test compiles each of them.
fn compile_standard(url: &str, text: Option<&str>) -> Arena {
    let document = text.and_then(|text| read(text.as_bytes()).ok());
    compile(url, document, &SchemaFiles::default(), true).unwrap_or_default()
}
