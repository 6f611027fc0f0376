//! The check of values against a folder's `values.schema.json`.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::folder::File;
use crate::problem::{Place, Problem, Sources, nearest};
use crate::tree::Node;

/// Adds all that does not fit the schema, each at the place where the value was written.
pub(super) fn check(file: &File, values: &Node, sources: &mut Sources, problems: &mut Vec<Problem>) {
    let source = sources.add(file.name.clone(), file.text.clone());
    let schema: Value = match serde_json::from_str(&file.text) {
        Ok(schema) => schema,
        Err(error) => {
            let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
            let place = Place::new(source, number(error.line()), number(error.column()));
            let text = error.to_string();
            let why = text.split(" at line ").next().unwrap_or_default().to_owned();
            problems.push(Problem::error(format!("the schema is not JSON: {why}")).at(place));
            return;
        }
    };
    let validator = match Validator::new(&schema) {
        Ok(validator) => validator,
        Err(error) => {
            let place = Place::new(source, 1, 1);
            let at = error.instance_path().to_string();
            let message = format!("the schema is not a JSON Schema: {error}");
            let problem = Problem::error(message).at(place);
            problems.push(if at.is_empty() { problem } else { problem.help(format!("at `{at}` in the schema")) });
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
        explain(&error, &schema, values, problems);
    }
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
