//! `mkmanifests chart PATH [RELEASE]`: the flags of `helm template`, and what else a chart can be asked.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};

use super::args::{self, Format, ValuesArgs};
use super::{DONE, Error, NO, Streams, UsageCode};
use crate::chart::{
    self, Capabilities, Chart, ChartCode, Links, Loaded, Options, RenderOptions, Request, SchemaFiles, Unread, show,
};
use crate::diagnostic::{self, Diagnostic, Failure, Sources, io_reason};
use crate::files::FileCode;
use crate::kube_version::KubeVersion;
use crate::release::Release;
use crate::values::Values;

/// Flags of `helm template`, with Helm's names and meanings, and a few more.
#[derive(Debug, Args)]
pub(super) struct ChartArgs {
    /// Folder or archive (.tgz) of the chart
    #[arg(value_name = "PATH", required = true)]
    path: Option<PathBuf>,

    /// Name of the release
    #[arg(value_name = "RELEASE")]
    release: Option<String>,

    #[command(flatten)]
    values: ValuesArgs,

    /// Namespace of the release
    #[arg(short = 'n', long, value_name = "NAME", default_value = DEFAULT_NAMESPACE)]
    namespace: String,

    /// Kubernetes version that the chart is told
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// API versions that the chart is told beside the usual ones
    #[arg(short = 'a', long, value_name = "VERSION", value_delimiter = ',')]
    api_versions: Vec<String>,

    /// Print the files below `crds/` too
    #[arg(long)]
    include_crds: bool,

    /// Print no hooks
    #[arg(long)]
    no_hooks: bool,

    /// Print no hooks that are tests
    #[arg(long)]
    skip_tests: bool,

    /// Print only what these templates make (templates/service.yaml; `*` is any text)
    #[arg(short = 's', long, value_name = "TEMPLATE")]
    show_only: Vec<String>,

    /// Set `.Release.IsUpgrade` instead of `.Release.IsInstall`
    #[arg(long)]
    is_upgrade: bool,

    /// Template of the release's name
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,

    /// Make up the release's name
    #[arg(short = 'g', long)]
    generate_name: bool,

    /// Write files into this folder instead of printing
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// Do not hold the values to the chart's JSON Schema
    #[arg(long)]
    skip_schema_validation: bool,

    /// Read what the chart's JSON Schema refers to from FILE, or below a URL from a folder; may be repeated
    #[arg(long, value_name = "URL=FILE")]
    schema_map: Vec<String>,

    /// Read what the chart's JSON Schema refers to from this folder (HOST/PATH, or a file's `$id`); may be repeated
    #[arg(long, value_name = "DIR")]
    schema_dir: Vec<PathBuf>,

    /// Fail on values that nothing reads, instead of warning
    #[arg(long)]
    strict: bool,

    /// Refuse links that lead out of the chart's folder, instead of following them as Helm does
    #[arg(long)]
    no_external_links: bool,

    /// Patches on what comes out (JSON patches and merge patches with a target); `-` is stdin; may be repeated
    #[arg(long, value_name = "FILE")]
    patch: Vec<PathBuf>,

    /// Do not hold what comes out to the rules of an API server
    #[arg(long)]
    no_check: bool,

    /// Let random texts, keys and times depend on the release and the template only
    #[arg(long)]
    deterministic: bool,

    /// Print YAML documents as Helm does, or one JSON list
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "yaml")]
    output: Format,
}

/// What Helm takes an empty namespace for.
const DEFAULT_NAMESPACE: &str = "default";

pub(super) fn run(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    match matches.subcommand() {
        Some(("show", matches)) => show(matches, streams),
        Some((_, matches)) => dependencies(matches, streams),
        None => render(matches, streams),
    }
}

fn render(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let args: ChartArgs = args::read(matches)?;
    let path = args.path.clone().unwrap_or_default();
    let mut sources = Sources::default();
    let links = if args.no_external_links { Links::Inside } else { Links::All };
    let Loaded { chart, mut warnings } = load(&path, links, &mut sources)?;
    let options = options(&args, &path)?;
    let base = Values { sources, ..Values::default() };
    // Helm applies all flags of one kind before those of the next.
    let mut user = args.values.layers(matches, &base, |(index, flag, _)| (*flag, *index), streams).overlaid()?;
    let patches = args::patches(&args.patch, &mut user.sources, streams)?;
    let quiet = matches.get_flag("quiet");
    let request = Request {
        options,
        rendering: RenderOptions {
            include_crds: args.include_crds,
            no_hooks: args.no_hooks,
            skip_tests: args.skip_tests,
            deterministic: args.deterministic,
            ..RenderOptions::default()
        },
        unread: match (args.strict, quiet) {
            (true, _) => Unread::Refused,
            // Looked for only where somebody wants to know.
            (false, true) => Unread::Ignored,
            (false, false) => Unread::Warned,
        },
        patches,
        check: !args.no_check,
    };
    let rendered = chart::template(&chart, &user, request)?;
    let text = output(&rendered, &args)?;
    if !quiet {
        warnings.extend(rendered.warnings.iter().cloned());
        warn(&mut warnings, &rendered.sources, streams);
    }
    if let Some(dir) = &args.output_dir {
        write_files(&rendered, dir, streams)?;
        nothing_to_show(&args)?;
    } else {
        streams.stdout.write_all(text.as_bytes())?;
    }
    streams.stdout.flush()?;
    Ok(DONE)
}

