//! What an assertion expected, and what it found, in one line or as a diff.

use mkmanifests_gotmpl::Value;

use crate::assertion::{Comparison, Failure, FailureKind, Problem, SelectionError, Unordered, go_value};
use crate::assertion::{invalid_text, problem_text};
use crate::explain::{AssertionExplanation, Hint};
use crate::go_yaml;

/// The longest text that stands in a line.
const MOST_INLINE: usize = 60;

/// What an assertion expected and found.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    /// One line.
    pub title: String,
    /// What was expected and what was found, if they do not fit into the line.
    pub diff: Option<(String, String)>,
}

impl Expectation {
    pub(super) fn of(explanation: &AssertionExplanation) -> Expectation {
        let Some(failure) = &explanation.failure else {
            return line(format!("`{}` does not hold", explanation.name));
        };
        let found = of_failure(failure, explanation);
        let title = one_line(&found.title);
        // Without an excerpt of the template, only the message can name it.
        let is_shown = explanation.rendered.is_known() || explanation.rendered_by.is_known();
        let title = match &explanation.template {
            Some(template) if !is_shown => format!("{title} (`{template}`)"),
            _ => title,
        };
        Expectation { title, ..found }
    }
}

fn line(title: impl Into<String>) -> Expectation {
    Expectation { title: title.into(), diff: None }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn of_failure(failure: &Failure, explanation: &AssertionExplanation) -> Expectation {
    let negated = failure.negated;
    let path = explanation.path.as_deref();
    let subject = subject(path);
    match &failure.kind {
        FailureKind::Problem(Problem::UnknownPath { path, .. }) => line(format!("nothing is at `{path}`")),
        FailureKind::Problem(Problem::WrongType { expected, .. }) => {
            let expected = match *expected {
                "an array" => "a list",
                "an object" => "a mapping",
                other => other,
            };
            line(format!("{subject} is not {expected}"))
        }
        FailureKind::Problem(Problem::NotList(_)) => line(format!("{subject} is not a list")),
        FailureKind::Problem(Problem::Count { expected, found, .. }) => {
            line(format!("{subject} has the item {}, expected {}", times(found), times(expected)))
        }
        FailureKind::Problem(Problem::SnapshotPattern(error)) => line(error.clone()),
        FailureKind::Problem(Problem::Path(error)) => line(format!("invalid path: {error}")),
        FailureKind::Problem(Problem::Pattern(error)) => line(format!("invalid pattern: {error}")),
        FailureKind::Problem(problem) => line(problem_text(problem)),
        FailureKind::Equal { expected, actual: Some(actual), .. } => equal(&subject, expected, actual, negated),
        FailureKind::Match { pattern, actual: Some(actual), .. } => {
            let matches = if negated { "matches" } else { "does not match" };
            match inline_text(actual) {
                Some(actual) => line(format!("{subject} is {actual}, which {matches} the pattern `{pattern}`")),
                None => line(format!("{subject} {matches} the pattern `{pattern}`")),
            }
        }
        FailureKind::Order { comparison, found: Some(found), .. } => order(&subject, *comparison, found, negated),
        FailureKind::Exists { path } if negated => line(format!("`{path}` exists")),
        FailureKind::Exists { path } => line(format!("nothing is at `{path}`")),
        FailureKind::NullOrEmpty { .. } if negated => line(format!("{subject} is null or empty")),
        FailureKind::NullOrEmpty { actual: Some(actual), .. } => match inline(actual) {
            Some(actual) => line(format!("{subject} is {actual}, expected null or empty")),
            None => line(format!("{subject} is not empty")),
        },
        FailureKind::Type { expected, actual: Some(actual), .. } => {
            let type_name = |name: &str| if name.is_empty() { "null".to_owned() } else { format!("`{name}`") };
            let other = if negated { "another type".to_owned() } else { type_name(expected) };
            line(format!("{subject} is of type {}, expected {other}", type_name(actual)))
        }
        FailureKind::Contains { content, actual: Some(_), .. } => {
            contains(&subject, content, negated, &explanation.hints)
        }
        FailureKind::Subset { content, actual: Some(actual), .. } => subset(&subject, content, actual, negated),
        FailureKind::Identity { expected, actual: Some(actual), .. } => {
            let expected = Value::from(expected.as_str());
            equal(&subject, &expected, actual, negated)
        }
        FailureKind::Documents { expected, actual } => {
            let other = if negated { "another number".to_owned() } else { expected.to_string() };
            line(format!("{}, expected {other}", count(*actual, "document")))
        }
        FailureKind::Document { kind, api_version, name, namespace } => {
            let wanted = object(kind, api_version, name, namespace);
            line(document(&wanted, negated, &explanation.hints))
        }
        FailureKind::Length { expected, actual: Some(actual), .. } => {
            let expected = match expected {
                Some(expected) if !negated => expected.to_string(),
                None if !negated => "as many as at the other paths".to_owned(),
                _ => "another number".to_owned(),
            };
            line(format!("{subject} has {}, expected {expected}", count(*actual, "item")))
        }
        FailureKind::Message { expected, is_pattern, actual } => {
            message(expected, *is_pattern, actual.as_ref(), negated)
        }
        FailureKind::Snapshot { index, cached, new, .. } => {
            let title = |verb: &str| format!("{subject} {verb} snapshot {index}");
            match negated {
                true => line(title("equals")),
                false => Expectation { title: title("differs from"), diff: Some((cached.clone(), new.clone())) },
            }
        }
        FailureKind::NoSnapshot { index, .. } => {
            line(format!("{subject} has no snapshot {index}, and none is written"))
        }
        FailureKind::SnapshotPattern { message, .. } => line(format!("the snapshot is expected{message}")),
        FailureKind::Invalid { found: Some(_), .. } if negated => line("an API server would accept the document"),
        FailureKind::Invalid { found: Some(found), .. } => line(invalid_text(Some(found))),
        FailureKind::Selection(error) => line(selection(error)),
        FailureKind::NoTemplate { template } if template.is_empty() => line("no template is selected"),
        FailureKind::NoTemplate { template } => line(format!("template `{template}` is not rendered")),
        FailureKind::Rendering { text } => rendering(text.as_ref(), explanation.name),
        FailureKind::Invalid { .. }
        | FailureKind::Equal { .. }
        | FailureKind::Match { .. }
        | FailureKind::Order { .. }
        | FailureKind::NullOrEmpty { .. }
        | FailureKind::Type { .. }
        | FailureKind::Contains { .. }
        | FailureKind::Subset { .. }
        | FailureKind::Identity { .. }
        | FailureKind::Length { .. } => line(format!("`{}` finds no document", explanation.name)),
    }
}

fn subject(path: Option<&str>) -> String {
    match path {
        None => "the text".to_owned(),
        Some("") => "the document".to_owned(),
        Some(path) => format!("`{path}`"),
    }
}

fn equal(subject: &str, expected: &Value, actual: &Value, negated: bool) -> Expectation {
    if negated {
        return match inline(actual) {
            Some(actual) => line(format!("{subject} is {actual}, expected another value")),
            None => line(format!("{subject} has the value that it must not have")),
        };
    }
    match (inline(actual), inline(expected)) {
        (Some(found), Some(wanted)) if found == wanted => {
            let (is, should) = (actual.type_name(), expected.type_name());
            line(format!("{subject} is {found} of type `{is}`, expected type `{should}`"))
        }
        (Some(found), Some(wanted)) => line(format!("{subject} is {found}, expected {wanted}")),
        _ => Expectation { title: format!("{subject} differs"), diff: Some((block(expected), block(actual))) },
    }
}

fn order(subject: &str, comparison: Comparison, found: &Unordered, negated: bool) -> Expectation {
    match found {
        Unordered::Type(name) => line(format!("values of type `{name}` have no order")),
        Unordered::Values { expected, actual } => {
            let word = match (comparison, negated) {
                (Comparison::Greater, false) => "at least",
                (Comparison::Less, false) => "at most",
                (Comparison::Greater, true) => "less than",
                (Comparison::Less, true) => "more than",
            };
            line(format!("{subject} is `{}`, expected {word} `{}`", go_value(actual), go_value(expected)))
        }
    }
}

fn contains(subject: &str, content: &Value, negated: bool, hints: &[Hint]) -> Expectation {
    let verb = if negated { "contains" } else { "does not contain" };
    if let Some(content) = inline(content) {
        return line(format!("{subject} {verb} {content}"));
    }
    let near = hints.iter().find_map(|hint| match hint {
        Hint::NearestItem { index, item } => Some((index, item)),
        _ => None,
    });
    match near {
        Some((index, item)) => Expectation {
            title: format!("{subject} does not contain the item; item {index} comes closest"),
            diff: Some((block(content), block(item))),
        },
        None if negated => line(format!("{subject} contains the item")),
        None => Expectation {
            title: format!("{subject} does not contain the item"),
            diff: Some((block(content), String::new())),
        },
    }
}

fn subset(subject: &str, content: &Value, actual: &Value, negated: bool) -> Expectation {
    if negated {
        return line(format!("{subject} has all of the entries"));
    }
    let own = actual.as_map().unwrap_or_default();
    let keys = content.as_map().unwrap_or_default();
    let same_keys = keys.snapshot().keys().filter_map(|key| Some((key.clone(), own.get(key)?))).collect();
    let found = if own.is_empty() { String::new() } else { block(&Value::Map(same_keys)) };
    let found = if found == "{}" { String::new() } else { found };
    Expectation { title: format!("{subject} does not have the entries"), diff: Some((block(content), found)) }
}

fn message(expected: &str, is_pattern: bool, actual: Option<&Value>, negated: bool) -> Expectation {
    let Some(actual) = actual else { return line("no template failed") };
    let text = go_value(actual);
    let shown = inline_text(&text);
    match (negated, is_pattern) {
        (true, _) => line(format!("the error is {}, expected another one", shown.unwrap_or_default())),
        (false, true) => {
            let what = format!("the error does not match the pattern `{expected}`");
            Expectation { title: what, diff: Some((expected.to_owned(), text)) }
        }
        (false, false) if actual.is_nil() => line("the template rendered without an error"),
        (false, false) => {
            Expectation { title: "the error differs".to_owned(), diff: Some((expected.to_owned(), text)) }
        }
    }
}

fn rendering(text: Option<&Value>, name: &str) -> Expectation {
    let expects_error = name.eq_ignore_ascii_case("failedTemplate");
    match (expects_error, text.filter(|text| !text.is_nil())) {
        (true, _) => line("the template rendered without an error"),
        (false, Some(text)) => line(format!("the template failed: {}", go_value(text))),
        (false, None) => line("nothing was rendered"),
    }
}

fn document(wanted: &str, negated: bool, hints: &[Hint]) -> String {
    let found = hints.iter().find_map(|hint| match hint {
        Hint::Object { kind, api_version, name } => Some(object(kind, api_version, name, "")),
        _ => None,
    });
    match (found, negated) {
        (_, true) => format!("the document is {wanted}"),
        (Some(found), false) => format!("the document is {found}, expected {wanted}"),
        (None, false) => format!("no document is {wanted}"),
    }
}

fn object(kind: &str, api_version: &str, name: &str, namespace: &str) -> String {
    let mut text = kind.to_owned();
    if !name.is_empty() {
        text = format!("{text} `{name}`");
    }
    if !namespace.is_empty() {
        text = format!("{text} in the namespace `{namespace}`");
    }
    format!("{text} ({api_version})")
}

fn selection(error: &SelectionError) -> String {
    match error {
        SelectionError::OutOfRange(index) => format!("no document has the index {index}"),
        SelectionError::Several => "several documents match the selector".to_owned(),
        SelectionError::NotFound | SelectionError::NoDocument => "no document matches the selector".to_owned(),
        SelectionError::NoTemplate(pattern) => format!("no rendered template matches `{pattern}`"),
        SelectionError::Path(error) => error.clone(),
    }
}

/// Returns a number with its noun.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

fn times(number: impl std::fmt::Display) -> String {
    match number.to_string().as_str() {
        "1" => "once".to_owned(),
        number => format!("{number} times"),
    }
}

/// Returns a value for a line, if it is short and has no line breaks.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::Map(map) if !map.is_empty() => None,
        Value::List(list) if !list.is_empty() => None,
        Value::Str(text) if text.as_bytes().contains(&b'\n') => None,
        _ => Some(block(value)).filter(|text| is_short(text)).map(|text| format!("`{text}`")),
    }
}

fn inline_text(text: &str) -> Option<String> {
    is_short(text).then(|| format!("`{text}`"))
}

fn is_short(text: &str) -> bool {
    text.len() <= MOST_INLINE && !text.contains('\n')
}

/// Returns a value as YAML; a text of several lines without quotes and indentation.
fn block(value: &Value) -> String {
    match value {
        Value::Str(text) if text.as_bytes().contains(&b'\n') => text.text().into_owned(),
        _ => go_yaml::write_trimmed(value).trim_end_matches('\n').to_owned(),
    }
}
