//! The native part of the Python package `mkmanifests`: what `mkmanifests/_native.pyi` declares.
//!
//! Each function reads its arguments, calls the library without Python's lock, and converts the result. Values go to the
//! library as YAML, so that a diagnostic can show the lines that it is about.

mod convert;
mod diagnostic;
mod loaded;
mod render;
mod values;

use std::ffi::OsString;

use mkmanifests::cli;
use pyo3::prelude::*;

/// The module. Its functions are exported by the package, which documents them.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::diagnostic::PyDiagnostic;
    #[pymodule_export]
    use super::loaded::{PyChart, load};
    #[pymodule_export]
    use super::render::{chart, chart_text, check, component, dumps, template};
    #[pymodule_export]
    use super::run;

    /// The version of mkmanifests.
    #[pymodule_export]
    #[allow(non_upper_case_globals)] // The name that Python programs look for.
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

/// Runs a command line on the process's streams, and returns the exit code.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::run_process(arguments))
}
