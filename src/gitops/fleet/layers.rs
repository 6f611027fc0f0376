//! Layers: the files of a folder and of the folders above, whose values are defaults.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::components;
use crate::diagnostic::{Diagnostic, Sources, io_reason};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::tree::{Node, read};
use crate::values::overlay;

/// The role of a file in a fleet, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum LayerName {
    /// `cluster.yaml`
    Cluster,
    /// `<component>.yaml`
    Component(&'static str),
    /// `<component>/<instance>.yaml`
    Instance(&'static str, String),
    /// `<name>.chart.yaml`
    Chart(String),
    /// `<name>.template.yaml`
    Template(String),
}

impl LayerName {
    /// Returns the role of a file. `folder` is the component if the file is in its folder of instances.
    pub(super) fn of(file: &str, folder: Option<&'static str>) -> Option<LayerName> {
        let stem = file.strip_suffix(".yaml").filter(|stem| !stem.is_empty())?;
        if let Some(component) = folder {
            return Some(LayerName::Instance(component, stem.to_owned()));
        }
        if stem == "cluster" {
            return Some(LayerName::Cluster);
        }
        let named = |end: &str| stem.strip_suffix(end).filter(|name| !name.is_empty()).map(str::to_owned);
        if let Some(name) = named(".chart") {
            return Some(LayerName::Chart(name));
        }
        if let Some(name) = named(".template") {
            return Some(LayerName::Template(name));
        }
        component(stem).map(LayerName::Component)
    }

    /// Returns the path of the file relative to its folder.
    pub fn file(&self) -> String {
        match self {
            LayerName::Cluster => "cluster.yaml".to_owned(),
            LayerName::Component(component) => format!("{component}.yaml"),
            LayerName::Instance(component, instance) => format!("{component}/{instance}.yaml"),
            LayerName::Chart(name) => format!("{name}.chart.yaml"),
            LayerName::Template(name) => format!("{name}.template.yaml"),
        }
    }
}

/// Returns the name of a component, if there is one with that name.
pub(super) fn component(name: &str) -> Option<&'static str> {
    components::find(name).map(|component| component.name())
}

/// The files of a folder merged over those of all folders above it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Layers {
    /// The texts of the files, the outermost folder first.
    pub sources: Sources,
    /// The merged content of the files of each name; none if one cannot be read.
    nodes: BTreeMap<LayerName, Option<Node>>,
}

impl Layers {
    /// Adds the files of a folder, and errors to `diagnostics`.
    pub fn add(&mut self, folder: &Path, files: &[LayerName], diagnostics: &mut Vec<Diagnostic>) {
        for name in files {
            let own = read_layer(&folder.join(name.file()), &mut self.sources, diagnostics);
            let above = self.nodes.remove(name);
            let both = match (above, own) {
                (None, own) => own,
                (Some(above), own) => above.zip(own).map(|(above, own)| overlay(above, own)),
            };
            self.nodes.insert(name.clone(), both);
        }
    }

    /// Returns the merged content of the files of that name. Returns an empty mapping without such files, and none if
    /// one cannot be read.
    pub fn get(&self, name: &LayerName) -> Option<Node> {
        self.nodes.get(name).map_or_else(|| Some(Node::from(crate::tree::Map::new())), Clone::clone)
    }

    /// Returns the names of the files.
    pub fn names(&self) -> impl Iterator<Item = &LayerName> {
        self.nodes.keys()
    }

    /// Returns the layers with the files of a folder added; the same ones if it has no files.
    pub(super) fn with(
        self: &Arc<Self>,
        folder: &Path,
        files: &[LayerName],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Layers> {
        if files.is_empty() {
            return Arc::clone(self);
        }
        let mut layers = Layers::clone(self);
        layers.add(folder, files, diagnostics);
        Arc::new(layers)
    }
}

fn read_layer(path: &Path, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let name = path.display().to_string();
    match files::read(path, MAX_TEXT) {
        Ok(bytes) => read::values(sources, &name, &bytes).map_err(|found| diagnostics.extend(found)).ok(),
        Err(error) => {
            let message = format!("cannot read `{name}`: {}", io_reason(&error));
            diagnostics.push(Diagnostic::error(FileCode::of_reading(&error), message).names_file(name));
            None
        }
    }
}
