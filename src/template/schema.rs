//! Validates values against a folder's `values.schema.json`.

use std::sync::{Arc, OnceLock};

use super::TemplateCode;
use super::folder::File;
use crate::diagnostic::{Diagnostic, FieldPath, Location, Sources, Step, ValueCode, did_you_mean, nearest};
use crate::go::stack::on_deep_stack;
use crate::json_schema::{CompileError, Context, Error, Json, Kind, SchemaFiles, Validator};
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
            let message = format!("{}, found {}", message(error, subject.node), subject.node.describe());
            let diagnostic = subject.diagnostic(ValueCode::Invalid, message);
            let near = nearest(subject.node.as_str().unwrap_or_default(), options.iter().map(String::as_str));
            diagnostics.push(match near {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic,
            });
        }
        _ => {
            let value = |path: &[String]| values.find(path.iter().map(String::as_str));
            let reasons = error.causes.iter().map(|cause| format!("either: {}", reasons(cause, values)));
            let reasons =
                if matches!(error.kind, Kind::AnyOf | Kind::OneOf(None)) { reasons.collect() } else { vec![] };
            let help = error.help(Context { value: &value, is_subchart: false });
            let diagnostic = subject.diagnostic(ValueCode::Invalid, message(error, subject.node));
            diagnostics.push(reasons.into_iter().chain(help).fold(diagnostic, Diagnostic::help));
        }
    }
}

/// Returns the messages of the errors below an error that caused all others.
fn reasons(error: &Error<'_>, values: &Node) -> String {
    if error.causes.is_empty() {
        let subject = subject(error, values);
        return match subject.path.is_empty() {
            true => message(error, subject.node),
            false => format!("`{}` {}", subject.path, message(error, subject.node)),
        };
    }
    error.causes.iter().map(|cause| reasons(cause, values)).collect::<Vec<_>>().join(", ")
}

/// Returns what a schema requires of a value.
fn message(error: &Error<'_>, node: &Node) -> String {
    let found = || node.describe();
    match &error.kind {
        Kind::False => "may not be set".to_owned(),
        Kind::Type { want, .. } => format!("must be {}", types(want.names())),
        Kind::Enum { want } => format!("must be one of {}", listed(want.iter().map(Json::text))),
        Kind::Const { want } => format!("must be `{}`, found {}", want.text(), found()),
        Kind::Format { got, want, why } => format!("{got:?} is not a valid {want}: {why}"),
        Kind::Size { keyword, got, want } => {
            let unit = match *keyword {
                "minLength" | "maxLength" => "characters",
                "minItems" | "maxItems" => "items",
                _ => "keys",
            };
            let limit = if keyword.starts_with("min") { "at least" } else { "at most" };
            format!("must have {limit} {want} {unit}, found {got}")
        }
        Kind::Bound { keyword, got, want } => {
            let limit = match *keyword {
                "minimum" => "at least",
                "maximum" => "at most",
                "exclusiveMinimum" => "greater than",
                "exclusiveMaximum" => "less than",
                _ => "a multiple of",
            };
            format!("must be {limit} {}, found {}", want.text(), got.text())
        }
        Kind::Required { missing } => format!("requires {}", listed(missing.iter().map(|&it| it.to_owned()))),
        Kind::Dependency { property, missing } => {
            format!("`{property}` requires {}", listed(missing.iter().map(|&it| it.to_owned())))
        }
        Kind::AdditionalProperties { names } => format!("has the unknown keys {}", listed(names.iter().cloned())),
        Kind::PropertyName { name } => format!("`{name}` is not an allowed key"),
        Kind::AdditionalItems { count } => format!("has {count} more items than the schema allows"),
        Kind::UniqueItems { first, second } => format!("must be unique: items {first} and {second} are equal"),
        Kind::Contains => "has no item that matches `contains` of the schema".to_owned(),
        Kind::MinContains { got, want } => {
            format!("must have at least {want} items that match `contains` of the schema, found {}", got.len())
        }
        Kind::MaxContains { got, want } => {
            format!("must have at most {want} items that match `contains` of the schema, found {}", got.len())
        }
        Kind::Pattern { got, want } => format!("must match the pattern `{want}`, found {got:?}"),
        Kind::Not => format!("is not allowed, found {}: it matches `not` of the schema", found()),
        Kind::AnyOf | Kind::OneOf(None) => format!("matches none of the allowed schemas, found {}", found()),
        Kind::OneOf(Some(_)) => "matches several schemas of `oneOf`, of which only one may match".to_owned(),
        kind => kind.to_string(),
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn unknown_key(subject: &Subject<'_>, key: &str, known: &[&str]) -> Diagnostic {
    let location =
        subject.node.as_map().and_then(|map| map.entry(key)).map_or(Location::UNKNOWN, |entry| entry.location);
    Diagnostic::unknown_key(subject.path.child(key), known).at(location)
}

fn missing_field(subject: &Subject<'_>, key: &str) -> Diagnostic {
    let path = subject.path.child(key);
    let diagnostic =
        Diagnostic::error(ValueCode::MissingField, format!("required field `{path}` is missing")).names_field(path);
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
