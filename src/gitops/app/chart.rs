//! Apps of Helm charts.

use std::path::Path;

use super::archive;
use super::chart_source::{ChartSource, source};
use super::file::{AppFile, ChartFile, Hooks};
use super::reuse::Inputs;
use super::{RenderedApp, Request};
use crate::chart::{
    self, Behaviour, Capabilities, Crd, HelmOutput, HelmRelease, Options, RenderOptions, SchemaFiles, SymbolicLinks,
    UnusedValues,
};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::files::FileCode;
use crate::gitops::FleetCode;
use crate::gitops::fleet::{SchemaPaths, SharedChart};
use crate::gitops::object::Object;
use crate::patch::Patches;
use crate::release::Release;
use crate::values::Values;

/// Helm's default.
const NAMESPACE: &str = "default";

pub(super) fn render(request: &Request<'_>) -> Result<RenderedApp, Failure> {
    let file: AppFile<ChartFile> = AppFile::read(request)?;
    match source(&file, request).map_err(|diagnostics| request.failure(diagnostics))? {
        ChartSource::Path(path) => render_path(request, &file, &path),
        ChartSource::Named(reference) => {
            let locked = archive::locked(request, &file, &reference)?;
            let slot = request
                .fleet
                .archives
                .get(&(locked.title(), locked.sha256.clone()), |_| archive::load(request.fleet, locked));
            let shared = archive::loaded(request, &file, locked, slot.get())?;
            let rendered = render_shared(request, &file, shared)?;
            Ok(RenderedApp { chart: locked.describe(), ..rendered })
        }
    }
}

fn render_path(request: &Request<'_>, file: &AppFile<ChartFile>, path: &Path) -> Result<RenderedApp, Failure> {
    if file.typed.optional && !path.exists() {
        return Ok(omitted(request, file, path));
    }
    let key = (path.to_owned(), links(request, &file.typed));
    let slot = request.fleet.charts.get(&key, |(path, links)| load(path, *links));
    match slot.get() {
        Some(Ok(shared)) => render_shared(request, file, shared),
        Some(Err(_)) if !path.exists() => {
            let diagnostic = file.unreadable(FileCode::NotFound.into(), &["path"], path, "no such chart");
            Err(request.failure(vec![diagnostic.help("`optional: true` omits the app if the chart does not exist")]))
        }
        Some(Err(failure)) => Err(failure.clone()),
        None => Err(request.failure(Vec::new())),
    }
}

fn render_shared(
    request: &Request<'_>,
    file: &AppFile<ChartFile>,
    shared: &SharedChart,
) -> Result<RenderedApp, Failure> {
    let base = Values { sources: shared.sources.clone(), ..Values::default() };
    let mut user = file.layers(request, &base, &file.typed.values_files, &file.typed.facts)?.overlaid()?;
    let patches = file.patches(request, &mut user.sources)?;
    let schema_files = schema_files(request, file)?;
    render_chart(request, &file.typed, shared, &user, patches, schema_files)
}

/// Returns which links the chart's folder may contain. `externalLinks` of the app overrides that of the cluster, and the flag
/// overrides both.
fn links(request: &Request<'_>, file: &ChartFile) -> SymbolicLinks {
    match file.external_links.or(request.cluster.values.external_links) {
        Some(false) => SymbolicLinks::InsideChart,
        Some(true) | None => request.fleet.links,
    }
}

fn load(path: &Path, links: SymbolicLinks) -> Result<SharedChart, Failure> {
    let mut sources = Sources::default();
    match chart::load_with(path, links, &mut sources) {
        Ok(loaded) => Ok(SharedChart::new(loaded, sources)),
        Err(diagnostics) => Err(Failure::new(diagnostics, sources)),
    }
}

fn omitted(request: &Request<'_>, file: &AppFile<ChartFile>, path: &Path) -> RenderedApp {
    let message = format!("the app `{}` is omitted: the chart `{}` does not exist", request.name, path.display());
    RenderedApp {
        objects: Vec::new(),
        namespace: String::new(),
        chart: String::new(),
        warnings: vec![Diagnostic::warning(FleetCode::MissingChart, message).at(file.location(&["path"]))],
        sources: request.cluster.layers.sources.clone(),
    }
}

