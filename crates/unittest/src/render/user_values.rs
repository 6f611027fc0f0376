//! Computes the user's values of a job: values files and `set`, of the suite and of the job.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, PoisonError};

use mkmanifests_go::time::{RFC_3339_NANO, Time};
use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::io_reason;

use super::Harness;
use crate::suite::{Job, SetValue, Suite, ValuesFile};
use crate::{go_yaml, path, set_path};

/// The values files that were read, by their paths.
pub(super) type ValuesFiles = HashMap<String, Arc<Result<Value, ReadError>>>;

/// Why a values file cannot be used.
pub(super) enum ReadError {
    Unreadable(String),
    Invalid(String),
}

impl Harness {
    /// Returns the user's values, as Helm reads them from YAML: every number is a `float64`.
    ///
    /// # Errors
    /// The message of helm-unittest.
    pub(super) fn user_values(&self, suite: &Suite, job: &Job, route: &str) -> Result<Map, String> {
        let mut base = Map::new();
        for file in suite.values.iter().chain(&job.values) {
            let values = self.file(file, &suite.file)?;
            self.put(&mut base, values, route);
        }
        for SetValue { path, value, .. } in suite.set.iter().chain(&job.set) {
            let values = set_path::build(as_json(value, MAX_NESTING)?, path)?;
            self.put(&mut base, values, route);
        }
        Ok(base)
    }

    /// Merges values over `base`, at the place of the suite's chart.
    fn put(&self, base: &mut Map, values: Map, route: &str) {
        let over = scoped(route, values);
        self.merge(&over, base);
        *base = over;
    }

    /// Merges values under others: `over` gets what only `under` has.
    pub(crate) fn merge(&self, over: &Map, under: &Map) {
        self.renderer.merge(over, under);
    }

    fn file(&self, file: &ValuesFile, suite: &str) -> Result<Map, String> {
        let written = &file.path;
        let path = path::resolve(&path::dir(suite), written);
        let known = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
        let read = known.unwrap_or_else(|| {
            let read = Arc::new(read(&path));
            self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), Arc::clone(&read));
            read
        });
        match read.as_ref() {
            Ok(values) => Ok(as_json(values, MAX_NESTING)?.as_map().unwrap_or_default()),
            Err(ReadError::Unreadable(why)) => Err(why.clone()),
            Err(ReadError::Invalid(why)) => Err(format!("failed to parse {written}: {why}")),
        }
    }
}

fn read(path: &str) -> Result<Value, ReadError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::IsADirectory => ReadError::Unreadable(format!("read {path}: is a directory")),
        _ => ReadError::Unreadable(format!("open {path}: {}", io_reason(&error))),
    };
    let bytes = fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8_lossy(&bytes);
    go_yaml::read_map(&text).map(Value::Map).map_err(|error| ReadError::Invalid(error.to_string()))
}

/// Nests values of a subchart below its name, and copies `global` to each level.
pub(super) fn scoped(route: &str, values: Map) -> Map {
    let names: Vec<&str> = route.split('/').step_by(2).skip(1).collect();
    names.into_iter().rev().fold(values, |inner, name| {
        let outer = Map::new();
        if let Some(global) = inner.get("global") {
            set(&outer, "global", global);
        }
        set(&outer, name, inner.into());
        outer
    })
}

/// Sets a key. The maps here are never Go's nil map.
fn set(map: &Map, key: &str, value: Value) {
    let _ = map.insert(key, value);
}

/// Returns a copy of a value as it is after Go wrote it as JSON and read it again.
///
/// # Errors
/// Go's text about a value that JSON does not have.
fn as_json(value: &Value, depth: usize) -> Result<Value, String> {
    let unsupported = |what: &str| format!("error marshaling into JSON: json: unsupported {what}");
    let depth = depth.checked_sub(1).ok_or_else(|| unsupported("value: nested too deep"))?;
    Ok(match value {
        Value::Int(number, _) => Value::Float(*number as f64),
        Value::Uint(number, _) => Value::Float(*number as f64),
        Value::Float(number) if number.is_finite() => Value::Float(*number),
        Value::Float(number) if number.is_nan() => return Err(unsupported("value: NaN")),
        Value::Float(number) => {
            let sign = if *number > 0.0 { '+' } else { '-' };
            return Err(unsupported(&format!("value: {sign}Inf")));
        }
        Value::Map(map) => {
            let entries = map.snapshot();
            let copied = entries.iter().map(|(key, value)| Ok((key.clone(), as_json(value, depth)?)));
            Value::Map(copied.collect::<Result<Map, String>>()?)
        }
        Value::List(list) => {
            Value::list(list.iter().map(|item| as_json(item, depth)).collect::<Result<Vec<_>, String>>()?)
        }
        Value::Object(object) => match value.as_object::<Time>() {
            Some(time) => Value::raw(time.format(RFC_3339_NANO)),
            None => return Err(unsupported(&format!("type: {}", object.type_name()))),
        },
        other => other.clone(),
    })
}
