//! Turns errors of templates into diagnostics: Helm's reason, the line of the template, what included it, and the
//! values that the line uses.

use std::collections::HashMap;
use std::sync::Arc;

use super::ChartCode;
use super::behaviour::Behaviour;
use super::model::Chart;
use super::render_values::RenderValues;
use super::scope::Template;
use mkmanifests_gotmpl::value::Map;
use mkmanifests_gotmpl::{Error, ErrorKind, Functions, TemplateLocation, Templates, Value};
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Location, SourceId, Sources, did_you_mean, nearest};
use mkmanifests_yaml::tree::{Entry, Node};

/// The most inclusions that are shown: an endless recursion has many.
const MAX_INCLUSIONS: usize = 8;

/// Collects the errors of templates.
pub(super) struct Explainer<'v> {
    values: &'v RenderValues,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
    texts: HashMap<String, (SourceId, Arc<str>)>,
    functions: Arc<Functions>,
    names: Vec<String>,
}

impl<'v> Explainer<'v> {
    /// Creates an explainer. The templates become sources in the order in which Helm renders them, so that the first
    /// diagnostic is the one that Helm reports.
    pub fn new(templates: &[Template], set: &Templates, values: &'v RenderValues) -> Explainer<'v> {
        let mut sources = values.sources.clone();
        let texts = templates.iter().map(|template| {
            let text: Arc<str> = template.file.text().into();
            (template.name.clone(), (sources.add(template.name.as_str(), Arc::clone(&text)), text))
        });
        let texts = texts.collect();
        let names = set.names().into_iter().map(ToString::to_string).collect();
        Explainer { values, diagnostics: Vec::new(), sources, texts, functions: Arc::clone(set.functions()), names }
    }

    /// Adds a diagnostic that belongs to no template.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Returns all diagnostics, in the order in which Helm would find them.
    pub fn into_failure(self) -> Failure {
        Failure { diagnostics: self.diagnostics, sources: self.sources }
    }

    /// Adds an error of the parser.
    pub fn unparsed(&mut self, template: &Template, error: &Error) {
        let mut diagnostic =
            Diagnostic::error(ChartCode::TemplateSyntax, parse_text(template, error)).label(parse_reason(error));
        diagnostic.location = error.at.as_ref().map_or(Location::UNKNOWN, |at| self.location(at));
        if let ErrorKind::UnknownFunction(wrong) = &error.kind
            && let Some(near) = nearest(wrong, self.functions.names())
        {
            diagnostic = diagnostic.help(did_you_mean(near));
        }
        if let Some(block) = &error.unclosed {
            let label = format!("this `{}` has no `end`", block.keyword);
            diagnostic = diagnostic.related(self.location(&block.at), label);
            diagnostic = diagnostic.help(format!("close the `{}` with `{{{{ end }}}}`", block.keyword));
        }
        self.push(diagnostic);
    }

    /// Adds the error that stopped the rendering of a template. An error that several templates share is added once.
    pub fn failed(&mut self, template: &Template, error: &Error) {
        let root = error.root();
        let (message, label) = message(error);
        let mut diagnostic = Diagnostic::error(ChartCode::TemplateFailed, message);
        if !matches!(root.kind, ErrorKind::Message(_)) {
            diagnostic = diagnostic.original(self.original(error));
        }
        let mut frames = self.frames(error);
        if frames.is_empty() {
            self.push(diagnostic);
            return;
        }
        let (location, _) = frames.remove(0);
        diagnostic = diagnostic.at(location).label(label);
        frames.truncate(MAX_INCLUSIONS);
        frames.into_iter().for_each(|(location, what)| diagnostic.related.push((location, what)));
        for path in failed_paths(error) {
            match self.null_key(template, path) {
                Some(null) => null.explain(&mut diagnostic, &self.sources),
                None => diagnostic.help.extend(describe(&template.scope, path)),
            }
        }
        let mut seen = Vec::new();
        diagnostic.help.retain(|help| {
            !seen.contains(help) && {
                seen.push(help.clone());
                true
            }
        });
        diagnostic.help.extend(self.near_template(&root.kind));
        if !self.diagnostics.iter().any(|known| known.location == location && known.label == diagnostic.label) {
            self.push(diagnostic);
        }
    }

    /// Returns the locations that led to an error, the innermost first. A text that `tpl` renders is not a file: the
    /// location of the `tpl` call represents it.
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

    /// Returns the text that Helm prints.
    fn original(&self, error: &Error) -> String {
        original(error, self.values.helm)
    }

    /// Suggests a name for a template that does not exist.
    fn near_template(&self, kind: &ErrorKind) -> Option<String> {
        let ErrorKind::UnknownTemplate(wrong) = kind else { return None };
        let near = nearest(wrong, self.names.iter().map(String::as_str))?;
        (near != wrong).then(|| did_you_mean(near))
    }

    fn location(&self, at: &TemplateLocation) -> Location {
        let Some((source, text)) = self.texts.get(at.file.as_ref()) else { return Location::UNKNOWN };
        let line = text.split('\n').nth(at.line.saturating_sub(1) as usize).unwrap_or_default();
        let column = line.get(..at.column as usize).unwrap_or_default().chars().count();
        Location::new(*source, at.line, u32::try_from(column).unwrap_or_default().saturating_add(1))
    }
}

/// Returns Helm's text of an error of the parser.
pub(super) fn parse_text(template: &Template, error: &Error) -> String {
    let file = error.at.as_ref().map_or(template.name.as_str(), |at| &at.file);
    let location = error.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    format!("parse error at ({location}): {}", parse_reason(error))
}

/// Returns the part of the reason that Helm prints: what follows the last colon.
fn parse_reason(error: &Error) -> &str {
    error.reason.rsplit(": ").next().unwrap_or(&error.reason)
}

/// Returns Helm's text of the error that stopped a template.
pub(super) fn text(error: &Error, helm: Behaviour) -> String {
    match error.root().kind {
        ErrorKind::Message(_) => message(error).0,
        _ => original(error, helm),
    }
}

fn original(error: &Error, helm: Behaviour) -> String {
    if helm.release().is_v3() { error.to_string() } else { reformatted(error) }
}

/// Returns the text that Helm 4 prints: each location, its expression and its reason on lines of their own. The error of
/// a function, unless a template that it rendered caused it, is Go's text, as in Helm 3.
///
/// Source: `reformatExecErrorMsg`.
fn reformatted(error: &Error) -> String {
    let mut text = String::new();
    let mut last = String::new();
    for part in error.chain() {
        let (Some(at), Some(executing), Some(context)) = (&part.at, &part.executing, &part.context) else {
            let missing = part.to_string();
            if !missing.starts_with("template: no template ") {
                return error.to_string();
            }
            text.push_str(&missing);
            continue;
        };
        let caused = part.reason.strip_prefix("error calling ").and_then(|rest| rest.split_once(": "));
        let (reason, inner) = match caused {
            Some((name, inner)) if inner.is_empty() || inner.starts_with("template: no template ") => {
                (format!("error calling {name}:"), inner)
            }
            Some(_) => return error.to_string(),
            None => (part.reason.clone(), ""),
        };
        let (file, line, column) = (&at.file, at.line, at.column);
        let shown =
            format!("{file}:{line}:{column}\n  executing \"{executing}\" at <{context}>:\n    {reason}\n{inner}");
        if shown != last {
            text.push_str(&shown);
            last = shown;
        }
    }
    text.trim().to_owned()
}

/// Returns Helm's message, and the label for the location. For `fail` and `required` these are their text at the
/// outermost location, otherwise the innermost error of a template with the error of the function that failed.
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

/// Returns the paths of values in the expressions that failed: `.Values.a.b` and `$.Values.a.b`.
fn failed_paths(error: &Error) -> impl Iterator<Item = &str> {
    error.chain().filter_map(|error| error.context.as_deref()).flat_map(value_paths)
}

/// Returns the paths of values in a text of a template: `.Values.image.tag`.
pub fn value_paths(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(".Values.").map(|(at, start)| {
        let rest = &text[at..];
        let end = rest[start.len()..].find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
        rest[..end.map_or(rest.len(), |end| end + start.len())].trim_end_matches('.')
    })
}

/// A key that is null in the values, so that templates find nothing below it.
struct NullKey<'v> {
    /// The path as templates write it: `.Values.hub`.
    path: String,
    entry: &'v Entry,
    /// Whether the chart's own values have the null, not the user's.
    is_default: bool,
    /// Whether the null removes a default.
    has_default: bool,
}

