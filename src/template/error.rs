//! Converts errors of the template engine to diagnostics with the location in the template and help.

use minijinja::{Error, ErrorKind};

use super::TemplateCode;
use super::engine_text;
use super::functions::{FILTERS, FUEL, FUNCTIONS, MAX_OUTPUT, TooDeep, absent};
use super::reach::{self, Roots};
use crate::diagnostic::{Diagnostic, Location, SourceId, did_you_mean, listed, nearest};

/// The templates with their texts, by the name for `include`.
pub(super) struct Templates<'a>(pub(super) Vec<(&'a str, SourceId, &'a str)>);

impl Templates<'_> {
    /// Returns the location of the first character of a template.
    pub(super) fn start(&self, wanted: &str) -> Location {
        let found = self.0.iter().find(|(name, ..)| *name == wanted);
        found.map_or(Location::UNKNOWN, |(_, id, _)| Location::new(*id, 1, 1))
    }

    fn location(&self, error: &Error) -> Location {
        let Some((_, id, text)) = self.0.iter().find(|(name, ..)| Some(*name) == error.name()) else {
            return Location::UNKNOWN;
        };
        match error.range().and_then(|range| text.get(..path_start(text, range.start))) {
            Some(before) => {
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                Location::new(*id, count(line), count(column))
            }
            None => Location::new(*id, count(error.line().unwrap_or(1)), 1),
        }
    }

    /// Returns the line of the template that contains an error.
    fn line(&self, error: &Error) -> &str {
        let found = self.0.iter().find(|(name, ..)| Some(*name) == error.name());
        found.and_then(|(_, _, text)| text.lines().nth(error.line()?.checked_sub(1)?)).unwrap_or_default()
    }

    /// Returns the name of the filter or function at the location of an error.
    fn name_at(&self, error: &Error) -> &str {
        let found = self.0.iter().find(|(name, ..)| Some(*name) == error.name());
        let rest = found.and_then(|(_, _, text)| text.get(error.range()?.start..)).unwrap_or_default();
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
    }

    /// Returns the names of all templates.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, ..)| *name)
    }
}

/// Returns the start of the path that contains an offset: the engine points to `.tag` in `values.image.tag`.
fn path_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    if !text.get(offset..).is_some_and(|rest| rest.starts_with(['.', '['])) {
        return offset;
    }
    before.trim_end_matches(|c: char| c.is_alphanumeric() || "_.[]\"'".contains(c)).len()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns the diagnostic for the innermost error, with the locations of the includes around it.
pub(super) fn diagnostic(error: &Error, templates: &Templates<'_>, roots: &Roots<'_>) -> Diagnostic {
    let mut chain = vec![error];
    while let Some(cause) = chain.last().and_then(|last| std::error::Error::source(*last)) {
        match cause.downcast_ref::<Error>() {
            Some(cause) => chain.push(cause),
            None => break,
        }
    }
    let inner = chain.last().copied().unwrap_or(error);
    let mut diagnostic = describe(inner, templates, roots);
    for outer in chain.iter().rev() {
        let location = templates.location(outer);
        if !diagnostic.location.is_known() {
            diagnostic.location = location;
        } else if location.is_known() && location != diagnostic.location {
            diagnostic = diagnostic.related(location, "included here");
        }
    }
    diagnostic
}

fn describe(error: &Error, templates: &Templates<'_>, roots: &Roots<'_>) -> Diagnostic {
    let detail = error.detail().unwrap_or_default();
    let diagnostic = match error.kind() {
        ErrorKind::OutOfFuel => Diagnostic::error(
            TemplateCode::LimitExceeded,
            format!("the template exceeds the limit of {} steps", with_commas(FUEL)),
        )
        .help("look for a loop over a large `range`, or a macro that calls itself"),
        ErrorKind::WriteFailure => Diagnostic::error(
            TemplateCode::LimitExceeded,
            format!("the template renders more than the limit of {} MiB", MAX_OUTPUT >> 20),
        ),
        ErrorKind::SyntaxError => syntax(detail, templates.line(error)),
        ErrorKind::TemplateNotFound => not_found(detail, templates),
        ErrorKind::UnknownFilter => unknown(TemplateCode::UnknownFilter, "filter", detail, FILTERS),
        ErrorKind::UnknownTest => unknown(TemplateCode::UnknownTest, "test", detail, TESTS),
        ErrorKind::UnknownFunction => unknown(TemplateCode::UnknownFunction, "function", detail, FUNCTIONS),
        ErrorKind::MissingArgument => Diagnostic::error(
            TemplateCode::ArgumentCount,
            format!("missing argument of `{}`", templates.name_at(error)),
        ),
        ErrorKind::TooManyArguments => Diagnostic::error(
            TemplateCode::ArgumentCount,
            format!("too many arguments of `{}`", templates.name_at(error)),
        ),
        _ if engine_text::is_recursion(detail) || is_too_deep(error) => {
            Diagnostic::error(TemplateCode::EndlessRecursion, detail)
                .help("a macro or a template includes itself endlessly")
        }
        kind if detail.is_empty() => Diagnostic::error(TemplateCode::Failed, kind.to_string()),
        _ => Diagnostic::error(TemplateCode::Failed, detail),
    };
    let diagnostic = match engine_text::undefined(detail) {
        Some(expression) => reach::explain(expression, roots, diagnostic),
        None => diagnostic,
    };
    diagnostic.at(templates.location(error))
}

/// Returns whether `include` is nested too deeply.
fn is_too_deep(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<TooDeep>())
}

fn with_commas(number: u64) -> String {
    format!("{},{:03},{:03}", number / 1_000_000, number / 1_000 % 1_000, number % 1_000)
}

/// Every test, for "did you mean".
const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

fn unknown(code: TemplateCode, what: &str, detail: &str, known: &[&str]) -> Diagnostic {
    let name = engine_text::unknown(what, detail);
    let diagnostic = Diagnostic::error(code, format!("unknown {what} `{name}`"));
    if let Some(why) = absent(name) {
        return diagnostic.help(why);
    }
    match nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None if what == "function" && FILTERS.contains(&name) => {
            diagnostic.help(format!("`{name}` is a filter: `value | {name}`"))
        }
        None => diagnostic.help(format!("must be one of {}", listed(known.iter().copied()))),
    }
}

fn not_found(detail: &str, templates: &Templates<'_>) -> Diagnostic {
    let name = engine_text::not_found(detail);
    let diagnostic = Diagnostic::error(TemplateCode::UnknownTemplate, format!("template `{name}` not found"));
    match nearest(name, templates.names()) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic.help("use the path relative to `templates/`"),
    }
}

fn syntax(detail: &str, line: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(TemplateCode::Syntax, format!("syntax error: {detail}"));
    let is_go = [
        ".Values",
        ".Release",
        ".Chart",
        "{{ end",
        "{{- end",
        "{{ if",
        "{{- if",
        "{{ range",
        "{{- range",
        "{{ .",
        "{{- .",
        ":=",
    ];
    if is_go.iter().any(|sign| line.contains(sign)) {
        return diagnostic.help(
            "this looks like a Helm template; use `{{ values.x }}`, `{% if values.x %} ... {% endif %}` or \
             `{% for x in values.xs %} ... {% endfor %}`",
        );
    }
    diagnostic
}
