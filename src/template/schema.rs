//! The check of values against a folder's `values.schema.json`.

use std::sync::{Arc, OnceLock};

use super::folder::File;
use crate::gotmpl::on_deep_stack;
use crate::json_schema::{CompileError, Error, Json, Kind, SchemaFiles, Validator};
use crate::problem::{Place, Problem, Sources, nearest};
use crate::tree::Node;

/// A folder's `values.schema.json`, compiled once it was needed.
#[derive(Debug, Clone, Default)]
pub struct Compiled(Arc<OnceLock<Result<Validator, CompileError>>>);

impl Compiled {
    /// Adds all that does not fit the schema, each at the place where the value was written.
    pub(super) fn check(&self, file: &File, values: &Node, sources: &mut Sources, problems: &mut Vec<Problem>) {
        let source = sources.add(file.name.clone(), file.text.clone());
        on_deep_stack(|| {
            match self.0.get_or_init(|| Validator::compile(file.text.as_bytes(), &SchemaFiles::default())) {
                Err(error) => {
                    let (line, column) = position(error, &file.text);
                    problems.push(wrong(error).at(Place::new(source, line, column)));
                }
                Ok(validator) => {
                    if let Err(error) = validator.validate(&Json::from(values)) {
                        explain(&error, values, problems);
                    }
                }
            }
        });
    }
}

fn wrong(error: &CompileError) -> Problem {
    match error {
        CompileError::Syntax(why) => Problem::error(format!("the schema is not JSON: {why}")),
        CompileError::Metaschema { report, .. } => {
            // Lines that only lead to others say nothing of their own.
            let lines = report.lines().skip(1).map(|line| line.trim_start_matches([' ', '-']));
            let mut lines = lines.filter(|line| !line.ends_with(" failed"));
            let problem =
                Problem::error(format!("the schema is not a JSON Schema: {}", lines.next().unwrap_or_default()));
            lines.fold(problem, Problem::help)
        }
        _ => Problem::error(format!("the schema cannot be used: {error}")),
    }
}

/// Where a document stops being JSON; line 1 for all else.
fn position(error: &CompileError, text: &str) -> (u32, u32) {
    let is_syntax = matches!(error, CompileError::Syntax(_));
    let found = serde_json::from_str::<serde_json::Value>(text).err().filter(|_| is_syntax);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    found.map_or((1, 1), |error| (number(error.line()), number(error.column())))
}

/// A node of the values, and what to call it.
struct Subject<'a> {
    node: &'a Node,
    path: String,
}

fn subject<'a>(error: &Error<'_>, values: &'a Node) -> Subject<'a> {
    let (mut node, mut path) = (values, String::new());
    for step in &error.path {
        let is_list = node.as_seq().is_some();
        match node.find([step.as_str()]) {
            Some(child) => node = child,
            None => break,
        }
        path = match (is_list, path.is_empty()) {
            (true, _) => format!("{path}[{step}]"),
            (false, true) => step.clone(),
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

fn explain(error: &Error<'_>, values: &Node, problems: &mut Vec<Problem>) {
    let subject = subject(error, values);
    match &error.kind {
        Kind::Schema { .. } | Kind::Group | Kind::Reference | Kind::AllOf if !error.causes.is_empty() => {
            error.causes.iter().for_each(|cause| explain(cause, values, problems));
        }
        Kind::AdditionalProperties { names } => {
            let known: Vec<&str> = error.schema.properties().collect();
            problems.extend(names.iter().map(|key| unknown_key(&subject, key, &known)));
        }
        Kind::Required { missing } => {
            let missing = missing.iter().map(|key| format!("the required `{}` is missing", subject.child(key)));
            problems.extend(missing.map(|message| Problem::error(message).at(subject.node.place)));
        }
        Kind::Type { want, .. } => {
            problems.push(subject.says(format!("expected {}, found {}", types(want.names()), subject.node.describe())));
        }
        Kind::Enum { want } => {
            let options: Vec<String> = want.iter().map(Json::text).collect();
            let listed = options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ");
            let problem = subject.says(format!("expected one of {listed}, found {}", subject.node.describe()));
            let near = nearest(subject.node.as_str().unwrap_or_default(), options.iter().map(String::as_str));
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
        kind => {
            let causes = error.causes.iter().map(|cause| format!("{}", cause.kind));
            problems.push(causes.fold(subject.says(kind), Problem::help));
        }
    }
}

fn unknown_key(subject: &Subject<'_>, key: &str, known: &[&str]) -> Problem {
    let place = subject.node.as_map().and_then(|map| map.entry(key)).map_or(Place::UNKNOWN, |entry| entry.place);
    let problem = Problem::error(format!("unknown key `{}`", subject.child(key))).at(place);
    match nearest(key, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem,
        None => {
            let known = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            problem.help(format!("valid keys here: {known}"))
        }
    }
}

/// Types in words; what YAML calls them.
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
