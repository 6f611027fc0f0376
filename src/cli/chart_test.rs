//! `mkmanifests chart test`: runs the suites of charts, as `helm unittest` does. [`super::helm::unittest`] and
//! `mkmanifests test` share it.

mod coverage;
mod init;
mod progress;
mod run_args;
mod watch;

use std::io;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueHint};

use self::coverage::CoverageArgs;
use self::progress::Line;
use self::run_args::{Ci, RunArgs};
use super::args;
use super::args::OUTPUT;
use super::chart_args::helm_release;
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error, shell, usage};
use crate::chart::{ChartCode, HelmRelease};
use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};
use crate::gitops::Shard;
use crate::go::time::{Time, Zone};
use crate::suites;
use crate::unittest::render::Others;
use crate::unittest::report::text::Text;
use crate::unittest::report::{Format, Machine};
use crate::unittest::run::{self, Event, Options, Selection, SuiteResult, Totals};
use crate::unittest::suite::{SuiteCode, Unknown};

/// The flags of `chart test`: those of `helm unittest`, and a few more.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Folders or archives (.tgz) of charts
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    path: Vec<String>,

    /// Suite files [default: tests/*_test.yaml]
    ///
    /// Paths relative to the chart, in which `*` matches any name and `**` any folders. The flag may be repeated.
    #[arg(short = 'f', long, value_name = "PATTERN", value_hint = ValueHint::FilePath)]
    file: Vec<String>,

    /// Values file for all suites (repeatable)
    ///
    /// In the path, `*` matches any name and `**` any folders.
    #[arg(short = 'v', long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    values: Vec<String>,

    /// Folder of a chart that renders suites, relative to each chart
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    chart_tests_path: Option<String>,

    /// Also run the suites of subcharts [default: true]
    #[arg(
        short = 's',
        long,
        value_name = "BOOLEAN",
        num_args = 0..=1,
        require_equals = true,
        default_value_t = true,
        default_missing_value = "true",
        hide_default_value = true,
        hide_possible_values = true
    )]
    with_subchart: bool,

    /// Release of Helm to render as [default: 3.20]
    #[arg(long, value_name = "VERSION")]
    helm_version: Option<String>,

    /// Replace snapshots that differ, and remove unused ones
    #[arg(short = 'u', long)]
    update_snapshot: bool,

    /// End each suite with its first test that fails
    #[arg(long)]
    failfast: bool,

    /// Reject unknown keys of suites in the words of helm-unittest
    #[arg(long)]
    strict: bool,

    /// Skip the validation against values.schema.json
    #[arg(long)]
    skip_schema_validation: bool,

    #[command(flatten)]
    run: RunArgs,

    /// File to write a report to
    #[arg(short = 'o', long, value_name = "FILE", help_heading = OUTPUT, value_hint = ValueHint::FilePath)]
    output_file: Option<String>,

    /// Format of the report: JUnit, NUnit, XUnit or Sonar
    #[arg(
        short = 't',
        long,
        value_name = "FORMAT",
        help_heading = OUTPUT,
        default_value = "XUnit",
        ignore_case = true,
        hide_possible_values = true,
        value_parser = Format::ALL.map(|(name, _)| name)
    )]
    output_type: String,

    /// Folder to write the rendered files to
    #[arg(long, value_name = "DIR", help_heading = OUTPUT, value_hint = ValueHint::DirPath)]
    render_dir: Option<PathBuf>,

    #[command(flatten)]
    coverage: CoverageArgs,
}

/// The release of Helm that helm-unittest 1.1 is linked with.
const HELM: HelmRelease = HelmRelease::V3_20;

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    run_with(matches, None, console)
}

/// `mkmanifests test`: also runs the suites of components and template folders.
pub(super) fn run_all(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    run_with(matches, Some(Others::new(suites::Sources::default())), console)
}

