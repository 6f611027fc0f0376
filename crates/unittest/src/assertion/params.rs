//! The parameters of an assertion, read as the Go library `mapstructure` reads them: names in any case, exact types.

use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Step;

use super::failure_text::go_value;
use crate::go_yaml::AnyMap;

/// A parameter of another type.
#[derive(Debug, Clone)]
pub(crate) struct ParamError {
    /// Where it is, from the parameters of the assertion.
    pub steps: Vec<Step>,
    /// The type in words: "an integer".
    pub wanted: &'static str,
    /// The error of the library.
    pub text: String,
}

/// The parameters of an assertion, and the errors of those that were read.
#[derive(Debug, Default)]
pub(crate) struct Params {
    entries: Map,
    /// The parameter that these are below, by its Go field and in the suite.
    parent: Option<(&'static str, Step)>,
    errors: Vec<ParamError>,
}

impl Params {
    /// Takes the parameters of an assertion; none if it is null.
    ///
    /// # Errors
    /// They are not a mapping.
    pub(crate) fn new(value: &Value) -> Result<Params, ParamError> {
        match (value, mapping(value)) {
            (Value::Nil, _) => Ok(Params::default()),
            (_, Some(entries)) => Ok(Params { entries, ..Params::default() }),
            (other, None) => Err(ParamError { steps: Vec::new(), wanted: "a mapping", text: not_a_map("", other) }),
        }
    }

    /// Returns the errors of the parameters that were read, and the message of the library.
    pub(crate) fn finish(self) -> Result<(), (Vec<ParamError>, String)> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let mut points: Vec<String> = self.errors.iter().map(|error| format!("* {}", error.text)).collect();
        points.sort_unstable();
        let text = format!("{} error(s) decoding:\n\n{}", points.len(), points.join("\n"));
        Err((self.errors, text))
    }

    /// Finds a parameter by the name of its Go field, in any case. Returns its name in the suite, too.
    fn find(&self, field: &str) -> Option<(Step, Value)> {
        let entries = self.entries.snapshot();
        let exact = entries.iter().find(|(key, _)| **key == *field);
        let is_field = |key: &str| key.to_lowercase() == field.to_lowercase();
        let (key, value) = exact.or_else(|| entries.iter().find(|(key, _)| is_field(&key.text())))?;
        (!value.is_nil()).then(|| (Step::Field(key.to_string()), value.clone()))
    }

    /// Reads any value.
    pub(super) fn value(&self, field: &str) -> Value {
        self.find(field).map(|(_, value)| value).unwrap_or_default()
    }

    /// Reads a string; empty if it is not set.
    pub(super) fn string(&mut self, field: &str) -> String {
        self.read(field, ("string", "a string"), text).unwrap_or_default()
    }

    /// Reads a boolean; false if it is not set.
    pub(super) fn bool(&mut self, field: &str) -> bool {
        let read = |value: &Value| if let Value::Bool(is) = value { Some(*is) } else { None };
        self.read(field, ("bool", "`true` or `false`"), read).unwrap_or_default()
    }

    /// Reads an integer. The fraction of a float is lost.
    pub(super) fn int(&mut self, field: &str) -> Option<i64> {
        self.read(field, ("int", "an integer"), |value| match value {
            Value::Int(number, _) => Some(*number),
            Value::Uint(number, _) => Some(number.cast_signed()),
            #[expect(clippy::cast_possible_truncation, reason = "as Go converts floats")]
            Value::Float(number) => Some(*number as i64),
            _ => None,
        })
    }

    /// Reads one of several words, of which helm-unittest knows nothing. Returns its index; the first one if it is another.
    pub(super) fn one_of(&mut self, field: &'static str, wanted: &'static str, words: &[&str]) -> Option<usize> {
        let (step, value) = self.find(field)?;
        let found = text(&value).and_then(|text| words.iter().position(|word| *word == text));
        if found.is_none() {
            let text = format!("'{field}' must be {wanted}, got '{}'", go_value(&value));
            self.errors.push(ParamError { steps: vec![step], wanted, text });
        }
        Some(found.unwrap_or_default())
    }

    /// Removes parameters, and sets another one.
    pub(super) fn replace(&mut self, removed: &[&str], field: &str, value: String) {
        let is_removed = |key: &str| removed.iter().any(|removed| removed.eq_ignore_ascii_case(key));
        let entries = self.entries.snapshot();
        let kept = entries.iter().filter(|(key, _)| !is_removed(&key.text()));
        let kept: Map = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
        // Only Go's nil map refuses entries.
        let _ = kept.insert(field, value.into());
        self.entries = kept;
    }

    /// Reads a value of a type, by its name in Go and in words.
    fn read<T>(
        &mut self,
        field: &str,
        (kind, wanted): (&str, &'static str),
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let (step, value) = self.find(field)?;
        let read = read(&value);
        if read.is_none() {
            let (prefix, above) = match &self.parent {
                Some((parent, above)) => (format!("{parent}."), Some(above.clone())),
                None => (String::new(), None),
            };
            let text = unconvertible(&format!("{prefix}{field}"), kind, &value);
            self.errors.push(ParamError { steps: above.into_iter().chain([step]).collect(), wanted, text });
        }
        read
    }

    /// Reads a list of strings.
    pub(super) fn strings(&mut self, field: &str) -> Vec<String> {
        let (step, list) = match self.find(field) {
            None => return Vec::new(),
            Some((step, Value::List(list))) => (step, list),
            Some((step, other)) => {
                let text = format!("'{field}': source data must be an array or slice, got {}", other.kind().name());
                self.errors.push(ParamError { steps: vec![step], wanted: "a list", text });
                return Vec::new();
            }
        };
        let mut strings = Vec::new();
        for (index, item) in list.iter().enumerate() {
            match text(item) {
                Some(text) => strings.push(text),
                None if item.is_nil() => strings.push(String::new()),
                None => {
                    let text = unconvertible(&format!("{field}[{index}]"), "string", item);
                    let steps = vec![step.clone(), Step::Index(index)];
                    self.errors.push(ParamError { steps, wanted: "a string", text });
                }
            }
        }
        strings
    }

    /// Reads a mapping.
    pub(super) fn nested<T>(&mut self, field: &'static str, read: impl FnOnce(&mut Params) -> T) -> Option<T> {
        let (step, value) = self.find(field)?;
        match mapping(&value) {
            Some(entries) => {
                let mut nested = Params { entries, parent: Some((field, step)), errors: Vec::new() };
                let read = read(&mut nested);
                self.errors.append(&mut nested.errors);
                Some(read)
            }
            None => {
                let text = not_a_map(field, &value);
                self.errors.push(ParamError { steps: vec![step], wanted: "a mapping", text });
                None
            }
        }
    }
}

/// Returns the entries with a string as key, if the value is a mapping.
fn mapping(value: &Value) -> Option<Map> {
    if let Value::Map(map) = value {
        return Some(map.clone());
    }
    let entries = value.as_object::<AnyMap>()?.entries().iter();
    Some(entries.filter_map(|(key, value)| Some((key.as_str()?.clone(), value.clone()))).collect())
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(|text| text.text().into_owned())
}

fn not_a_map(field: &str, value: &Value) -> String {
    format!("'{field}' expected a map, got '{}'", value.kind().name())
}

fn unconvertible(field: &str, kind: &str, value: &Value) -> String {
    let (found, value) = (value.type_name(), go_value(value));
    format!("'{field}' expected type '{kind}', got unconvertible type '{found}', value: '{value}'")
}
