//! `chart test --watch`: runs suites again when files change, until the process is ended.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::Job;
use crate::cli::Error;
use crate::cli::console::Console;
use crate::unittest::run::{self, Options, SuiteResult};
use crate::unittest::watch::{Files, Suites, absolute};

/// How often files are looked at. Editors that write a file in several steps are done within it.
const INTERVAL: Duration = Duration::from_millis(250);

/// Clears a terminal, with the lines that have scrolled out of it.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

pub(super) fn watch(job: &Job<'_>, console: &mut Console<'_>) -> Result<u8, Error> {
    let clears = io::stdout().is_terminal();
    let mut suites = Suites::default();
    let mut options = job.options.clone();
    let outputs = outputs(job);
    loop {
        let paths = watched(job, &suites);
        let before = Files::read(paths.iter().map(PathBuf::as_path));
        if clears {
            console.stdout.write_all(CLEAR.as_bytes())?;
        }
        let mut found: Vec<SuiteResult> = Vec::new();
        Job { options: &options, ..*job }.execute(console, &mut |suite| found.push(suite.clone()))?;
        found.iter().filter(|suite| !suite.file.is_empty()).for_each(|suite| suites.add(suite));
        console.inform("waiting for changes; Ctrl-C ends");
        // Values files outside the charts are known after the first run.
        let now_watched = watched(job, &suites);
        let new = now_watched.iter().filter(|path| !paths.contains(path)).map(PathBuf::as_path);
        let before = before.and(Files::read(new));
        let changes = wait(&before, &now_watched, &outputs);
        console.inform(&changed(&changes));
        options = Options { ..job.options.clone() };
        options.selection.only = Some(suites.affected(job.paths, &changes));
    }
}

/// Returns the files and folders to watch.
fn watched(job: &Job<'_>, suites: &Suites) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = job.paths.iter().map(PathBuf::from).collect();
    if !job.options.chart_tests_path.is_empty() {
        paths.extend(job.paths.iter().map(|path| Path::new(path).join(&job.options.chart_tests_path)));
    }
    paths.extend(run::values_files(job.options).unwrap_or_default().iter().map(PathBuf::from));
    let charts: Vec<PathBuf> = job.paths.iter().map(|path| absolute(Path::new(path))).collect();
    let is_outside = |file: &&Path| !charts.iter().any(|chart| file.starts_with(chart));
    paths.extend(suites.values_files().filter(is_outside).map(Path::to_path_buf));
    paths
}

/// Returns the absolute paths that runs write to, besides snapshots.
fn outputs(job: &Job<'_>) -> Vec<PathBuf> {
    let report = Some(job.report.path.as_str()).filter(|path| !path.is_empty()).map(Path::new);
    report.into_iter().chain(job.options.render_path.as_deref()).map(absolute).collect()
}

/// Waits until files change, and returns them.
fn wait(before: &Files, paths: &[PathBuf], outputs: &[PathBuf]) -> Vec<PathBuf> {
    let read = || Files::read(paths.iter().map(PathBuf::as_path));
    let before = before.clone().with_own_output(&read(), outputs);
    let mut last = before.clone();
    loop {
        let now = read();
        let changes = before.changes(&now);
        if !changes.is_empty() && now == last {
            return changes;
        }
        last = now;
        thread::sleep(INTERVAL);
    }
}

fn changed(changes: &[PathBuf]) -> String {
    match changes {
        [one] => format!("changed: {}", one.display()),
        [first, rest @ ..] => format!("changed: {} and {} more", first.display(), rest.len()),
        [] => String::new(),
    }
}
