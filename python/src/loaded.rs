//! The class `Chart`, and the argument `chart` of the functions that render one.

use std::path::{Path, PathBuf};

use mkmanifests::chart::{self as charts, Loaded};
use mkmanifests::diagnostic::{Failure, Sources};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::convert::type_name;
use crate::diagnostic::exception;

/// A chart that is read once, and rendered as often as a program wants.
#[pyclass(name = "Chart", module = "mkmanifests", frozen)]
pub struct PyChart(pub ReadChart);

/// A chart, and the texts that its diagnostics point into.
pub struct ReadChart {
    pub loaded: Loaded,
    pub sources: Sources,
}

impl ReadChart {
    /// Reads a chart.
    ///
    /// # Errors
    /// All diagnostics of [`charts::load`].
    pub fn new(path: &Path) -> Result<ReadChart, Failure> {
        let mut sources = Sources::default();
        match charts::load(path, &mut sources) {
            Ok(loaded) => Ok(ReadChart { loaded, sources }),
            Err(diagnostics) => Err(Failure::new(diagnostics, sources)),
        }
    }
}

#[pymethods]
impl PyChart {
    /// The name in `Chart.yaml`.
    #[getter]
    fn name(&self) -> &str {
        &self.0.loaded.chart.metadata.name
    }

    /// The version in `Chart.yaml`.
    #[getter]
    fn version(&self) -> &str {
        &self.0.loaded.chart.metadata.version
    }

    fn __repr__(&self) -> String {
        format!("<Chart {} {}>", self.name(), self.version())
    }
}

/// The argument: a chart, or the path of one.
pub enum Given {
    Path(PathBuf),
    Chart(Py<PyChart>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Given {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(chart) = value.cast::<PyChart>() {
            return Ok(Given::Chart(chart.to_owned().unbind()));
        }
        value.extract().map(Given::Path).map_err(|_| {
            let found = type_name(&value);
            PyTypeError::new_err(format!("chart: expected the path of a chart, or a `Chart`, found `{found}`"))
        })
    }
}

/// Reads a chart, to render it several times.
#[pyfunction]
pub fn load(py: Python<'_>, path: PathBuf) -> PyResult<PyChart> {
    py.detach(|| ReadChart::new(&path)).map(PyChart).map_err(|failure| exception(py, &failure))
}
