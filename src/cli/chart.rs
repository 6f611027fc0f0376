//! `mkmanifests chart PATH [RELEASE]`, with the flags of `helm template`; `chart show` and `chart dependencies`.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueHint};

use super::args::{self, Format, OUTPUT, ValuesArgs};
use super::console::Console;
use super::rendering::{self, DEFAULT_NAMESPACE, ReleaseName};
use super::{DONE, Error, UsageCode, dependencies, usage};
use crate::chart::{
    self, Behaviour, Chart, ChartCode, HelmRelease, Loaded, Options, RenderOptions, Request, SchemaFiles,
    SymbolicLinks, UnusedValues, show, show::Part,
};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::values::Values;

/// The flags of `chart`: those of `helm template` with Helm's names and meanings, and a few more.
#[derive(Debug, Args)]
pub(super) struct ChartArgs {
    /// Folder or archive (.tgz) of the chart
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    path: Option<PathBuf>,

    /// Release name [default: release-name]
    #[arg(value_name = "RELEASE")]
    release: Option<String>,

    /// Namespace of the release
    #[arg(short = 'n', long, value_name = "NAME", default_value = DEFAULT_NAMESPACE)]
    namespace: String,

    /// Kubernetes version to render for, such as 1.33
    ///
    /// Sets `.Capabilities.KubeVersion`. Without it, charts see the version that Helm 4.3 has built in.
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// Kubernetes API versions that the cluster also has
    ///
    /// Adds to `.Capabilities.APIVersions`, such as `monitoring.coreos.com/v1`. Commas separate several versions.
    #[arg(short = 'a', long, value_name = "VERSION", value_delimiter = ',')]
    api_versions: Vec<String>,

    /// Set `.Release.IsUpgrade` instead of `.Release.IsInstall`
    #[arg(long)]
    is_upgrade: bool,

    /// Go template of the release name
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,

    /// Generate the release name
    #[arg(short = 'g', long)]
    generate_name: bool,

    #[command(flatten)]
    values: ValuesArgs,

    /// Print only these templates, such as templates/a.yaml
    ///
    /// The path is relative to the chart; `*` matches any text. The flag may be repeated.
    #[arg(short = 's', long, value_name = "TEMPLATE", help_heading = OUTPUT)]
    show_only: Vec<String>,

    /// Also print the files below `crds/`
    #[arg(long, help_heading = OUTPUT)]
    include_crds: bool,

    /// Leave out hooks
    #[arg(long, help_heading = OUTPUT)]
    no_hooks: bool,

    /// Leave out test hooks
    #[arg(long, help_heading = OUTPUT)]
    skip_tests: bool,

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

    /// Skip the validation against values.schema.json
    #[arg(long, help_heading = VALIDATION)]
    skip_schema_validation: bool,

    /// Read a URL that the JSON Schema refers to from a file
    ///
    /// With a folder in the place of FILE, everything below the URL is read from it. The flag may be repeated.
    #[arg(long, value_name = "URL=FILE", help_heading = VALIDATION)]
    schema_map: Vec<String>,

    /// Read URLs that the JSON Schema refers to from a folder
    ///
    /// A file is found as HOST/PATH below the folder, or by its `$id`. The flag may be repeated.
    #[arg(long, value_name = "DIR", help_heading = VALIDATION, value_hint = ValueHint::DirPath)]
    schema_dir: Vec<PathBuf>,

    /// Reject symbolic links that leave the chart's folder
    ///
    /// Helm follows them.
    #[arg(long, help_heading = VALIDATION)]
    no_external_links: bool,
}

/// The heading of the flags about checks.
const VALIDATION: &str = "Validation";

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    match matches.subcommand() {
        Some(("show", matches)) => show(matches, console),
        Some(("pull", matches)) => super::pull::run(matches, console),
        Some((_, matches)) => dependencies::run(matches, console),
        None => render(matches, console),
    }
}

