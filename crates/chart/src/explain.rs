//! Errors of templates as diagnostics: Helm's words, the line of the template, what included it, and what is there.

use std::collections::HashMap;
use std::sync::Arc;

use super::ChartCode;
use super::scope::Template;
use mkmanifests_gotmpl::value::Map;
use mkmanifests_gotmpl::{At, Error, ErrorKind, Functions, Templates, Value};
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Location, SourceId, Sources, did_you_mean, nearest};

/// How many inclusions are shown of the many that an endless recursion has.
const MOST_INCLUSIONS: usize = 8;

/// Collects what is wrong in templates.
pub(super) struct Explainer {
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
    texts: HashMap<String, (SourceId, Arc<str>)>,
    functions: Arc<Functions>,
    names: Vec<String>,
}

impl Explainer {
    /// The sources are the templates, in the order in which Helm renders them, so that the first diagnostic is Helm's.
    pub fn new(templates: &[Template], set: &Templates, mut sources: Sources) -> Explainer {
        let texts = templates.iter().map(|template| {
            let text: Arc<str> = template.file.text().into();
            (template.name.clone(), (sources.add(template.name.as_str(), Arc::clone(&text)), text))
        });
        let texts = texts.collect();
        let names = set.names().into_iter().map(ToString::to_string).collect();
        Explainer { diagnostics: Vec::new(), sources, texts, functions: Arc::clone(set.functions()), names }
    }

    /// Adds a diagnostic of no template.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// All of it, in the order in which Helm would come to it.
    pub fn into_failure(self) -> Failure {
        Failure { diagnostics: self.diagnostics, sources: self.sources }
    }

    /// Adds what the parser found.
    pub fn unparsed(&mut self, template: &Template, error: &Error) {
        // Helm shows what follows the last colon.
        let what = error.reason.rsplit(": ").next().unwrap_or(&error.reason);
        let file = error.at.as_ref().map_or(template.name.as_str(), |at| &at.file);
        let location = error.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        let mut diagnostic =
            Diagnostic::error(ChartCode::TemplateSyntax, format!("parse error at ({location}): {what}")).label(what);
        diagnostic.location = error.at.as_ref().map_or(Location::UNKNOWN, |at| self.location(at));
        if let ErrorKind::UnknownFunction(wrong) = &error.kind
            && let Some(near) = nearest(wrong, self.functions.names())
        {
            diagnostic = diagnostic.help(did_you_mean(near));
        }
        self.push(diagnostic);
    }

    /// Adds what stopped the rendering of a template. Where several templates fail for one reason, it is said once.
    pub fn failed(&mut self, template: &Template, error: &Error) {
        let root = error.root();
        let (message, label) = message(error);
        let mut diagnostic = Diagnostic::error(ChartCode::TemplateFailed, message);
        let mut frames = self.frames(error);
        if frames.is_empty() {
            self.push(diagnostic);
            return;
        }
        let (location, _) = frames.remove(0);
        diagnostic = diagnostic.at(location).label(label);
        frames.truncate(MOST_INCLUSIONS);
        frames.into_iter().for_each(|(location, what)| diagnostic.related.push((location, what)));
        diagnostic.help.extend(in_reach(template, error));
        diagnostic.help.extend(self.near_template(&root.kind));
        if !self.diagnostics.iter().any(|known| known.location == location && known.label == diagnostic.label) {
            self.push(diagnostic);
        }
    }

    /// The locations that led to an error, the innermost first. Texts that `tpl` renders are no files: the location where
    /// they are rendered stands for them.
    fn frames(&self, error: &Error) -> Vec<(Location, String)> {
        let mut frames = Vec::new();
        let chain: Vec<&Error> = error.chain().collect();
        for error in chain.iter().rev() {
            for at in error.at.iter().chain(&error.calls) {
                let location = self.location(at);
                if location.is_known() {
                    frames.push((location, "included here".to_owned()));
                }
            }
        }
        frames.dedup();
        frames
    }

    /// The name next to that of a template that is not there.
    fn near_template(&self, kind: &ErrorKind) -> Option<String> {
        let ErrorKind::UnknownTemplate(wrong) = kind else { return None };
        let near = nearest(wrong, self.names.iter().map(String::as_str))?;
        (near != wrong).then(|| did_you_mean(near))
    }

