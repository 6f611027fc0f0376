//! Diagnostics, exceptions and warnings in Python.

use mkmanifests::diagnostic::{Diagnostic, Failure, Sources, render};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// An error or a warning.
#[pyclass(name = "Diagnostic", module = "mkmanifests", frozen, get_all, eq)]
#[derive(Debug, Clone, PartialEq)]
pub struct PyDiagnostic {
    /// The rule or code: `service/external-name`.
    code: String,
    /// `error` or `warning`.
    severity: &'static str,
    /// The message in one line.
    message: String,
    /// The object, such as ``Service `web` ``.
    object: Option<String>,
    /// The field of the object or the key of the values.
    field: Option<String>,
    /// The file.
    file: Option<String>,
    /// The line, from 1.
    line: Option<u32>,
    /// The column, from 1.
    column: Option<u32>,
    /// What to do, one text each.
    help: Vec<String>,
}

#[pymethods]
impl PyDiagnostic {
    fn __str__(&self) -> String {
        let place = match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
            _ => String::new(),
        };
        format!("{place}{}: {}", self.severity, self.message)
    }

    fn __repr__(&self) -> String {
        format!("<Diagnostic {}: {}>", self.code, self.__str__())
    }
}

impl PyDiagnostic {
    /// Converts a diagnostic; its location is in `sources`.
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> PyDiagnostic {
        let source = sources.get(diagnostic.location.source).filter(|_| diagnostic.location.is_known());
        let place = source.map(|source| (source.name.clone(), diagnostic.location));
        let field = diagnostic.field();
        PyDiagnostic {
            code: diagnostic.code().id().to_owned(),
            severity: if diagnostic.is_warning() { "warning" } else { "error" },
            message: diagnostic.message(),
            object: diagnostic.object().map(ToString::to_string),
            field: (!field.is_empty()).then(|| field.to_string()),
            file: place.as_ref().map(|(name, _)| name.to_string()).or(diagnostic.file().map(str::to_owned)),
            line: place.as_ref().map(|(_, location)| location.line),
            column: place.as_ref().map(|(_, location)| location.column),
            help: diagnostic.help.clone(),
        }
    }
}

/// Returns the exception of a failure: `mkmanifests.RenderError`, with the text that the command prints.
pub fn exception(py: Python<'_>, Failure { diagnostics, sources }: &Failure) -> PyErr {
    let text = render(diagnostics, sources, false);
    let diagnostics: Vec<PyDiagnostic> = diagnostics.iter().map(|it| PyDiagnostic::new(it, sources)).collect();
    match class(py, "RenderError").and_then(|class| class.call1((text, diagnostics))) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

/// Passes warnings to Python's module `warnings`, which prints them or, if asked to, raises them.
///
/// # Errors
/// The warning, if it is to be raised.
pub fn warn(py: Python<'_>, warnings: &[Diagnostic], sources: &Sources) -> PyResult<()> {
    if warnings.is_empty() {
        return Ok(());
    }
    let category = class(py, "ManifestWarning")?;
    let module = py.import("warnings")?;
    for warning in warnings {
        let warning = PyDiagnostic::new(warning, sources);
        module.call_method1("warn", (warning.__str__(), &category))?;
    }
    Ok(())
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
    let class = py.import("mkmanifests._errors")?.getattr(name)?;
    class.cast_into().map_err(|_| PyImportError::new_err(format!("mkmanifests._errors.{name} is not a class")))
}