impl NullKey<'_> {
    fn explain(&self, diagnostic: &mut Diagnostic, sources: &Sources) {
        let NullKey { path, entry, is_default, has_default } = self;
        let source = sources.get(entry.location.source);
        let line = source.and_then(|source| source.text.lines().nth(entry.location.line.saturating_sub(1) as usize));
        let is_empty = line.is_some_and(|line| line.split(" #").next().unwrap_or_default().trim_end().ends_with(':'));
        let label = match (is_default, is_empty) {
            (true, _) => "null by default",
            (false, true) => "this key has no value, so it is null",
            (false, false) => "set to null here",
        };
        if !diagnostic.related.iter().any(|(location, _)| *location == entry.location) {
            diagnostic.related.push((entry.location, label.to_owned()));
        }
        diagnostic.help.push(match has_default {
            true => format!("`{path}` is null: remove `{}` to keep the chart's default", entry.key),
            false => format!("`{path}` is null: set it to the value that the template expects"),
        });
    }
}

impl<'v> Explainer<'v> {
    /// Returns the first key on a path that the user's values or a chart's defaults set to null.
    fn null_key(&self, template: &Template, path: &str) -> Option<NullKey<'v>> {
        let steps: Vec<&str> = path.split('.').skip(2).collect();
        let mut value = template.scope.get("Values")?;
        for (at, step) in steps.iter().enumerate() {
            match value.as_map()?.get(*step).filter(|next| !next.is_nil()) {
                Some(next) => value = next,
                None => return self.null_in_layers(&template.values_path, steps.get(..=at)?),
            }
        }
        None
    }

    /// Returns the key at the end of a path if the first layer that has it sets it to null: the user's values, then
    /// those of the root chart and each chart down to the one at `values_path`.
    fn null_in_layers(&self, values_path: &[String], steps: &[&str]) -> Option<NullKey<'v>> {
        let names: Vec<&str> = values_path.iter().map(String::as_str).collect();
        let defaults = defaults(&self.values.chart, &names, steps);
        let user = entry(&self.values.user, &names, steps);
        let entry = user.or(defaults.first().copied()).filter(|entry| entry.value.is_null())?;
        let has_default = user.is_some() && defaults.iter().any(|entry| !entry.value.is_null());
        let path = format!(".Values.{}", steps.join("."));
        entry.location.is_known().then_some(NullKey { path, entry, is_default: user.is_none(), has_default })
    }
}

