//! The argument `values`: a mapping, the path of a file, or a list of these, each over those before.

use std::path::PathBuf;

use mkmanifests::diagnostic::{Diagnostic, io_reason};
use mkmanifests::files::{self, FileCode, MAX_TEXT};
use mkmanifests::tree::Node;
use mkmanifests::tree::write::{Style, write};
use mkmanifests::values::Layers;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PySequence, PyString};

use crate::convert::{from_python, type_name};

/// The name of values that a program passes, in diagnostics.
const NAME: &str = "<values>";

/// Values in layers.
pub struct Given(Vec<Layer>);

enum Layer {
    File(PathBuf),
    Tree(Node),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Given {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Given(Vec::new()));
        }
        let is_list = value.cast::<PySequence>().is_ok() && !value.is_instance_of::<PyString>();
        match is_list {
            true => value.try_iter()?.map(|item| layer(&item?)).collect::<PyResult<_>>().map(Given),
            false => Ok(Given(vec![layer(&value)?])),
        }
    }
}

fn layer(value: &Bound<'_, PyAny>) -> PyResult<Layer> {
    if value.cast::<PyMapping>().is_ok() {
        return from_python(value, "values").map(Layer::Tree);
    }
    value.extract().map(Layer::File).map_err(|_| {
        let found = type_name(value);
        PyTypeError::new_err(format!("values: expected a dict, or the path of a file, found `{found}`"))
    })
}

impl Given {
    /// Adds the layers. An error is reported when they are merged.
    pub fn add_to(&self, layers: &mut Layers<'_>) {
        for layer in &self.0 {
            match layer {
                Layer::File(path) => {
                    let name = path.display().to_string();
                    match files::read(path, MAX_TEXT) {
                        Ok(bytes) => layers.file(&name, &bytes),
                        Err(error) => layers.diagnostic(unreadable(&name, &io_reason(&error))),
                    };
                }
                Layer::Tree(node) => {
                    let mut text = Vec::new();
                    // Writing to memory does not fail.
                    let _ = write(&mut text, node, Style::HELM);
                    layers.file(NAME, &text);
                }
            }
        }
    }
}

fn unreadable(name: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(FileCode::Unreadable, format!("cannot read `{name}`: {reason}")).names_file(name)
}
