//! What a schema refuses, in the words of the library that Helm uses.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value as Json;

/// One thing that a schema refuses.
#[derive(Debug)]
pub(super) struct Fault {
    /// The JSON pointer of the value; the root is empty.
    pub(super) pointer: String,
    /// The property that should not be in that value, if there is one.
    pub(super) extra: Option<String>,
    /// What is wrong.
    pub(super) message: String,
    /// Why none of several schemas fits.
    pub(super) details: Vec<String>,
}

/// The faults of errors; missing properties of one object are one fault.
pub(super) fn faults<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for error in errors {
        if let Kind::UnevaluatedProperties { unexpected } = error.kind() {
            faults.extend(unexpected.iter().map(|name| unevaluated(&error, name)));
            continue;
        }
        let fault = fault(&error);
        if let Kind::Required { property } = error.kind()
            && let Some(first) = faults.iter_mut().find(|first| first.joins(&fault))
        {
            let before = first.message.replacen("missing property ", "missing properties ", 1);
            first.message = format!("{before}, {}", display(property));
            continue;
        }
        faults.push(fault);
    }
    faults
}

impl Fault {
    fn joins(&self, other: &Fault) -> bool {
        self.pointer == other.pointer && self.message.starts_with("missing propert")
    }
}

/// A property that no keyword looked at: to Helm's library it meets the schema `false`.
fn unevaluated(error: &ValidationError<'_>, name: &str) -> Fault {
    let name = name.replace('~', "~0").replace('/', "~1");
    let pointer = format!("{}/{name}", error.instance_path().as_str());
    Fault { pointer, extra: None, message: "false schema".to_owned(), details: Vec::new() }
}

fn fault(error: &ValidationError<'_>) -> Fault {
    let pointer = error.instance_path().as_str().to_owned();
    let details = match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => details(context),
        Kind::PropertyNames { error } => vec![fault(error).message],
        _ => Vec::new(),
    };
    let extra = match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected.first().cloned(),
        _ => None,
    };
    Fault { pointer, extra, message: message(error), details }
}

/// The first error of each alternative.
fn details(context: &[Vec<ValidationError<'static>>]) -> Vec<String> {
    let first = context.iter().filter_map(|errors| errors.first());
    first.map(|error| format!("at '{}': {}", error.instance_path().as_str(), message(error))).take(10).collect()
}

fn message(error: &ValidationError<'_>) -> String {
    let got = error.instance();
    match error.kind() {
        Kind::Type { kind } => format!("got {}, want {}", type_name(got), wanted(kind)),
        Kind::Required { property } => format!("missing property {}", display(property)),
        Kind::AdditionalProperties { unexpected } => {
            let names: Vec<String> = unexpected.iter().map(|name| quoted(name)).collect();
            format!("additional properties {} not allowed", names.join(", "))
        }
        Kind::AdditionalItems { limit } => {
            let extra = got.as_array().map_or(0, |items| items.len().saturating_sub(*limit));
            format!("last {extra} additionalItem(s) not allowed")
        }
        Kind::Enum { options } => one_of(options),
        Kind::Constant { expected_value } if is_plain(expected_value) => {
            format!("value must be {}", display(expected_value))
        }
        Kind::Constant { .. } => "'const' failed".to_owned(),
        Kind::Pattern { pattern } => format!("{} does not match pattern {}", display(got), quoted(pattern)),
        Kind::Format { format } => format!("{} is not valid {format}", display(got)),
        Kind::FalseSchema => "false schema".to_owned(),
        Kind::Not { .. } => "'not' failed".to_owned(),
        Kind::AnyOf { .. } => "'anyOf' failed".to_owned(),
        Kind::OneOfNotValid { .. } => "'oneOf' failed, none matched".to_owned(),
        Kind::OneOfMultipleValid { context } => several(context),
        Kind::Contains => "no items match contains schema".to_owned(),
        Kind::UniqueItems => equal_items(got),
        Kind::PropertyNames { error } => format!("invalid propertyName {}", display(error.instance())),
        _ => bound(error).unwrap_or_else(|| error.to_string()),
    }
}

/// Limits of size: `minLength: got 1, want 2`.
fn bound(error: &ValidationError<'_>) -> Option<String> {
    let got = error.instance();
    let length = || match &**got {
        Json::String(text) => text.chars().count(),
        Json::Array(items) => items.len(),
        Json::Object(map) => map.len(),
        _ => 0,
    };
    let size = |name: &str, limit: &u64| Some(format!("{name}: got {}, want {limit}", length()));
    let value = |name: &str, limit: &dyn std::fmt::Display| Some(format!("{name}: got {}, want {limit}", **got));
    match error.kind() {
        Kind::MinLength { limit } => size("minLength", limit),
        Kind::MaxLength { limit } => size("maxLength", limit),
        Kind::MinItems { limit } => size("minItems", limit),
        Kind::MaxItems { limit } => size("maxItems", limit),
        Kind::MinProperties { limit } => size("minProperties", limit),
        Kind::MaxProperties { limit } => size("maxProperties", limit),
        Kind::Minimum { limit } => value("minimum", limit),
        Kind::Maximum { limit } => value("maximum", limit),
        Kind::ExclusiveMinimum { limit } => value("exclusiveMinimum", limit),
        Kind::ExclusiveMaximum { limit } => value("exclusiveMaximum", limit),
        Kind::MultipleOf { multiple_of } => value("multipleOf", multiple_of),
        _ => None,
    }
}

fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn wanted(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(wanted) => wanted.to_string(),
        TypeKind::Multiple(several) => {
            let mut names: Vec<&str> = several.iter().map(|wanted| wanted.as_str()).collect();
            names.sort_unstable();
            names.join(" or ")
        }
    }
}

fn one_of(options: &Json) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    match options {
        options if !options.iter().all(is_plain) => "'enum' failed".to_owned(),
        [only] => format!("value must be {}", display(only)),
        options => format!("value must be one of {}", options.iter().map(display).collect::<Vec<_>>().join(", ")),
    }
}

/// Which of the schemas fit where only one may: those without errors.
fn several(context: &[Vec<ValidationError<'static>>]) -> String {
    let matched = context.iter().enumerate().filter(|(_, errors)| errors.is_empty());
    let matched: Vec<String> = matched.map(|(at, _)| at.to_string()).take(2).collect();
    format!("'oneOf' failed, subschemas {} matched", matched.join(", "))
}

fn equal_items(got: &Json) -> String {
    let items = got.as_array().map(Vec::as_slice).unwrap_or_default();
    let first = |at: usize| items[..at].iter().position(|other| *other == items[at]).map(|first| (first, at));
    match (0..items.len().min(1000)).find_map(first) {
        Some((first, second)) => format!("items at {first} and {second} are equal"),
        None => "items are equal".to_owned(),
    }
}

fn is_plain(value: &Json) -> bool {
    !value.is_array() && !value.is_object()
}

/// A value as Go prints it in these messages.
fn display(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "\\'"))
}