fn run_with(matches: &ArgMatches, others: Option<Others>, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: TestArgs = args::read(matches)?;
    let variable = std::env::var("CI").ok();
    let ci = args.run.ci(variable.as_deref(), args.update_snapshot);
    run_args::check(&args, ci)?;
    check_paths(&args.path, others.is_none() || args.run.init)?;
    let (is_watching, is_initial) = (args.run.watch, args.run.init);
    let helm = match args.helm_version.as_deref() {
        None => HELM,
        given => helm_release("--helm-version", given)?,
    };
    let options = Options {
        files: args.file,
        values: args.values,
        unknown: if args.strict { Unknown::Strict } else { Unknown::Explained },
        update_snapshots: args.update_snapshot,
        ci: ci != Ci::Off,
        kube_versions: args.run.kube_version,
        selection: Selection { shard: args.run.shard.map(shard), ..Selection::default() },
        with_subcharts: args.with_subchart,
        fail_fast: args.failfast,
        skip_schema: args.skip_schema_validation,
        chart_tests_path: args.chart_tests_path.unwrap_or_default(),
        render_path: args.render_dir,
        helm: helm.into(),
        others,
        as_plugin: false,
        coverage: args.coverage.is_measured(),
    };
    let report = Report { path: args.output_file.unwrap_or_default(), format: Format::of(&args.output_type) };
    let job = Job { paths: &args.path, options: &options, report: &report, color: console.color_stdout };
    match (is_initial, is_watching) {
        (true, _) => return init::run(&job, console),
        (_, true) => return watch::watch(&job, console),
        _ => {}
    }
    let (passed, summary) = job.execute(console, &mut |_| {})?;
    explain_snapshots(&summary.totals, ci, console);
    let is_enough = args.coverage.report(&summary.coverage, console)?;
    Ok(if passed && is_enough { DONE } else { CHECK_FAILED })
}

/// Reports paths that do not exist or, if the suites are those of charts, are not charts, before anything runs.
fn check_paths(paths: &[String], only_charts: bool) -> Result<(), Failure> {
    let is_fine = |path: &Path| if only_charts { usage::is_chart(path) } else { path.exists() };
    let not_charts = paths.iter().filter(|path| !is_fine(Path::new(path)));
    let diagnostics: Vec<Diagnostic> = not_charts
        .map(|path| {
            let reason = if Path::new(path).exists() { "is not a chart" } else { "does not exist" };
            let diagnostic = Diagnostic::error(ChartCode::NotAChart, format!("`{path}` {reason}"));
            let charts = charts_below(Path::new(path));
            match charts.first() {
                Some(chart) => diagnostic.help(format!("it has charts below it, such as `{chart}`")),
                None => diagnostic.help("name folders with a `Chart.yaml`, or archives (.tgz) of charts"),
            }
        })
        .collect();
    if diagnostics.is_empty() { Ok(()) } else { Err(Failure::new(diagnostics, Sources::default())) }
}

/// Returns the charts in a folder.
fn charts_below(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut charts: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| usage::is_chart(path)).collect();
    charts.sort();
    charts.iter().map(|path| path.display().to_string()).collect()
}

fn shard(shard: Shard) -> run::Shard {
    let (index, count) = shard.parts();
    run::Shard { index: index as usize, count: count as usize }
}

/// Says how to write snapshots that are missing, and to remove those that nothing uses.
fn explain_snapshots(totals: &Totals, ci: Ci, console: &mut Console<'_>) {
    let why = match ci {
        Ci::Off => return,
        Ci::Flag => "`--ci`",
        Ci::Environment => "the environment variable CI is set",
    };
    let words = console.words.iter().skip(1).filter(|word| *word != "--ci" && !word.starts_with("--ci="));
    let words: Vec<&str> = ["mkmanifests"].into_iter().chain(words.map(String::as_str)).chain(["--ci=false"]).collect();
    let command = shell::join(words);
    let counted = |count: usize| if count == 1 { "1 snapshot is".to_owned() } else { format!("{count} snapshots are") };
    let mut diagnostics = Vec::new();
    if totals.snapshots.missing > 0 {
        let message = format!("{} missing, and none is written: {why}", counted(totals.snapshots.missing));
        let diagnostic = Diagnostic::error(SuiteCode::MissingSnapshot, message);
        diagnostics.push(diagnostic.help(format!("to write them, run `{command}` and commit the files")));
    }
    if totals.snapshots.vanished > 0 {
        let message = format!("{} not used by any test", counted(totals.snapshots.vanished));
        let diagnostic = Diagnostic::warning(SuiteCode::UnusedSnapshot, message);
        diagnostics.push(diagnostic.help(format!("to remove them, run `{command}` and commit the files")));
    }
    console.report(&diagnostics, &Sources::default());
}

