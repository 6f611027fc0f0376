//! Apps of Helm charts.

use std::path::Path;

use super::file::{AppFile, ChartFile, Hooks};
use super::{Made, Request};
use crate::chart::{self, Capabilities, HelmOutput, Links, Options, RenderOptions, SchemaFiles, Unread};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::files::FileCode;
use crate::gitops::FleetCode;
use crate::gitops::fleet::{SchemaPaths, SharedChart};
use crate::patch::Patches;
use crate::release::Release;
use crate::values::Values;

/// Helm's default.
const NAMESPACE: &str = "default";

pub(super) fn render(request: &Request<'_>) -> Result<Made, Failure> {
    let file: AppFile<ChartFile> = AppFile::read(request)?;
    let path = file.path(&["path"], &file.typed.path, &request.cluster.layers.sources);
    if file.typed.optional && !path.exists() {
        return Ok(left_out(request, &file, &path));
    }
    let slot =
        request.fleet.charts.get(&(path.clone(), links(request, &file.typed)), |(path, links)| load(path, *links));
    let shared = match slot.get() {
        Some(Ok(shared)) => shared,
        Some(Err(_)) if !path.exists() => {
            let diagnostic = file.unreadable(FileCode::NotFound.into(), &["path"], &path, "there is no such chart");
            return Err(
                request.failure(vec![diagnostic.help("`optional: true` leaves the app out where it is not there")])
            );
        }
        Some(Err(failure)) => return Err(failure.clone()),
        None => return Err(request.failure(Vec::new())),
    };
    let base = Values { sources: shared.sources.clone(), ..Values::default() };
    let mut user = file.layers(request, &base, &file.typed.values_files, &file.typed.facts)?.overlaid()?;
    let patches = file.patches(request, &mut user.sources)?;
    let schema_files = schema_files(request, &file)?;
    made(request, &file.typed, shared, &user, patches, schema_files)
}

/// The links that a chart's folder may have: the app's own `externalLinks` wins over that of the cluster, and the flag
/// over both.
fn links(request: &Request<'_>, file: &ChartFile) -> Links {
    match file.external_links.or(request.cluster.values.external_links) {
        Some(false) => Links::Inside,
        Some(true) | None => request.fleet.links,
    }
}

fn load(path: &Path, links: Links) -> Result<SharedChart, Failure> {
    let mut sources = Sources::default();
    match chart::load_with(path, links, &mut sources) {
        Ok(loaded) => Ok(SharedChart { loaded, sources }),
        Err(diagnostics) => Err(Failure::new(diagnostics, sources)),
    }
}

fn left_out(request: &Request<'_>, file: &AppFile<ChartFile>, path: &Path) -> Made {
    let message = format!("the app `{}` is left out: there is no chart `{}`", request.name, path.display());
    Made {
        objects: Vec::new(),
        namespace: String::new(),
        warnings: vec![Diagnostic::warning(FleetCode::MissingChart, message).at(file.location(&["path"]))],
        sources: request.cluster.layers.sources.clone(),
    }
}

fn made(
    request: &Request<'_>,
    file: &ChartFile,
    shared: &SharedChart,
    user: &Values,
    patches: Patches,
    schema_files: SchemaFiles,
) -> Result<Made, Failure> {
    let options = options(request, file, schema_files)
        .map_err(|diagnostic| Failure::new(vec![diagnostic], user.sources.clone()))?;
    let namespace = options.release.namespace.clone();
    let rendering = RenderOptions {
        include_crds: file.include_crds,
        skip_tests: true,
        deterministic: true,
        ..RenderOptions::default()
    };
    let unread = if file.strict { Unread::Refused } else { Unread::Warned };
    let output = chart::template(
        &shared.loaded.chart,
        user,
        chart::Request { options, rendering, unread, patches, check: true },
    )?;
    let left_out = hooks_left_out(request, file, &output);
    let mut rendered = output.into_rendered(file.hooks == Some(Hooks::Include))?;
    rendered.warnings.splice(0..0, shared.loaded.warnings.iter().cloned());
    rendered.warnings.extend(left_out);
    Ok(Made::of(rendered, namespace))
}

/// What `schemaMap` and `schemaDirs` name.
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

fn options(request: &Request<'_>, file: &ChartFile, schema_files: SchemaFiles) -> Result<Options, Diagnostic> {
    let mut capabilities = Capabilities::default();
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
    })
}

/// Hooks run at some moment of a release, which no GitOps tool but Argo CD knows: a job that cleans up before
/// `helm uninstall` must not run because it is in Git.
fn hooks_left_out(request: &Request<'_>, file: &ChartFile, output: &HelmOutput) -> Option<Diagnostic> {
    if file.hooks.is_some() || output.hooks.is_empty() {
        return None;
    }
    let names: Vec<String> = output.hooks.iter().map(|hook| format!("{} `{}`", hook.kind, hook.name)).collect();
    let message = format!("hooks of the chart `{}` are left out: {}", request.name, names.join(", "));
    let help = "`hooks: include` makes them objects like others (Argo CD runs them as hooks), `hooks: omit` is what is done now";
    Some(Diagnostic::warning(FleetCode::OmittedHooks, message).help(help))
}
