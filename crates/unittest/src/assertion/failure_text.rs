//! The lines that helm-unittest prints for a failure.

use mkmanifests_gotmpl::{Value, fmt};

use super::diff;
use super::failure::{Failure, FailureKind, Problem, SelectionError, Unordered};
use super::objects::Invalid;
use crate::go_yaml;

/// The lines of a failure. They contain line feeds only if an error of rendering does.
pub(super) fn lines(failure: &Failure) -> Vec<String> {
    let text = match Text::of(failure) {
        Text::Lines(lines) => return lines,
        Text::Indented(text) => text,
    };
    let index = |name: &str, index: Option<usize>| index.map(|index| format!("{name}:\t{index}"));
    let head = index("DocumentIndex", failure.document).into_iter().chain(index("ValuesIndex", failure.value));
    head.chain(text.split('\n').map(str::to_owned)).collect()
}

enum Text {
    /// Lines that are printed as they are.
    Lines(Vec<String>),
    /// A text that is printed after the indices of document and value.
    Indented(String),
}

impl Text {
    fn of(failure: &Failure) -> Text {
        let error = |text: String| Text::Lines(vec!["Error:".to_owned(), text]);
        match &failure.kind {
            FailureKind::Problem(problem) => Text::Indented(format!("Error:\n{}", indented(&problem_text(problem)))),
            FailureKind::Selection(problem) => error(selection_text(problem)),
            FailureKind::NoTemplate { template } if template.is_empty() => {
                error("\tassertion.template must be given if testsuite.templates is empty".to_owned())
            }
            FailureKind::NoTemplate { template } => {
                error(format!("\ttemplate \"{template}\" not exists or not selected in test suite"))
            }
            FailureKind::Rendering { text: Some(text) } => {
                Text::Lines(vec![format!("Error: Invalid rendering: {}", go_string(text))])
            }
            FailureKind::Rendering { text: None } => Text::Lines(vec!["Error: rendered manifest is empty".to_owned()]),
            FailureKind::Exists { path } => {
                let not = if failure.negated { "NOT " } else { "" };
                Text::Indented(format!("Path:{} expected to {not}exists", indented(path)))
            }
            FailureKind::NoSnapshot { path, index } => {
                let path = path.as_ref().filter(|path| !path.is_empty());
                let path = path.map(|path| format!("Path:{}\n", indented(path))).unwrap_or_default();
                Text::Indented(format!("{path}Snapshot {index} is not in the snapshot file, and was not written"))
            }
            other => Text::Indented(Expectation::of(other, failure.negated).text(failure.negated)),
        }
    }
}

/// The parts of a text such as `Path: ... Expected to equal: ... Actual: ...`.
#[derive(Default)]
struct Expectation {
    path: Option<String>,
    /// What follows "Expected", with a space before it.
    relation: String,
    expected: String,
    actual: Option<String>,
    has_diff: bool,
}