    fn location(&self, at: &At) -> Location {
        let Some((source, text)) = self.texts.get(at.file.as_ref()) else { return Location::UNKNOWN };
        let line = text.split('\n').nth(at.line.saturating_sub(1) as usize).unwrap_or_default();
        let column = line.get(..at.column as usize).unwrap_or_default().chars().count();
        Location::new(*source, at.line, u32::try_from(column).unwrap_or_default().saturating_add(1))
    }
}

/// What Helm says, and what is said at the location: of `fail` and `required` their message at the outermost location,
/// otherwise the innermost error of a template with what a function says of it.
fn message(error: &Error) -> (String, String) {
    let root = error.root();
    if let ErrorKind::Message(message) = &root.kind {
        let location = error.at.as_ref().map(|at| format!("{}:{}:{}", at.file, at.line, at.column));
        return (format!("execution error at ({}): {message}", location.unwrap_or_default()), message.to_owned());
    }
    let chain: Vec<&Error> = error.chain().collect();
    let innermost = chain.iter().rposition(|error| error.executing.is_some()).unwrap_or_default();
    let reason: String = chain.iter().skip(innermost).map(|error| error.reason.as_str()).collect();
    let message = match chain.get(innermost).map(|error| (&error.executing, &error.context)) {
        Some((Some(executing), Some(context))) => format!("executing {executing:?} at <{context}>: {reason}"),
        _ => error.to_string(),
    };
    (message, reason)
}

/// What is there of the values that the failing lines use.
fn in_reach(template: &Template, error: &Error) -> Vec<String> {
    let mut help = Vec::new();
    for error in error.chain() {
        let Some(context) = &error.context else { continue };
        for path in value_paths(context) {
            let said = describe(&template.scope, path);
            if let Some(said) = said.filter(|said| !help.contains(said)) {
                help.push(said);
            }
        }
    }
    help
}

/// The paths of values in an expression: `.Values.a.b` and `$.Values.a.b`.
fn value_paths(context: &str) -> impl Iterator<Item = &str> {
    context.match_indices(".Values.").map(|(at, start)| {
        let rest = &context[at..];
        let end = rest[start.len()..].find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
        rest[..end.map_or(rest.len(), |end| end + start.len())].trim_end_matches('.')
    })
}

/// The last thing on a path that is there.
fn describe(scope: &Map, path: &str) -> Option<String> {
    let mut steps = path.split('.').skip(2);
    let mut known = ".Values".to_owned();
    let mut value = scope.get("Values")?;
    loop {
        let Some(step) = steps.next() else { return Some(format!("`{known}` is {}", shown(&value))) };
        let Some(map) = value.as_map() else { return Some(format!("`{known}` is {}", shown(&value))) };
        let Some(next) = map.get(step) else {
            let keys: Vec<String> = map.snapshot().keys().map(|key| key.text().into_owned()).collect();
            let near = nearest(step, keys.iter().map(String::as_str));
            return Some(match near {
                Some(near) => format!("`{known}` has no `{step}`: {}", did_you_mean(near)),
                None if keys.is_empty() => format!("`{known}` is empty"),
                None => format!("`{known}` has no `{step}`, it has {}", list(&keys)),
            });
        };
        known = format!("{known}.{step}");
        value = next;
    }
}

fn list(keys: &[String]) -> String {
    const MOST: usize = 12;
    let mut shown: Vec<String> = keys.iter().take(MOST).map(|key| format!("`{key}`")).collect();
    if keys.len() > MOST {
        shown.push(format!("{} more", keys.len() - MOST));
    }
    shown.join(", ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Nil => "null".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Str(text) if text.len() > 40 => "a string".to_owned(),
        Value::Str(text) => format!("the string {:?}", text.text()),
        Value::Int(..) | Value::Uint(..) | Value::Float(_) => {
            let text = mkmanifests_gotmpl::fmt::sprint(std::slice::from_ref(value)).unwrap_or_default();
            format!("the number {}", String::from_utf8_lossy(&text))
        }
        Value::List(_) | Value::Bytes(_) => "a list".to_owned(),
        _ => "a mapping".to_owned(),
    }
}