fn render(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: ChartArgs = args::read(matches)?;
    let path = args.path.clone().unwrap_or_default();
    if let Some(diagnostic) = usage::chart_arguments(&path, args.release.as_deref(), &console.words) {
        return Err(diagnostic.into());
    }
    let mut sources = Sources::default();
    let links = if args.no_external_links { SymbolicLinks::InsideChart } else { SymbolicLinks::All };
    let Loaded { chart, mut warnings } = load(&path, links, &mut sources)?;
    let options = options(&args, &path)?;
    let base = Values { sources, ..Values::default() };
    // Helm applies all flags of one kind before those of the next.
    let mut user = args.values.layers(matches, &base, |(index, flag, _)| (*flag, *index), console).overlaid()?;
    let patches = args::patches(&args.patch, &mut user.sources, console)?;
    let request = Request {
        options,
        rendering: RenderOptions {
            include_crds: args.include_crds,
            no_hooks: args.no_hooks,
            skip_tests: args.skip_tests,
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
    let text = output(&rendered, &args)?;
    warnings.extend(rendered.warnings.iter().cloned());
    warnings.dedup();
    console.report(&warnings, &rendered.sources);
    if let Some(dir) = &args.output_dir {
        rendering::write_files(&rendered, &dir.to_string_lossy(), console)?;
        writeln!(console.stdout)?;
        refuse_show_only(&args)?;
    } else {
        console.stdout.write_all(text.as_bytes())?;
    }
    console.stdout.flush()?;
    Ok(DONE)
}

fn load(path: &Path, links: SymbolicLinks, sources: &mut Sources) -> Result<Loaded, Failure> {
    chart::load_with(path, links, sources).map_err(|diagnostics| Failure::new(diagnostics, sources.clone()))
}

fn options(args: &ChartArgs, path: &Path) -> Result<Options, Diagnostic> {
    let name = ReleaseName {
        given: args.release.as_deref(),
        template: args.name_template.as_deref(),
        is_generated: args.generate_name,
    };
    let generate = || {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        chart::generated_name(&path.to_string_lossy(), now.as_secs())
    };
    let name = name.find(Some(&generate))?;
    chart::check_name(&name)?;
    let helm = HelmRelease::default();
    Ok(Options {
        release: rendering::release(name, &args.namespace, args.is_upgrade),
        capabilities: rendering::capabilities(
            helm,
            args.kube_version.as_deref().unwrap_or_default(),
            &args.api_versions,
        )?,
        skip_schema: args.skip_schema_validation,
        schema_files: schema_files(args)?,
        helm: Behaviour::of(helm),
    })
}

fn schema_files(args: &ChartArgs) -> Result<SchemaFiles, Diagnostic> {
    let mut files = SchemaFiles::default();
    let fail = |flag: &str, why: String| Diagnostic::error(UsageCode::InvalidFlag, why).in_field(flag);
    for mapping in &args.schema_map {
        files.add_map(mapping, Path::new("")).map_err(|why| fail("--schema-map", why))?;
    }
    for folder in &args.schema_dir {
        files.add_folder(folder).map_err(|why| fail("--schema-dir", why))?;
    }
    Ok(files)
}

/// Returns the whole output, so that nothing is printed if a part of it fails.
fn output(rendered: &chart::HelmOutput, args: &ChartArgs) -> Result<String, Failure> {
    let fail = |diagnostics| Failure::new(diagnostics, Sources::default());
    if args.output == Format::Json {
        let list = rendered.json().map_err(fail)?;
        let text = serde_json::to_string_pretty(&list).unwrap_or_default();
        return Ok(text + "\n");
    }
    if args.show_only.is_empty() { Ok(rendered.text()) } else { rendered.show_only(&args.show_only).map_err(fail) }
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

/// Loads the chart that `chart show` and `chart dependencies` name.
pub(super) fn named_chart(matches: &ArgMatches) -> Result<Chart, Failure> {
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    Ok(load(Path::new(path), SymbolicLinks::All, &mut Sources::default())?.chart)
}

pub(super) fn print(text: &[u8], console: &mut Console<'_>) -> Result<u8, Error> {
    console.stdout.write_all(text)?;
    console.stdout.flush()?;
    Ok(DONE)
}
