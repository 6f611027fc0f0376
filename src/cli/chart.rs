//! `mkmanifests chart PATH [RELEASE]`, with the flags of `helm template`; `chart show`, `chart dependencies` and `chart
//! package`.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueHint};

use super::args::{self, Format, OUTPUT};
use super::chart_args::{InputArgs, PartsArgs, SchemaArgs, SourceArgs, VALIDATION, helm_release, load, options};
use super::console::Console;
use super::helm::package as packing;
use super::{DONE, Error, UsageCode, dependencies, rendering, usage};
use super::{chart_diff, chart_test};
use crate::chart::{
    self, Chart, ChartCode, Loaded, PackageOptions, RenderOptions, Request, SymbolicLinks, UnusedValues, show,
    show::Part,
};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::files::FileCode;
use crate::values::Values;

/// The flags of `chart`: those of `helm template` with Helm's names and meanings, and a few more.
#[derive(Debug, Args)]
pub(super) struct ChartArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// Release of Helm to render as, such as 3.17 [default: 4.3]
    ///
    /// Releases differ in blank lines, nulls in values, functions and default Kubernetes versions:
    /// `mkmanifests chart diff-helm` shows what that means for a chart. `3` and `4` are the newest of these.
    #[arg(long, value_name = "VERSION")]
    helm_version: Option<String>,

    #[command(flatten)]
    input: InputArgs,

    /// Print only these templates, such as templates/a.yaml
    ///
    /// The path is relative to the chart; `*` matches any text. The flag may be repeated.
    #[arg(short = 's', long, value_name = "TEMPLATE", help_heading = OUTPUT)]
    show_only: Vec<String>,

    #[command(flatten)]
    parts: PartsArgs,

    /// Patch the objects before validation (repeatable)
    ///
    /// The file has JSON patches or merge patches, each with a target. `-` reads stdin.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT, value_hint = ValueHint::FilePath)]
    patch: Vec<PathBuf>,

    /// Make random texts, keys and times reproducible
    ///
    /// They then depend on the release and the template only, so that a second run prints the same.
    #[arg(long, help_heading = OUTPUT)]
    deterministic: bool,

    /// Write files into a folder instead of printing
    #[arg(long, value_name = "DIR", help_heading = OUTPUT, value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,

    /// Output format
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "yaml", help_heading = OUTPUT)]
    output: Format,

    /// Treat unused values as errors
    ///
    /// An unused value is one that nothing in the chart reads, such as a misspelt key. Without the flag it is a warning.
    #[arg(long, help_heading = VALIDATION)]
    strict: bool,

    /// Skip the validation of the rendered objects
    #[arg(long, help_heading = VALIDATION)]
    no_check: bool,

    #[command(flatten)]
    schema: SchemaArgs,
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    match matches.subcommand() {
        Some(("show", matches)) => show(matches, console),
        Some(("package", matches)) => package(matches, console),
        Some(("pull", matches)) => super::pull::run(matches, console),
        Some(("diff-helm", matches)) => chart_diff::run(matches, console),
        Some(("test", matches)) => chart_test::run(matches, console),
        Some((_, matches)) => dependencies::run(matches, console),
        None => render(matches, console),
    }
}