impl Expectation {
    fn of(kind: &FailureKind, negated: bool) -> Expectation {
        let of =
            |relation: &str, expected: String| Expectation { relation: relation.into(), expected, ..Self::default() };
        match kind {
            FailureKind::Equal { path, expected, actual } => {
                of(" to equal", yaml(expected)).at(path.as_deref()).diff(negated, actual)
            }
            FailureKind::Order { path, comparison, found } => {
                let word = comparison.word();
                of(&format!(" to be {word} then or equal to, got"), order_text(found.as_ref(), word)).at(Some(path))
            }
            FailureKind::NullOrEmpty { path, actual } => {
                of(" to be null or empty, got", actual_yaml(actual)).at(Some(path))
            }
            FailureKind::Type { path, expected, actual } => {
                of(" to be of type", expected.clone()).at(Some(path)).actual(actual_text(actual))
            }
            FailureKind::Match { path, pattern, actual } => {
                of(" to match", pattern.clone()).at(path.as_deref()).actual(actual_text(actual))
            }
            FailureKind::Contains { path, content, actual } => {
                of(" to contain", yaml(&Value::list([content.clone()]))).at(Some(path)).actual(actual_yaml(actual))
            }
            FailureKind::Subset { path, content, actual } => {
                of(" to contain", yaml(content)).at(Some(path)).actual(actual_yaml(actual))
            }
            FailureKind::Identity { field, expected, actual } => {
                of(&format!(" to be {field}"), expected.clone()).unless(negated, || actual_yaml(actual))
            }
            FailureKind::Documents { expected, actual } => {
                of(" documents count to be", expected.to_string()).unless(negated, || actual.to_string())
            }
            FailureKind::Document { kind, api_version, name, namespace } => {
                of(" to contain document", document_text(kind, api_version, name, namespace))
            }
            FailureKind::Length { path, expected, actual } => {
                let expected = match (expected, path) {
                    (Some(expected), _) => expected.to_string(),
                    (None, Some(_)) => "-1".to_owned(),
                    (None, None) => String::new(),
                };
                let actual = actual.map_or_else(|| NO_MANIFEST.to_owned(), |actual| actual.to_string());
                of(" to match count", expected).at(Some(path.as_deref().unwrap_or_default())).actual(actual)
            }
            FailureKind::Message { expected, is_pattern, actual } => {
                let relation = if *is_pattern { " to match" } else { " to equal" };
                let text = || actual.as_ref().map_or_else(|| "No failed document".to_owned(), go_string);
                of(relation, expected.clone()).unless(negated, text)
            }
            FailureKind::Snapshot { path, index, cached, new } => {
                let shown = if negated { cached.clone() } else { diff::unified(cached, new) };
                of(&format!(" to match snapshot {index}"), shown).at(path.as_deref())
            }
            FailureKind::SnapshotPattern { message, cached } => of(message, cached.clone()),
            FailureKind::Invalid { kube_version, found } => {
                let version = kube_version.as_ref().map(|version| format!(" for Kubernetes {version}"));
                of(&format!(" to be valid{}, got", version.unwrap_or_default()), invalid_text(found.as_deref()))
            }
            _ => Expectation::default(),
        }
    }

    fn at(self, path: Option<&str>) -> Expectation {
        Expectation { path: path.map(str::to_owned), ..self }
    }

    fn actual(self, actual: String) -> Expectation {
        Expectation { actual: Some(actual), ..self }
    }

    fn unless(self, negated: bool, actual: impl FnOnce() -> String) -> Expectation {
        if negated { self } else { self.actual(actual()) }
    }

    fn diff(self, negated: bool, actual: &Option<Value>) -> Expectation {
        Expectation { has_diff: !negated, ..self.unless(negated, || actual_yaml(actual)) }
    }

    /// Writes the text as Go formats it: the relation is a part of the format, so a `%` in it counts.
    fn text(&self, negated: bool) -> String {
        let not = if negated { " NOT" } else { "" };
        let mut format = format!("Expected{not}{}:\n%s", self.relation);
        let mut args = vec![indented(&self.expected)];
        if let Some(path) = &self.path {
            format.insert_str(0, "Path:%s\n");
            args.insert(0, indented(path));
        }
        if let Some(actual) = &self.actual {
            format.push_str("\nActual:\n%s");
            args.push(indented(actual));
        }
        if let Some(actual) = self.actual.as_ref().filter(|_| self.has_diff) {
            format.push_str("\nDiff:\n%s");
            args.push(indented(&diff::unified(&self.expected, actual)));
        }
        sprintf(&format, args.into_iter().map(Value::from).collect())
    }
}

const NO_MANIFEST: &str = "no manifest found";

fn actual_yaml(actual: &Option<Value>) -> String {
    actual.as_ref().map_or_else(|| yaml(&Value::from(NO_MANIFEST)), yaml)
}

fn actual_text(actual: &Option<String>) -> String {
    actual.clone().unwrap_or_else(|| NO_MANIFEST.to_owned())
}

fn order_text(found: Option<&Unordered>, word: &str) -> String {
    match found {
        None => "no manifests found".to_owned(),
        Some(Unordered::Type(name)) => format!("unsupported type '{name}'"),
        Some(Unordered::Values { expected, actual }) => {
            let (expected, actual) = (go_value(expected), go_value(actual));
            format!("the actual '{actual}' is not {word} or equal to the expected '{expected}'")
        }
    }
}

