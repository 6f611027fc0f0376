//! Documents inside strings: the YAML or JSON of a ConfigMap or a Secret.

use mkmanifests_gotmpl::{IntKind, Value};

use super::check::decode_base64;
use super::failure::{Failure, FailureKind, Problem};
use super::params::Params;
use crate::{go_yaml, json_path};

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML, also with several documents.
    Yaml,
    /// JSON.
    Json,
}

impl Format {
    /// Returns the name for messages.
    pub fn name(self) -> &'static str {
        match self {
            Format::Yaml => "YAML",
            Format::Json => "JSON",
        }
    }
}

/// Parses strings, so that an assertion is about what they contain (`parse`).
#[derive(Debug, Clone)]
pub struct Inside {
    /// The path of the strings. The path of the assertion is `innerPath`, in what they contain.
    pub path: String,
    /// Their format.
    pub format: Format,
    /// Whether they are Base64.
    pub decode_base64: bool,
}

/// The parameters of an assertion with a path that parse strings.
pub(crate) const PARAMETERS: &[&str] = &["parse", "innerPath", "decodeBase64"];

impl Inside {
    /// Takes `parse` and what belongs to it from the parameters: `innerPath` becomes their path.
    pub(crate) fn take(params: &mut Params) -> Option<Inside> {
        let format = match params.one_of("parse", "`yaml` or `json`", &["yaml", "json"])? {
            0 => Format::Yaml,
            _ => Format::Json,
        };
        let (path, inner) = (params.string("path"), params.string("innerPath"));
        let decode_base64 = params.bool("decodeBase64");
        params.replace(&["path", "decodeBase64"], "path", inner);
        Some(Inside { path, format, decode_base64 })
    }

    /// Returns the documents inside the strings of documents.
    pub(super) fn documents(&self, documents: &[&Value]) -> Result<Vec<Value>, Problem> {
        let mut inner = Vec::new();
        for document in documents {
            let values = json_path::find(document, &self.path).map_err(|error| Problem::Path(error.to_string()))?;
            if values.is_empty() {
                return Err(Problem::UnknownPath { path: self.path.clone(), is_quoted: false });
            }
            for value in values {
                inner.extend(self.parse(&value)?);
            }
        }
        Ok(inner)
    }

    fn parse(&self, value: &Value) -> Result<Vec<Value>, Problem> {
        let Some(text) = value.as_str() else {
            return Err(Problem::WrongType { path: self.path.clone(), expected: "a string", actual: value.clone() });
        };
        let text = match self.decode_base64 {
            false => text.text().into_owned(),
            true => decode_base64(&text.text()).ok_or_else(|| Problem::Base64(text.to_string()))?,
        };
        let parsed = match self.format {
            Format::Yaml => go_yaml::read_documents(&text).map_err(|error| (error.line(), error.to_string())),
            Format::Json => json(&text).map(|value| vec![value]),
        };
        parsed.map_err(|(line, error)| Problem::NotParsed {
            path: self.path.clone(),
            format: self.format,
            line: line.and_then(|line| text.lines().nth(line.checked_sub(1)? as usize)).map(str::to_owned),
            error,
        })
    }

    /// Names the path of the strings in failures, too.
    pub(super) fn name_in(&self, failures: &mut [Failure]) {
        for path in failures.iter_mut().filter_map(|failure| path_of(&mut failure.kind)) {
            *path = match path.as_str() {
                "" => self.path.clone(),
                inner => format!("{} -> {inner}", self.path),
            };
        }
    }
}

fn path_of(kind: &mut FailureKind) -> Option<&mut String> {
    match kind {
        FailureKind::Equal { path, .. }
        | FailureKind::Match { path, .. }
        | FailureKind::Length { path, .. }
        | FailureKind::Snapshot { path, .. } => path.as_mut(),
        FailureKind::Order { path, .. }
        | FailureKind::Exists { path }
        | FailureKind::NullOrEmpty { path, .. }
        | FailureKind::Type { path, .. }
        | FailureKind::Contains { path, .. }
        | FailureKind::Subset { path, .. }
        | FailureKind::Problem(
            Problem::UnknownPath { path, .. }
            | Problem::WrongType { path, .. }
            | Problem::NotList(path)
            | Problem::Count { path, .. },
        ) => Some(path),
        _ => None,
    }
}

/// Reads JSON. Whole numbers are integers, as in suites. An error has its line.
fn json(text: &str) -> Result<Value, (Option<u32>, String)> {
    let read = serde_json::from_str(text);
    read.map(value).map_err(|error| (u32::try_from(error.line()).ok(), error.to_string()))
}

fn value(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(is) => Value::Bool(is),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number, IntKind::Int),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => Value::list(items.into_iter().map(value)),
        serde_json::Value::Object(entries) => Value::map(entries.into_iter().map(|(key, item)| (key, value(item)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_lines() {
        let yaml = |text| go_yaml::read_documents(text).map_err(|error| error.line());
        assert!(matches!(yaml("a: b\nc: d\ne: f: g\n"), Err(Some(3))));
        assert!(matches!(json("{\n\"a\": }"), Err((Some(2), _))));
        assert_eq!(go_yaml::Error::new("unexpected").line(), None);
    }

    #[test]
    fn numbers_of_json_are_those_of_suites() {
        let read = json(r#"{"a": 1, "b": 1.5, "c": [true, null, "x"]}"#).unwrap();
        let of_suite = go_yaml::read("{a: 1, b: 1.5, c: [true, null, x]}").unwrap();
        assert!(mkmanifests_gotmpl::deep_equal(&read, &of_suite));
    }
}
