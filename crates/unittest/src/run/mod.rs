//! Runs the suites of charts.
//!
//! [`run`] loads each chart, reads its suites and those of its subcharts, and runs them in parallel. It calls an observer
//! with each [`Event`] in the order in which helm-unittest prints them, and returns the [`Summary`]. Snapshots are written
//! beside the suites.

mod charts;
mod counts;
mod dependencies;
mod files;
mod folders;
mod glob;
mod matrix;
mod rendered_suites;
mod selection;
mod snapshots;
mod suites;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use mkmanifests_chart::Behaviour;
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

use crate::assertion::AssertionResult;
use crate::coverage::ChartCoverage;
use crate::explain::Explanation;
use crate::render::Others;
use crate::snapshot::Counts as SnapshotCounts;
use crate::suite::Unknown;

pub(crate) use self::charts::load_error;
pub use self::charts::run;
pub use self::counts::{Counts, SnapshotTotals, Totals};
pub(crate) use self::files::{absolute, relative_to};
pub use self::files::{relative as name_of, values as values_files};
pub use self::selection::{Only, Selection, Shard};

/// The suite files that are run by default.
pub const DEFAULT_FILES: &str = "tests/*_test.yaml";

/// The version of helm-unittest whose suites are understood.
pub const VERSION: &str = "1.1.0";

/// What to run, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The suite files: paths relative to each chart with `*` and `**`, or absolute paths. [`DEFAULT_FILES`] if empty.
    pub files: Vec<String>,
    /// Values files for all suites: paths, also with `*` and `**`.
    pub values: Vec<String>,
    /// What unknown keys in suites are.
    pub unknown: Unknown,
    /// Whether snapshots that differ are replaced.
    pub update_snapshots: bool,
    /// Whether a snapshot that is missing fails its test, and no snapshot file is written. `update_snapshots` wins.
    pub ci: bool,
    /// The versions of Kubernetes for tests that set none. With several, each such test runs for each of them, and all have
    /// to match the same snapshots. If empty, tests see the version that helm-unittest would use.
    pub kube_versions: Vec<KubeVersion>,
    /// The suites to run.
    pub selection: Selection,
    /// Whether suites of subcharts run, too.
    pub with_subcharts: bool,
    /// Whether a suite ends with the first test that fails, and a chart with that suite.
    pub fail_fast: bool,
    /// Whether values are not validated against `values.schema.json`.
    pub skip_schema: bool,
    /// The folder of a chart that renders suites, relative to each chart; empty for none.
    pub chart_tests_path: String,
    /// Where rendered files are written; nowhere by default.
    pub render_path: Option<PathBuf>,
    /// How Helm behaves.
    pub helm: Behaviour,
    /// What renders the jobs of suites that are not about charts. Without it, every path is a chart.
    pub others: Option<Others>,
    /// Whether it acts as helm-unittest does where that hides mistakes: values files that are not there, and suites of
    /// subcharts that cannot be read. Failures are not explained then.
    pub as_plugin: bool,
    /// Whether to measure what the tests cover.
    pub coverage: bool,
}

/// What has happened.
#[derive(Debug)]
pub enum Event<'r> {
    /// A chart, or its suites, cannot be read.
    ChartError(&'r str),
    /// The suites of a chart follow: its name and path.
    Chart {
        /// The name.
        name: &'r str,
        /// The path as it was given.
        path: &'r str,
    },
    /// The suites of a folder follow that is not a chart: its name and path.
    Folder {
        /// The name.
        name: &'r str,
        /// The path as it was given.
        path: &'r str,
    },
    /// A suite has run, or cannot be read.
    Suite(&'r SuiteResult),
    /// What is wrong in suite files, with locations. It is not part of helm-unittest's output.
    Diagnostics(&'r [Diagnostic], &'r Sources),
    /// Something that does not fail the run.
    Warning(&'r str),
    /// How far the run is. It comes in the order in which suites end.
    Progress(Progress<'r>),
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress<'r> {
    /// The suites that have run.
    pub suites: usize,
    /// The suites of the charts that were read so far.
    pub all_suites: usize,
    /// The tests that have run.
    pub tests: usize,
    /// The tests that failed.
    pub failed: usize,
    /// The file of the last suite that failed.
    pub failing: Option<&'r str>,
}

/// The result of a suite.
#[derive(Debug, Clone, Default)]
pub struct SuiteResult {
    /// The name.
    pub name: String,
    /// The path of its file, relative to the working directory where possible.
    pub file: String,
    /// Whether all of its tests pass.
    pub passed: bool,
    /// Whether all of its tests are skipped.
    pub skipped: bool,
    /// Whether it ended with the first test that failed.
    pub failed_fast: bool,
    /// Why it did not run.
    pub error: Option<String>,
    /// The results of its tests, as far as they ran.
    pub jobs: Vec<JobResult>,
    /// The snapshots.
    pub snapshots: SnapshotCounts,
    /// The values files that it names, apart from those of the command line.
    pub values_files: Vec<String>,
}

impl SuiteResult {
    /// Returns the result of a suite that cannot run.
    fn failed(file: impl Into<String>, error: impl Into<String>) -> SuiteResult {
        SuiteResult { file: file.into(), error: Some(error.into()), ..SuiteResult::default() }
    }

    /// Returns a copy without explanations, which have the texts of what was rendered.
    fn without_explanations(&self) -> SuiteResult {
        let mut copy = self.clone();
        copy.jobs.iter_mut().for_each(|job| job.explanations = Vec::new());
        copy
    }

    /// Returns the time that its tests took together.
    pub fn duration(&self) -> Duration {
        self.jobs.iter().map(|job| job.duration).sum()
    }
}

/// The result of a test.
#[derive(Debug, Clone, Default)]
pub struct JobResult {
    /// The name.
    pub name: String,
    /// Whether it passes.
    pub passed: bool,
    /// Whether it is skipped, or all of its assertions are.
    pub skipped: bool,
    /// The error that kept it from being rendered. A test can pass with it, if it asserts only on what is empty.
    pub error: Option<String>,
    /// The results of its assertions, as far as they were checked.
    pub assertions: Vec<AssertionResult>,
    /// Why it fails, unless this runs as the plugin.
    pub explanations: Vec<Explanation>,
    /// The time that it took.
    pub duration: Duration,
}

/// The results of a run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Whether everything passed.
    pub passed: bool,
    /// The numbers of charts, suites, tests and snapshots.
    pub totals: Totals,
    /// The results of the suites that ran, for reports. They have no explanations; those of the events have.
    pub suites: Vec<SuiteResult>,
    /// What the tests cover of each chart, if it is measured: the charts whose suites ran.
    pub coverage: Vec<ChartCoverage>,
    /// The time that the run took.
    pub duration: Duration,
}

/// Measures the time of a run.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