fn render(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: ChartArgs = args::read(matches)?;
    let path = args.source.path.clone().unwrap_or_default();
    if let Some(diagnostic) = usage::chart_arguments(&path, args.source.release.as_deref(), &console.words) {
        return Err(diagnostic.into());
    }
    let mut sources = Sources::default();
    let links = if args.schema.no_external_links { SymbolicLinks::InsideChart } else { SymbolicLinks::All };
    let Loaded { chart, mut warnings } = load(&path, links, &mut sources)?;
    let helm = helm_release("--helm-version", args.helm_version.as_deref())?;
    let options = options(&args.source, &args.input, &args.schema, helm.into())?;
    let base = Values { sources, ..Values::default() };
    // Helm applies all flags of one kind before those of the next.
    let mut layers = args.input.values.layers(matches, &base, |(index, flag, _)| (*flag, *index), console);
    layers.helm(options.helm);
    let mut user = layers.overlaid()?;
    let patches = args::patches(&args.patch, &mut user.sources, console)?;
    let request = Request {
        options,
        rendering: RenderOptions {
            include_crds: args.parts.include_crds,
            no_hooks: args.parts.no_hooks,
            skip_tests: args.parts.skip_tests,
            deterministic: args.deterministic,
            ..RenderOptions::default()
        },
        unused_values: match (args.strict, console.is_quiet()) {
            (true, _) => UnusedValues::Deny,
            // The search takes time, and its warnings would be dropped.
            (false, true) => UnusedValues::Ignore,
            (false, false) => UnusedValues::Warn,
        },
        patches,
        check: !args.no_check,
    };
    let rendered = chart::template(&chart, &user, request)?;
    let selected = selected(&rendered, &args)?;
    warnings.extend(rendered.warnings.iter().cloned());
    warnings.dedup();
    console.report(&warnings, &rendered.sources);
    if let Some(dir) = &args.output_dir {
        let dir = dir.to_string_lossy();
        rendering::write_files(&rendered, &dir, &dir, console)?;
        writeln!(console.stdout)?;
        refuse_show_only(&args)?;
    } else if let Some(text) = selected {
        console.stdout.write_all(text.as_bytes())?;
    } else {
        let mut out = BufWriter::with_capacity(OUTPUT_BUFFER, &mut *console.stdout);
        rendered.write_to(&mut out)?;
        out.flush()?;
    }
    console.stdout.flush()?;
    Ok(DONE)
}

/// Collects small documents; larger ones are written directly.
const OUTPUT_BUFFER: usize = 64 << 10;

/// Returns the output as JSON, or the documents that `--show-only` selects; `None` if the whole text is to be printed. All
/// of it is computed before anything is printed, since a part may fail.
fn selected(rendered: &chart::HelmOutput, args: &ChartArgs) -> Result<Option<String>, Failure> {
    let fail = |diagnostics| Failure::new(diagnostics, Sources::default());
    if args.output == Format::Json {
        let list = rendered.json().map_err(fail)?;
        let text = serde_json::to_string_pretty(&list).unwrap_or_default();
        return Ok(Some(text + "\n"));
    }
    let shown = (!args.show_only.is_empty()).then(|| rendered.show_only(&args.show_only).map_err(fail));
    shown.transpose()
}

/// Rejects `--show-only` together with `--output-dir`, as Helm does: it searches the printed text, which is empty then.
fn refuse_show_only(args: &ChartArgs) -> Result<(), Diagnostic> {
    let Some(template) = args.show_only.first() else { return Ok(()) };
    let diagnostic =
        Diagnostic::error(ChartCode::UnknownTemplate, format!("could not find template {template} in chart"));
    Err(diagnostic
        .help("`--show-only` and `--output-dir` are mutually exclusive, as in Helm: `--output-dir` writes all files"))
}

fn show(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let chart = named_chart(matches)?;
    let name = matches.get_one::<String>("part").map_or("", String::as_str);
    let part = show::PARTS.into_iter().find(|(known, _)| *known == name).map_or(Part::Chart, |(_, part)| part);
    print(&show::part(&chart, part), console)
}

fn package(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let text = |name| matches.get_one::<String>(name).map_or("", String::as_str);
    let times = packing::times().map_err(|why| Diagnostic::error(UsageCode::InvalidFlag, why))?;
    let options = PackageOptions { version: text("version"), app_version: text("app-version"), times };
    let archive = chart::package(&named_chart(matches)?, &options)?;
    let saved = packing::save(&archive, text("destination"));
    let saved =
        saved.map_err(|why| Diagnostic::error(FileCode::Unwritable, format!("cannot save the archive: {why}")))?;
    print(format!("{}\n", saved.display()).as_bytes(), console)
}

/// Loads the chart that `chart package`, `chart show` and `chart dependencies` name.
pub(super) fn named_chart(matches: &ArgMatches) -> Result<Chart, Failure> {
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    Ok(load(Path::new(path), SymbolicLinks::All, &mut Sources::default())?.chart)
}

pub(super) fn print(text: &[u8], console: &mut Console<'_>) -> Result<u8, Error> {
    console.stdout.write_all(text)?;
    console.stdout.flush()?;
    Ok(DONE)
}
