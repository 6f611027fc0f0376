//! Validates a value, in the order of Helm's library, so that the reports are the same.

mod collections;
mod metaschema;
mod unevaluated;

use self::unevaluated::Unevaluated;
use super::draft::Draft;
use super::error::{Error, Kind};
use super::json::Json;
use super::location::escape;
use super::schema::{Arena, Schema, SchemaId, SchemaRef};
pub(super) use collections::duplicates;
pub(super) use metaschema::Metaschema;

/// The maximum number of steps, each of one schema with one value: malicious schemas could take forever.
const MAX_STEPS: usize = 10_000_000;
/// The maximum depth of references between schemas.
const MAX_DEPTH: usize = 20_000;

type Checked<'s> = Result<(), Box<Error<'s>>>;

/// Validates a value with the first schema of an arena.
pub(super) fn validate<'s>(arena: &'s Arena, value: &Json) -> Checked<'s> {
    let Some(schema) = arena.schemas.first() else { return Ok(()) };
    let mut validator = Validator { path: Vec::new(), steps: MAX_STEPS, depth: 0, dialects: None };
    validator.whole(SchemaRef { arena, schema }, None, value)
}

/// The state of a validation.
struct Validator<'s> {
    /// The path of the current value.
    path: Vec<Step>,
    steps: usize,
    depth: usize,
    /// For metaschemas.
    dialects: Option<&'s Metaschema<'s>>,
}

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// A schema that validates a value, and the keyword that led to it.
#[derive(Clone, Copy)]
struct Frame<'a, 's> {
    /// The schema that a keyword named.
    named: SchemaRef<'s>,
    /// The schema that counts: another one where the value is a schema of another dialect.
    schema: SchemaRef<'s>,
    /// The keyword, if it is a reference.
    keyword: Option<&'static str>,
    /// How many steps the value is below the root.
    level: usize,
    /// Whether the caller needs to know only if the value is valid.
    quiet: bool,
    /// The metaschema, if the value is a schema.
    metaschema: Option<SchemaRef<'s>>,
    parent: Option<&'a Frame<'a, 's>>,
}

impl<'s> Validator<'s> {
    /// Validates a value that is not part of another; the error is a [`Kind::Schema`].
    fn whole(&mut self, schema: SchemaRef<'s>, metaschema: Option<SchemaRef<'s>>, value: &Json) -> Checked<'s> {
        let frame = Frame { named: schema, schema, keyword: None, level: 0, quiet: false, metaschema, parent: None };
        let unevaluated = Unevaluated::new(value, schema.schema, false);
        let checked = self.value(&frame, value, unevaluated).map(drop);
        let error = match checked {
            _ if self.steps == 0 => Box::new(self.error(&frame, Kind::TooManySteps)),
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let causes = if matches!(error.kind, Kind::Group) { error.causes } else { vec![*error] };
        let kind = Kind::Schema { url: schema.schema.location.to_string() };
        Err(Box::new(Error { schema, path: Vec::new(), kind, causes }))
    }

