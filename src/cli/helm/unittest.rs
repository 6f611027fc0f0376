//! `helm unittest`: runs the suites of charts, as the plugin of that name does.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Context, Error, FAILED, boolean, flags};
use crate::cli::DONE;
use crate::cli::chart_test::{Report, default_options, execute};
use crate::unittest::report::Format;
use crate::unittest::run::Options;
use crate::unittest::suite::Unknown;

/// The folder that `--debugPlugin` writes rendered files to.
const RENDER_PATH: &str = ".debug";

pub(super) fn command() -> Command {
    let on_off = |name: &'static str, help: &'static str| flags::optional(name, "BOOLEAN", "true", help);
    let charts = Arg::new("chart").value_name("CHART").help("Folders or archives of charts").required(true);
    Command::new("unittest")
        .about("Runs the unit tests of charts")
        .override_usage("helm unittest CHART [...] [flags]")
        .args([
            on_off("color", "Print with colours even if stdout is no terminal; =false prints without"),
            flags::switch("strict", "Fail on unknown keys of suites"),
            flags::list("file", "PATTERN", "Suite files, relative to the chart [default: tests/*_test.yaml]")
                .short('f'),
            flags::list("values", "FILE", "Values files for all suites").short('v'),
            flags::switch("update-snapshot", "Replace snapshots that differ").short('u'),
            on_off("with-subchart", "Run the suites of subcharts, too [default: true]").short('s'),
            flags::text("output-file", "FILE", "File to write a report to").short('o'),
            flags::text("output-type", "FORMAT", "Format of the report: JUnit, NUnit, XUnit or Sonar")
                .short('t')
                .default_value("XUnit"),
            flags::text("chart-tests-path", "DIR", "Folder of a chart that renders suites, relative to the chart"),
            flags::switch("failfast", "End each suite with its first test that fails").short('q'),
            flags::switch("debugPlugin", "Write the rendered files to the folder .debug").short('d'),
            flags::switch("skip-schema-validation", "Skip the validation against values.schema.json"),
        ])
        .arg(charts.action(ArgAction::Append).num_args(1..))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let color = on_off(matches, "color")?;
    let options = Options {
        files: flags::texts_of(matches, "file"),
        values: flags::texts_of(matches, "values"),
        unknown: if flags::is_set(matches, "strict") { Unknown::Strict } else { Unknown::Ignored },
        update_snapshots: flags::is_set(matches, "update-snapshot"),
        with_subcharts: on_off(matches, "with-subchart")?.unwrap_or(true),
        fail_fast: flags::is_set(matches, "failfast"),
        skip_schema: flags::is_set(matches, "skip-schema-validation"),
        chart_tests_path: flags::text_of(matches, "chart-tests-path"),
        render_path: flags::is_set(matches, "debugPlugin").then(|| RENDER_PATH.into()),
        ..default_options(context.given_release)
    };
    let format = Format::of(&flags::text_of(matches, "output-type"));
    let report = Report { path: flags::text_of(matches, "output-file"), format };
    let color = color.unwrap_or(context.console.color_stdout);
    let charts = flags::texts_of(matches, "chart");
    let passed = execute(&charts, &options, &report, color, context.console)?;
    Ok(if passed { DONE } else { FAILED })
}

/// Reads a flag that may have a value: none if it was not given.
fn on_off(matches: &ArgMatches, name: &str) -> Result<Option<bool>, Error> {
    match flags::text_of(matches, name).as_str() {
        "" => Ok(None),
        text => boolean(text)
            .map(Some)
            .map_err(|why| Error::Message(format!("invalid argument {text:?} for \"--{name}\" flag: {why}"))),
    }
}
