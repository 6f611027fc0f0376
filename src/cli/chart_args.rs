//! The flags of `chart` and `chart diff-helm` about what to render, and the options that they become.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::UsageCode;
use super::args::{OUTPUT, ValuesArgs};
use super::rendering::{self, DEFAULT_NAMESPACE, ReleaseName};
use crate::chart::{self, HelmRelease, Loaded, Options, RenderAs, SchemaFiles, SymbolicLinks};
use crate::diagnostic::{Diagnostic, Failure, Sources};

/// Which chart to render, as which release.
#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// Folder or archive (.tgz) of the chart
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub path: Option<PathBuf>,

    /// Release name [default: release-name]
    #[arg(value_name = "RELEASE")]
    pub release: Option<String>,

    /// Namespace of the release
    #[arg(short = 'n', long, value_name = "NAME", default_value = DEFAULT_NAMESPACE)]
    pub namespace: String,
}

/// What a chart is rendered with.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Kubernetes version to render for, such as 1.33
    ///
    /// Sets `.Capabilities.KubeVersion`. Without it, charts see the version that the release of Helm has built in.
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<String>,

    /// Kubernetes API versions that the cluster also has
    ///
    /// Adds to `.Capabilities.APIVersions`, such as `monitoring.coreos.com/v1`. Commas separate several versions.
    #[arg(short = 'a', long, value_name = "VERSION", value_delimiter = ',')]
    pub api_versions: Vec<String>,

    /// Set `.Release.IsUpgrade` instead of `.Release.IsInstall`
    #[arg(long)]
    pub is_upgrade: bool,

    /// Go template of the release name
    #[arg(long, value_name = "TEMPLATE")]
    pub name_template: Option<String>,

    /// Generate the release name
    #[arg(short = 'g', long)]
    pub generate_name: bool,

    #[command(flatten)]
    pub values: ValuesArgs,
}

/// Which parts of the output are wanted.
#[derive(Debug, Args)]
pub(super) struct PartsArgs {
    /// Also print the files below `crds/`
    #[arg(long, help_heading = OUTPUT)]
    pub include_crds: bool,

    /// Leave out hooks
    #[arg(long, help_heading = OUTPUT)]
    pub no_hooks: bool,

    /// Leave out test hooks
    #[arg(long, help_heading = OUTPUT)]
    pub skip_tests: bool,
}

/// How values and links are checked.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Skip the validation against values.schema.json
    #[arg(long, help_heading = VALIDATION)]
    pub skip_schema_validation: bool,

    /// Read a URL that the JSON Schema refers to from a file
    ///
    /// With a folder in the place of FILE, everything below the URL is read from it. The flag may be repeated.
    #[arg(long, value_name = "URL=FILE", help_heading = VALIDATION)]
    pub schema_map: Vec<String>,

    /// Read URLs that the JSON Schema refers to from a folder
    ///
    /// A file is found as HOST/PATH below the folder, or by its `$id`. The flag may be repeated.
    #[arg(long, value_name = "DIR", help_heading = VALIDATION, value_hint = ValueHint::DirPath)]
    pub schema_dir: Vec<PathBuf>,

    /// Reject symbolic links that leave the chart's folder
    ///
    /// Helm follows them.
    #[arg(long, help_heading = VALIDATION)]
    pub no_external_links: bool,
}

/// The heading of the flags about checks.
pub(super) const VALIDATION: &str = "Validation";

pub(super) fn load(path: &Path, links: SymbolicLinks, sources: &mut Sources) -> Result<Loaded, Failure> {
    chart::load_with(path, links, sources).map_err(|diagnostics| Failure::new(diagnostics, sources.clone()))
}

/// Returns the options of a rendering.
///
/// # Errors
/// Conflicting flags, an invalid name, version or schema file.
pub(super) fn options(
    source: &SourceArgs,
    input: &InputArgs,
    schema: &SchemaArgs,
    render_as: RenderAs,
) -> Result<Options, Diagnostic> {
    let path = source.path.clone().unwrap_or_default();
    let name = ReleaseName {
        given: source.release.as_deref(),
        template: input.name_template.as_deref(),
        is_generated: input.generate_name,
    };
    let generate = || {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        chart::generated_name(&path.to_string_lossy(), now.as_secs())
    };
    let name = name.find(Some(&generate))?;
    chart::check_name(&name)?;
    let helm = render_as.helm;
    let kube_version = input.kube_version.as_deref().unwrap_or_default();
    let capabilities = render_as.capabilities(kube_version, &input.api_versions)?;
    let release = rendering::release(name, &source.namespace, input.is_upgrade);
    let schema_files = schema_files(schema)?;
    Ok(Options { release, capabilities, skip_schema: schema.skip_schema_validation, schema_files, helm })
}

/// Parses a flag such as `--helm-version`; the newest release if it is not given.
pub(super) fn helm_release(flag: &'static str, text: Option<&str>) -> Result<HelmRelease, Diagnostic> {
    text.map_or(Ok(HelmRelease::default()), HelmRelease::parse).map_err(|unknown| {
        let diagnostic = Diagnostic::error(UsageCode::InvalidFlag, unknown.to_string());
        diagnostic.in_field(flag).help(unknown.help())
    })
}

fn schema_files(args: &SchemaArgs) -> Result<SchemaFiles, Diagnostic> {
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
