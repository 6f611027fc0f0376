//! Runs charts one after another: loads each, reads its suites and those of its subcharts, and runs them.

use std::fs;
use std::path::Path;
use std::time::Instant;

use mkmanifests_chart::{Chart, load};
use mkmanifests_gotmpl::Map;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources, io_reason};

use super::selection::Selector;
use super::suites::{Ended, Entry, Step, run_all};
use super::{
    Event, Options, Progress, SuiteResult, Summary, VERSION, dependencies, files, folders, matrix, rendered_suites,
};
use crate::path;
use crate::render::{Harness, KubeNumbers, Render};
use crate::suite;

/// Runs the suites of charts, the folders or archives at `paths`, and calls `observe` with what happens.
pub fn run(paths: &[String], options: &Options, observe: &mut dyn FnMut(Event<'_>)) -> Summary {
    let start = Instant::now();
    let kube = KubeNumbers::of(options.helm.release());
    let selector = Selector::new(&options.selection);
    let summary = Summary { passed: true, ..Summary::default() };
    let mut runner = Runner { options, kube, observe, summary, selector, ended: Done::default() };
    for path in paths {
        let passed = runner.chart(&path::slashed(path));
        let errored = passed.is_err();
        if let Err(error) = &passed {
            (runner.observe)(Event::ChartError(error));
        }
        let Some(passed) = passed.unwrap_or(Some(false)) else { continue };
        runner.summary.totals.chart(passed, errored);
        runner.summary.passed &= passed;
        if errored && options.fail_fast {
            break;
        }
    }
    if options.selection.shard.is_some() && runner.ended.all_suites == 0 {
        let files = match runner.selector.files() {
            1 => "is only 1 suite file".to_owned(),
            files => format!("are only {files} suite files"),
        };
        runner.warn(&format!("this shard has no suites: there {files}"));
    }
    let mut summary = runner.summary;
    summary.duration = start.elapsed();
    summary
}

/// Returns Helm's text about a chart that cannot be loaded.
pub(crate) fn load_error(diagnostics: &[Diagnostic]) -> String {
    let text = |diagnostic: &Diagnostic| diagnostic.subject.original.clone().unwrap_or_else(|| diagnostic.message());
    diagnostics.first().map(text).unwrap_or_default()
}

pub(super) struct Runner<'r, 'o> {
    pub(super) options: &'r Options,
    /// The version of Kubernetes that the next test sees, unless it sets another one.
    kube: KubeNumbers,
    pub(super) observe: &'o mut dyn FnMut(Event<'_>),
    summary: Summary,
    selector: Selector<'r>,
    ended: Done,
}

/// How far the run is.
#[derive(Default)]
struct Done {
    suites: usize,
    all_suites: usize,
    tests: usize,
    failed: usize,
    failing: Option<String>,
}

impl Done {
    fn add(&mut self, ended: Ended) {
        self.suites += 1;
        self.tests += ended.tests;
        self.failed += ended.failed;
        if !ended.passed {
            self.failing = Some(ended.file);
        }
    }

    fn progress(&self) -> Progress<'_> {
        let Done { suites, all_suites, tests, failed, .. } = *self;
        Progress { suites, all_suites, tests, failed, failing: self.failing.as_deref() }
    }
}

impl Runner<'_, '_> {
    /// Runs the suites of a chart, and returns whether they passed; `None` if it has some and none of them is selected.
    ///
    /// # Errors
    /// A chart that cannot be loaded, and suites that cannot be read.
    fn chart(&mut self, path: &str) -> Result<Option<bool>, String> {
        if let Some(others) = self.options.others.as_ref().filter(|_| !folders::is_chart(path)) {
            return self.folder(path, others);
        }
        let mut sources = Sources::default();
        let loaded = load(Path::new(path), &mut sources).map_err(|why| load_error(&why))?;
        let mut harness = Harness::new(loaded.chart, self.options.helm).read_from(sources);
        if self.options.coverage {
            harness = harness.recording();
        }
        let chart = harness.chart();
        let name = chart.name().to_owned();
        let mut entries = Vec::new();
        self.collect(&harness, chart, path, &name, None, &mut entries)?;
        if entries.is_empty() && !self.options.as_plugin {
            self.warn(&format!("no file of chart `{name}` matches {}", files::suite_patterns(self.options).join(", ")));
        }
        self.set_versions(&mut entries);
        if !self.select(path, &mut entries) {
            return Ok(None);
        }
        (self.observe)(Event::Chart { name: &name, path });
        let passed = self.run(&harness, &entries);
        let has_run = |route: &str| route == name || entries.iter().any(|entry| entry.route == route);
        self.summary.coverage.extend(harness.coverage(&files::relative(path), has_run));
        Ok(Some(passed))
    }

    /// Keeps the suites that are selected, and returns whether the chart or folder runs: it does not if it has suites, and
    /// none of them is selected.
    pub(super) fn select(&mut self, path: &str, entries: &mut Vec<Entry>) -> bool {
        let has_suites = !entries.is_empty();
        self.selector.retain(path, entries);
        if has_suites && entries.is_empty() {
            return false;
        }
        self.ended.all_suites += entries.len();
        (self.observe)(Event::Progress(self.ended.progress()));
        true
    }

