//! The check of values against a folder's `values.schema.json`.

use std::sync::{Arc, OnceLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::folder::File;
use crate::problem::{Place, Problem, Sources, nearest};
use crate::tree::Node;

/// A folder's `values.schema.json`, compiled once it was needed.
#[derive(Debug, Clone, Default)]
pub struct Compiled(Arc<OnceLock<Result<(Value, Validator), Wrong>>>);

/// What is wrong with the schema itself, and where.
#[derive(Debug, Clone)]
struct Wrong {
    message: String,
    help: Option<String>,
    line: u32,
    column: u32,
}

impl Compiled {
    /// Adds all that does not fit the schema, each at the place where the value was written.
    pub(super) fn check(&self, file: &File, values: &Node, sources: &mut Sources, problems: &mut Vec<Problem>) {
        let source = sources.add(file.name.clone(), file.text.clone());
        let (schema, validator) = match self.0.get_or_init(|| compile(&file.text)) {
            Ok(compiled) => compiled,
            Err(wrong) => {
                let problem = Problem::error(wrong.message.clone()).at(Place::new(source, wrong.line, wrong.column));
                problems.push(wrong.help.iter().cloned().fold(problem, Problem::help));
                return;
            }
        };
        let instance = match serde_json::to_value(values) {
            Ok(instance) => instance,
            Err(error) => {
                problems.push(Problem::error(format!("the values are not JSON: {error}")));
                return;
            }
        };
        for error in validator.iter_errors(&instance) {
            explain(&error, schema, values, problems);
        }
    }
}

fn compile(text: &str) -> Result<(Value, Validator), Wrong> {
    let schema: Value = serde_json::from_str(text).map_err(|error| {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
        let text = error.to_string();
        let why = text.split(" at line ").next().unwrap_or_default();
        let message = format!("the schema is not JSON: {why}");
        Wrong { message, help: None, line: number(error.line()), column: number(error.column()) }
    })?;
    let validator = Validator::new(&schema).map_err(|error| {
        let at = error.instance_path().to_string();
        let message = format!("the schema is not a JSON Schema: {error}");
        Wrong { message, help: (!at.is_empty()).then(|| format!("at `{at}` in the schema")), line: 1, column: 1 }
    })?;
    Ok((schema, validator))
}

/// A node of the values, and what to call it.
struct Subject<'a> {
    node: &'a Node,
    path: String,
}

fn subject<'a>(error: &ValidationError<'_>, values: &'a Node) -> Subject<'a> {
    let (mut node, mut path) = (values, String::new());
    for step in error.instance_path().to_string().split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let is_list = node.as_seq().is_some();
        match node.find([step.as_str()]) {
            Some(child) => node = child,
            None => break,
        }
        path = match (is_list, path.is_empty()) {
            (true, _) => format!("{path}[{step}]"),
            (false, true) => step,
            (false, false) => format!("{path}.{step}"),
        };
    }
    Subject { node, path }
}

impl Subject<'_> {
    fn says(&self, what: impl std::fmt::Display) -> Problem {
        let message = if self.path.is_empty() { what.to_string() } else { format!("`{}`: {what}", self.path) };
        Problem::error(message).at(self.node.place)
    }

    fn child(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn explain(error: &ValidationError<'_>, schema: &Value, values: &Node, problems: &mut Vec<Problem>) {
    let subject = subject(error, values);
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let known = properties(error, schema);
            problems.extend(unexpected.iter().map(|key| unknown_key(&subject, key, &known)));
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            problems.push(
                Problem::error(format!("the required `{}` is missing", subject.child(key))).at(subject.node.place),
            );
        }
        ValidationErrorKind::Type { kind } => {
            problems.push(subject.says(format!("expected {}, found {}", types(kind), subject.node.describe())));
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            let listed = options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ");
            let problem = subject.says(format!("expected one of {listed}, found {}", subject.node.describe()));
            let near = nearest(subject.node.as_str().unwrap_or_default(), options.iter().map(String::as_str));
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
        _ => problems.push(subject.says(error)),
    }
}

fn plain(option: &Value) -> String {
    option.as_str().map_or_else(|| option.to_string(), str::to_owned)
}

/// The keys that the schema knows where it found another one.
fn properties(error: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let path = error.schema_path().to_string();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let known = schema.pointer(parent).and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    known.into_iter().flat_map(|known| known.keys().cloned()).collect()
}

fn unknown_key(subject: &Subject<'_>, key: &str, known: &[String]) -> Problem {
    let place = subject.node.as_map().and_then(|map| map.entry(key)).map_or(Place::UNKNOWN, |entry| entry.place);
    let problem = Problem::error(format!("unknown key `{}`", subject.child(key))).at(place);
    match nearest(key, known.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem,
        None => {
            let known = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            problem.help(format!("valid keys here: {known}"))
        }
    }
}

/// Types in words; what YAML calls them.
fn types(kind: &TypeKind) -> String {
    let word = |name: &str| match name {
        "object" => "a mapping".to_owned(),
        "array" => "a list".to_owned(),
        "integer" => "an integer".to_owned(),
        "null" => "null".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        other => format!("a {other}"),
    };
    match kind {
        TypeKind::Single(single) => word(single.as_str()),
        TypeKind::Multiple(several) => several.iter().map(|one| word(one.as_str())).collect::<Vec<_>>().join(" or "),
    }
}
