//! The native part of the Python package `mkmanifests`: what `mkmanifests/_native.pyi` declares.
//!
//! Each function reads its arguments, calls the library without Python's lock, and converts the result. Values go to the
//! library as YAML, so that a diagnostic can show the lines that it is about.

mod convert;
mod diagnostic;
mod render;
mod values;

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use mkmanifests::cli::{self, Streams};
use pyo3::prelude::*;

/// The module. Its functions are exported by the package, which documents them.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::diagnostic::PyDiagnostic;
    #[pymodule_export]
    use super::render::{chart, chart_text, check, component, dumps, template};
    #[pymodule_export]
    use super::run;

    /// The version of mkmanifests.
    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

/// Runs a command line on the process's streams, and returns the exit code.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        let wants_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let terminal = io::stderr().is_terminal();
        let streams = Streams {
            stdin: &mut io::stdin().lock(),
            stdout: &mut io::stdout().lock(),
            stderr: &mut io::stderr(),
            color: wants_color && terminal,
            color_stdout: wants_color && io::stdout().is_terminal(),
            terminal,
        };
        cli::run(arguments, streams)
    })
}