    fn value<'v>(
        &mut self,
        frame: &Frame<'_, 's>,
        value: &'v Json,
        unevaluated: Unevaluated<'v>,
    ) -> Result<Unevaluated<'v>, Box<Error<'s>>> {
        self.steps = self.steps.saturating_sub(1);
        if self.depth >= MAX_DEPTH {
            self.steps = 0;
        }
        if self.steps == 0 {
            return self.refuse(frame, Kind::TooManySteps);
        }
        self.depth += 1;
        let validated = self.keywords(frame, value, unevaluated);
        self.depth -= 1;
        validated
    }

    fn keywords<'v>(
        &mut self,
        frame: &Frame<'_, 's>,
        value: &'v Json,
        unevaluated: Unevaluated<'v>,
    ) -> Result<Unevaluated<'v>, Box<Error<'s>>> {
        let schema: &'s Schema = frame.schema.schema;
        match schema.boolean {
            Some(true) => return Ok(unevaluated),
            Some(false) => return self.refuse(frame, Kind::False),
            None => {}
        }
        if let Some(first) = self.find_cycle(frame) {
            let keywords = [frame.keyword_location(), first.keyword_location()];
            return self.refuse(frame, Kind::RefCycle { url: schema.location.to_string(), keywords });
        }
        if let Some(kind) = self.any_type(schema, value) {
            return self.refuse(frame, kind);
        }
        let mut validation = Validation { frame, value, errors: Vec::new(), unevaluated };
        if let Some(target) = schema.reference {
            let referred = self.reference(&mut validation, frame.schema.other(target), "$ref");
            if schema.draft < Draft::V2019 {
                return referred.map(|()| validation.unevaluated);
            }
            validation.errors.extend(referred.err().map(|error| *error));
        }
        match value {
            Json::Map(map) => self.map(&mut validation, map),
            Json::List(items) => self.list(&mut validation, items),
            Json::Text(text) => self.text(&mut validation, text),
            Json::Number(number) => self.number(&mut validation, number),
            Json::Null | Json::Bool(_) => {}
        }
        if validation.errors.is_empty() || !frame.quiet {
            if schema.draft >= Draft::V2019 {
                self.dynamic_references(&mut validation);
            }
            self.conditions(&mut validation);
            if schema.draft >= Draft::V2019 {
                self.unevaluated(&mut validation);
            }
        }
        let Validation { mut errors, unevaluated, .. } = validation;
        match errors.len() {
            0 => Ok(unevaluated),
            1 => Err(Box::new(errors.remove(0))),
            _ => {
                let mut error = self.error(frame, Kind::Group);
                error.causes = errors;
                Err(Box::new(error))
            }
        }
    }

    /// Validates the keywords that stop the validation of the value.
    fn any_type(&mut self, schema: &'s Schema, value: &Json) -> Option<Kind<'s>> {
        if !schema.types.is_empty() && !schema.types.has(value) {
            return Some(Kind::Type { got: value.type_name(), want: schema.types });
        }
        if let Some(want) = schema.constant.as_ref().filter(|want| *want != value) {
            return Some(Kind::Const { want });
        }
        if let Some(want) = &schema.options {
            self.steps = self.steps.saturating_sub(want.len());
            if !want.contains(value) {
                return Some(Kind::Enum { want });
            }
        }
        let (Some(format), Json::Text(text)) = (schema.format, value) else { return None };
        let why = (format.check)(text).err()?;
        Some(Kind::Format { got: text.clone(), want: format.name, why })
    }

    /// Returns a schema that validates the same value already.
    fn find_cycle<'f>(&mut self, frame: &'f Frame<'f, 's>) -> Option<&'f Frame<'f, 's>> {
        let mut next = frame.parent;
        while let Some(above) = next.filter(|above| above.level == frame.level) {
            if above.named.is(frame.named) {
                return Some(above);
            }
            self.steps = self.steps.saturating_sub(1);
            next = above.parent;
        }
        None
    }

    fn error(&self, frame: &Frame<'_, 's>, kind: Kind<'s>) -> Error<'s> {
        let path = if frame.quiet { Vec::new() } else { self.path.iter().map(Step::text).collect() };
        Error { schema: frame.schema, path, kind, causes: Vec::new() }
    }

    fn refuse<T>(&self, frame: &Frame<'_, 's>, kind: Kind<'s>) -> Result<T, Box<Error<'s>>> {
        Err(Box::new(self.error(frame, kind)))
    }

    fn add(&self, validation: &mut Validation<'_, '_, 's>, kind: Kind<'s>) {
        let error = self.error(validation.frame, kind);
        validation.errors.push(error);
    }

    fn add_with_causes(&self, validation: &mut Validation<'_, '_, 's>, kind: Kind<'s>, causes: Vec<Error<'s>>) {
        let error = Error { causes, ..self.error(validation.frame, kind) };
        validation.errors.push(error);
    }

    /// Validates the same value with another schema.
    fn same(
        &mut self,
        validation: &mut Validation<'_, '_, 's>,
        named: SchemaRef<'s>,
        keyword: Option<&'static str>,
        quiet: bool,
    ) -> Checked<'s> {
        let frame = validation.frame;
        let (schema, metaschema) = self.dialect(frame, named);
        let quiet = frame.quiet || quiet;
        let below = Frame { named, schema, keyword, level: frame.level, quiet, metaschema, parent: Some(frame) };
        let unevaluated = Unevaluated::new(validation.value, named.schema, !validation.unevaluated.is_empty());
        let rest = self.value(&below, validation.value, unevaluated)?;
        validation.unevaluated.keep(&rest);
        Ok(())
    }

    /// Validates a value below with a schema, and adds its error.
    fn below(&mut self, validation: &mut Validation<'_, '_, 's>, id: SchemaId, value: &Json, step: Step) {
        let checked = self.child(validation.frame, id, value, step);
        validation.errors.extend(checked.err().map(|error| *error));
    }

    fn child(&mut self, frame: &Frame<'_, 's>, id: SchemaId, value: &Json, step: Step) -> Checked<'s> {
        let named = frame.schema.other(id);
        self.path.push(step);
        let (schema, metaschema) = self.dialect(frame, named);
        let (level, quiet) = (frame.level + 1, frame.quiet);
        let below = Frame { named, schema, keyword: None, level, quiet, metaschema, parent: Some(frame) };
        let checked = self.value(&below, value, Unevaluated::new(value, named.schema, false)).map(drop);
        self.path.pop();
        checked
    }

    fn reference(
        &mut self,
        validation: &mut Validation<'_, '_, 's>,
        target: SchemaRef<'s>,
        keyword: &'static str,
    ) -> Checked<'s> {
        let Err(error) = self.same(validation, target, Some(keyword), false) else { return Ok(()) };
        let causes = if matches!(error.kind, Kind::Group) { error.causes } else { vec![*error] };
        Err(Box::new(Error { causes, ..self.error(validation.frame, Kind::Reference) }))
    }

    fn dynamic_references(&mut self, validation: &mut Validation<'_, '_, 's>) {
        let schema = validation.frame.schema;
        if let Some(target) = schema.schema.recursive_ref {
            let target = schema.other(target);
            let target =
                if target.schema.recursive_anchor { validation.frame.recursive_anchor(target) } else { target };
            let referred = self.reference(validation, target, "$recursiveRef");
            validation.errors.extend(referred.err().map(|error| *error));
        }
        if let Some((target, anchor)) = &schema.schema.dynamic_ref {
            let target = schema.other(*target);
            let target = match anchor {
                Some(name) if target.schema.dynamic_anchor.as_ref() == Some(name) => {
                    validation.frame.dynamic_anchor(name, target)
                }
                _ => target,
            };
            let referred = self.reference(validation, target, "$dynamicRef");
            validation.errors.extend(referred.err().map(|error| *error));
        }
    }

    fn conditions(&mut self, validation: &mut Validation<'_, '_, 's>) {
        let here = validation.frame.schema;
        let schema: &'s Schema = here.schema;
        if let Some(not) = schema.not
            && self.same(validation, here.other(not), None, true).is_ok()
        {
            self.add(validation, Kind::Not);
        }
        self.all_of(validation, &schema.all_of);
        self.any_of(validation, &schema.any_of);
        self.one_of(validation, &schema.one_of);
        if let Some(condition) = schema.condition {
            let is_met = self.same(validation, here.other(condition), None, true).is_ok();
            if let Some(branch) = if is_met { schema.then } else { schema.otherwise } {
                let checked = self.same(validation, here.other(branch), None, false);
                validation.errors.extend(checked.err().map(|error| *error));
            }
        }
    }

    fn all_of(&mut self, validation: &mut Validation<'_, '_, 's>, schemas: &'s [SchemaId]) {
        let mut errors = Vec::new();
        for id in schemas {
            errors.extend(
                self.same(validation, validation.frame.schema.other(*id), None, false).err().map(|error| *error),
            );
            if validation.frame.quiet && !errors.is_empty() {
                break;
            }
        }
        if !errors.is_empty() {
            self.add_with_causes(validation, Kind::AllOf, errors);
        }
    }

    fn any_of(&mut self, validation: &mut Validation<'_, '_, 's>, schemas: &'s [SchemaId]) {
        let mut errors = Vec::new();
        let mut is_met = schemas.is_empty();
        for id in schemas {
            match self.same(validation, validation.frame.schema.other(*id), None, false) {
                Err(error) => errors.push(*error),
                Ok(()) => is_met = true,
            }
            // Each of them may evaluate more properties or items.
            if is_met && validation.unevaluated.is_empty() {
                break;
            }
        }
        if !is_met {
            self.add_with_causes(validation, Kind::AnyOf, errors);
        }
    }

    fn one_of(&mut self, validation: &mut Validation<'_, '_, 's>, schemas: &'s [SchemaId]) {
        let (mut errors, mut first) = (Vec::new(), None);
        for (index, id) in schemas.iter().enumerate() {
            match (self.same(validation, validation.frame.schema.other(*id), None, first.is_some()), first) {
                (Err(error), None) => errors.push(*error),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => first = Some(index),
                (Ok(()), Some(first)) => {
                    self.add(validation, Kind::OneOf(Some((first, index))));
                    break;
                }
            }
        }
        if first.is_none() && !schemas.is_empty() {
            self.add_with_causes(validation, Kind::OneOf(None), errors);
        }
    }
}