    /// Reads the suites of a chart and, if asked for, of its subcharts. `path` is its folder, `route` its path below the
    /// root chart.
    fn collect(
        &mut self,
        harness: &Harness,
        chart: &Chart,
        path: &str,
        route: &str,
        values: Option<&Map>,
        entries: &mut Vec<Entry>,
    ) -> Result<(), String> {
        self.read(path, route, entries)?;
        if !self.options.with_subcharts || chart.dependencies.is_empty() {
            return Ok(());
        }
        let computed = match values {
            Some(values) => Some(values.clone()),
            None => match dependencies::values(harness, path, self.options) {
                Ok(values) => Some(values),
                Err(why) => {
                    let what = "Failed to merge values for condition evaluation";
                    self.warn(&format!("{what}: {why}. All subchart tests will be included."));
                    None
                }
            },
        };
        for subchart in &chart.dependencies {
            if computed.as_ref().is_some_and(|values| !dependencies::is_enabled(chart, subchart, values)) {
                continue;
            }
            let below = |parent: &str| path::join(&[parent, "charts", subchart.name()]);
            let mut found = Vec::new();
            match self.collect(harness, subchart, &below(path), &below(route), computed.as_ref(), &mut found) {
                Ok(()) => entries.append(&mut found),
                Err(why) if self.options.as_plugin => {
                    self.warn(&format!("Failed to get test suites for subchart {}: {why}", subchart.name()));
                }
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }

    pub(super) fn warn(&mut self, text: &str) {
        (self.observe)(Event::Warning(text));
    }

    /// Reads the suites of one chart: those that a chart renders come last.
    fn read(&mut self, path: &str, route: &str, entries: &mut Vec<Entry>) -> Result<(), String> {
        let options = self.options;
        let files = files::suites(path, options)?;
        let values = files::values(options)?;
        let read_options =
            suite::Options { unknown: options.unknown, values: &values, is_rendered: false, version: VERSION };
        let mut rendered = Vec::new();
        if !options.chart_tests_path.is_empty() {
            let folder = path::join(&[path, &options.chart_tests_path]);
            if fs::metadata(&folder).is_ok() {
                let read_options = suite::Options { is_rendered: true, ..read_options };
                rendered = rendered_suites::read(&folder, &self.kube, &read_options, options)?;
            }
        }
        for file in files {
            match self.read_file(&file, &read_options) {
                Ok(read) => entries.extend(read.into_iter().map(|suite| Entry::new(suite, route))),
                Err(why) => {
                    self.report(SuiteResult::failed(file, why.clone()));
                    return Err(why);
                }
            }
        }
        entries.extend(rendered.into_iter().map(|suite| Entry::new(suite, route)));
        Ok(())
    }

    /// Reads a suite file.
    ///
    /// # Errors
    /// The message of helm-unittest.
    pub(super) fn read_file(&mut self, file: &str, options: &suite::Options<'_>) -> Result<Vec<suite::Suite>, String> {
        let bytes = fs::read(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::IsADirectory => format!("read {file}: is a directory"),
            _ => format!("open {file}: {}", io_reason(&error)),
        })?;
        let mut sources = Sources::default();
        let text = String::from_utf8_lossy(&bytes);
        match suite::read(&files::relative(file), &text, &mut sources, options) {
            Ok(read) => {
                if !read.warnings.is_empty() {
                    (self.observe)(Event::Diagnostics(&read.warnings, &sources));
                }
                let suites = read.suites.into_iter().map(|suite| matrix::expand(suite, &self.options.kube_versions));
                suites.collect::<Result<_, _>>().map_err(|why| {
                    let message = why.message();
                    (self.observe)(Event::Diagnostics(&[why], &sources));
                    message
                })
            }
            Err(why) => {
                (self.observe)(Event::Diagnostics(&why.diagnostics, &sources));
                Err(why.message)
            }
        }
    }

    /// Gives each test the version of Kubernetes that it sees: a test without one sees that of the test before it.
    pub(super) fn set_versions(&mut self, entries: &mut [Entry]) {
        for entry in entries {
            for job in &entry.suite.jobs {
                if job.skip_reason.is_empty() {
                    self.kube.set(&job.capabilities);
                }
                let own = job.kube_version.clone().map(KubeNumbers::exact);
                entry.kube.push(own.unwrap_or_else(|| self.kube.clone()));
            }
        }
    }

    pub(super) fn run(&mut self, harness: &dyn Render, entries: &[Entry]) -> bool {
        let mut passed = true;
        let options = self.options;
        run_all(harness, entries, options, &mut |step| {
            let results = match step {
                Step::Results(results) => results,
                Step::Ended(suites) => {
                    suites.into_iter().for_each(|suite| self.ended.add(suite));
                    (self.observe)(Event::Progress(self.ended.progress()));
                    return;
                }
            };
            for (result, has_run) in results {
                passed &= result.passed;
                if has_run {
                    self.summary.suites.push(result.without_explanations());
                }
                self.report(result);
            }
        });
        passed
    }

    pub(super) fn report(&mut self, result: SuiteResult) {
        (self.observe)(Event::Suite(&result));
        self.summary.totals.suite(&result);
    }
}
