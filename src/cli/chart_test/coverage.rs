//! The flags about coverage, and where its reports go.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, ValueHint};

use crate::cli::Error;
use crate::cli::console::Console;
use crate::diagnostic::{Diagnostic, Sources, io_reason};
use crate::unittest::coverage::{ChartCoverage, total};
use crate::unittest::report::coverage::{cobertura, html, text};
use crate::unittest::suite::SuiteCode;

const COVERAGE: &str = "Coverage";

/// What to do with the coverage of templates and values.
#[derive(Debug, Args)]
pub(super) struct CoverageArgs {
    /// Print which lines, branches and values the tests cover
    #[arg(long, help_heading = COVERAGE)]
    coverage: bool,

    /// HTML file to write the coverage to
    #[arg(long, value_name = "FILE", help_heading = COVERAGE, value_hint = ValueHint::FilePath)]
    coverage_html: Option<PathBuf>,

    /// Cobertura XML file to write the coverage to, for CI servers
    #[arg(long, value_name = "FILE", help_heading = COVERAGE, value_hint = ValueHint::FilePath)]
    coverage_cobertura: Option<PathBuf>,

    /// Fail if the tests cover less of all lines and branches
    #[arg(long, value_name = "PERCENT", help_heading = COVERAGE, value_parser = percent)]
    coverage_min: Option<f64>,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
    number.filter(|number| (0.0..=100.0).contains(number)).ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

impl CoverageArgs {
    /// Returns whether coverage has to be measured.
    pub fn is_measured(&self) -> bool {
        self.coverage
            || self.coverage_html.is_some()
            || self.coverage_cobertura.is_some()
            || self.coverage_min.is_some()
    }

    /// Prints and writes what is wanted. Returns whether the tests cover enough.
    pub fn report(&self, charts: &[ChartCoverage], console: &mut Console<'_>) -> Result<bool, Error> {
        if self.coverage {
            console.stdout.write_all(text(charts).as_bytes())?;
            console.stdout.flush()?;
        }
        if let Some(path) = &self.coverage_html {
            write(path, &html(charts))?;
        }
        if let Some(path) = &self.coverage_cobertura {
            let folder = std::env::current_dir().unwrap_or_default();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            write(path, &cobertura(charts, &folder.to_string_lossy(), now.as_millis()))?;
        }
        let found = total(charts);
        // In whole numbers: 57 of 100 are not less than 57 %.
        let is_less = |least: &f64| ((found.covered * 100) as f64) < least * found.total as f64;
        let Some(least) = self.coverage_min.filter(is_less) else { return Ok(true) };
        let reason = format!("the tests cover {}, less than {least}%", found.percent());
        console.report(&[Diagnostic::error(SuiteCode::Coverage, reason)], &Sources::default());
        Ok(false)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |error: io::Error| {
        let reason = format!("cannot write {}: {}", path.display(), io_reason(&error));
        Error::from(Diagnostic::error(SuiteCode::Coverage, reason))
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}
