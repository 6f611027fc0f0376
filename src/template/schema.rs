//! Validates values against a folder's `values.schema.json`.

use std::sync::{Arc, OnceLock};

use super::TemplateCode;
use super::folder::File;
use crate::diagnostic::{Diagnostic, FieldPath, Location, Sources, Step, ValueCode, did_you_mean, nearest};
use crate::go::stack::on_deep_stack;
use crate::json_schema::{CompileError, Error, Json, Kind, SchemaFiles, Validator};
use crate::tree::Node;

/// A folder's `values.schema.json`, compiled when it is first needed.
#[derive(Debug, Clone, Default)]
pub struct Compiled(Arc<OnceLock<Result<Validator, CompileError>>>);

impl Compiled {
    /// Adds an error for each value that does not match the schema, at its location.
    pub(super) fn check(&self, file: &File, values: &Node, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) {
        let source = sources.add(file.name.clone(), file.text.clone());
        on_deep_stack(|| {
            match self.0.get_or_init(|| Validator::compile(file.text.as_bytes(), &SchemaFiles::default())) {
                Err(error) => {
                    let (line, column) = position(error, &file.text);
                    diagnostics.push(schema_error(error).at(Location::new(source, line, column)));
                }
                Ok(validator) => {
                    if let Err(error) = validator.validate(&Json::from(values)) {
                        explain(&error, values, diagnostics);
                    }
                }
            }
        });
    }
}

fn schema_error(error: &CompileError) -> Diagnostic {
    match error {
        CompileError::Syntax(why) => {
            Diagnostic::error(TemplateCode::InvalidSchema, format!("the schema is not JSON: {why}"))
        }
        CompileError::Metaschema { reasons, .. } => {
            let (first, rest) = reasons.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
            let diagnostic = Diagnostic::error(
                TemplateCode::InvalidSchema,
                format!("the schema is not a valid JSON Schema: {first}"),
            );
            rest.iter().cloned().fold(diagnostic, Diagnostic::help)
        }
        _ => Diagnostic::error(TemplateCode::InvalidSchema, format!("the schema is invalid: {error}")),
    }
}

/// Returns the line and column of a syntax error in JSON; the first line for other errors.
fn position(error: &CompileError, text: &str) -> (u32, u32) {
    let is_syntax = matches!(error, CompileError::Syntax(_));
    let found = serde_json::from_str::<serde_json::Value>(text).err().filter(|_| is_syntax);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    found.map_or((1, 1), |error| (number(error.line()), number(error.column())))
}

/// A value, and its path.
struct Subject<'a> {
    node: &'a Node,
    path: FieldPath,
}

fn subject<'a>(error: &Error<'_>, values: &'a Node) -> Subject<'a> {
    let (mut node, mut path) = (values, FieldPath::default());
    for step in &error.path {
        let is_list = node.as_seq().is_some();
        match node.find([step.as_str()]) {
            Some(child) => node = child,
            None => break,
        }
        let index = step.parse().ok().filter(|_| is_list);
        path.push(index.map_or_else(|| Step::Field(step.clone()), Step::Index));
    }
    Subject { node, path }
}

impl Subject<'_> {
    fn diagnostic(&self, code: ValueCode, what: impl std::fmt::Display) -> Diagnostic {
        Diagnostic::error(code, what.to_string()).in_field(self.path.clone()).at(self.node.location)
    }
}

fn explain(error: &Error<'_>, values: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let subject = subject(error, values);
    match &error.kind {
        Kind::Schema { .. } | Kind::Group | Kind::Reference | Kind::AllOf if !error.causes.is_empty() => {
            error.causes.iter().for_each(|cause| explain(cause, values, diagnostics));
        }
        Kind::AdditionalProperties { names } => {
            let known: Vec<&str> = error.schema.properties().collect();
            diagnostics.extend(names.iter().map(|key| unknown_key(&subject, key, &known)));
        }
        Kind::Required { missing } => {
            let missing = missing.iter().map(|key| missing_field(&subject, key));
            diagnostics.extend(missing);
        }
        Kind::Type { want, .. } => {
            let expected = types(want.names());
            let message = format!("expected {expected}, found {}", subject.node.describe());
            diagnostics.push(subject.diagnostic(subject.node.wrong_type(expected), message));
        }
        Kind::Enum { want } => {
            let options: Vec<String> = want.iter().map(Json::text).collect();
            let listed = options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ");
            let diagnostic = subject
                .diagnostic(ValueCode::Invalid, format!("expected one of {listed}, found {}", subject.node.describe()));
            let near = nearest(subject.node.as_str().unwrap_or_default(), options.iter().map(String::as_str));
            diagnostics.push(match near {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic,
            });
        }
        kind => {
            let causes = error.causes.iter().map(|cause| format!("{}", cause.kind));
            diagnostics.push(causes.fold(subject.diagnostic(ValueCode::Invalid, kind), Diagnostic::help));
        }
    }
}

fn unknown_key(subject: &Subject<'_>, key: &str, known: &[&str]) -> Diagnostic {
    let location =
        subject.node.as_map().and_then(|map| map.entry(key)).map_or(Location::UNKNOWN, |entry| entry.location);
    Diagnostic::unknown_field(subject.path.child(key), known).at(location)
}

fn missing_field(subject: &Subject<'_>, key: &str) -> Diagnostic {
    let path = subject.path.child(key);
    let diagnostic =
        Diagnostic::error(ValueCode::MissingField, format!("the required `{path}` is missing")).names_field(path);
    diagnostic.at(subject.node.location)
}

/// Describes types with the words of YAML.
fn types(names: impl Iterator<Item = &'static str>) -> String {
    let word = |name: &str| match name {
        "object" => "a mapping".to_owned(),
        "array" => "a list".to_owned(),
        "integer" => "an integer".to_owned(),
        "null" => "null".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        other => format!("a {other}"),
    };
    names.map(word).collect::<Vec<_>>().join(" or ")
}
