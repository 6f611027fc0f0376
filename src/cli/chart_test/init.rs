//! `chart test --init`: writes first suites, and runs them once so that their snapshots are written.

use std::path::{Path, PathBuf};

use super::Job;
use crate::cli::console::Console;
use crate::cli::{CHECK_FAILED, DONE, Error, UsageCode, shell};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::files::FileCode;
use crate::unittest::init::{self, FailedValues, InitError, Plan, Written};
use crate::unittest::report::text::Text;
use crate::unittest::run::{self, Event, Only, Options, Selection};
use crate::unittest::suite::SuiteCode;

pub(super) fn run(job: &Job<'_>, console: &mut Console<'_>) -> Result<u8, Error> {
    let values = run::values_files(job.options);
    let values = values.map_err(|why| Diagnostic::error(UsageCode::InvalidFlag, why).in_field("--values"))?;
    let options = init::Options {
        values,
        kube_version: job.options.kube_versions.first().cloned(),
        skip_schema: job.options.skip_schema,
        helm: job.options.helm,
    };
    let (mut diagnostics, mut passed) = (Vec::new(), true);
    for path in job.paths {
        let written = init::plan(path, &options).and_then(|plan| Ok((init::write(&plan)?, plan)));
        match written {
            Ok((written, plan)) => passed &= report(path, &plan, &written, job, console)?,
            Err(why) => diagnostics.push(explain(path, why)),
        }
    }
    match diagnostics.is_empty() {
        true => Ok(if passed { DONE } else { CHECK_FAILED }),
        false => Err(Failure::new(diagnostics, Sources::default()).into()),
    }
}

/// Prints what was written, and runs it. Returns whether all tests pass.
fn report(path: &str, plan: &Plan, written: &Written, job: &Job<'_>, console: &mut Console<'_>) -> Result<bool, Error> {
    let mut warnings: Vec<Diagnostic> = plan.failed.iter().map(skipped).collect();
    warnings.extend(plan.unstable.iter().map(|template| {
        let message = format!("`{template}` renders something else in each run: its suite has no snapshot");
        Diagnostic::warning(SuiteCode::Init, message)
    }));
    console.report(&warnings, &Sources::default());
    for file in &written.kept {
        console.inform(&format!("kept {}: it already exists", file.display()));
    }
    if written.new.is_empty() {
        console.inform("nothing to write: every template has a suite");
        return Ok(true);
    }
    let mut out: String = written.new.iter().map(|file| format!("wrote {}\n", file.display())).collect();
    let (summary, failures) = run_once(path, &written.new, job.options);
    let totals = &summary.totals;
    let snapshots = Path::new(path).join("tests/__snapshot__");
    if totals.snapshots.created > 0 {
        out.push_str(&format!("wrote {}: {}\n", snapshots.display(), counted(totals.snapshots.created, "snapshot")));
    }
    let (tests, files) = (totals.tests.passed + totals.tests.failed, counted(written.new.len(), "suite"));
    out.push_str(&failures);
    let command = shell::join(["mkmanifests", "chart", "test", path]);
    match summary.passed {
        true => {
            let tests = counted(tests, "test");
            out.push_str(&format!("{files} with {tests}; all tests pass. Run them with `{command}`\n"));
        }
        false => out.push_str(&format!("{} of {} fail\n", totals.tests.failed, counted(tests, "test"))),
    }
    console.stdout.write_all(out.as_bytes())?;
    console.stdout.flush()?;
    Ok(summary.passed)
}

fn skipped(failed: &FailedValues) -> Diagnostic {
    let values = failed.file.as_deref().map_or("its default values".to_owned(), |file| format!("`{file}`"));
    let message = format!("the chart does not render with {values}, so no test uses them");
    Diagnostic::warning(SuiteCode::Init, message).help(failed.error.clone())
}

/// Runs new suites, which writes their snapshots. Returns the text about those that fail, too.
fn run_once(chart: &str, files: &[PathBuf], options: &Options) -> (run::Summary, String) {
    let only =
        Only { files: files.iter().map(|file| run::name_of(&file.to_string_lossy())).collect(), ..Only::default() };
    let options = Options {
        helm: options.helm,
        skip_schema: options.skip_schema,
        selection: Selection { only: Some(only), ..Selection::default() },
        ..Options::default()
    };
    let (text, mut failures) = (Text::new(false), String::new());
    let summary = run::run(&[chart.to_owned()], &options, &mut |event| match &event {
        Event::Suite(suite) if suite.passed => {}
        Event::Suite(_) | Event::ChartError(_) => failures.push_str(&text.event(&event)),
        _ => {}
    });
    (summary, failures)
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn explain(path: &str, why: InitError) -> Diagnostic {
    let error = |message: String| Diagnostic::error(SuiteCode::Init, message);
    match why {
        InitError::Unloadable(text) => error(format!("cannot load the chart `{path}`: {text}")),
        InitError::Archive => error(format!("`{path}` is an archive, and suites are written beside templates"))
            .help("unpack it, and name its folder"),
        InitError::Library => error(format!("`{path}` is a library chart: it renders nothing by itself"))
            .help("test its named templates with `include` in a suite; docs/chart-test.md has an example"),
        InitError::NoTemplates => error(format!("`{path}` has no templates that render YAML")),
        InitError::NotRendered(failed) => {
            let diagnostic = match failed.as_slice() {
                [FailedValues { file: None, error: text }] => {
                    error(format!("`{path}` does not render with its default values: {text}"))
                }
                [FailedValues { file: None, error: text }, ..] => error(format!(
                    "`{path}` renders neither with its default values nor with its files `ci/*-values.yaml`: {text}"
                )),
                [FailedValues { error: text, .. }, ..] => {
                    error(format!("`{path}` does not render with the values files: {text}"))
                }
                [] => error(format!("`{path}` does not render")),
            };
            diagnostic
                .help("name a file with the values that it needs: `-v FILE`, or `ci/NAME-values.yaml` in the chart")
        }
        InitError::File(file, why) => {
            let message = format!("cannot read or write `{}`: {why}", file.display());
            Diagnostic::error(FileCode::Unwritable, message)
        }
    }
}