/// Returns the entries that the default values of charts have at the end of a path, those of the root chart first.
/// `names` lead to the chart that reads it.
pub(super) fn defaults<'c>(root: &'c Chart, names: &[&str], steps: &[&str]) -> Vec<&'c Entry> {
    let mut found = Vec::new();
    let mut chart = Some(root);
    for depth in 0..=names.len() {
        let Some(current) = chart else { break };
        found.extend(entry(&current.values, &names[depth..], steps));
        chart = names.get(depth).and_then(|name| current.dependencies.iter().find(|child| child.name() == *name));
    }
    found
}

/// Returns the entry at the end of a path in a tree of values.
fn entry<'n>(root: &'n Node, names: &[&str], steps: &[&str]) -> Option<&'n Entry> {
    let (last, parents) = steps.split_last()?;
    root.find(names.iter().chain(parents).copied())?.as_map()?.entry(last)
}

/// Describes the last value on a path that exists.
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
                Some(near) => format!("`{known}` has no key `{step}`: {}", did_you_mean(near)),
                None if keys.is_empty() => format!("`{known}` is an empty mapping"),
                None => format!("`{known}` has no key `{step}`; its keys are {}", list(&keys)),
            });
        };
        known = format!("{known}.{step}");
        value = next;
    }
}

fn list(keys: &[String]) -> String {
    const MAX_KEYS: usize = 12;
    let mut shown: Vec<String> = keys.iter().take(MAX_KEYS).map(|key| format!("`{key}`")).collect();
    if keys.len() > MAX_KEYS {
        shown.push(format!("{} more", keys.len() - MAX_KEYS));
    }
    shown.join(", ")
}

/// Describes a value in a few words.
pub(super) fn shown(value: &Value) -> String {
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