fn render_chart(
    request: &Request<'_>,
    file: &ChartFile,
    shared: &SharedChart,
    user: &Values,
    patches: Patches,
    schema_files: SchemaFiles,
) -> Result<RenderedApp, Failure> {
    let options = options(request, file, schema_files)
        .map_err(|diagnostic| Failure::new(vec![diagnostic], user.sources.clone()))?;
    let is_plain = patches.is_empty() && file.schema_map.is_empty() && file.schema_dirs.is_empty();
    let inputs = is_plain.then(|| Inputs::of(request.name, file, &options, user));
    if let Some(app) = inputs.as_ref().and_then(|inputs| shared.apps.get(inputs)) {
        return Ok(app);
    }
    let namespace = options.release.namespace.clone();
    let has_patches = !patches.is_empty();
    let rendering = RenderOptions {
        include_crds: file.include_crds,
        skip_tests: true,
        deterministic: true,
        ..RenderOptions::default()
    };
    let unused_values = if file.strict { UnusedValues::Deny } else { UnusedValues::Warn };
    let mut output = chart::template(
        &shared.loaded.chart,
        user,
        chart::Request { options, rendering, unused_values, patches, check: true },
    )?;
    let omitted_hooks = omitted_hooks(request, file, &output);
    // Patches may change the definitions; all other apps of the chart share them.
    let crds = if has_patches { Vec::new() } else { std::mem::take(&mut output.crds) };
    let crds = shared_crds(shared, &output.chart, crds)?;
    let mut rendered = output.into_rendered(file.hooks == Some(Hooks::Include))?;
    rendered.warnings.splice(0..0, shared.loaded.warnings.iter().cloned());
    rendered.warnings.extend(omitted_hooks);
    let mut app = RenderedApp::of(rendered, namespace);
    app.objects.splice(0..0, crds);
    if let Some(inputs) = inputs {
        shared.apps.add(inputs, &app, &shared.sources);
    }
    Ok(app)
}

/// Returns the objects in the files below `crds/`, which are read once per chart.
fn shared_crds(shared: &SharedChart, chart: &str, crds: Vec<Crd>) -> Result<Vec<Object>, Failure> {
    let mut objects = Vec::new();
    for crd in crds {
        let read = |crd: Crd| {
            let output = HelmOutput { chart: chart.to_owned(), crds: vec![crd], ..HelmOutput::default() };
            Ok(RenderedApp::of(output.into_rendered(false)?, String::new()).objects)
        };
        let slot = shared.crds.get(&crd.full_name.clone(), |_| read(crd));
        match slot.get() {
            Some(Ok(of_file)) => objects.extend(of_file.iter().cloned()),
            Some(Err(failure)) => return Err(failure.clone()),
            None => {}
        }
    }
    Ok(objects)
}

/// Reads the files that `schemaMap` and `schemaDirs` name.
fn schema_files(request: &Request<'_>, file: &AppFile<ChartFile>) -> Result<SchemaFiles, Failure> {
    let sources = &request.cluster.layers.sources;
    let ChartFile { schema_map, schema_dirs, .. } = &file.typed;
    let map = schema_map.iter().map(|(url, text)| (url.clone(), file.path(&["schemaMap", url], text, sources)));
    let folders = schema_dirs.iter().enumerate();
    let folders = folders.map(|(index, text)| file.path(&["schemaDirs", &index.to_string()], text, sources));
    let paths = SchemaPaths { map: map.collect(), folders: folders.collect() };
    request.fleet.schema_files.get(&paths).map_err(|why| {
        let key = if schema_map.is_empty() { "schemaDirs" } else { "schemaMap" };
        request.failure(vec![
            Diagnostic::error(FleetCode::InvalidSchemaFiles, why).in_field(key).at(file.location(&[key])),
        ])
    })
}

/// Returns how the release of Helm behaves that `helmVersion` of the app or of its cluster names. Both were checked when
/// they were read.
fn helm(request: &Request<'_>, file: &ChartFile) -> Behaviour {
    let text = file.helm_version.as_ref().or(request.cluster.values.helm_version.as_ref());
    text.and_then(|text| HelmRelease::parse(text).ok()).unwrap_or_default().into()
}

fn options(request: &Request<'_>, file: &ChartFile, schema_files: SchemaFiles) -> Result<Options, Diagnostic> {
    let helm = helm(request, file);
    let mut capabilities = Capabilities::of(helm.release());
    if let Some(version) = request.cluster.kube_version() {
        capabilities.kube_version = version;
    }
    capabilities.api_versions.extend(request.cluster.values.api_versions.iter().cloned());
    let release = file.release.as_deref().unwrap_or(request.name);
    let namespace = file.namespace.as_deref().unwrap_or(NAMESPACE);
    Ok(Options {
        release: Release::named(release, namespace),
        capabilities,
        skip_schema: file.skip_schema_validation,
        schema_files,
        helm,
    })
}

/// Warns about hooks that are omitted. Hooks run at a certain point of a release, which of all GitOps tools only Argo CD knows: a
/// job that cleans up before `helm uninstall` must not run because it is in Git.
fn omitted_hooks(request: &Request<'_>, file: &ChartFile, output: &HelmOutput) -> Option<Diagnostic> {
    if file.hooks.is_some() || output.hooks.is_empty() {
        return None;
    }
    let names: Vec<String> = output.hooks.iter().map(|hook| format!("{} `{}`", hook.kind, hook.name)).collect();
    let message = format!("hooks of the app `{}` are omitted: {}", request.name, names.join(", "));
    let help = "`hooks: include` renders them like other objects (Argo CD runs them as hooks); `hooks: omit` silences this warning";
    Some(Diagnostic::warning(FleetCode::OmittedHooks, message).help(help))
}
