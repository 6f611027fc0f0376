//! Renders apps of a folder of minijinja templates.

use std::path::Path;

use super::file::{AppFile, TemplateFile};
use super::{RenderedApp, Request};
use crate::diagnostic::Failure;
use crate::gitops::fleet::SharedTemplates;
use crate::release::Release;
use crate::template::{self, Folder};

/// The default namespace of Helm and kubectl.
const NAMESPACE: &str = "default";

pub(super) fn render(request: &Request<'_>) -> Result<RenderedApp, Failure> {
    let file: AppFile<TemplateFile> = AppFile::read(request)?;
    let path = file.path(&["path"], &file.typed.path, &request.cluster.layers.sources);
    let slot = request.fleet.templates.get(&path, |path| read(path));
    let shared = match slot.get() {
        Some(Ok(shared)) => shared,
        Some(Err(failure)) => return Err(failure.clone()),
        None => return Err(request.failure(Vec::new())),
    };
    let layers = file.layers(request, &shared.defaults, &file.typed.values_files, &file.typed.facts)?;
    let mut values = layers.merge()?;
    let patches = file.patches(request, &mut values.sources)?;
    let release = Release {
        name: file.typed.release.clone().unwrap_or_else(|| request.name.to_owned()),
        namespace: file.typed.namespace.clone().unwrap_or_else(|| NAMESPACE.to_owned()),
        cluster: request.cluster.name.clone(),
        kube_version: request.cluster.kube_version(),
        ..Release::default()
    };
    let rendered = template::render(&shared.folder, &values, &release, &patches)?;
    Ok(RenderedApp::of(rendered, release.namespace))
}

fn read(path: &Path) -> Result<SharedTemplates, Failure> {
    let folder = Folder::read(path)?;
    let defaults = folder.defaults()?;
    Ok(SharedTemplates { folder, defaults })
}
