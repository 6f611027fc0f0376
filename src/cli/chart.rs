//! `mkmanifests chart PATH [RELEASE]`, with the flags of `helm template`; `chart show` and `chart dependencies`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueHint};

use super::args::{self, Format, OUTPUT, ValuesArgs};
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error, UsageCode, usage};
use crate::chart::{
    self, Behaviour, Capabilities, Chart, ChartCode, Loaded, Options, RenderOptions, Request, SchemaFiles,
    SymbolicLinks, UnusedValues, show,
};
use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};
use crate::files::FileCode;
use crate::kube_version::KubeVersion;
use crate::release::Release;
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

/// The namespace that Helm uses if none is given, or an empty one.
const DEFAULT_NAMESPACE: &str = "default";

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    match matches.subcommand() {
        Some(("show", matches)) => show(matches, console),
        Some((_, matches)) => dependencies(matches, console),
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
        write_files(&rendered, dir, console)?;
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
    let name_template = args.name_template.as_ref().filter(|template| !template.is_empty());
    let name = match (&args.release, name_template) {
        (Some(_), _) if args.generate_name => {
            return Err(Diagnostic::error(
                UsageCode::ConflictingFlags,
                "cannot set --generate-name and also specify a name",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(Diagnostic::error(
                UsageCode::ConflictingFlags,
                "cannot set --name-template and also specify a name",
            ));
        }
        (Some(name), None) => name.clone(),
        (None, Some(template)) => chart::name_from_template(template)?,
        (None, None) if args.generate_name => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            chart::generated_name(&path.to_string_lossy(), now.as_secs())
        }
        // As `helm template PATH` names it.
        (None, None) => "release-name".to_owned(),
    };
    chart::check_name(&name)?;
    let mut capabilities = Capabilities::default();
    if let Some(version) = args.kube_version.as_ref().filter(|version| !version.is_empty()) {
        capabilities.kube_version = KubeVersion::parse(version)
            .map_err(|error| Diagnostic::error(ChartCode::InvalidKubernetesVersion, error.to_string()))?;
    }
    capabilities.api_versions.extend(args.api_versions.iter().cloned());
    let namespace = if args.namespace.is_empty() { DEFAULT_NAMESPACE } else { &args.namespace };
    let mut release = Release::named(name, namespace);
    release.is_upgrade = args.is_upgrade;
    let schema_files = schema_files(args)?;
    Ok(Options {
        release,
        capabilities,
        skip_schema: args.skip_schema_validation,
        schema_files,
        helm: Behaviour::default(),
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

/// Writes the files of `helm template --output-dir`, each whole or not at all.
fn write_files(rendered: &chart::HelmOutput, dir: &Path, console: &mut Console<'_>) -> Result<(), Error> {
    for file in rendered.files() {
        let to = dir.join(&file.path);
        write_file(&to, &file.text).map_err(|error| {
            Diagnostic::error(FileCode::Unwritable, format!("cannot write `{}`: {}", to.display(), io_reason(&error)))
                .names_file(to.display().to_string())
        })?;
    }
    // Helm appends the documents one by one, and prints the path for each.
    for path in rendered.document_paths() {
        writeln!(console.stdout, "wrote {}", dir.join(path).display())?;
    }
    Ok(writeln!(console.stdout)?)
}

/// Rejects `--show-only` together with `--output-dir`, as Helm does: it searches the printed text, which is empty then.
fn refuse_show_only(args: &ChartArgs) -> Result<(), Diagnostic> {
    let Some(template) = args.show_only.first() else { return Ok(()) };
    let diagnostic =
        Diagnostic::error(ChartCode::UnknownTemplate, format!("could not find template {template} in chart"));
    Err(diagnostic
        .help("`--show-only` and `--output-dir` are mutually exclusive, as in Helm: `--output-dir` writes all files"))
}

fn write_file(to: &Path, text: &str) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut part = tempfile::NamedTempFile::new_in(folder)?;
    part.write_all(text.as_bytes())?;
    part.persist(to)?;
    Ok(())
}

fn show(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let chart = named_chart(matches)?;
    let text = match matches.get_one::<String>("part").map(String::as_str) {
        Some("values") => show::values(&chart),
        Some("readme") => show::readme(&chart),
        _ => show::chart(&chart),
    };
    print(&text, console)
}

fn dependencies(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let chart = named_chart(matches)?;
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    print(show::dependencies(&chart, Path::new(path), path, show::MAX_WIDTH).as_bytes(), console)?;
    let stale = show::is_stale(&chart);
    let mut warnings: Vec<Diagnostic> = show::incomplete(&chart, path).into_iter().collect();
    if stale {
        let diagnostic = Diagnostic::warning(
            ChartCode::OutdatedLock,
            "the dependencies in Chart.yaml have changed since Chart.lock was written",
        );
        warnings
            .push(diagnostic.help(format!("run `mkmanifests chart dependencies {path} --update` to write it again")));
    }
    console.report(&warnings, &Sources::default());
    Ok(if stale || !show::is_complete(&chart) { CHECK_FAILED } else { DONE })
}

/// Loads the chart that `chart show` and `chart dependencies` name.
fn named_chart(matches: &ArgMatches) -> Result<Chart, Failure> {
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    Ok(load(Path::new(path), SymbolicLinks::All, &mut Sources::default())?.chart)
}

fn print(text: &[u8], console: &mut Console<'_>) -> Result<u8, Error> {
    console.stdout.write_all(text)?;
    console.stdout.flush()?;
    Ok(DONE)
}