fn load(path: &Path, links: Links, sources: &mut Sources) -> Result<Loaded, Failure> {
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
        // What `helm template PATH` calls it.
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
    Ok(Options { release, capabilities, skip_schema: args.skip_schema_validation, schema_files })
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

/// All that is printed, made before any of it is.
fn output(rendered: &chart::HelmOutput, args: &ChartArgs) -> Result<String, Failure> {
    let fail = |diagnostics| Failure::new(diagnostics, Sources::default());
    if args.output == Format::Json {
        let list = rendered.json().map_err(fail)?;
        let text = serde_json::to_string_pretty(&list).unwrap_or_default();
        return Ok(text + "\n");
    }
    if args.show_only.is_empty() { Ok(rendered.text()) } else { rendered.show_only(&args.show_only).map_err(fail) }
}

fn warn(warnings: &mut Vec<Diagnostic>, sources: &Sources, streams: &mut Streams<'_>) {
    warnings.dedup();
    if !warnings.is_empty() {
        // Where stderr is gone, nobody reads warnings.
        let _ = writeln!(streams.stderr, "{}\n", diagnostic::render(warnings, sources, streams.color));
    }
}

/// As `helm template --output-dir` does, each file whole or not at all.
fn write_files(rendered: &chart::HelmOutput, dir: &Path, streams: &mut Streams<'_>) -> Result<(), Error> {
    for file in rendered.files() {
        let to = dir.join(&file.path);
        write_file(&to, &file.text).map_err(|error| {
            Diagnostic::error(FileCode::Unwritable, format!("cannot write `{}`: {}", to.display(), io_reason(&error)))
                .names_file(to.display().to_string())
        })?;
    }
    // Helm appends one document after the other, and names the file each time.
    for path in rendered.document_paths() {
        writeln!(streams.stdout, "wrote {}", dir.join(path).display())?;
    }
    Ok(writeln!(streams.stdout)?)
}

/// With `--output-dir` nothing is printed in which Helm could find a template.
fn nothing_to_show(args: &ChartArgs) -> Result<(), Diagnostic> {
    let Some(template) = args.show_only.first() else { return Ok(()) };
    let diagnostic =
        Diagnostic::error(ChartCode::UnknownTemplate, format!("could not find template {template} in chart"));
    Err(diagnostic.help("as in Helm, `--output-dir` writes all files and leaves nothing for `--show-only`"))
}

fn write_file(to: &Path, text: &str) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut part = tempfile::NamedTempFile::new_in(folder)?;
    part.write_all(text.as_bytes())?;
    part.persist(to)?;
    Ok(())
}

fn show(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let chart = asked(matches)?;
    let text = match matches.get_one::<String>("part").map(String::as_str) {
        Some("values") => show::values(&chart),
        Some("readme") => show::readme(&chart),
        _ => show::chart(&chart),
    };
    print(&text, streams)
}

fn dependencies(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let chart = asked(matches)?;
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    print(show::dependencies(&chart, path).as_bytes(), streams)?;
    let stale = show::is_stale(&chart);
    let mut warnings: Vec<Diagnostic> = show::incomplete(&chart).into_iter().collect();
    if stale {
        let diagnostic = Diagnostic::warning(
            ChartCode::OutdatedLock,
            "the dependencies in Chart.yaml have changed since Chart.lock was written",
        );
        warnings.push(diagnostic.help("run `helm dependency update` to write it again"));
    }
    if !matches.get_flag("quiet") {
        warn(&mut warnings, &Sources::default(), streams);
    }
    Ok(if stale || !show::is_complete(&chart) { NO } else { DONE })
}

fn asked(matches: &ArgMatches) -> Result<Chart, Failure> {
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    Ok(load(Path::new(path), Links::All, &mut Sources::default())?.chart)
}

fn print(text: &[u8], streams: &mut Streams<'_>) -> Result<u8, Error> {
    streams.stdout.write_all(text)?;
    streams.stdout.flush()?;
    Ok(DONE)
}
