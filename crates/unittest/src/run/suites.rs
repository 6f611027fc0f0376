//! Runs suites in parallel. Suites that share a snapshot file run one after another, since each reads what the one before
//! it wrote.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::mpsc;

use mkmanifests_chart::OutputFile;
use mkmanifests_yaml::diagnostic::io_reason;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::{JobResult, Options, SuiteResult, snapshots, timed};
use crate::assertion;
use crate::explain::FailedJob;
use crate::path;
use crate::render::{KubeNumbers, Render, RenderedJob, Scope};
use crate::snapshot::Cache;
use crate::suite::{Job, Suite};

/// How many tests of a suite are rendered at a time: what they rendered is in memory until their assertions are checked.
const RENDERED_AT_A_TIME: usize = 16;

/// A suite to run.
pub(super) struct Entry {
    pub suite: Suite,
    /// The path of its chart below the root chart.
    pub route: String,
    /// The version of Kubernetes that each test sees.
    pub kube: Vec<KubeNumbers>,
}

impl Entry {
    pub(super) fn new(suite: Suite, route: &str) -> Entry {
        Entry { suite, route: route.to_owned(), kube: Vec::new() }
    }
}

/// The results of the suites of one snapshot file, each with whether it ran: one that cannot run, or whose snapshots
/// cannot be written, has a result that is only printed.
type Results = Vec<(SuiteResult, bool)>;

/// What happens while suites run.
pub(super) enum Step {
    /// The suites of a snapshot file have run; in the order in which they end.
    Ended(Vec<Ended>),
    /// The results of the suites of a snapshot file, in the order of the files.
    Results(Results),
}

/// What is known about a suite as soon as it ends.
pub(super) struct Ended {
    pub file: String,
    pub passed: bool,
    pub tests: usize,
    pub failed: usize,
}

impl Ended {
    fn of((result, has_run): &(SuiteResult, bool)) -> Option<Ended> {
        let failed = result.jobs.iter().filter(|job| !job.passed && !job.skipped).count();
        let (file, tests) = (result.file.clone(), result.jobs.len());
        has_run.then_some(Ended { file, passed: result.passed, tests, failed })
    }
}

/// Runs all suites, and calls `observe` with each step.
pub(super) fn run_all(harness: &dyn Render, entries: &[Entry], options: &Options, observe: &mut dyn FnMut(Step)) {
    let groups: Vec<&[Entry]> = entries.chunk_by(|a, b| a.suite.snapshot_file() == b.suite.snapshot_file()).collect();
    if options.fail_fast {
        for group in groups {
            let results = run_group(harness, group, options);
            let stops = results.iter().any(|(result, _)| result.failed_fast);
            observe(Step::Ended(results.iter().filter_map(Ended::of).collect()));
            observe(Step::Results(results));
            if stops {
                break;
            }
        }
        return;
    }
    let (sender, receiver) = mpsc::channel();
    rayon::in_place_scope(|scope| {
        for (index, group) in groups.iter().enumerate() {
            let sender = sender.clone();
            scope.spawn(move |_| {
                // The receiver lives until all groups have run.
                let _ = sender.send((index, run_group(harness, group, options)));
            });
        }
        drop(sender);
        in_order(&receiver, groups.len(), observe);
    });
}

/// Calls `observe` with each result as soon as those before it are there.
fn in_order(receiver: &mpsc::Receiver<(usize, Results)>, count: usize, observe: &mut dyn FnMut(Step)) {
    let mut waiting: Vec<Option<Results>> = (0..count).map(|_| None).collect();
    let mut next = 0;
    while let Ok((index, results)) = receiver.recv() {
        observe(Step::Ended(results.iter().filter_map(Ended::of).collect()));
        if let Some(place) = waiting.get_mut(index) {
            *place = Some(results);
        }
        while let Some(results) = waiting.get_mut(next).and_then(Option::take) {
            observe(Step::Results(results));
            next += 1;
        }
    }
}