fn document_text(kind: &str, api_version: &str, name: &str, namespace: &str) -> String {
    let mut text = format!("Kind = {kind}, apiVersion = {api_version}");
    for (label, value) in [("Name", name), ("Namespace", namespace)] {
        if !value.is_empty() {
            text.push_str(&format!(", {label} = {value}"));
        }
    }
    text
}

/// Returns a line for each error.
pub(crate) fn invalid_text(found: Option<&[Invalid]>) -> String {
    let line = |invalid: &Invalid| {
        let Invalid { rule, object, field, reason, line } = invalid;
        let field = if field.is_empty() { String::new() } else { format!("`{field}`: ") };
        let line = if *line > 0 { format!(", rendered line {line}") } else { String::new() };
        let rule = if rule.is_empty() { String::new() } else { format!(" ({rule})") };
        format!("{object}: {field}{reason}{rule}{line}")
    };
    match found {
        None => NO_MANIFEST.to_owned(),
        Some([]) => "no errors".to_owned(),
        Some(found) => found.iter().map(line).collect::<Vec<_>>().join("\n"),
    }
}

/// Returns the text about an assertion that cannot be checked.
pub(crate) fn problem_text(problem: &Problem) -> String {
    let type_name = |name: &Option<String>| name.clone().unwrap_or_else(|| "%!s(<nil>)".to_owned());
    match problem {
        Problem::Path(error) | Problem::Pattern(error) => error.clone(),
        Problem::UnknownPath { path, is_quoted: true } => format!("unknown path '{path}'"),
        Problem::UnknownPath { path, is_quoted: false } => format!("unknown path {path}"),
        Problem::WrongType { path, expected, actual } => {
            format!("expect '{path}' to be {expected}, got:\n{}", yaml(actual))
        }
        Problem::NotList(path) => format!("{path} is not array"),
        Problem::Count { path, expected, found, actual } => {
            format!("expect count {expected} in '{path}' to be in array, got {found}:\n{}", yaml(actual))
        }
        Problem::Types { actual, expected } => {
            format!("actual '{}' and expected '{}' types do not match", type_name(actual), type_name(expected))
        }
        Problem::Base64(text) => format!("unable to decode base64 expected content {text}"),
        Problem::NotParsed { path, format, error, line } => {
            let line = line.as_ref().map(|line| format!(":\n{line}")).unwrap_or_default();
            format!("expect '{path}' to be {}: {error}{line}", format.name())
        }
        Problem::Missing(field) => format!("expected field '{field}' to be filled"),
        Problem::MessageAndPattern => {
            "single attribute 'errorMessage' or 'errorPattern' supported at the same time".to_owned()
        }
        Problem::PathWithoutCount => "'count' field must be set if 'path' is used".to_owned(),
        Problem::PathAndPaths => "'paths' couldn't be used with 'path'".to_owned(),
        // helm-unittest prints another variable than the one with the error.
        Problem::SnapshotPattern(_) => "<nil>".to_owned(),
    }
}

fn selection_text(problem: &SelectionError) -> String {
    match problem {
        SelectionError::OutOfRange(index) => format!("document index {index} is out of range"),
        SelectionError::Several => "multiple indexes found".to_owned(),
        SelectionError::NotFound => "document not found".to_owned(),
        SelectionError::NoDocument => "\tno document matches `documentSelector`".to_owned(),
        SelectionError::NoTemplate(pattern) => format!("\tno rendered template matches `{pattern}`"),
        SelectionError::Path(error) => error.clone(),
    }
}

/// Indents all lines of a text by a tab, without white space at its start and end.
fn indented(text: &str) -> String {
    let text = text.replace('\n', "\n\t");
    format!("\t{}", text.trim_matches(['\n', '\t', ' ']))
}

fn yaml(value: &Value) -> String {
    go_yaml::write_trimmed(value)
}

/// Formats a value as Go's `%v`.
pub(crate) fn go_value(value: &Value) -> String {
    sprintf("%v", vec![value.clone()])
}

/// Formats a value as Go's `%s`.
fn go_string(value: &Value) -> String {
    sprintf("%s", vec![value.clone()])
}

fn sprintf(format: &str, args: Vec<Value>) -> String {
    // It fails only for output that is too large.
    fmt::sprintf(format.as_bytes(), &args)
        .map_or_else(|_| String::new(), |text| String::from_utf8_lossy(&text).into_owned())
}
