//! One app: from its file to the objects of a release.

mod chart;
mod component;
mod file;
mod template;

use std::borrow::Cow;

use super::fleet::{Cluster, Fleet, LayerName};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::gitops::FleetCode;
use crate::manifest::{Manifest, Rendered};
use crate::tree::Node;

/// What an app makes.
pub(super) struct Made {
    /// The objects in apply order.
    pub objects: Vec<Object>,
    /// What objects without a namespace are in.
    pub namespace: String,
    pub warnings: Vec<Diagnostic>,
    /// The texts that the warnings are about.
    pub sources: Sources,
}

/// One object, and the part of the source that made it (`ray/head-deployment`).
pub(super) struct Object {
    pub source: Cow<'static, str>,
    pub node: Node,
}

impl Made {
    /// What a source has rendered for a release in `namespace`.
    fn of(rendered: Rendered, namespace: String) -> Made {
        let Rendered { manifests, warnings, sources } = rendered;
        let source = manifests.source.clone();
        let object = |Manifest { id, node, .. }| Object { source: format!("{source}/{id}").into(), node };
        Made { objects: manifests.into_iter().map(object).collect(), namespace, warnings, sources }
    }
}

/// What rendering an app needs.
pub(super) struct Request<'a> {
    pub fleet: &'a Fleet,
    pub cluster: &'a Cluster,
    /// Its folder in the tree: `ray`, `ray/foo`, `vault`.
    pub name: &'a str,
    pub layer: &'a LayerName,
}

impl Request<'_> {
    /// Renders the app; a pure function of the files of the fleet.
    pub fn render(&self) -> Result<Made, Failure> {
        match self.layer {
            LayerName::Component(name) | LayerName::Instance(name, _) => component::render(self, name),
            LayerName::Chart(_) => chart::render(self),
            LayerName::Template(_) => template::render(self),
            LayerName::Cluster => {
                Err(self.failure(vec![Diagnostic::error(FleetCode::NotAnApp, "`cluster.yaml` is no app")]))
            }
        }
    }

    /// What the app's file says, the files above it and all; nothing where one of them cannot be read.
    fn node(&self) -> Option<Node> {
        self.cluster.layers.get(self.layer)
    }

    fn failure(&self, diagnostics: Vec<Diagnostic>) -> Failure {
        Failure::new(diagnostics, self.cluster.layers.sources.clone())
    }
}