fn run_group(harness: &dyn Render, group: &[Entry], options: &Options) -> Results {
    let mut results = Results::new();
    for entry in group {
        let suite = &entry.suite;
        let mut cache = match snapshots::read(suite, options) {
            Ok(cache) => cache,
            Err(why) => {
                results.push((SuiteResult::failed(&suite.file, why), false));
                continue;
            }
        };
        let result = run_suite(harness, entry, &mut cache, options);
        let stops = result.failed_fast;
        results.push((result, true));
        if let Err(why) = snapshots::write(suite, &cache) {
            results.push((SuiteResult::failed(suite.snapshot_file(), why), false));
        }
        if stops {
            break;
        }
    }
    results
}

fn run_suite(harness: &dyn Render, entry: &Entry, cache: &mut Cache, options: &Options) -> SuiteResult {
    let suite = &entry.suite;
    let mut result = SuiteResult { name: suite.name.clone(), file: suite.file.clone(), ..SuiteResult::default() };
    result.passed = true;
    result.values_files = values_files(suite);
    let at_a_time = if options.fail_fast { 1 } else { RENDERED_AT_A_TIME };
    let jobs: Vec<(&Job, &KubeNumbers)> = suite.jobs.iter().zip(&entry.kube).collect();
    let keeps_files = options.render_path.is_some();
    let scope = Scope { route: &entry.route, skip_schema: options.skip_schema, keeps_files };
    for some in jobs.chunks(at_a_time) {
        let render = |(job, kube): &(&Job, &KubeNumbers)| {
            job.skip_reason.is_empty().then(|| timed(|| harness.render(suite, job, scope, kube)))
        };
        let rendered: Vec<_> = some.par_iter().with_max_len(1).map(render).collect();
        for ((job, kube), rendered) in some.iter().zip(rendered) {
            let checked = match rendered {
                None => JobResult { name: job.title(), skipped: true, ..JobResult::default() },
                Some((rendered, render_time)) => {
                    let (checked, check_time) =
                        timed(|| check(FailedJob { harness, suite, job, scope, kube }, rendered, cache, options));
                    result.passed &= checked.passed;
                    JobResult { duration: render_time + check_time, ..checked }
                }
            };
            result.jobs.push(checked);
            if !result.passed && options.fail_fast {
                result.failed_fast = true;
                break;
            }
        }
        if result.failed_fast {
            break;
        }
    }
    result.skipped = suite.jobs.iter().all(|job| !job.skip_reason.is_empty());
    result.snapshots = cache.counts();
    result
}

/// Returns the paths of the values files that a suite names.
fn values_files(suite: &Suite) -> Vec<String> {
    let folder = path::dir(&suite.file);
    let all = suite.values.iter().chain(suite.jobs.iter().flat_map(|job| &job.values));
    let own = all.map(|file| &file.path).filter(|path| !path::is_absolute(path));
    let files: BTreeSet<String> = own.map(|path| path::join(&[&folder, path])).collect();
    files.into_iter().collect()
}

/// Writes what a job rendered where the options say so, and checks its assertions. Explains why it fails.
fn check(of: FailedJob<'_>, rendered: RenderedJob, cache: &mut Cache, options: &Options) -> JobResult {
    let mut result = JobResult { name: of.job.title(), error: rendered.error, ..JobResult::default() };
    if let Some(folder) = &options.render_path
        && let Err(why) = write(folder, &rendered.files)
    {
        return JobResult { error: Some(why), ..result };
    }
    if let Some(rendered) = &rendered.rendered {
        let checked = assertion::check_all(of.job, rendered, cache, options.fail_fast);
        result.passed = checked.passed;
        result.skipped = checked.skipped;
        result.assertions = checked.assertions;
    }
    if !result.passed && !result.skipped && !options.as_plugin {
        result.explanations = of.explain(&result, rendered.rendered.as_ref());
    }
    result
}

fn write(folder: &Path, files: &[OutputFile]) -> Result<(), String> {
    for file in files {
        let path = folder.join(&file.path);
        let failed = |error: std::io::Error| format!("open {}: {}", path.display(), io_reason(&error));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, &file.text).map_err(failed)?;
    }
    Ok(())
}