/// Returns the options of `helm unittest` without flags, apart from those of a release of Helm.
pub(super) fn default_options(release: Option<HelmRelease>) -> Options {
    Options { with_subcharts: true, helm: release.unwrap_or(HELM).into(), as_plugin: true, ..Options::default() }
}

/// Where a report is written; nowhere if the path is empty.
pub(super) struct Report {
    pub path: String,
    /// The format; none for a name that helm-unittest does not know, which makes it write no report.
    pub format: Option<Format>,
}

/// What to run, and how to print it.
#[derive(Clone, Copy)]
struct Job<'j> {
    paths: &'j [String],
    options: &'j Options,
    report: &'j Report,
    color: bool,
}

/// Runs suites, prints the results, and returns whether all passed.
pub(super) fn execute(
    paths: &[String],
    options: &Options,
    report: &Report,
    color: bool,
    console: &mut Console<'_>,
) -> io::Result<bool> {
    let job = Job { paths, options, report, color };
    Ok(job.execute(console, &mut |_| {})?.0)
}

impl Job<'_> {
    /// Runs suites, prints the results, and calls `observe` with each of them. Returns whether all passed, with all that is
    /// known.
    fn execute(
        &self,
        console: &mut Console<'_>,
        observe: &mut dyn FnMut(&SuiteResult),
    ) -> io::Result<(bool, run::Summary)> {
        let text = Text::new(self.color);
        let text = if self.options.others.is_some() { text.of_folders() } else { text };
        let explained = self.options.unknown == Unknown::Explained;
        let mut line = Line::new(console, self.options.as_plugin);
        let mut written = Ok(());
        let summary = run::run(self.paths, self.options, &mut |event| match event {
            Event::Progress(progress) => line.show(&progress),
            Event::Diagnostics(diagnostics, sources) if explained => {
                line.without(|| console.report(diagnostics, sources));
            }
            Event::Diagnostics(..) => {}
            Event::Warning(warning) => line.without(|| console.inform(&format!("warning: {warning}"))),
            event => {
                if let Event::Suite(suite) = &event {
                    observe(suite);
                }
                let text = text.event(&event);
                if written.is_ok() {
                    let print = || console.stdout.write_all(text.as_bytes()).and_then(|()| console.stdout.flush());
                    written = line.without(print);
                }
            }
        });
        line.end();
        written?;
        let reported = write_report(self.report, &summary);
        if let Err(why) = &reported {
            console.stdout.write_all(text.event(&Event::ChartError(why)).as_bytes())?;
        }
        console.stdout.write_all(text.summary(&summary).as_bytes())?;
        console.stdout.flush()?;
        // helm-unittest passes without its report.
        Ok((summary.passed && (reported.is_ok() || self.options.as_plugin), summary))
    }
}

fn write_report(report: &Report, summary: &run::Summary) -> Result<(), String> {
    let (false, Some(format)) = (report.path.is_empty(), report.format) else { return Ok(()) };
    let path = Path::new(&report.path);
    let failed = |error: io::Error| format!("open {}: {}", report.path, io_reason(&error));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, format.report(&summary.suites, &machine())).map_err(failed)
}

/// Returns when and where this runs, as far as the environment says it.
fn machine() -> Machine {
    let variable = |names: &[&str]| {
        let found = names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        found.unwrap_or_default()
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = Time { seconds: i64::try_from(now.as_secs()).unwrap_or_default(), nanoseconds: 0, zone: Zone::Utc };
    let formatted = |layout: &str| String::from_utf8_lossy(&now.format(layout.as_bytes())).into_owned();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned());
    let locale = variable(&["LC_ALL", "LANG"]);
    let locale = locale.split('.').next().unwrap_or_default().replace('_', "-");
    Machine {
        date: formatted("2006-01-02"),
        time: formatted("15:04:05"),
        host: host.unwrap_or_else(|_| variable(&["HOSTNAME", "COMPUTERNAME"])),
        user: variable(&["USER", "LOGNAME", "USERNAME"]),
        folder: std::env::current_dir().unwrap_or_default().display().to_string(),
        language: locale.split('-').next().unwrap_or_default().to_owned(),
        locale,
        platform: format!(
            "mkmanifests{}.{}-{}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    }
}