/// The validation of one value by one schema.
struct Validation<'a, 'v, 's> {
    frame: &'a Frame<'a, 's>,
    value: &'v Json,
    errors: Vec<Error<'s>>,
    unevaluated: Unevaluated<'v>,
}

impl Step {
    fn text(&self) -> String {
        match self {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        }
    }
}

impl<'s> Frame<'_, 's> {
    /// Returns the frames from this one to the root.
    fn up(&self) -> impl Iterator<Item = &Frame<'_, 's>> {
        std::iter::successors(Some(self), |frame| frame.parent)
    }

    /// Returns the outermost schema whose resource has a `$recursiveAnchor`.
    fn recursive_anchor(&self, fallback: SchemaRef<'s>) -> SchemaRef<'s> {
        let anchors = self.up().filter(|frame| frame.named.resource().schema.recursive_anchor);
        anchors.last().map_or(fallback, |frame| frame.named)
    }

    /// Returns the outermost schema of that `$dynamicAnchor`.
    fn dynamic_anchor(&self, name: &str, fallback: SchemaRef<'s>) -> SchemaRef<'s> {
        let anchor = |resource: SchemaRef<'s>| Some(resource.other(*resource.schema.dynamic_anchors.get(name)?));
        self.up().filter_map(|frame| anchor(frame.named.resource())).last().unwrap_or(fallback)
    }

    /// Returns the keywords that lead from the root to here.
    fn keyword_location(&self) -> String {
        let mut steps: Vec<String> = Vec::new();
        for frame in self.up() {
            let Some(parent) = frame.parent else { break };
            let (from, to) = (&parent.named.schema.location, &frame.named.schema.location);
            let below = to.to_string().get(from.to_string().len()..).map(str::to_owned);
            steps.push(match frame.keyword {
                Some(keyword) => format!("/{}", escape(keyword)),
                None => below.unwrap_or_default(),
            });
        }
        steps.into_iter().rev().collect()
    }
}
