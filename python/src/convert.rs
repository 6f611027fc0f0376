//! Python objects to trees, and back.

use mkmanifests::tree::{Entry, Kind, Map, Node};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PySequence, PyString};

/// How deep objects may be nested: as deep as in YAML that is read.
const MAX_DEPTH: usize = mkmanifests::tree::read::MAX_DEPTH;

/// Converts a tree to `dict`, `list`, `str`, `int`, `float`, `bool` and `None`.
pub fn to_python<'py>(py: Python<'py>, node: &Node) -> PyResult<Bound<'py, PyAny>> {
    Ok(match &node.kind {
        Kind::Null => py.None().into_bound(py),
        Kind::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Kind::Int(value) => value.into_pyobject(py)?.into_any(),
        Kind::UInt(value) => value.into_pyobject(py)?.into_any(),
        Kind::Float(value) => value.into_pyobject(py)?.into_any(),
        Kind::Str(text) => text.into_pyobject(py)?.into_any(),
        Kind::Raw(bytes) => bytes.into_pyobject(py)?.into_any(),
        Kind::Seq(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            list.into_any()
        }
        Kind::Map(map) => {
            let dict = PyDict::new(py);
            for entry in map.entries() {
                dict.set_item(&*entry.key, to_python(py, &entry.value)?)?;
            }
            dict.into_any()
        }
    })
}

/// Converts what JSON can have to a tree: mappings with text keys, sequences, text, numbers, `bool` and `None`. `name` is
/// the argument, which errors name.
///
/// # Errors
/// `TypeError` for other types, `ValueError` for numbers that JSON cannot have, and for nesting that is too deep.
pub fn from_python(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Node> {
    node(value, name, 0)
}

fn node(value: &Bound<'_, PyAny>, path: &str, depth: usize) -> PyResult<Node> {
    if depth > MAX_DEPTH {
        return Err(PyValueError::new_err(format!("{path}: more than {MAX_DEPTH} levels")));
    }
    // `True` is an `int`, too.
    let kind = if value.is_none() {
        Kind::Null
    } else if let Ok(value) = value.cast::<PyBool>() {
        Kind::Bool(value.is_true())
    } else if value.is_instance_of::<PyString>() {
        Kind::Str(value.extract()?)
    } else if value.is_instance_of::<PyInt>() {
        integer(value, path)?
    } else if value.is_instance_of::<PyFloat>() {
        float(value.extract()?, path)?
    } else if let Ok(mapping) = value.cast::<PyMapping>() {
        Kind::Map(map(mapping, path, depth)?)
    } else if let Ok(sequence) = value.cast::<PySequence>().map_err(PyErr::from).and_then(sequence) {
        let items = sequence.iter().enumerate();
        Kind::Seq(
            items.map(|(index, item)| node(item, &format!("{path}[{index}]"), depth + 1)).collect::<PyResult<_>>()?,
        )
    } else {
        let found = type_name(value);
        return Err(PyTypeError::new_err(format!(
            "{path}: expected a dict, list, str, int, float, bool or None, found `{found}`"
        )));
    };
    Ok(kind.into())
}

/// Returns the items of a sequence that is not `bytes`, which is a sequence of numbers.
fn sequence<'py>(value: &Bound<'py, PySequence>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if value.extract::<&[u8]>().is_ok() {
        return Err(PyTypeError::new_err("bytes"));
    }
    value.try_iter()?.collect()
}

fn map(mapping: &Bound<'_, PyMapping>, path: &str, depth: usize) -> PyResult<Map> {
    let mut entries = Vec::new();
    for pair in mapping.items()?.iter() {
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(key) = key.extract::<String>() else {
            let found = type_name(&key);
            return Err(PyTypeError::new_err(format!("{path}: expected keys of type `str`, found `{found}`")));
        };
        let value = node(&value, &format!("{path}.{key}"), depth + 1)?;
        entries.push(Entry { key: key.into(), location: value.location, value });
    }
    Ok(Map::from_entries(entries).0)
}

fn integer(value: &Bound<'_, PyAny>, path: &str) -> PyResult<Kind> {
    if let Ok(value) = value.extract::<i64>() {
        return Ok(Kind::Int(value));
    }
    let value = value.extract::<u64>();
    value.map(Kind::UInt).map_err(|_| PyValueError::new_err(format!("{path}: the number needs more than 64 bits")))
}

fn float(value: f64, path: &str) -> PyResult<Kind> {
    match value.is_finite() {
        true => Ok(Kind::float(value)),
        false => Err(PyValueError::new_err(format!("{path}: JSON has no `{value}`"))),
    }
}

/// The name of a value's type, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string())
}
